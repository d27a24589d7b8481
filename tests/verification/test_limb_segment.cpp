// A segment of vein inside the limb: limb-segment.yaml against the limb alone, and what is kept;
// limb-pulse.yaml, what comes back of a wave that leaves it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/app/case.hpp"
#include "pipeline/base/statistics.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/simulate.hpp"
#include "tests/verification/cases.hpp"
#include "tests/verification/limb_pulse.hpp"
#include "tests/verification/result.hpp"
#include "tests/verification/run_case.hpp"

namespace soleus::verification {
namespace {

constexpr const char* file = SOLEUS_SOURCE "/configs/verification/limb-segment.yaml";

/// What has passed through the limb's own vessel [m3], sample by sample.
std::vector<double> passed_alone_m3() {
  const Case c = read_case(file, {});
  const limb::Network n = limb::adult_leg(*c.limb);
  limb::Schedule when = limb::schedule(*c.limb);
  when.end_s = c.solver.end_time_s;
  const limb::Series s = limb::simulate(n, when);
  const std::vector<double>& flow = s.flow_m3_s[limb::connection(n, "popliteal")];
  std::vector<double> passed_m3{0};
  for (std::size_t k = 1; k < flow.size(); ++k)
    passed_m3.push_back(passed_m3.back() + 0.5 * (s.time_s[k] - s.time_s[k - 1]) * (flow[k] + flow[k - 1]));
  return passed_m3;
}

TEST(LimbSegment, CarriesWhatTheLimbsOwnVesselCarries) {
  const std::vector<double> own = passed_alone_m3();
  const verification::Run run("limb-segment", {});
  const std::vector<double>&in = run.column("inflow_volume_calf_m3"),
        &out = run.column("inflow_volume_heart_m3"), &mass = run.column("fluid_mass_kg");
  const double density = run.flow().numbers.at("density_kg_m3");
  double imbalance = 0;
  for (std::size_t k = 0; k < in.size(); ++k) {
    const double stored = (mass[k] - mass.front()) / density;  // the lattice's fluid gives way a little
    imbalance = std::max(imbalance, std::abs(in[k] + out[k] - stored));
  }
  const double stroke = *std::ranges::max_element(in), own_stroke = *std::ranges::max_element(own);

  Result result{.case_name = "Vein without a valve inside the limb",
                .quantity = "volume of a stroke [mL]",
                .reference = 1e6 * own_stroke,
                .ours = 1e6 * stroke,
                .unit = "mL",
                .tolerance = 0.1,
                .resolution = "8 cells across",
                .source = "the limb alone, with its own vessel"};
  report_result(result);
  result.quantity = "what is left after the movement [mL]", result.reference = 1e6 * own.back(),
  result.ours = 1e6 * in.back();
  report_result(result);
  result.quantity = "blood lost or gained over the stroke", result.reference = 0,
  result.ours = imbalance / stroke, result.unit = "", result.difference = Difference::absolute,
  result.tolerance = 1e-3, result.source = "kept blood; a rigid vein";
  report_result(result);
}

/// What the limb lost and what crossed the openings, in each second.
struct Kept {
  std::vector<double> lost_m3, crossed_m3, stroke_m3, gained_m3;  // gained: by the fluid in the segment
};
Kept kept(const Run& run, int seconds) {
  const Series& limb = run.flow().limb;
  const std::vector<double>&t = run.time_s(), &in = run.column("inflow_volume_calf_m3"),
        &out = run.column("inflow_volume_heart_m3"), &mass = run.column("fluid_mass_kg");
  const double density = run.flow().numbers.at("density_kg_m3");
  Kept k;
  for (int s = 0; s < seconds; ++s) {
    const auto change = [&](const std::vector<double>& times, const std::vector<double>& of) {
      return interpolate(times, of, s + 1) - interpolate(times, of, s);
    };
    k.lost_m3.push_back(-change(limb.time_s, limb.columns.at("blood_volume_m3")));
    k.crossed_m3.push_back(change(t, in) + change(t, out));
    k.stroke_m3.push_back(change(t, in));
    k.gained_m3.push_back(change(t, mass) / density);
  }
  return k;
}

TEST(LimbSegment, KeepsTheBloodOfTenMovements) {
  constexpr int movements = 10;
  const Kept k =
      kept(verification::Run("limb-segment", Settings{}
                                                 .set("limb.protocol", "[{kind: tiptoe, count: 10}]")
                                                 .set("solver.end_time", movements, "s")),
           movements);
  double passed = 0, worst = 0, drift = 0;
  for (std::size_t n = 0; n < movements; ++n) {
    passed += std::abs(k.stroke_m3[n]);
    worst = std::max(worst, std::abs(k.lost_m3[n] - k.crossed_m3[n]) / std::abs(k.stroke_m3[n]));
    drift += k.gained_m3[n] - k.lost_m3[n];
  }
  ASSERT_GT(passed, 10e-6);
  Result result{
      .case_name = "Vein without a valve inside the limb",
      .quantity = "limb's loss less what crossed the openings, worst of ten movements, over a stroke",
      .ours = worst,
      .difference = Difference::absolute,
      .tolerance = 1e-3,
      .resolution = "8 cells across",
      .source = "kept blood"};
  report_result(result);
  result.quantity = "blood of limb and segment gained in ten movements, over what passed";
  result.ours = drift / passed;
  report_result(result);
}

/// The femoral vein lies 0.6 m below the right atrium.
TEST(LimbSegment, BearsTheColumnOfAStandingLegWhereItIsElastic) {
  constexpr double imaged_pa = 3000, column_pa = 1060 * 9.81 * 0.6;
  const verification::Run run("limb-pulse",
                              Settings{}
                                  .set("wall.motion", "tube_law")
                                  .set("wall.tube_law", "{vein: deep, imaged_at: 3 kPa, area_ratio_max: 2}")
                                  .set("solver.end_time", 2e-3, "s"));
  const double area_m2 = run.flow().probes.columns.at("area_middle_m2").front(),
               vessel_pa = run.first("pressure_limb_Pa");
  report_result({.case_name = "Elastic vein inside the limb",
                 .quantity = "area in standing over that of the geometry",
                 .reference = tube_law_area(vessel_pa + column_pa) / tube_law_area(imaged_pa),
                 .ours = area_m2 / (std::numbers::pi * 4.5e-3 * 4.5e-3),
                 .tolerance = 0.01,
                 .resolution = "8 cells across",
                 .source = "exact: the tube law"});
}

TEST(LimbSegment, LetsAPulseOutIntoTheLimb) {
  report_limb_pulse(limb_pulse({}, 0.1), "sound of the lattice in a rigid vein");
}

}  // namespace
}  // namespace soleus::verification
