// Walls at rest and openings, on coarse grids; see test_fluid.cpp for what a limit is.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

constexpr double exact_magic = 3.0 / 16;
const std::string parabola = "exact: parabola at the nodes", hagen = "exact: Hagen-Poiseuille";

Settings on_27_directions() {
  return Settings{}.set("solver.velocity_set", "d3q27");
}

Result pipe_flow(const std::string& name, double tolerance) {
  return {.case_name = name,
          .quantity = "flow",
          .reference = poiseuille_flow_m3_s,
          .unit = "m3/s",
          .tolerance = tolerance,
          .source = hagen};
}

Result pipe_shear(const std::string& name, double limit) {
  return {.case_name = name,
          .quantity = "wall shear stress, mean over the wall of |difference|, relative",
          .tolerance = 0.025,
          .limit = limit,
          .source = "exact: G R / 2"};
}

TEST(References, OfPulsatingFlowAgreeWithThePublishedFigures) {
  const std::complex<double> womersley = womersley_flow(5);
  EXPECT_NEAR(std::abs(womersley), 0.241795, 1e-6);
  EXPECT_NEAR(std::arg(womersley) * 180 / std::numbers::pi, -71.353, 1e-3);
  const std::complex<double> shear = womersley_shear(5);
  EXPECT_NEAR(std::abs(shear), 0.372904, 1e-6);
  EXPECT_NEAR(std::arg(shear) * 180 / std::numbers::pi, -40.382, 1e-3);
}

Settings linear_links() {
  return Settings{}.set("solver.wall_rule", "linear");
}

void expect_exact_channel(const std::string& precision, double tolerance, const Settings& more = {}) {
  const Channel found = channel(1.0, exact_magic, 0, precision, more);
  for (const auto& [quantity, error] :
       {std::pair{"peak velocity", found.peak_error}, std::pair{"flow", found.flow_error}})
    report_result({.case_name = more.arguments().empty() ? "Plane channel" : "Plane channel, D3Q27",
                   .quantity = std::string(quantity) + ", relative error",
                   .ours = error,
                   .difference = Difference::absolute,
                   .tolerance = tolerance,
                   .resolution = "8 cells across",
                   .source = parabola,
                   .backend = "cpu, " + precision + " precision"});
}

TEST(PlaneChannel, IsExactUpToRoundOff) {
  expect_exact_channel("double", 1e-9);  // the series has ten digits
  expect_exact_channel("single", 2e-5);
  expect_exact_channel("double", 1e-9, on_27_directions());
}

/// Nodes shifted by `offset` leave q = 1/2 - offset at one wall and 1/2 + offset at the other.
Result shifted_channel(const std::string& name, double tau, double offset, double flow_error) {
  return {.case_name = name + ", walls at q = " + std::to_string(0.5 - offset).substr(0, 3) + " and " +
                       std::to_string(0.5 + offset).substr(0, 3) +
                       ", tau = " + std::to_string(tau).substr(0, 3),
          .quantity = "flow over the exact one",
          .reference = 1,
          .ours = 1 + flow_error,
          .resolution = "8 cells across",
          .source = parabola,
          .backend = "cpu, double precision"};
}

TEST(PlaneChannel, IsExactWhereverTheWallsCutItsLinks) {
  for (const double offset : {0.1, 0.2, 0.3, 0.4})
    for (const double tau : {0.6, 2.0}) {
      Result r = shifted_channel("Plane channel", tau, offset,
                                 channel(tau, exact_magic, offset, "double").flow_error);
      r.tolerance = 1e-6;  // what 8 cells at tau 2 have not yet settled to
      report_result(r);
    }
}

TEST(PlaneChannel, DoesNotDependOnTheViscosityAtFixedMagicParameterWithLinearLinksToo) {
  for (const double offset : {0.1, 0.2, 0.3, 0.4}) {
    const double reference = channel(1.0, exact_magic, offset, "double", linear_links()).flow_error;
    for (const double tau : {0.6, 2.0}) {
      Result r = shifted_channel("Plane channel, wall_rule: linear", tau, offset,
                                 channel(tau, exact_magic, offset, "double", linear_links()).flow_error);
      r.reference = 1 + reference, r.tolerance = 1e-5, r.source = "the same channel at tau = 1";
      report_result(r);
    }
  }
}

