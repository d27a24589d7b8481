// Walls that move, on coarse grids; see test_fluid.cpp for what a limit is.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

const std::string newton = "steady flow in the wave's frame, by Newton's method";

Result box_result(const std::string& quantity, double ours, double tolerance) {
  return {.case_name = "Translating box, ten cells",
          .quantity = quantity,
          .ours = ours,
          .difference = Difference::absolute,
          .tolerance = tolerance,
          .resolution = "32 cells a side",
          .source = "exact: rigid-body motion"};
}

TEST(TranslatingBox, CarriesItsFluidAsARigidBody) {
  constexpr double rho_c_u_pa = 1000 / 1.7320508 * 0.02;  // rho c_s u
  const Box box = translating_box("extrapolation");
  Result velocity = box_result("velocity, worst cell, over the wall's", box.velocity_error, 0.01);
  velocity.limit = 0.0092;
  report_result(velocity);
  Result drift = box_result("drift of the mass, relative", box.mass_drift, 1e-4);
  drift.limit = 4.7e-5;
  report_result(drift);
  Result noise = box_result("pressure, rms over rho c_s u", box.pressure_rms_pa / rho_c_u_pa, 5e-3);
  noise.limit = 1.2e-3;
  report_result(noise);
}

TEST(TranslatingBox, IsNoisyWhenUncoveredCellsAreNotFilled) {
  const Box good = translating_box("extrapolation"), bad = translating_box("none");
  Result velocity =
      box_result("worst velocity over that with filled cells", bad.velocity_error / good.velocity_error, 10);
  Result noise =
      box_result("pressure rms over that with filled cells", bad.pressure_rms_pa / good.pressure_rms_pa, 5);
  for (Result* r : {&velocity, &noise}) {
    r->case_name = "Negative control: translating box, uncovered cells not filled";
    r->difference = Difference::at_least, r->source = "noise is expected";
    report_result(*r);
  }
}

TEST(Piston, PushesOutWhatItDisplaces) {
  report_result(with_error({.case_name = "Piston",
                            .quantity = "volume out, stored mass counted, over the displaced volume",
                            .reference = 1,
                            .tolerance = 3e-3,
                            .limit = 2.3e-3,
                            .resolution = "20 cells across",
                            .source = "exact: area times travel"},
                           piston(20)));
}

TEST(References, OfPeristalsisAreShapirosFormulaForLongWaves) {
  const PeristalticPump channel = peristalsis({false, 0.4, 2000, 0}),
                        tube = peristalsis({true, 0.4, 2000, 0});
  EXPECT_NEAR(channel.free_flow, 3 * 0.16 / 2.16, 1e-6);
  EXPECT_NEAR(channel.shut_off_rise / 2000, 1.11336, 1e-5);
  EXPECT_NEAR(tube.free_flow, 0.510968, 1e-6);
  EXPECT_NEAR(tube.shut_off_rise / 2000, 9.33099, 2e-5);
}

void expect_pump(Lumen lumen, int cells, double flow_limit, double drift_limit) {
  const Peristalsis p = peristaltic_pump(lumen, cells);
  Result r{.case_name = lumen == Lumen::tube ? "Tubular peristalsis, phi 0.4" : "Planar peristalsis, phi 0.4",
           .quantity = "mean flow over c times the mean section",
           .reference = exact_pump(lumen).free_flow,
           .tolerance = 0.02,
           .limit = flow_limit,
           .resolution = std::to_string(cells) + " cells in the mean half width",
           .source = newton};
  report_result(with_error(r, p.flow_error));
  r.quantity = "drift of the mass from start to end, relative", r.reference = 0, r.tolerance = drift_limit;
  r.limit = drift_limit, r.source = "exact: conservation";
  report_result(with_error(r, p.mass_drift));
}

TEST(Peristalsis, PumpsBetweenPlanesAsShapiroFound) {
  expect_pump(Lumen::channel, 8, 0.005, 1.6e-4);
}

TEST(Peristalsis, PumpsInATubeAsShapiroFound) {
  expect_pump(Lumen::tube, 6, 0.01, 4.8e-4);
}

TEST(Peristalsis, StopsAtTheExactPressureRise) {
  report_result(with_error({.case_name = "Planar peristalsis, phi 0.4",
                            .quantity = "pressure rise without flow, over mu c / a",
                            .reference = exact_pump(Lumen::channel).shut_off_rise,
                            .tolerance = 0.03,
                            .limit = 0.015,
                            .resolution = "8 cells in the mean half width",
                            .source = newton},
                           shut_off_error(Lumen::channel, 8)));
}

TEST(References, OfTheContractingTubeAgreeWithThePublishedFigures) {
  const SimilarityFlow tube = uchida_aoki(-1);
  EXPECT_NEAR(tube.axis, 3.586017, 1e-6);
  EXPECT_NEAR(tube.gradient, 29.536967, 1e-6);
  EXPECT_NEAR(tube.slope_at_wall, -9.691289, 1e-6);
}

TEST(ContractingTube, PushesOutWhatItsWallDisplaces) {
  // Tolerances are the benchmark's, stated for 20 cells.
  const Contraction c = contracting_tube(10, 0.0125);
  Result r{.case_name = "Contracting tube, alpha -1",
           .resolution = "10 cells in the radius",
           .source = "exact: Uchida & Aoki 1977"};
  const auto report = [&](const std::string& quantity, double reference, double error) {
    r.quantity = quantity, r.reference = reference;
    report_result(with_error(r, error));
  };
  r.tolerance = 0.002, r.limit = 0.0026;
  report("volume out, stored mass counted, over the displaced volume", 1, c.volume_error);
  r.tolerance = 0.02, r.limit = 0.009;
  report("velocity on the axis g(0)", uchida_aoki(-1).axis, c.center_velocity_error);
  r.tolerance = 0.04, r.limit = 0.0125;
  report("pressure gradient K", uchida_aoki(-1).gradient, c.pressure_error);
  // -1.5 % is measured; with links that looked at the node behind theirs it was +0.2 %.
  r.tolerance = 0.04, r.limit.reset();
  report("wall shear stress -g'(1)", -uchida_aoki(-1).slope_at_wall, c.wall_shear_error);
}

}  // namespace
}  // namespace soleus::verification
