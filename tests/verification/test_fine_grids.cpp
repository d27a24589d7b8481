// The grids and tolerances of the benchmarks; minutes each. Run with scripts/validate.sh (ctest label
// `validation`).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

const std::string hagen = "exact: Hagen-Poiseuille", womersley_1955 = "exact: Womersley 1955",
                  newton = "steady flow in the wave's frame, by Newton's method";

struct TaylorGreenLevels {
  std::vector<Level> velocity, viscosity;  // on 16, 32, 64 cells
};

TaylorGreenLevels taylor_green_levels(const std::string& collision, double viscosity_m2_s) {
  TaylorGreenLevels levels;
  for (const int cells : {16, 32, 64}) {
    const TaylorGreen t = taylor_green(cells, collision, viscosity_m2_s);
    levels.velocity.push_back({double(cells), t.velocity_error});
    levels.viscosity.push_back({double(cells), t.viscosity_error});
  }
  return levels;
}

Result vortex(const std::string& name, const std::string& quantity, double limit) {
  return {.case_name = name,
          .quantity = quantity,
          .tolerance = 1e-3,
          .limit = limit,
          .resolution = "64 cells across",
          .source = "exact: decaying Taylor-Green vortex"};
}

TEST(TaylorGreenVortexFine, ReachesTheBenchmarkAtReynoldsHundred) {
  for (const std::string collision : {"trt", "regularized"}) {
    const TaylorGreenLevels levels = taylor_green_levels(collision, taylor_green_re100_m2_s);
    const std::string name = "Taylor-Green vortex, Re 100 (tau 0.519), " + collision;
    report_result(with_error(vortex(name, "velocity, L2 error", 5.5e-4), levels.velocity.back().error));
    Result viscosity = vortex(name, "viscosity", 5.5e-4);
    viscosity.reference = taylor_green_re100_m2_s, viscosity.unit = "m2/s";
    report_result(with_error(viscosity, levels.viscosity.back().error));
  }
}

TEST(TaylorGreenVortexFine, ConvergesWithSecondOrder) {
  // tau = 0.8, as the benchmark asks; at Re = 100 (tau = 0.519) these grids are too coarse for a clean order.
  for (const std::string collision : {"trt", "regularized"}) {
    const TaylorGreenLevels levels = taylor_green_levels(collision, taylor_green_tau08_m2_s);
    const std::string name = "Taylor-Green vortex, tau 0.8, " + collision;
    report_levels(vortex(name, "velocity, L2 error", 4.5e-4), levels.velocity, 1.9);
    Result viscosity = vortex(name, "viscosity", 1e-3);
    viscosity.reference = taylor_green_tau08_m2_s, viscosity.unit = "m2/s";
    report_levels(viscosity, levels.viscosity, 1.9);
  }
}

Result pipe_flow(const std::string& name, int cells, double tolerance, double limit) {
  return {.case_name = name,
          .quantity = "flow",
          .reference = poiseuille_flow_m3_s,
          .unit = "m3/s",
          .tolerance = tolerance,
          .limit = limit,
          .resolution = std::to_string(cells) + " cells across",
          .source = hagen};
}

TEST(PoiseuillePipeFine, IsOfSecondOrderAlongTheLattice) {
  const Pipe a = aligned_pipe(10), b = aligned_pipe(20), c = aligned_pipe(40);
  report_result(with_error(pipe_flow("Pipe along x", 20, 5e-3, 5e-3), b.flow_error));
  Result nodes = pipe_flow("Pipe along x", 40, 1.25e-3, 1.25e-3);
  nodes.quantity = "flow against the exact parabola at the nodes";
  report_levels(nodes, {{10, a.node_flow_error}, {20, b.node_flow_error}, {40, c.node_flow_error}}, 1.8);
}

TEST(PoiseuillePipeFine, HasTheFlowOfHagenAndPoiseuilleInAnyDirection) {
  // The rule of the links is exact for this flow: what is left has no order.
  const double across = rotated_pipe(20).flow_error, along = aligned_pipe(20).flow_error;
  report_result(with_error(pipe_flow("Pipe along (1, 2, 3)", 20, 5e-3, 3e-4), across));
  report_result(with_error(pipe_flow("Pipe along (1, 2, 3)", 24, 3.5e-3, 2e-4), rotated_pipe(24).flow_error));
  Result difference = pipe_flow("Pipe along (1, 2, 3) against along x", 20, 5e-3, 5e-4);
  difference.reference *= 1 + along, difference.ours = poiseuille_flow_m3_s * (1 + across);
  difference.source = "the pipe along x";
  report_result(difference);
}

