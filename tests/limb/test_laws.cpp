#include <gtest/gtest.h>

#include <cmath>

#include "solver_cuda/limb/laws.hpp"
#include "solver_cuda/limb/schedule.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

constexpr VeinLaw vein{20e-6, 90e-6, 32 * mmhg};
constexpr double roundoff = 1e-12;

TEST(VeinLaw, HoldsItsUnstressedVolumeAtNoPressure) {
  EXPECT_NEAR(transmural_pressure(vein, 20e-6), 0, roundoff);
  EXPECT_NEAR(volume_at(vein, 32 * mmhg), 20e-6 + 90e-6 * (1 - std::exp(-1.0)), 1e-6 * roundoff);
}

TEST(VeinLaw, IsSmoothWhereItCollapses) {
  constexpr double h = 1e-11;  // m3: the two slopes differ by their curvature times this
  const double below = -transmural_pressure(vein, 20e-6 - h) / h,
               above = transmural_pressure(vein, 20e-6 + h) / h;

  EXPECT_NEAR(below / above, 1, 1e-5);
  EXPECT_NEAR(above, 32 * mmhg / 90e-6, 1e-5 * above);
}

TEST(VeinLaw, IsInvertedByVolumeAt) {
  for (const double mm : {-20.0, -5.0, 0.0, 10.0, 75.0, 120.0})
    EXPECT_NEAR(transmural_pressure(vein, volume_at(vein, mm * mmhg)), mm * mmhg, 1e-6) << mm;
}

TEST(VeinLaw, RisesBeyondItsRange) {
  EXPECT_LT(transmural_pressure(vein, -1e-6), transmural_pressure(vein, 0.1e-6));
  EXPECT_GT(transmural_pressure(vein, 120e-6), transmural_pressure(vein, 109.99e-6));
}

TEST(ValveLaw, OpensWithAndClosesAgainstThePressure) {
  const ValveLaw v{.open_area_m2 = 40e-6};
  EXPECT_DOUBLE_EQ(opening_rate(v, 0, 100), 5);
  EXPECT_DOUBLE_EQ(opening_rate(v, 1, 100), 0);
  EXPECT_DOUBLE_EQ(opening_rate(v, 1, -100), -5);
  EXPECT_DOUBLE_EQ(opening_rate(v, 0, -100), 0);
}

TEST(ValveLaw, LeavesItsLeakWhenClosed) {
  const ValveLaw v{.open_area_m2 = 40e-6, .leak = 0.1};
  EXPECT_DOUBLE_EQ(orifice_area(v, 0), 4e-6);
  EXPECT_DOUBLE_EQ(orifice_area(v, 1), 40e-6);
}

TEST(ValveLaw, FlowsSteadilyWithBernoullisLoss) {
  // 10 mL/s through 0.4 cm2: 0.25 mmHg.
  const ValveLaw v{.open_area_m2 = 40e-6};
  const double loss = blood_density_kg_m3 / 2 * 0.25 * 0.25;
  EXPECT_NEAR(acceleration(v, 1, loss, 0, 10e-6), 0, roundoff);
  EXPECT_NEAR(loss / mmhg, 0.25, 0.005);
  EXPECT_LT(acceleration(v, 1, -loss, 0, 10e-6), 0);
}

TEST(Schedule, FollowsItsPhases) {
  const Schedule s = make_schedule({{.kind = PhaseKind::supine, .duration_s = 20},
                                    {.kind = PhaseKind::tilt, .duration_s = 30, .angle_rad = std::asin(0.5)},
                                    {.kind = PhaseKind::tiptoe, .count = 3}},
                                   {.calf_pa = 20e3, .breath_pa = 0});

  EXPECT_DOUBLE_EQ(s.end_s, 53);
  EXPECT_NEAR(sines(s, 10)[0], 0, roundoff);
  EXPECT_NEAR(sines(s, 40)[0], 0.5, roundoff);
  EXPECT_DOUBLE_EQ(presses(s, 49)[std::size_t(Press::posterior_calf)], 0);
  EXPECT_NEAR(presses(s, 51.25)[std::size_t(Press::posterior_calf)], 20e3, 1e-6);
  EXPECT_DOUBLE_EQ(exertion(s, 51), 4);
}

TEST(Schedule, SittingKeepsTheThighLevel) {
  const Schedule s = make_schedule({{.kind = PhaseKind::sitting, .duration_s = 10}}, {});
  EXPECT_NEAR(sines(s, 5)[std::size_t(Part::trunk)], 1, roundoff);
  EXPECT_NEAR(sines(s, 5)[std::size_t(Part::thigh)], 0, roundoff);
  EXPECT_NEAR(sines(s, 5)[std::size_t(Part::shank)], 1, roundoff);
}

}  // namespace
}  // namespace soleus::limb
