#include "postprocess/page.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"
#include "postprocess/page_fields.hpp"
#include "postprocess/page_tables.hpp"

// The viewer that esbuild made, the style and the frame of the page, as they are: longer than a string
// literal may be. An empty viewer means that the program was built without npm.
extern "C" {
extern const char soleus_page_viewer[], soleus_page_viewer_end[];
extern const char soleus_page_style[], soleus_page_style_end[];
extern const char soleus_page_frame[], soleus_page_frame_end[];
}

namespace soleus {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string said(const PageCase& c, const char* name, const char* otherwise) {
  const std::string found = c.flow ? text(*c.flow, name) : "";
  return found.empty() ? otherwise : found;
}

/// JSON that may stand in a script element: '<' cannot end it.
std::string script_json(const Json& j) {
  const std::string text = j.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  for (const char c : text) safe += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return safe;
}

std::string notes_html(const std::vector<std::string>& notes) {
  std::string html;
  for (const std::string& note : notes) html += "<li>" + html_text(note) + "</li>";
  return html.empty() ? "" : "<ul class=\"notes\">" + html + "</ul>";
}

std::string case_html(const PageCase& c, const std::vector<std::string>& notes) {
  return fmt::format(
      "<section class=\"case\"><h2>{}</h2><p>{}</p><p class=\"origin\">Case hash {}, {}</p>{}{}"
      "<div class=\"pictures\">{}</div></section>\n",
      html_text(c.name), html_text(c.description), html_text(said(c, "case_hash", "unknown")),
      html_text(said(c, "program", "program unknown")), notes_html(notes), page_tables(c), page_pictures(c));
}

/// Places are found before any is filled: text of a case cannot be taken for one.
std::string filled(const std::string& frame, const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string page;
  std::size_t at = 0;
  for (const auto& [place, part] : parts) {
    const std::size_t next = frame.find(place, at);
    if (next == std::string::npos) throw std::logic_error("the page's frame has no " + place);
    page.append(frame, at, next - at).append(part);
    at = next + place.size();
  }
  return page.append(frame, at);
}

}  // namespace

bool page_has_viewer() {
  return soleus_page_viewer_end - soleus_page_viewer > 1;
}

std::string html_text(const std::string& text) {
  std::string safe;
  for (const char c : text) switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  return safe;
}

std::string name_of_run(const fs::path& run_folder) {
  const fs::path file = run_folder / "report" / "metrics.json";
  if (fs::exists(file)) {
    const auto j = Json::parse(read_file(file), nullptr, false);
    if (!j.is_discarded() && j.contains("run") && j["run"].contains("case") && j["run"]["case"].is_string())
      return j["run"]["case"];
  }
  const fs::path folder = fs::absolute(run_folder).lexically_normal();
  return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

PageCase read_page_case(const fs::path& run_folder) {
  const fs::path solve = run_folder / "solve";
  if (!fs::is_directory(solve))
    throw InputError(fmt::format("{}: has no solve folder; give a folder that 'soleus run' has made.",
                                 run_folder.string()));
  PageCase c{name_of_run(run_folder), "", solve, run_folder / "report", {}, {}};
  if (!fs::exists(solve / "flow.json")) return c;
  c.flow = load_flow(solve);
  c.metrics = measure(*c.flow);
  return c;
}

void write_page(std::span<const PageCase> cases, const fs::path& file) {
  const auto start = std::chrono::steady_clock::now();
  Json data{{"cases", Json::array()}};
  std::string html, names;
  for (const PageCase& c : cases) {
    std::vector<std::string> notes;
    if (!c.flow) notes.emplace_back("This run stopped before its end: what it had stored is shown.");
    const fs::path wall = c.flow ? c.flow->wall_series : fs::path("wall.pvd");
    const fs::path volume = c.flow ? c.flow->volume_series : fs::path("volume.pvd");
    Json one{{"name", c.name}, {"curves", page_curves(c)}};
    if (page_has_viewer())
      one["fields"] = page_fields(c.solve_folder, wall, volume, notes);
    else
      notes.emplace_back("Built without npm: pictures instead of 3D.");
    data["cases"].push_back(one);
    html += case_html(c, notes);
    names += (names.empty() ? "" : ", ") + c.name;
  }
  const std::string viewer(soleus_page_viewer, soleus_page_viewer_end);
  const std::string page = filled({soleus_page_frame, soleus_page_frame_end},
                                  {{"@TITLE@", html_text(names)},
                                   {"@STYLE@", {soleus_page_style, soleus_page_style_end}},
                                   {"@HEADING@", html_text(names)},
                                   {"@CASES@", html},
                                   {"@DATA@", script_json(data)},
                                   {"@VIEWER@", viewer}});
  write_file(file, page);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  spdlog::info("Page for a browser: {} ({:.1f} MB, {:.1f} s).", file.string(), double(page.size()) / 1e6,
               took.count());
}

}  // namespace soleus
