#include "postprocess/paraview_script.hpp"

#include <fmt/format.h>
#include <string>

#include "pipeline/base/files.hpp"
#include "postprocess/metrics.hpp"
#include "postprocess/open_in_paraview.hpp"

namespace soleus {

namespace {

void replace(std::string& text, const std::string& what, const std::string& with) {
  if (const auto at = text.find(what); at != std::string::npos) text.replace(at, what.size(), with);
}

/// "Case calf (hash), soleus 0.1.0.": what a result says about its origin.
std::string origin(const Flow& flow) {
  const auto known = [&](const char* name) {
    const std::string said = text(flow, name);
    return said.empty() ? std::string("unknown") : said;
  };
  return fmt::format("Case {} ({}), {}.", known("case"), known("case_hash"), known("program"));
}

}  // namespace

void write_paraview_script(const Flow& flow, const std::filesystem::path& solve_folder,
                           const std::filesystem::path& folder) {
  const auto absolute = [](const std::filesystem::path& p) {
    return std::filesystem::absolute(p).lexically_normal();
  };
  const std::filesystem::path solve = absolute(solve_folder).lexically_relative(absolute(folder));
  std::string script = open_in_paraview_template;
  replace(script, "# RUN\n", fmt::format("# {}\n", origin(flow)));
  replace(script, "SOLVE = \"../solve\"", fmt::format("SOLVE = \"{}\"", solve.generic_string()));
  replace(script, "VOLUME = \"volume.pvd\"",
          fmt::format("VOLUME = \"{}\"", flow.volume_series.generic_string()));
  replace(script, "WALL = \"wall.pvd\"", fmt::format("WALL = \"{}\"", flow.wall_series.generic_string()));
  write_file(folder / "open_in_paraview.py", script);
}

}  // namespace soleus