TEST(PlaneChannel, WouldDependOnTheViscosityWithASingleRelaxationTime) {
  const auto single_rate = [](double tau) {
    return channel(tau, (tau - 0.5) * (tau - 0.5), 0.3, "double", linear_links()).flow_error;
  };
  report_result({.case_name = "Negative control: plane channel, single relaxation time, wall_rule: linear",
                 .quantity = "change of the flow between tau = 0.6 and 2",
                 .ours = std::abs(single_rate(2.0) - single_rate(0.6)),
                 .difference = Difference::at_least,
                 .tolerance = 0.1,
                 .resolution = "8 cells across",
                 .source = "the wall moves with the viscosity",
                 .backend = "cpu, double precision"});
}

/// The parabola of a pipe is met along links in any direction: what is left is small, and has no order.
void expect_pipe(const std::string& name, int cells, const Pipe& pipe, double flow_limit) {
  Result flow = pipe_flow(name, 5e-3 * 400 / (cells * cells));  // 0.5 % at 20 cells
  flow.limit = flow_limit, flow.resolution = std::to_string(cells) + " cells across";
  report_result(with_error(flow, pipe.flow_error));
}

void expect_shear(const std::string& name, int cells, const Pipe& pipe, double limit) {
  Result shear = pipe_shear(name, limit);
  shear.resolution = std::to_string(cells) + " cells across";
  report_result(with_error(shear, pipe.wall_shear_error));
}

TEST(PoiseuillePipe, HasTheFlowOfHagenAndPoiseuilleAlongTheLattice) {
  const Pipe coarse = aligned_pipe(10), fine = aligned_pipe(20);
  expect_pipe("Pipe along x", 10, coarse, 1.5e-3);  // 1.1e-3 is the sum over the nodes
  expect_pipe("Pipe along x", 20, fine, 4e-4);      // 2e-4
  expect_shear("Pipe along x", 10, coarse, 7e-4);
  expect_shear("Pipe along x", 20, fine, 4e-4);
  expect_pipe("Pipe along x, D3Q27", 20, aligned_pipe(20, on_27_directions()), 4e-4);
}

TEST(PoiseuillePipe, HasTheFlowOfHagenAndPoiseuilleInAnyDirection) {
  const Pipe coarse = rotated_pipe(12), fine = rotated_pipe(16);
  const std::string name = "Pipe along (1, 2, 3)";
  expect_pipe(name, 12, coarse, 2e-4);
  expect_pipe(name, 16, fine, 2e-4);
  expect_shear(name, 12, coarse, 1.3e-3);
  expect_shear(name, 16, fine, 8.5e-4);
  expect_pipe(name + ", D3Q27", 16, rotated_pipe(16, on_27_directions()), 3e-4);
}

TEST(PoiseuillePipe, IsOfSecondOrderWithLinearLinksToo) {
  const Pipe coarse = rotated_pipe(12, linear_links()), fine = rotated_pipe(16, linear_links());
  report_levels(pipe_flow("Pipe along (1, 2, 3), wall_rule: linear", 7.8e-3),
                {{12, coarse.flow_error}, {16, fine.flow_error}}, 1.8);
}

TEST(PoiseuillePipe, LosesPressureAtTheOpeningsOfAShortPipe) {
  // Not reached: the benchmark asks for 2 %. Held at what is measured, -5.1 %, and a margin.
  Result flow = pipe_flow("Short pipe between two pressure openings", 0.02);
  flow.reference = short_pipe_flow_m3_s, flow.limit = 0.055, flow.resolution = "10 cells across";
  report_result(with_error(flow, pressure_driven_pipe()));
}

TEST(PoiseuillePipe, LosesAnOrderWithAStaircaseWall) {
  const auto staircase = [](int cells) {
    return rotated_pipe(cells, Settings{}.set("solver.wall_rule", "staircase")).flow_error;
  };
  const std::vector<Level> levels{{12, staircase(12)}, {16, staircase(16)}};
  const Result control{.case_name = "Negative control: pipe along (1, 2, 3), staircase wall",
                       .difference = Difference::absolute,
                       .source = "first order is expected"};
  Result order = control, times = control;
  order.quantity = "flow, observed order", order.reference = 1, order.ours = observed_order(levels);
  order.tolerance = 0.4, order.resolution = "12, 16 cells across", order.levels = levels;
  report_result(order);
  times.quantity = "error of the flow over that of interpolated walls";
  times.ours = std::abs(levels.back().error / rotated_pipe(16).flow_error);
  times.difference = Difference::at_least, times.tolerance = 3, times.resolution = "16 cells across";
  report_result(times);
}

