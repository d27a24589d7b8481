#include "postprocess/metrics_file.hpp"

#include <fmt/format.h>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/base/csv.hpp"

namespace soleus {

namespace {

using Json = nlohmann::ordered_json;

/// One figure on its way into a file; `opening`: or valve.
struct Figure {
  std::string name, opening, unit;
  std::optional<double> value;
};

std::vector<Figure> opening_figures(const std::string& name, const OpeningFigures& o) {
  return {{"volume_in", name, "m3", o.volume_in_m3},       {"volume_out", name, "m3", o.volume_out_m3},
          {"ejected_volume", name, "m3", o.ejected_m3},    {"pressure_mean", name, "Pa", o.pressure_mean_pa},
          {"pressure_min", name, "Pa", o.pressure_min_pa}, {"pressure_max", name, "Pa", o.pressure_max_pa}};
}

std::vector<Figure> valve_figures(const std::string& name, const ValveMetrics& v) {
  return {{"forward_volume", name, "m3", v.forward_m3},
          {"regurgitant_volume", name, "m3", v.regurgitant_m3},
          {"regurgitant_fraction", name, "1", v.regurgitant_fraction},
          {"reflux_time", name, "s", v.reflux_time_s},
          {"largest_opening", name, "1", v.largest_opening},
          {"opening_time", name, "s", v.opening_time_s},
          {"open_time", name, "s", v.open_time_s},
          {"closing_time", name, "s", v.closing_time_s},
          {"closing_volume", name, "m3", v.closing_volume_m3},
          {"leakage", name, "m3/s", v.leakage_m3_s},
          {"pocket_washout", name, "1", v.pocket_washout},
          {"coaptation_height", name, "m", v.coaptation_height_m},
          {"leaflet_strain", name, "1", v.strain},
          {"leaflet_stress", name, "Pa", v.stress_pa},
          {"jet_velocity", name, "m/s", v.jet_m_s}};
}

/// All figures of a cycle but those of the openings and valves.
std::vector<Figure> cycle_figures(const Cycle& c) {
  std::vector<Figure> f{{"start", "", "s", c.start_s},
                        {"end", "", "s", c.end_s},
                        {"lumen_volume_min", "", "m3", c.lumen_volume_min_m3},
                        {"lumen_volume_max", "", "m3", c.lumen_volume_max_m3}};
  if (c.contraction) {
    const Contraction& k = *c.contraction;
    f.insert(f.end(), {{"contraction_start", "", "s", k.start_s},
                       {"contraction_end", "", "s", k.end_s},
                       {"swept_volume", "", "m3", k.swept_m3},
                       {"ejected_volume", "", "m3", k.ejected_m3},
                       {"ejection_fraction", "", "1", k.ejection_fraction}});
  }
  const WallShearStress& w = c.wall_shear_stress;
  f.insert(f.end(), {{"peak_velocity", "", "m/s", c.peak_velocity_m_s},
                     {"peak_velocity_time", "", "s", c.peak_velocity_time_s},
                     {"wall_shear_stress_p05", "", "Pa", w.p05_pa},
                     {"wall_shear_stress_p50", "", "Pa", w.p50_pa},
                     {"wall_shear_stress_p95", "", "Pa", w.p95_pa},
                     {"wall_shear_stress_max", "", "Pa", w.max_pa}});
  const WallMeansFigures& m = c.wall_means;
  f.insert(f.end(), {{"tawss_mean", "", "Pa", m.shear_mean_pa},
                     {"tawss_p05", "", "Pa", m.shear_p05_pa},
                     {"tawss_p50", "", "Pa", m.shear_p50_pa},
                     {"tawss_p95", "", "Pa", m.shear_p95_pa},
                     {"low_shear_area", "", "1", m.low_shear_part},
                     {"osi_mean", "", "1", m.oscillation_mean},
                     {"oscillating_area", "", "1", m.oscillating_part},
                     {"rrt_p50", "", "1/Pa", m.residence_p50_1_pa},
                     {"transwss_mean", "", "Pa", m.transverse_mean_pa},
                     {"viscous_loss", "", "J", c.viscous_loss_j},
                     {"kinetic_energy_mean", "", "J", c.kinetic_energy_mean_j},
                     {"stagnant_volume_mean", "", "m3", c.stagnant_mean_m3}});
  const auto imbalance = [&](const char* name, const char* unit, const std::optional<Imbalance>& b) {
    if (!b) return;
    f.push_back({name, "", unit, b->amount});
    f.push_back({std::string(name) + "_relative", "", "1", b->relative});
  };
  imbalance("mass_imbalance", "kg", c.mass_imbalance);
  imbalance("volume_imbalance", "m3", c.volume_imbalance);
  return f;
}

Json figures_json(const std::vector<Figure>& figures) {
  Json j = Json::object();
  for (const Figure& f : figures)
    if (f.value) j[f.name] = {{"value", *f.value}, {"unit", f.unit}};
  return j;
}

Json cycle_json(const Cycle& c) {
  Json j = figures_json(cycle_figures(c));
  for (const auto& [name, o] : c.openings) j["openings"][name] = figures_json(opening_figures(name, o));
  for (const auto& [name, v] : c.valves) j["valves"][name] = figures_json(valve_figures(name, v));
  return j;
}

Json check_json(const Check& c) {
  Json j{{"meaning", c.meaning}, {"unit", c.unit}, {"value", nullptr}};
  if (c.value) j["value"] = *c.value;
  if (c.at_most) j["at_most"] = *c.at_most;
  if (c.at_least) j["at_least"] = *c.at_least;
  if (c.value && (c.at_most || c.at_least)) j["acceptable"] = c.acceptable();
  return j;
}

/// A column of the series taken apart: flow_popliteal_m3_s is the flow at popliteal in m3/s.
struct Column {
  std::string quantity, opening, unit;
};

Column column_parts(const Flow& flow, const std::string& name) {
  constexpr std::array<std::array<const char*, 2>, 8> units{{{"_kg_m_s", "kg m/s"},
                                                             {"_m3_s", "m3/s"},
                                                             {"_m_s", "m/s"},
                                                             {"_m3", "m3"},
                                                             {"_kg", "kg"},
                                                             {"_Pa", "Pa"},
                                                             {"_W", "W"},
                                                             {"_J", "J"}}};
  Column c{name, "", "1"};
  for (const auto& [suffix, unit] : units)
    if (name.ends_with(suffix)) {
      c.quantity = name.substr(0, name.size() - std::string(suffix).size());
      c.unit = unit;
      break;
    }
  for (const char* kind : {"flow", "inflow_volume", "pressure"})
    for (const std::string& opening : flow.openings)
      if (c.quantity == kind + ("_" + opening)) c = {kind, opening, c.unit};
  return c;
}

/// A row but for what ends every row.
std::string figure_row(const char* kind, int cycle, const Figure& f) {
  if (!f.value) return {};
  return fmt::format("{},{},,{},{},{},{:.10g}", kind, cycle > 0 ? std::to_string(cycle) : "", f.name,
                     csv_cell(f.opening), f.unit, *f.value);
}

/// Number of the cycle at time t, from 1; 0 outside complete cycles.
int cycle_at(const Metrics& metrics, double t) {
  for (std::size_t n = 0; n < metrics.cycles.size(); ++n)
    if (t >= metrics.cycles[n].start_s && t < metrics.cycles[n].end_s) return int(n) + 1;
  return metrics.cycles.back().end_s == t ? int(metrics.cycles.size()) : 0;
}

}  // namespace

std::string metrics_json(const Flow& flow, const Metrics& metrics) {
  Json j{{"format", "soleus metrics"}, {"version", metrics_version}};
  for (const auto& [name, text] : flow.texts) j["run"][name] = text;
  for (const auto& [name, number] : flow.numbers) j["run"][name] = number;
  j["definitions"] = "docs/metrics.md";
  j["window"] = metrics.whole_run ? "whole run" : "cycle";
  if (!metrics.whole_run) j["cycle"] = {{"value", flow.cycle_s}, {"unit", "s"}};
  // The last cycle is the one least touched by the start from rest.
  j["last_cycle"] = cycle_json(metrics.cycles.back());
  for (const Cycle& c : metrics.cycles) j["cycles"].push_back(cycle_json(c));
  for (const Check& c : metrics.credibility) j["credibility"][c.name] = check_json(c);
  Json series{{"time", {{"unit", "s"}, {"values", flow.series.time_s}}}};
  for (const auto& [name, values] : flow.series.columns) {
    const Column c = column_parts(flow, name);
    Json& place = c.opening.empty() ? series[c.quantity] : series[c.quantity][c.opening];
    place = {{"unit", c.unit}, {"values", values}};
  }
  // The figures indented for reading, then each series on a line of its own.
  std::string text = j.dump(2);
  text.erase(text.find_last_of('}') - 1);
  text += ",\n  \"series\": {";
  const char* separator = "\n";
  for (const auto& [name, values] : series.items()) {
    text += separator + ("    " + Json(name).dump()) + ": " + values.dump();
    separator = ",\n";
  }
  return text + "\n  }\n}\n";
}

std::string metrics_csv(const Flow& flow, const Metrics& metrics) {
  std::string table = "kind,cycle,time_s,quantity,opening,unit,value,case_hash,program\n";
  const std::string ending =
      "," + csv_cell(text(flow, "case_hash")) + "," + csv_cell(text(flow, "program")) + "\n";
  const auto add = [&](const std::string& row) {
    if (!row.empty()) table.append(row).append(ending);
  };
  for (std::size_t n = 0; n < metrics.cycles.size(); ++n) {
    const Cycle& c = metrics.cycles[n];
    const int number = int(n) + 1;
    for (const Figure& f : cycle_figures(c)) add(figure_row("figure", number, f));
    for (const auto& [name, o] : c.openings)
      for (const Figure& f : opening_figures(name, o)) add(figure_row("figure", number, f));
    for (const auto& [name, v] : c.valves)
      for (const Figure& f : valve_figures(name, v)) add(figure_row("figure", number, f));
  }
  for (const Check& c : metrics.credibility) add(figure_row("credibility", 0, {c.name, "", c.unit, c.value}));
  for (const auto& [name, values] : flow.series.columns) {
    const Column c = column_parts(flow, name);
    for (std::size_t k = 0; k < values.size(); ++k) {
      const double t = flow.series.time_s[k];
      const int number = cycle_at(metrics, t);
      add(fmt::format("series,{},{:.10g},{},{},{},{:.10g}", number ? std::to_string(number) : "", t,
                      c.quantity, csv_cell(c.opening), c.unit, values[k]));
    }
  }
  return table;
}

}  // namespace soleus