TEST(PoiseuillePipeFine, IsOfSecondOrderWithLinearLinksToo) {
  const auto linear = [](int cells) {
    return rotated_pipe(cells, Settings{}.set("solver.wall_rule", "linear")).flow_error;
  };
  // 0.35 % measured; 0.5 % at 20 cells would be 0.347 %.
  report_levels(pipe_flow("Pipe along (1, 2, 3), wall_rule: linear", 24, 3.6e-3, 3.6e-3),
                {{12, linear(12)}, {16, linear(16)}, {24, linear(24)}}, 1.8);
}

TEST(WomersleyPipeFine, ReachesTheBenchmark) {
  const Womersley a = womersley(20), b = womersley(40);
  Result r{.case_name = "Womersley, alpha 5, pulsating force",
           .quantity = "amplitude of the flow over the steady one's",
           .reference = std::abs(womersley_flow(5)),
           .tolerance = 0.01,
           .limit = 0.0025,
           .resolution = "40 cells across",
           .source = womersley_1955};
  report_result(with_error(r, b.amplitude_error));
  r.quantity = "amplitude of the wall shear stress over the steady one's";
  r.reference = std::abs(womersley_shear(5)), r.tolerance = 0.02, r.limit = 0.0105;
  report_levels(r, {{20, a.shear_amplitude_error}, {40, b.shear_amplitude_error}}, 1.7);
  r.difference = Difference::absolute, r.unit = "deg", r.quantity = "phase of the flow", r.tolerance = 1;
  r.reference = std::arg(womersley_flow(5)) * 180 / 3.14159265358979, r.limit = 0.06;
  r.ours = r.reference + b.phase_error_deg;
  report_result(r);
  r.quantity = "phase of the wall shear stress", r.limit = 0.6;
  r.reference = std::arg(womersley_shear(5)) * 180 / 3.14159265358979;
  r.ours = r.reference + b.shear_phase_error_deg;
  report_result(r);
}

struct ShearLevels {
  std::vector<Level> mean, size, worst;
};

template <class Measure>
ShearLevels shear_levels(const std::vector<int>& grids, Measure pipe) {
  ShearLevels levels;
  for (const int cells : grids) {
    const Pipe p = pipe(cells);
    levels.mean.push_back({double(cells), p.wall_shear_error});
    levels.size.push_back({double(cells), p.wall_shear_size_error});
    levels.worst.push_back({double(cells), p.wall_shear_worst});
  }
  return levels;
}

Result pipe_shear(const std::string& name, const std::string& what, double tolerance, double limit) {
  return {.case_name = name,
          .quantity = "wall shear stress, " + what + ", relative",
          .tolerance = tolerance,
          .limit = limit,
          .source = "exact: G R / 2"};
}

TEST(WallShearFine, OfAPipeAlongTheLattice) {
  const ShearLevels levels = shear_levels({11, 21, 41}, [](int cells) { return aligned_pipe(cells); });
  report_levels(pipe_shear("Pipe along x", "mean |difference|", 0.03, 1e-4), levels.mean, 1.5);
  EXPECT_LT(levels.mean[0].error, 7e-4);
  EXPECT_LT(levels.mean[1].error, 4e-4);
}

TEST(WallShearFine, OfAPipeAcrossTheLattice) {
  const ShearLevels levels = shear_levels({12, 16, 24, 32}, [](int cells) { return rotated_pipe(cells); });
  // The part around the pipe, which should vanish and tells in the vector only, is of lower order: see
  // docs/validation-notes.md; held at what is measured, 1.6.
  report_levels(pipe_shear("Pipe along (1, 2, 3)", "mean |difference|", 0.025, 3e-4), levels.mean, 1.5, 1.7);
  report_levels(pipe_shear("Pipe along (1, 2, 3)", "mean |difference of sizes|", 0.025, 2e-4), levels.size,
                1.7);
  Result worst = pipe_shear("Pipe along (1, 2, 3)", "worst |difference|", 0.025, 0.01);
  worst.resolution = "32 cells across";
  report_result(with_error(worst, levels.worst.back().error));
}

