#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <set>

#include "pipeline/app/case.hpp"
#include "pipeline/app/commands.hpp"
#include "pipeline/app/limb_files.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string case_file, output;
  std::vector<std::string> compared, set;
  bool no_plots = false;
};

struct LimbCase {
  std::string file;
  CaseInfo info;
  limb::LimbConfig limb;
};

LimbCase read(const std::string& file, const Arguments& a) {
  const Case c = read_case(file, parse_overrides(a.set));
  if (!c.limb)
    throw InputError(
        fmt::format("{}: limb: this section is missing; write 'limb: {{}}' for a healthy leg.", file));
  return {file, c.info, *c.limb};
}

/// And writes series and figures.
NamedLimb compute(const LimbCase& c, const fs::path& folder) {
  make_writable_folder(folder);
  const auto start = std::chrono::steady_clock::now();
  NamedLimb out{c.info.name, c.info.description, limb::run(c.limb)};
  const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  spdlog::info("{}: {:.0f} s of the limb in {:.2f} s, {} steps", c.info.name, out.run.schedule.end_s, s,
               out.run.series.steps);
  write_limb_csv(out, c.limb.interval_s, folder / "limb.csv");
  write_limb_json(out, folder / "figures.json");
  return out;
}

void show(std::span<const NamedLimb> limbs, const fs::path& folder, const Arguments& a) {
  if (!a.no_plots) draw_limb(limbs, folder);
  fmt::print("{}", limb_table(limbs));
  spdlog::info("series, figures and plots are in {}", folder.string());
}

void run_one(const Arguments& a) {
  const LimbCase c = read(a.case_file, a);
  const fs::path folder = a.output.empty() ? fs::path("runs") / c.info.name / "limb" : fs::path(a.output);
  const NamedLimb limb = compute(c, folder);
  show({&limb, 1}, folder, a);
}

void compare(const Arguments& a) {
  std::vector<LimbCase> cases;
  std::set<std::string> names;
  for (const std::string& file : a.compared) {
    cases.push_back(read(file, a));
    if (!names.insert(cases.back().info.name).second)
      throw InputError(
          fmt::format("{}: case.name: two compared cases are named '{}'; give each its own name.", file,
                      cases.back().info.name));
  }
  const fs::path folder = a.output.empty() ? fs::path("runs") / "limb-comparison" : fs::path(a.output);
  std::vector<NamedLimb> limbs;
  for (const LimbCase& c : cases) limbs.push_back(compute(c, folder / c.info.name));
  show(limbs, folder, a);
}

}  // namespace

void add_limb_command(CLI::App& program) {
  const auto a = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(
      "limb", "Compute the circulation of a whole leg and the figures of a vascular laboratory");
  command->footer(
      "Writes limb.csv, figures.json and plots, and prints the figures with the ranges of healthy legs. "
      "docs/limb.md says what they mean.\n\n"
      "Examples:\n"
      "  soleus limb configs/limb/ten-tiptoes.yaml\n"
      "  soleus limb configs/limb/ten-tiptoes.yaml --set 'limb.muscle_pressure=80 mmHg' -o runs/weak\n"
      "  soleus limb --compare configs/limb/ten-tiptoes.yaml configs/limb/deep-reflux-severe.yaml");
  CLI::Option* one = command->add_option("case", a->case_file, "The case file (YAML) with a section limb")
                         ->type_name("CASE.yaml");
  CLI::Option* several =
      command->add_option("-c,--compare", a->compared, "Run these cases and show them side by side")
          ->type_name("CASE.yaml ...")
          ->expected(2, 20);
  one->excludes(several);
  command->add_option("-o,--output", a->output, "Folder; without it runs/<name of the case>/limb")
      ->type_name("DIR");
  command->add_option("-s,--set", a->set, "Replace a value of the case, e.g. --set 'limb.height=1.6 m'")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--no-plots", a->no_plots, "Only figures and series");
  command->callback([a] {
    if (!a->compared.empty())
      compare(*a);
    else if (!a->case_file.empty())
      run_one(*a);
    else
      throw InputError("soleus limb: name a case file, or several after --compare.");
  });
}

}  // namespace soleus
