// One preparation serves the pre-flight and the run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/base/artifacts/shape.hpp"
#include "pipeline/base/errors.hpp"
#include "solver_cuda/solver.hpp"
#include "tests/base/temporary_folder.hpp"

namespace soleus {
namespace {

Geometry pipe() {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::pipe, .radius_m = 2e-3, .end_radius_m = 2e-3, .length_m = 8e-3};
  for (const ShapeEnd& e : ends(*g.shape))
    g.openings.push_back({e.name, e.center_m, e.outward, 1.2566e-5, e.radius_m});
  return g;
}

/// Flow through a pipe whose wall falls to 0.8 of its area within the run.
FlowCase squeezed() {
  FlowCase c;
  c.wall.motion = MotionKind::contraction;
  c.wall.area_ratio_min = 0.8;
  c.wall.rise_s = 0.01;
  c.openings.resize(2);
  c.openings[0].name = "start";
  c.openings[0].kind = OpeningKind::flow;
  c.openings[0].flow_m3_s = 1e-6;
  c.openings[1].name = "end";
  c.openings[1].kind = OpeningKind::pressure;
  c.solver.dx_m = 0.5e-3;
  c.solver.end_time_s = 0.01;
  c.output.volume = c.output.wall = false;
  return c;
}

TEST(Simulation, PreflightLeavesNoTraceInTheRun) {
  const test::TemporaryFolder folder;
  Simulation looked_ahead(squeezed(), pipe(), 1);
  const Preflight p = looked_ahead.preflight();

  const Flow flow = looked_ahead.run(folder.path);

  EXPECT_EQ(double(p.steps), flow.numbers.at("steps"));
  EXPECT_EQ(double(p.fluid_cells), flow.numbers.at("cells"));
  EXPECT_LT(flow.series.columns.at("fluid_volume_m3").back(),
            0.9 * flow.series.columns.at("fluid_volume_m3").front());
  const Flow alone = Simulation(squeezed(), pipe(), 1).run(folder.path);
  EXPECT_EQ(flow.series.time_s, alone.series.time_s);
  EXPECT_EQ(flow.series.columns, alone.series.columns);
}

TEST(Simulation, PreflightCountsBeforeTheRun) {
  const Preflight p = Simulation(squeezed(), pipe(), 1).preflight();
  // 0.1 cells per step at 0.5 m/s: dt = 100 us, nu = 3.302e-6 m2/s * dt / dx^2.
  EXPECT_NEAR(p.dt_s, 1e-4, 1e-12);
  EXPECT_EQ(p.steps, 100);
  EXPECT_NEAR(p.tau, 0.5 + 3 * 3.5e-3 / 1060 * 1e-4 / 0.25e-6, 1e-9);
  EXPECT_NEAR(p.mach, 0.1 * std::sqrt(3.0), 1e-9);
  // 52 nodes of a square lattice lie within 4 cells of a corner between four nodes; 16 cross-sections.
  EXPECT_EQ(p.fluid_cells, 52 * 16);
  // V / (rho c_s^2), c_s = 5 m/s / sqrt(3).
  EXPECT_NEAR(p.lattice_compliance_m3_pa, 52 * 16 * 0.125e-9 / (1060 * 25.0 / 3), 1e-18);
  EXPECT_EQ(p.stored_cells % 512, 0);
  EXPECT_GT(p.memory_bytes, double(p.stored_cells) * 19 * 4);
  EXPECT_EQ(p.disk_bytes, 2 * 52 * 16 * 19 * 4);  // two checkpoints
  EXPECT_TRUE(p.notes.empty());                   // eight cells across
}

TEST(Simulation, PreflightNamesVesselsThatAreTooThin) {
  FlowCase c = squeezed();
  c.solver.dx_m = 0.6e-3;
  EXPECT_THAT(
      Simulation(c, pipe(), 1).preflight().notes,
      testing::Contains("opening 'start' is only 6.7 cells across; solver.dx <= 0.5 mm gives 8 cells."));
}

TEST(Simulation, WritesWhichCaseAndProgramMadeIt) {
  const test::TemporaryFolder folder;
  FlowCase c = squeezed();
  c.case_hash = "1f00";
  c.program = "soleus 0.1.0";
  c.solver.end_time_s = 1e-3;

  Simulation(c, pipe(), 1).run(folder.path);

  const Flow flow = load_flow(folder.path);
  EXPECT_EQ(flow.texts.at("case_hash"), "1f00");
  EXPECT_EQ(flow.texts.at("program"), "soleus 0.1.0");
}

TEST(Simulation, RefusesAnUnstableTimeStep) {
  FlowCase c = squeezed();
  c.solver.dt_s = 1e-3;
  try {
    const Simulation refused(c, pipe(), 1);
    FAIL() << "accepted";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("at most 0.15 is accurate. Use solver.dt <= 150 us."));
  }
}

}  // namespace
}  // namespace soleus
