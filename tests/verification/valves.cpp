#include "tests/verification/valves.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "postprocess/metrics.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {

ValveCycle valve_cycle() {
  const Run run("valve-cycle", {});
  const std::vector<double>&opening = run.column("popliteal_opening_ratio"), &time_s = run.time_s(),
        &entered_m3 = run.column("inflow_volume_calf_m3");
  const auto closed = std::size_t(std::ranges::lower_bound(time_s, 0.45) - time_s.begin());
  return {*std::ranges::max_element(opening), opening.back(), *std::ranges::max_element(entered_m3),
          (entered_m3[closed] - entered_m3.back()) / (time_s.back() - time_s[closed])};
}

ClosedValve closed_valve(double pressure_pa, int cells, Settings settings) {
  constexpr double diameter_m = 9e-3, holds_from_s = 0.2;
  const double dx = diameter_m / cells;
  settings.set("solver.dx", dx, "m")
      .set("geometry.edge_length", std::min(dx, 0.6e-3), "m")
      .set("openings.calf.pressure", -pressure_pa, "Pa");
  const Run run("valve-closed", settings);
  const std::vector<double>&time_s = run.time_s(), &opening = run.column("popliteal_opening_ratio"),
        &left_m3 = run.column("inflow_volume_calf_m3");
  const auto holds = std::ranges::lower_bound(time_s, holds_from_s) - time_s.begin();
  return {left_m3[std::size_t(holds)] - left_m3.back(), run.last("popliteal_coaptation_height_m"),
          *std::ranges::min_element(run.column("popliteal_least_gap_m")),
          *std::max_element(opening.begin() + holds, opening.end()),
          *std::ranges::max_element(run.column("popliteal_strain"))};
}

ClosedValve report_closed_valve(double pressure_pa, int cells) {
  const ClosedValve found = closed_valve(pressure_pa, cells);
  Result result{.case_name = fmt::format("Healthy valve closed by {:g} kPa", 1e-3 * pressure_pa),
                .difference = Difference::absolute,
                .resolution = fmt::format("{} cells across", cells),
                .source = "a tight valve"};
  const auto report = [&](const char* quantity, double value, double tolerance) {
    result.quantity = quantity, result.ours = value, result.tolerance = tolerance;
    report_result(result);
  };
  report("leak of half a second over a stroke of 7.1 mL", found.leaked_m3 / beat_stroke_m3, 0.02);
  report("orifice over the vein's area", found.most_open, 0.02);
  EXPECT_GT(found.least_gap_m, 0);
  result.quantity = "height of coaptation [mm]", result.ours = 1e3 * found.coaptation_m;
  result.reference = 3.6, result.tolerance = 1.8, result.limit = 2.4;
  result.source = "0.2 to 0.5 diameters: a choice, no measurement is known";
  report_result(result);
  return found;
}

namespace {

/// How far two free edges sway to one side and the other together between two samples: the pulse moves them
/// apart alike, which half their difference leaves out.
double sway_m(const std::vector<double>& first_m, const std::vector<double>& second_m, std::size_t from,
              std::size_t to) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t k = from; k <= to; ++k) {
    const double at = 0.5 * (first_m[k] - second_m[k]);
    low = std::min(low, at), high = std::max(high, at);
  }
  return high - low;
}

}  // namespace

ValveBeat valve_beat(int cells) {
  constexpr double diameter_m = 9e-3;
  const double dx = diameter_m / cells;
  const Run run(
      "valve-lurie",
      Settings().set("solver.dx", dx, "m").set("geometry.edge_length", std::min(4 * dx / 3, 0.8e-3), "m"));
  const ValveMetrics found = measure(run.flow()).cycles.front().valves.at("popliteal");
  const std::vector<double>&opening = run.column("popliteal_opening_ratio"),
        &flow = run.column("popliteal_flow_m3_s"), &time_s = run.time_s();
  const double largest = *found.largest_opening;
  const auto first_above = [&](double ratio) {
    return std::size_t(std::ranges::find_if(opening, [&](double o) { return o >= ratio * largest; }) -
                       opening.begin());
  };
  std::size_t closes = opening.size() - 1;
  while (opening[closes] < 0.9 * largest) --closes;
  const auto fastest = std::size_t(std::ranges::max_element(flow) - flow.begin());
  return {.opening_s = time_s[first_above(0.98)] - time_s[first_above(0.02)],
          .closing_s = found.closing_time_s.value_or(0),
          .most_open = largest,
          .flow_when_closing_m3_s = flow[closes],
          .closing_volume_m3 = found.closing_volume_m3.value_or(0),
          .flutter_m = sway_m(run.column("popliteal_free_edge_1_m"), run.column("popliteal_free_edge_2_m"),
                              first_above(0.9), closes),
          .jet_over_mean = 1 / opening[fastest]};
}

void report_valve_beat(int cells) {
  const ValveBeat found = valve_beat(cells);
  struct Band {
    const char *quantity, *unit;
    double ours, from, to;
  };
  const Band bands[] = {
      {"opening time", "s", found.opening_s, 0.15, 0.4},
      {"closing time", "s", found.closing_s, 0.25, 0.55},
      {"largest orifice over the vein's area", "", found.most_open, 0.5, 0.75},
      {"flow towards the heart as it begins to close [mL/s]", "", 1e6 * found.flow_when_closing_m3_s, 0, 10},
      {"what falls back while it closes [mL]", "", 1e6 * found.closing_volume_m3, 0, 1},
      {"free edges sway together while it is open [mm]", "", 1e3 * found.flutter_m, 0.1, 1.6},
      {"mean velocity in the orifice over that in the vein", "", found.jet_over_mean, 1.3, 2.2}};
  for (const Band& b : bands)
    report_result({.case_name = "Cycle of a healthy valve",
                   .quantity = b.quantity,
                   .reference = 0.5 * (b.from + b.to),
                   .ours = b.ours,
                   .unit = b.unit,
                   .difference = Difference::absolute,
                   .tolerance = 0.5 * (b.to - b.from),
                   .resolution = fmt::format("{} cells across", cells),
                   .source = "bands around Lurie, Kistner & Eklof, J. Vasc. Surg. 38, 955 (2003)"});
}

}  // namespace soleus::verification
