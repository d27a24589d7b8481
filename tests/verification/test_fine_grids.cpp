// The grids and tolerances of the benchmarks; minutes each. Run with scripts/validate.sh (ctest label
// `validation`).
#include <gtest/gtest.h>

#include <cmath>

#include "tests/verification/cases.hpp"

namespace soleus::verification {
namespace {

TEST(TaylorGreenVortexFine, ReachesTheBenchmark) {
  for (const std::string collision : {"trt", "regularized"}) {
    const TaylorGreen a = taylor_green(16, collision), b = taylor_green(32, collision),
                      c = taylor_green(64, collision);
    const std::vector<Level> levels{{16, a.velocity_error}, {32, b.velocity_error}, {64, c.velocity_error}};
    print_table("Taylor-Green, " + collision + ", L2 error of the velocity", levels);
    print_table("Taylor-Green, " + collision + ", effective viscosity",
                {{16, a.viscosity_error}, {32, b.viscosity_error}, {64, c.viscosity_error}});
    if (collision != "trt") continue;
    EXPECT_LT(c.velocity_error, 1e-3);
    EXPECT_LT(std::abs(c.viscosity_error), 1e-3);
    // The order 1.9 of the benchmark is not reached on these grids, see docs/validation.md.
    EXPECT_GT(observed_order({levels[1], levels[2]}), 1.6);
  }
}

TEST(PoiseuillePipeFine, IsOfSecondOrderAlongTheLattice) {
  const Pipe a = aligned_pipe(10), b = aligned_pipe(20), c = aligned_pipe(40);
  const std::vector<Level> levels{{10, a.flow_error}, {20, b.flow_error}, {40, c.flow_error}};
  print_table("Aligned pipe, flow", levels);
  print_table("Aligned pipe, wall shear stress",
              {{10, a.wall_shear_error}, {20, b.wall_shear_error}, {40, c.wall_shear_error}});
  EXPECT_LT(std::abs(b.flow_error), 5e-3);
  EXPECT_GT(observed_order({levels[1], levels[2]}), 1.8);
  EXPECT_LT(std::abs(c.wall_shear_error), 0.03);
}

TEST(PoiseuillePipeFine, IsOfSecondOrderInAnyDirection) {
  const Pipe a = rotated_pipe(12), b = rotated_pipe(16), c = rotated_pipe(24);
  const std::vector<Level> levels{{12, a.flow_error}, {16, b.flow_error}, {24, c.flow_error}};
  print_table("Pipe along (1, 2, 3), flow", levels);
  EXPECT_GT(observed_order(levels), 1.8);
  EXPECT_LT(std::abs(c.flow_error), 5e-3);
}

TEST(PoiseuillePipeFine, HasNearlyTheSameFlowAlongTheLatticeAndAcrossIt) {
  const double along = aligned_pipe(20).flow_error, across = rotated_pipe(20).flow_error;
  EXPECT_LT(std::abs(across - along), 5e-3);
  EXPECT_LT(std::abs(across), 6e-3);  // the benchmark's 0.5 % is not reached, see docs/validation.md
}

TEST(WomersleyPipeFine, ReachesTheBenchmark) {
  const Womersley a = womersley(20), b = womersley(40);
  print_table("Womersley, amplitude of the flow", {{20, a.amplitude_error}, {40, b.amplitude_error}});
  EXPECT_LT(std::abs(b.amplitude_error), 0.01);
  EXPECT_LT(std::abs(b.phase_error_deg), 1);
}

TEST(PeristalsisFine, PumpsBetweenPlanesAsShapiroFound) {
  const Peristalsis p = planar_peristalsis(16);
  print_table("Planar peristalsis, mean flow", {{16, p.flow_error}});
  EXPECT_LT(std::abs(p.flow_error), 0.01);
}

TEST(PeristalsisFine, PumpsInATubeAsShapiroFound) {
  const Peristalsis p = tubular_peristalsis(12);
  print_table("Tubular peristalsis, mean flow", {{12, p.flow_error}});
  EXPECT_LT(std::abs(p.flow_error), 0.02);
}

TEST(ContractingTubeFine, PushesOutWhatItsWallDisplaces) {
  const Contraction c = contracting_tube(20, 0.0125);
  print_table("Contracting tube, volume out", {{20, c.volume_error}});
  print_table("Contracting tube, velocity on the axis g(0)", {{20, c.center_velocity_error}});
  print_table("Contracting tube, pressure gradient K", {{20, c.pressure_error}});
  print_table("Contracting tube, wall shear stress", {{20, c.wall_shear_error}});
  EXPECT_LT(std::abs(c.volume_error), 2e-3);
  EXPECT_LT(std::abs(c.center_velocity_error), 0.02);
  EXPECT_LT(std::abs(c.pressure_error), 0.04);
  EXPECT_LT(std::abs(c.wall_shear_error),
            0.07);  // the benchmark's 4 % is not reached, see docs/validation.md
}

}  // namespace
}  // namespace soleus::verification