void expect_womersley(const std::string& name, const Womersley& w, double amplitude, double phase_deg) {
  Result r{.case_name = name,
           .quantity = "amplitude of the flow over the steady one's",
           .reference = std::abs(womersley_flow(5)),
           .tolerance = 0.015,
           .limit = amplitude,
           .resolution = "20 cells across",
           .source = "exact: Womersley 1955"};
  report_result(with_error(r, w.amplitude_error));
  r.quantity = "phase of the flow", r.unit = "deg", r.difference = Difference::absolute;
  r.reference = std::arg(womersley_flow(5)) * 180 / std::numbers::pi,
  r.ours = r.reference + w.phase_error_deg;
  r.tolerance = 1.5, r.limit = phase_deg;
  report_result(r);
}

TEST(WomersleyPipe, FollowsAPulsatingForce) {
  const Womersley w = womersley(20);
  expect_womersley("Womersley, alpha 5, pulsating force", w, 0.0035, 0.33);
  Result r{.case_name = "Womersley, alpha 5, pulsating force",
           .quantity = "amplitude of the wall shear stress over the steady one's",
           .reference = std::abs(womersley_shear(5)),
           .tolerance = 0.08,  // the benchmark's 2 % at 40 cells
           .limit = 0.034,
           .resolution = "20 cells across",
           .source = "exact: Womersley 1955"};
  report_result(with_error(r, w.shear_amplitude_error));
  r.quantity = "phase of the wall shear stress", r.unit = "deg", r.difference = Difference::absolute;
  r.reference = std::arg(womersley_shear(5)) * 180 / std::numbers::pi;
  r.ours = r.reference + w.shear_phase_error_deg, r.tolerance = 3.6, r.limit = 3.6;
  report_result(r);
}

TEST(WomersleyPipe, NeedsTheExactPressureForAnImposedPulsatingFlow) {
  const PulsatingFlow p = flow_driven_womersley(20);
  Result r{.case_name = "Womersley, alpha 5, pulsating flow imposed",
           .quantity = "amplitude of the flow in the middle over the imposed one's and what sound adds",
           .reference = 1,
           .tolerance = 0.015,
           .resolution = "20 cells across",
           .source = "exact: the imposed flow, waves in a compressible fluid"};
  const auto report = [&](double error, double phase_error_deg, const std::string& phase, double phase_deg) {
    r.difference = Difference::relative, r.unit.clear(), r.tolerance = 0.015;
    report_result(with_error(r, error));
    r.quantity = phase, r.unit = "deg", r.reference = phase_deg, r.ours = phase_deg + phase_error_deg;
    r.difference = Difference::absolute, r.tolerance = 1.5;
    report_result(r);
  };
  report(p.flow_amplitude_error, p.flow_phase_error_deg, "phase of the flow in the middle", 0);
  r.quantity = "amplitude of the pressure gradient over the flow's, over the steady one's";
  r.reference = 1 / std::abs(womersley_flow(5)), r.source = "exact: Womersley 1955";
  report(p.gradient_amplitude_error, p.gradient_phase_error_deg,
         "phase of the pressure gradient before the flow",
         -std::arg(womersley_flow(5)) * 180 / std::numbers::pi);
}

/// The series has ten digits, of a mass of five times the volume that enters.
constexpr double digits_of_the_series = 1e-8;

void expect_exact(const std::string& condition, double flow_m3_s, const Vec3& body_force_pa_m = {}) {
  const DrivenPipe p = driven_pipe(condition, flow_m3_s, body_force_pa_m);
  const std::string force = norm(body_force_pa_m) == 0 ? ""
                            : body_force_pa_m.x > 0    ? ", force along the pipe"
                                                       : ", force against the pipe";
  Result r{.case_name = "Driven pipe, " + condition + force,
           .quantity = "volume that entered, worst sample",
           .ours = p.inflow_error,
           .difference = Difference::absolute,
           .tolerance = digits_of_the_series,
           .resolution = "10 cells across",
           .source = "exact: flow times time; difference over 0.2 mL",
           .backend = "cpu, double precision"};
  report_result(r);
  r.quantity = "mass against what passed the openings, worst sample", r.ours = p.mass_error;
  report_result(r);
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

}  // namespace
}  // namespace soleus::verification