const char* name_of(Lumen lumen) {
  return lumen == Lumen::tube ? "Tubular peristalsis, phi 0.4" : "Planar peristalsis, phi 0.4";
}

Result pump_flow(Lumen lumen, int cells, double tolerance, double limit) {
  return {.case_name = name_of(lumen),
          .quantity = "mean flow over c times the mean section",
          .reference = exact_pump(lumen).free_flow,
          .tolerance = tolerance,
          .limit = limit,
          .resolution = std::to_string(cells) + " cells in the mean half width",
          .source = newton};
}

TEST(PeristalsisFine, PumpsBetweenPlanesAsShapiroFound) {
  report_result(with_error(pump_flow(Lumen::channel, 16, 0.01, 0.003),
                           peristaltic_pump(Lumen::channel, 16).flow_error));
}

TEST(PeristalsisFine, PumpsInATubeAsShapiroFound) {
  report_result(
      with_error(pump_flow(Lumen::tube, 12, 0.02, 0.003), peristaltic_pump(Lumen::tube, 12).flow_error));
}

TEST(PeristalsisFine, PumpsTheExactFlowWhereverItLiesOnTheLattice) {
  // 0.02 to 0.04 % are measured on all grids, what start and compressibility leave: no order.
  for (const Lumen lumen : {Lumen::channel, Lumen::tube})
    for (const int cells : {6, 8, 12}) {
      Result flow = pump_flow(lumen, cells, 0.02 * 144 / (cells * cells), 7e-4);
      flow.quantity = "mean flow, mean over places on the lattice";
      report_result(with_error(flow, mean_flow_error(lumen, cells)));
    }
}

TEST(PeristalsisFine, StopsAtTheExactPressureRise) {
  for (const auto& [lumen, limit] : {std::pair{Lumen::channel, 0.018}, std::pair{Lumen::tube, 0.019}}) {
    Result rise = pump_flow(lumen, 12, 0.03, limit);
    rise.quantity = "pressure rise without flow, over mu c / a";
    rise.reference = exact_pump(lumen).shut_off_rise;
    report_result(with_error(rise, shut_off_error(lumen, 12)));
  }
}

TEST(PeristalsisFine, KeepsItsMass) {
  for (const auto& [lumen, cells] : {std::pair{Lumen::channel, 16}, std::pair{Lumen::tube, 12}}) {
    Result drift = pump_flow(lumen, cells, 1e-5, 1e-5);
    drift.quantity = "drift of the mass per period after the first, relative", drift.reference = 0;
    drift.source = "exact: conservation";
    report_result(with_error(drift, mass_drift_per_period(lumen, cells)));
  }
}

TEST(ContractingTubeFine, PushesOutWhatItsWallDisplaces) {
  const Contraction c = contracting_tube(20, 0.0125);
  Result r{.case_name = "Contracting tube, alpha -1",
           .resolution = "20 cells in the radius",
           .source = "exact: Uchida & Aoki 1977"};
  const auto report = [&](const std::string& quantity, double reference, double error) {
    r.quantity = quantity, r.reference = reference;
    report_result(with_error(r, error));
  };
  r.tolerance = 0.002, r.limit = 1.1e-3;
  report("volume out, stored mass counted, over the displaced volume", 1, c.volume_error);
  r.tolerance = 0.02, r.limit = 0.0045;
  report("velocity on the axis g(0)", uchida_aoki(-1).axis, c.center_velocity_error);
  r.tolerance = 0.04, r.limit = 0.012;
  report("pressure gradient K", uchida_aoki(-1).gradient, c.pressure_error);
  r.tolerance = 0.04, r.limit = 0.011;
  report("wall shear stress -g'(1)", -uchida_aoki(-1).slope_at_wall, c.wall_shear_error);
  r.tolerance = 0.02, r.limit = 0.007;
  report("scatter of the flow at an end, rms", 0, c.flow_noise);
}

}  // namespace
}  // namespace soleus::verification
