// Coarse grids of the verification cases, a few seconds each. The benchmarks' tolerances hold on the grids of
// test_fine_grids.cpp; a limit here is the benchmark's times (fine / coarse)^2 or, where less is measured,
// one and a half times that (docs/validation.md).
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {
namespace {

constexpr double exact_magic = 3.0 / 16;

Settings on_27_directions() {
  return Settings{}.set("solver.velocity_set", "d3q27");
}

TEST(References, AgreeWithThePublishedFigures) {
  const std::complex<double> womersley = womersley_flow(5);
  EXPECT_NEAR(std::abs(womersley), 0.241795, 1e-6);
  EXPECT_NEAR(std::arg(womersley) * 180 / std::numbers::pi, -71.353, 1e-3);
  const std::complex<double> shear = womersley_shear(5);
  EXPECT_NEAR(std::abs(shear), 0.372904, 1e-6);
  EXPECT_NEAR(std::arg(shear) * 180 / std::numbers::pi, -40.382, 1e-3);
  const SimilarityFlow tube = uchida_aoki(-1);
  EXPECT_NEAR(tube.axis, 3.586017, 1e-6);
  EXPECT_NEAR(tube.gradient, 29.536967, 1e-6);
  EXPECT_NEAR(tube.slope_at_wall, -9.691289, 1e-6);
}

TEST(TaylorGreenVortex, DecaysWithTheViscosityOfTheCase) {
  // tau = 0.8, where these grids are fine enough for a clean order.
  const TaylorGreen coarse = taylor_green(16, "trt", taylor_green_tau08_m2_s),
                    fine = taylor_green(32, "trt", taylor_green_tau08_m2_s);
  print_table("Taylor-Green, L2 error of the velocity",
              {{16, coarse.velocity_error}, {32, fine.velocity_error}});
  print_table("Taylor-Green, effective viscosity",
              {{16, coarse.viscosity_error}, {32, fine.viscosity_error}});
  EXPECT_LT(std::abs(fine.viscosity_error), 1.7e-3);
  EXPECT_LT(fine.velocity_error, 1.8e-3);
  EXPECT_GT(observed_order({{16, coarse.velocity_error}, {32, fine.velocity_error}}), 1.9);
}

TEST(PlaneChannel, IsExactUpToRoundOff) {
  const Channel exact = channel(1.0, exact_magic, 0, "double");
  EXPECT_LT(std::abs(exact.peak_error), 1e-9);  // the series has ten digits
  EXPECT_LT(std::abs(exact.flow_error), 1e-9);
  const Channel single = channel(1.0, exact_magic, 0, "single");
  EXPECT_LT(std::abs(single.peak_error), 2e-5);
  EXPECT_LT(std::abs(single.flow_error), 2e-5);
}

TEST(PlaneChannel, DoesNotDependOnTheViscosityAtFixedMagicParameter) {
  // Walls at q = 0.2 and 0.8, where the flow has an error that the relaxation time must not change.
  const double reference = channel(1.0, exact_magic, 0.3, "double").flow_error;
  for (const double tau : {0.6, 2.0})
    EXPECT_NEAR(channel(tau, exact_magic, 0.3, "double").flow_error, reference, 1e-5) << tau;
}

TEST(PlaneChannel, WouldDependOnTheViscosityWithASingleRelaxationTime) {
  const auto single_rate = [](double tau) {
    return channel(tau, (tau - 0.5) * (tau - 0.5), 0.3, "double").flow_error;
  };
  EXPECT_GT(std::abs(single_rate(2.0) - single_rate(0.6)), 0.1);
}

TEST(PoiseuillePipe, HasTheFlowOfHagenAndPoiseuilleAlongTheLattice) {
  const Pipe coarse = aligned_pipe(10), fine = aligned_pipe(20);
  print_table("Aligned pipe, flow", {{10, coarse.flow_error}, {20, fine.flow_error}});
  print_table("Aligned pipe, wall shear stress, mean |error|",
              {{10, coarse.wall_shear_error}, {20, fine.wall_shear_error}});
  EXPECT_LT(std::abs(fine.flow_error), 5e-3);
  EXPECT_LT(fine.wall_shear_error, 0.005);
  EXPECT_GT(std::abs(coarse.flow_error), 2.5 * std::abs(fine.flow_error));
}

TEST(PoiseuillePipe, IsOfSecondOrderInAnyDirection) {
  const Pipe coarse = rotated_pipe(12), fine = rotated_pipe(16);
  const std::vector<Level> levels{{12, coarse.flow_error}, {16, fine.flow_error}};
  print_table("Pipe along (1, 2, 3), flow", levels);
  print_table("Pipe along (1, 2, 3), wall shear stress, mean |error|",
              {{12, coarse.wall_shear_error}, {16, fine.wall_shear_error}});
  print_table("Pipe along (1, 2, 3), wall shear stress, worst vertex",
              {{12, coarse.wall_shear_worst}, {16, fine.wall_shear_worst}});
  EXPECT_LT(fine.wall_shear_error, 0.0086);
  EXPECT_LT(std::abs(fine.flow_error), 7.8e-3);  // 0.5 % at 20 cells
  EXPECT_GT(observed_order(levels), 1.8);
}

TEST(References, OfPipesOfBloodAgreeWithClosedFormulas) {
  // Quadrature of benchmark A10 for Carreau & Yasuda; Casson's formula for Q with x = yield over wall stress,
  // which has no cap.
  const PipeProfile carreau(carreau_viscosity, 50, 4e-3);
  EXPECT_NEAR(carreau.flow() / 5.097413e-7, 1, 1e-5);
  EXPECT_NEAR(carreau.velocity(0) * std::numbers::pi * 16e-6 / carreau.flow(), 1.70755, 1e-4);
  EXPECT_NEAR(carreau.wall_shear_rate(), 11.9212, 1e-3);
  const double x = 0.25, newtonian = std::numbers::pi * 10 * std::pow(4e-3, 4) / (8 * 3.5e-3);
  const double exact = newtonian * (1 - 16.0 / 7 * std::sqrt(x) + 4.0 / 3 * x - std::pow(x, 4) / 21);
  EXPECT_NEAR(PipeProfile(casson_viscosity, 10, 4e-3).flow() / exact, 1,
              3e-3);  // the cap lets the core creep
}

TEST(BloodPipe, HasTheProfileOfItsLaw) {
  for (const std::string law : {"carreau", "casson"}) {
    const BloodPipe coarse = blood_pipe(law, 12), fine = blood_pipe(law, 24);
    print_table("Pipe of blood, " + law + ", flow", {{12, coarse.flow_error}, {24, fine.flow_error}});
    print_table("Pipe of blood, " + law + ", axis", {{12, coarse.axis_error}, {24, fine.axis_error}});
    print_table("Pipe of blood, " + law + ", profile",
                {{12, coarse.profile_error}, {24, fine.profile_error}});
    print_table("Pipe of blood, " + law + ", wall shear stress",
                {{12, coarse.wall_shear_error}, {24, fine.wall_shear_error}});
    EXPECT_LT(std::abs(fine.flow_error), 0.02) << law;
    EXPECT_LT(std::abs(fine.axis_error), 0.01) << law;
    EXPECT_LT(fine.profile_error, 0.015) << law;
    EXPECT_LT(std::abs(fine.wall_shear_error), 0.03) << law;
    EXPECT_GT(observed_order({{12, coarse.flow_error}, {24, fine.flow_error}}), 1.5) << law;
  }
}

TEST(BloodPipe, HasItWithEveryOperator) {
  for (const std::string law : {"carreau", "casson"}) {
    const BloodPipe trt = blood_pipe(law, 16, Settings{}.set("solver.collision", "trt"));
    const BloodPipe cumulant = blood_pipe(law, 16, on_27_directions().set("solver.collision", "cumulant"));
    EXPECT_LT(std::abs(trt.flow_error), 0.045) << law;  // 2 % at 24 cells
    EXPECT_LT(std::abs(cumulant.flow_error), 0.045) << law;
  }
}

TEST(PipeJet, StaysFiniteAndDiesAwayWhereTheLatticeIsTooCoarse) {
  for (const std::string choice : {"d3q19 regularized", "d3q27 regularized", "d3q27 cumulant"}) {
    const auto space = choice.find(' ');
    const Jet found = jet(Settings{}
                              .set("solver.velocity_set", choice.substr(0, space))
                              .set("solver.collision", choice.substr(space + 1)));
    EXPECT_LT(found.peak, 1.1) << choice;
    EXPECT_LT(found.energy_left, 0.02) << choice;
    EXPECT_TRUE(found.dies_away) << choice;
  }
}

TEST(PipeJet, WouldNotWithTwoRelaxationTimes) {
  EXPECT_THROW(jet(Settings{}.set("solver.collision", "trt")), std::runtime_error);
}

TEST(Velocities27, KeepTheVortexTheChannelAndThePipe) {
  for (const std::string collision : {"trt", "regularized", "cumulant"}) {
    const auto vortex = [&](int cells) {
      return taylor_green(cells, collision, taylor_green_tau08_m2_s, on_27_directions());
    };
    const TaylorGreen coarse = vortex(16), fine = vortex(32);
    const std::vector<Level> levels{{16, coarse.velocity_error}, {32, fine.velocity_error}};
    print_table("Taylor-Green on D3Q27, " + collision + ", L2 error of the velocity", levels);
    EXPECT_LT(std::abs(fine.viscosity_error), 1.7e-3);
    EXPECT_LT(fine.velocity_error, 1.8e-3);
    EXPECT_GT(observed_order(levels), 1.9);
  }
  const Channel exact = channel(1.0, exact_magic, 0, "double", on_27_directions());
  EXPECT_LT(std::abs(exact.peak_error), 1e-9);
  EXPECT_LT(std::abs(exact.flow_error), 1e-9);
  const Pipe aligned = aligned_pipe(20, on_27_directions());
  EXPECT_LT(std::abs(aligned.flow_error), 5e-3);
  const Pipe coarse = rotated_pipe(12, on_27_directions()), fine = rotated_pipe(16, on_27_directions());
  const std::vector<Level> levels{{12, coarse.flow_error}, {16, fine.flow_error}};
  print_table("Pipe along (1, 2, 3) on D3Q27, flow", levels);
  EXPECT_LT(std::abs(fine.flow_error), 7.8e-3);
  EXPECT_GT(observed_order(levels), 1.8);
}

TEST(PoiseuillePipe, LosesPressureAtTheOpeningsOfAShortPipe) {
  // The benchmark asks for 2 %, see docs/validation.md: held at what is measured.
  const double error = pressure_driven_pipe();
  print_table("Short pipe between pressure openings, flow", {{10, error}});
  EXPECT_LT(std::abs(error), 0.135);
}

TEST(PoiseuillePipe, LosesAnOrderWithAStaircaseWall) {
  const auto staircase = [](int cells) {
    return rotated_pipe(cells, Settings{}.set("solver.wall_rule", "staircase")).flow_error;
  };
  const std::vector<Level> levels{{12, staircase(12)}, {16, staircase(16)}};
  print_table("Pipe along (1, 2, 3), staircase wall, flow", levels);
  EXPECT_GT(observed_order(levels), 0.6);
  EXPECT_LT(observed_order(levels), 1.4);
  EXPECT_GT(std::abs(levels.back().error), 3 * std::abs(rotated_pipe(16).flow_error));
}

TEST(WomersleyPipe, FollowsAPulsatingForce) {
  const Womersley w = womersley(20);
  print_table("Womersley, amplitude of the flow", {{20, w.amplitude_error}});
  print_table("Womersley, phase in degrees", {{20, w.phase_error_deg}});
  print_table("Womersley, amplitude of the wall shear stress", {{20, w.shear_amplitude_error}});
  print_table("Womersley, phase of the wall shear stress in degrees", {{20, w.shear_phase_error_deg}});
  EXPECT_LT(std::abs(w.amplitude_error), 0.0085);
  EXPECT_LT(std::abs(w.phase_error_deg), 0.14);
  EXPECT_LT(std::abs(w.shear_amplitude_error), 0.044);
  EXPECT_LT(std::abs(w.shear_phase_error_deg), 3.6);
}

/// The series has ten digits, of a mass of five times the volume that enters.
constexpr double digits_of_the_series = 1e-8;

void expect_exact(const std::string& condition, double flow_m3_s, const Vec3& body_force_pa_m = {}) {
  const DrivenPipe p = driven_pipe(condition, flow_m3_s, body_force_pa_m);
  EXPECT_LT(p.inflow_error, digits_of_the_series) << condition;
  EXPECT_LT(p.mass_error, digits_of_the_series) << condition;
}

TEST(DrivenPipe, LetsExactlyTheImposedFlowThrough) {
  expect_exact("kind: flow, flow: 60 mL/min", 1e-6);
  expect_exact("kind: flow, flow: -60 mL/min", -1e-6);
  expect_exact("kind: flow, flow: -60 mL/min, profile: uniform", -1e-6);
}

TEST(DrivenPipe, LetsExactlyTheImposedMeanVelocityThrough) {
  const double area_m2 = std::numbers::pi * 4e-3 * 4e-3;
  expect_exact("kind: velocity, velocity: 20 mm/s", 20e-3 * area_m2);
  expect_exact("kind: velocity, velocity: -20 mm/s", -20e-3 * area_m2);
}

TEST(DrivenPipe, LetsNothingThroughAtAFlowOfZero) {
  // The force pushes along the pipe, through the opening that must hold.
  const Vec3 force = normalized(Vec3{1, 2, 3}) * 100.0;
  for (const Vec3& f : {force, force * -1.0}) {
    expect_exact("kind: flow, flow: 0 mL/min", 0, f);
    expect_exact("kind: velocity, velocity: 0 m/s", 0, f);
  }
}

TEST(TranslatingBox, CarriesItsFluidAsARigidBody) {
  const Box box = translating_box("extrapolation");
  print_table("Translating box, velocity", {{32, box.velocity_error}});
  print_table("Translating box, drift of the mass", {{32, box.mass_drift}});
  print_table("Translating box, pressure [Pa]", {{32, box.pressure_rms_pa}});
  EXPECT_LT(box.velocity_error, 0.0092);
  EXPECT_LT(std::abs(box.mass_drift), 4.7e-5);
  EXPECT_LT(box.pressure_rms_pa, 1.2e-3 * 1000 * 1 / std::sqrt(3.0) * 0.02);  // 1.2e-3 rho c_s u
}

TEST(TranslatingBox, IsNoisyWhenUncoveredCellsAreNotFilled) {
  const Box good = translating_box("extrapolation"), bad = translating_box("none");
  EXPECT_GT(bad.velocity_error, 10 * good.velocity_error);
  EXPECT_GT(bad.pressure_rms_pa, 5 * good.pressure_rms_pa);
}

TEST(Piston, PushesOutWhatItDisplaces) {
  const double error = piston(20);
  print_table("Piston, volume out", {{20, error}});
  EXPECT_LT(std::abs(error), 2.3e-3);
}

TEST(Peristalsis, ReferenceIsShapirosFormulaForLongWaves) {
  const PeristalticPump channel = peristalsis({false, 0.4, 2000, 0}),
                        tube = peristalsis({true, 0.4, 2000, 0});
  EXPECT_NEAR(channel.free_flow, 3 * 0.16 / 2.16, 1e-6);
  EXPECT_NEAR(channel.shut_off_rise / 2000, 1.11336, 1e-5);
  EXPECT_NEAR(tube.free_flow, 0.510968, 1e-6);
  EXPECT_NEAR(tube.shut_off_rise / 2000, 9.33099, 2e-5);
}

TEST(Peristalsis, PumpsBetweenPlanesAsShapiroFound) {
  const Peristalsis p = peristaltic_pump(Lumen::channel, 8);
  print_table("Planar peristalsis, mean flow", {{8, p.flow_error}});
  print_table("Planar peristalsis, drift of the mass", {{8, p.mass_drift}});
  EXPECT_LT(std::abs(p.flow_error), 0.005);
  EXPECT_LT(std::abs(p.mass_drift), 1.6e-4);
}

TEST(Peristalsis, PumpsInATubeAsShapiroFound) {
  const Peristalsis p = peristaltic_pump(Lumen::tube, 6);
  print_table("Tubular peristalsis, mean flow", {{6, p.flow_error}});
  print_table("Tubular peristalsis, drift of the mass", {{6, p.mass_drift}});
  EXPECT_LT(std::abs(p.flow_error), 0.01);
  EXPECT_LT(std::abs(p.mass_drift), 4.8e-4);
}

TEST(Peristalsis, StopsAtTheExactPressureRise) {
  const double error = shut_off_error(Lumen::channel, 8);
  print_table("Planar peristalsis, pressure rise without flow", {{8, error}});
  EXPECT_LT(std::abs(error), 0.015);
}

TEST(ContractingTube, PushesOutWhatItsWallDisplaces) {
  const Contraction c = contracting_tube(10, 0.0125);
  print_table("Contracting tube, volume out", {{10, c.volume_error}});
  print_table("Contracting tube, velocity on the axis g(0)", {{10, c.center_velocity_error}});
  print_table("Contracting tube, pressure gradient K", {{10, c.pressure_error}});
  print_table("Contracting tube, wall shear stress", {{10, c.wall_shear_error}});
  EXPECT_LT(std::abs(c.volume_error), 0.0026);
  EXPECT_LT(std::abs(c.center_velocity_error), 0.0042);
  EXPECT_LT(std::abs(c.pressure_error), 0.0125);
  EXPECT_LT(std::abs(c.wall_shear_error), 0.006);
}

}  // namespace
}  // namespace soleus::verification
