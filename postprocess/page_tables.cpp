#include "postprocess/page_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/files.hpp"
#include "postprocess/clinical_figures.hpp"
#include "postprocess/page_pack.hpp"

namespace soleus {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr double ml_min = 60e6, mmhg = 1 / 133.322387415, ml = 1e6, cm = 100, mm2 = 1e6;
constexpr std::size_t most_samples = 600;

std::string cell(const std::string& text) {
  return "<td>" + html_text(text) + "</td>";
}

std::string figures_table(const PageCase& c) {
  if (!c.metrics || c.metrics->cycles.empty()) return "<p>No figures: the run did not end.</p>";
  std::string rows;
  for (const ClinicalFigure& f : clinical_figures(c.metrics->cycles.back())) {
    const std::string unit = f.unit.empty() ? "" : " " + f.unit, range = usual(f);
    const bool outside = (f.usual_to && *f.value > *f.usual_to) || (f.usual_from && *f.value < *f.usual_from);
    rows += fmt::format("<tr{}><th scope=\"row\">{}</th>{}<td title=\"{}\">{}{}</td></tr>\n",
                        outside ? " class=\"outside\"" : "", html_text(title(f)),
                        cell(shown(f, *f.value) + unit), html_text(f.source),
                        html_text(range.empty() ? "" : range + unit), outside ? " (outside)" : "");
  }
  return fmt::format(
      "<table class=\"figures\"><caption>{}</caption><thead><tr><th scope=\"col\">Figure</th>"
      "<th scope=\"col\">Value</th><th scope=\"col\">Usual in health</th></tr></thead><tbody>{}"
      "</tbody></table>",
      c.metrics->whole_run ? "Figures of the whole run" : "Figures of the last cycle", rows);
}

std::string credibility_table(const PageCase& c) {
  if (!c.metrics) return "";
  std::string rows;
  for (const Check& check : c.metrics->credibility) {
    const std::string unit = check.unit.empty() || check.unit == "1" ? "" : " " + check.unit;
    std::string limit;
    if (check.at_most) limit = fmt::format("at most {:.3g}{}", *check.at_most, unit);
    if (check.at_least) limit = fmt::format("at least {:.3g}{}", *check.at_least, unit);
    const std::string value = check.value ? fmt::format("{:.3g}{}", *check.value, unit) : "not known";
    rows += fmt::format("<tr{}><th scope=\"row\">{}</th>{}{}</tr>\n",
                        check.acceptable() ? "" : " class=\"outside\"",
                        html_text(check.meaning.empty() ? check.name : check.meaning), cell(value),
                        cell(limit + (check.acceptable() ? "" : " (outside)")));
  }
  return "<table class=\"credibility\"><caption>How far to trust it (credibility sheet)</caption><thead><tr>"
         "<th scope=\"col\">Check</th><th scope=\"col\">Value</th><th scope=\"col\">Recommended</th></tr>"
         "</thead><tbody>" +
         rows + "</tbody></table>";
}

std::string provenance_table(const PageCase& c) {
  std::string rows;
  const auto add = [&](const std::string& name, const std::string& value) {
    rows += "<tr><th scope=\"row\">" + html_text(name) + "</th>" + cell(value) + "</tr>\n";
  };
  if (c.flow) {
    for (const auto& [name, value] : c.flow->texts)
      if (name != "case" && name != "description") add(name, value);
    for (const auto& [name, value] : c.flow->numbers) add(name, fmt::format("{:.4g}", value));
  }
  if (rows.empty()) return "<p>Where it comes from is not known: the run did not end.</p>";
  return "<details><summary>Where it comes from</summary><table class=\"provenance\"><caption>Program, case "
         "and settings (SI)</caption><tbody>" +
         rows + "</tbody></table></details>";
}

/// One plot while it is put together.
struct Plot {
  Json json;
  const Series& series;
  std::size_t step;

  void line(const std::string& name, const std::string& column, double per_si) {
    const auto found = series.columns.find(column);
    if (found == series.columns.end()) return;
    Json values = Json::array();
    for (std::size_t k = 0; k < found->second.size(); k += step) {
      const double v = found->second[k] * per_si;
      values.push_back(std::isfinite(v) ? Json(float(v)) : Json(nullptr));
    }
    json["lines"].push_back({{"name", name}, {"values", values}});
  }
};

}  // namespace

std::string page_tables(const PageCase& c) {
  return figures_table(c) + credibility_table(c) + provenance_table(c);
}

std::string page_pictures(const PageCase& c) {
  std::vector<fs::path> files;
  if (fs::is_directory(c.picture_folder))
    for (const auto& entry : fs::directory_iterator(c.picture_folder))
      if (entry.path().extension() == ".png") files.push_back(entry.path());
  std::ranges::sort(files);
  std::string html;
  for (const fs::path& file : files) {
    const std::string bytes = read_file(file), name = html_text(file.stem().string());
    html += fmt::format(
        "<figure><img alt=\"{}\" src=\"data:image/png;base64,{}\"><figcaption>{}</figcaption></figure>\n",
        name, base64({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}), name);
  }
  return html;
}

Json page_curves(const PageCase& c) {
  Json plots = Json::array();
  if (!c.flow) return {{"time", Json::array()}, {"plots", plots}};
  const Flow& flow = *c.flow;
  const std::size_t step = (flow.series.time_s.size() + most_samples - 1) / most_samples;
  Json time = Json::array();
  for (std::size_t k = 0; k < flow.series.time_s.size(); k += step) time.push_back(flow.series.time_s[k]);
  const auto plot = [&](const char* title, const char* unit) {
    return Plot{{{"title", title}, {"unit", unit}, {"lines", Json::array()}}, flow.series, step};
  };
  Plot flows = plot("Flow into the lumen", "mL/min"), pressures = plot("Pressure", "mmHg"),
       volume = plot("Volume of the lumen", "mL"), speed = plot("Peak velocity", "cm/s"),
       orifice = plot("Orifice of the valves", "mm²"), valve_flow = plot("Flow through the valves", "mL/min");
  for (const std::string& o : flow.openings) {
    flows.line(o, "flow_" + o + "_m3_s", ml_min);
    pressures.line(o, "pressure_" + o + "_Pa", mmhg);
  }
  for (const auto& [valve, area] : flow.valves) {
    orifice.line(valve, valve + "_orifice_m2", mm2);
    valve_flow.line(valve, valve + "_flow_m3_s", ml_min);
  }
  volume.line("lumen", "lumen_volume_m3", ml);
  speed.line("anywhere", "peak_velocity_m_s", cm);
  for (Plot* p : {&orifice, &valve_flow, &flows, &pressures, &volume, &speed})
    if (!p->json["lines"].empty()) plots.push_back(p->json);
  return {{"time", time}, {"plots", plots}};
}

}  // namespace soleus
