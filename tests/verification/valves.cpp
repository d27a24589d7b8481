#include "tests/verification/valves.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

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

ClosedValve closed_valve(double pressure_pa, int cells) {
  constexpr double diameter_m = 9e-3, viscosity_m2_s = 3.5e-3 / 1060, holds_from_s = 0.2, least_tau = 0.50055,
                   stiffens_pa = 3000;
  const double dx = diameter_m / cells;
  Settings settings;
  settings.set("solver.dx", dx, "m")
      .set("geometry.edge_length", std::min(dx, 0.6e-3), "m")
      .set("openings.calf.pressure", -pressure_pa, "Pa");
  // The step that cusps under more would want makes the fluid too thin for the lattice: they stiffen less.
  if (pressure_pa > stiffens_pa)
    settings.set("solver.dt", (least_tau - 0.5) / 3 * dx * dx / viscosity_m2_s, "s");
  const Run run("valve-closed", settings);
  const std::vector<double>&time_s = run.time_s(), &opening = run.column("popliteal_opening_ratio"),
        &left_m3 = run.column("inflow_volume_calf_m3");
  const auto holds = std::ranges::lower_bound(time_s, holds_from_s) - time_s.begin();
  return {left_m3[std::size_t(holds)] - left_m3.back(), run.last("popliteal_coaptation_height_m"),
          *std::ranges::min_element(run.column("popliteal_least_gap_m")),
          *std::max_element(opening.begin() + holds, opening.end()),
          *std::ranges::max_element(run.column("popliteal_strain"))};
}

void report_closed_valve(double pressure_pa, int cells) {
  constexpr double stroke_m3 = 3.4e-6;  // of configs/demo/valve.yaml, less than a calf moves in a step
  const ClosedValve found = closed_valve(pressure_pa, cells);
  Result result{.case_name = fmt::format("Healthy valve closed by {:g} kPa", 1e-3 * pressure_pa),
                .difference = Difference::absolute,
                .resolution = fmt::format("{} cells across", cells),
                .source = "a tight valve"};
  const auto report = [&](const char* quantity, double value, double tolerance) {
    result.quantity = quantity, result.ours = value, result.tolerance = tolerance;
    report_result(result);
  };
  report("leak of half a second over a stroke of 3.4 mL", found.leaked_m3 / stroke_m3, 0.02);
  report("orifice over the vein's area", found.most_open, 0.02);
  EXPECT_GT(found.least_gap_m, 0);
  EXPECT_GT(found.coaptation_m, 1e-3);
}

}  // namespace soleus::verification
