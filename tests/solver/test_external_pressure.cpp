// What presses on an elastic vein: where, how much, when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/geometry/external_pressure.hpp"
#include "solver_cuda/geometry/motion.hpp"

namespace soleus {
namespace {

constexpr double mmHg = 133.322387415;

/// A vein of radius 2 mm along z from -50 to 50 mm; a station per mm.
Stations vein() {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::pipe,
                  .direction = {0, 0, 1},
                  .radius_m = 2e-3,
                  .end_radius_m = 2e-3,
                  .length_m = 100e-3};
  return make_stations(g);
}

/// Station at a height [mm].
std::size_t at_mm(double z) {
  return static_cast<std::size_t>(std::lround(z + 50));
}

Surface sphere(const Vec3& center_m, double radius_m) {
  constexpr int rings = 48, around = 96;
  Surface s;
  for (int i = 0; i <= rings; ++i)
    for (int j = 0; j < around; ++j) {
      const double theta = std::numbers::pi * i / rings, phi = 2 * std::numbers::pi * j / around;
      s.points_m.push_back(
          center_m +
          Vec3{std::sin(theta) * std::cos(phi), std::sin(theta) * std::sin(phi), std::cos(theta)} * radius_m);
      if (i == 0 || i == rings) break;  // poles
    }
  const int south = static_cast<int>(s.points_m.size()) - 1;
  const auto point = [&](int i, int j) {
    return i == 0 ? 0 : i == rings ? south : 1 + (i - 1) * around + j % around;
  };
  for (int i = 0; i < rings; ++i)
    for (int j = 0; j < around; ++j) {
      if (i > 0) s.triangles.push_back({point(i, j), point(i + 1, j), point(i, j + 1)});
      if (i + 1 < rings) s.triangles.push_back({point(i, j + 1), point(i + 1, j), point(i + 1, j + 1)});
    }
  return s;
}

MuscleConfig muscle(const std::string& name, double pressure_pa) {
  MuscleConfig m;
  m.name = name, m.pressure_pa = pressure_pa;
  return m;
}

std::string refused(const std::function<void()>& what) {
  try {
    what();
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(ExternalPressure, IsUniformByItself) {
  WallConfig wall;
  wall.external_pa = 700;
  wall.external_waveform = {.kind = WaveformKind::sine, .offset = 1, .amplitude = 0.5, .period_s = 4};
  EXPECT_THAT(external_pressure(wall, vein(), 1060, {}).at(1), testing::Each(testing::DoubleEq(1050)));
}

TEST(ExternalPressure, OfAMuscleHasSmoothEdgesAlongItsRegions) {
  WallConfig wall;
  wall.muscles = {muscle("soleus", 1000)};
  wall.muscles[0].regions = {{-1, 30e-3, 60e-3, 10e-3}};  // -20 to 10 mm
  wall.muscles[0].transmission = 0.5;
  const std::vector<double> p = external_pressure(wall, vein(), 1060, {}).at(0);
  EXPECT_DOUBLE_EQ(p[at_mm(0)], 500);
  EXPECT_NEAR(p[at_mm(10)], 250, 1e-9);
  EXPECT_NEAR(p[at_mm(-18)], 500 * 0.5 * (1 + std::sin(std::numbers::pi * 0.2)), 1e-9);
  EXPECT_NEAR(p[at_mm(16)], 0, 1e-9);
}

TEST(ExternalPressure, OfAMuscleInsideTouchingAndOutsideItsSurface) {
  WallConfig wall;
  wall.muscles = {muscle("soleus", 1000)};
  wall.muscles[0].surface = "soleus.stl";
  wall.muscles[0].edge_m = 6e-3;
  const Surface ball = sphere({}, 20e-3);
  const std::vector<double> p = external_pressure(wall, vein(), 1060, {ball}).at(0);
  EXPECT_DOUBLE_EQ(p[at_mm(0)], 1000);
  EXPECT_DOUBLE_EQ(p[at_mm(19)], 1000);
  EXPECT_DOUBLE_EQ(p[at_mm(21)], 1000);  // the vein reaches 1 mm into the muscle
  EXPECT_NEAR(p[at_mm(25)], 500, 10);    // 3 of 6 mm outside; the ball has corners
  EXPECT_DOUBLE_EQ(p[at_mm(29)], 0);
  const std::vector<double> gaps = gaps_to(ball, vein());
  EXPECT_NEAR(gaps[at_mm(0)], -22e-3, 0.1e-3);
  EXPECT_NEAR(gaps[at_mm(-32)], 10e-3, 0.1e-3);
  // A vein beside it.
  EXPECT_DOUBLE_EQ(weight_at_gap(gaps_to(sphere({21.9e-3, 0, 0}, 20e-3), vein())[at_mm(0)], 0), 1);
  EXPECT_DOUBLE_EQ(weight_at_gap(gaps_to(sphere({22.2e-3, 0, 0}, 20e-3), vein())[at_mm(0)], 0), 0);
}

TEST(ExternalPressure, OfSeveralMusclesAddsUp) {
  WallConfig wall;
  wall.external_pa = 100;
  wall.muscles = {muscle("soleus", 1000), muscle("gastrocnemius", 200)};
  wall.muscles[0].regions = {{0, 0, 60e-3, 0}};
  wall.muscles[1].waveform = {.kind = WaveformKind::tiptoe, .rise_s = 0.5};
  const ExternalPressure outside = external_pressure(wall, vein(), 1060, {});
  EXPECT_NEAR(outside.at(0.25)[at_mm(0)], 1200, 1e-9);
  EXPECT_NEAR(outside.at(0.25)[at_mm(40)], 200, 1e-9);
  EXPECT_NEAR(outside.at(0)[at_mm(40)], 100, 1e-9);
  EXPECT_THAT(
      summary(outside),
      testing::ElementsAre("muscle 'soleus': presses on 61 of 101 stations, at most 7.501 mmHg",
                           "muscle 'gastrocnemius': presses on 101 of 101 stations, at most 1.5 mmHg"));
}

TEST(ExternalPressure, OfAStockingFallsFromAnkleToKnee) {
  WallConfig wall;
  wall.stocking = StockingConfig{
      .ankle_pa = 30 * mmHg, .knee_pa = 10 * mmHg, .ankle_height_m = -40e-3, .knee_height_m = 10e-3};
  const std::vector<double> p = external_pressure(wall, vein(), 1060, {}).at(0);
  EXPECT_NEAR(p[at_mm(-50)], 30 * mmHg, 1e-9);
  EXPECT_NEAR(p[at_mm(-40)], 30 * mmHg, 1e-9);
  EXPECT_NEAR(p[at_mm(-15)], 20 * mmHg, 1e-9);
  EXPECT_NEAR(p[at_mm(10)], 10 * mmHg, 1e-9);
  EXPECT_NEAR(p[at_mm(20)], 5 * mmHg, 1e-9);
  EXPECT_NEAR(p[at_mm(31)], 0, 1e-9);
}

TEST(ExternalPressure, LacksTheHydrostaticPartInside) {
  WallConfig wall;
  wall.gravity = GravityConfig{.up = {0, 0, 2}, .level_m = 1};
  const std::vector<double> p = external_pressure(wall, vein(), 1060, {}).at(0);
  EXPECT_NEAR(p[at_mm(0)], -1060 * 9.81, 1e-6);
  EXPECT_NEAR(p[at_mm(-50)], -1060 * 9.81 * 1.05, 1e-6);
  wall.gravity->up = {1, 0, 0};  // lies
  EXPECT_THAT(external_pressure(wall, vein(), 1060, {}).at(0),
              testing::Each(testing::DoubleEq(-1060 * 9.81)));
}

/// Lies for 10 s, stands, rises on tiptoe; the middle of the vein lies 6 cm below the knee.
std::shared_ptr<const LimbOfWall> limb_of_wall() {
  using namespace limb;
  return std::make_shared<const LimbOfWall>(
      LimbOfWall{make_schedule({{.kind = PhaseKind::supine, .duration_s = 10},
                                {.kind = PhaseKind::standing, .duration_s = 10},
                                {.kind = PhaseKind::tiptoe, .count = 10}},
                               {.calf_pa = 8000}),
                 {0.38, 0.42, 0.06}});
}

TEST(ExternalPressure, LacksTheColumnOfTheLimbsPostureInside) {
  WallConfig wall;
  wall.limb = limb_of_wall();
  const ExternalPressure outside = external_pressure(wall, vein(), 1060, {});
  EXPECT_THAT(outside.at(5), testing::Each(testing::DoubleNear(0, 1e-6)));
  const std::vector<double> standing = outside.at(15);
  EXPECT_NEAR(standing[at_mm(0)], -1060 * 9.81 * 0.86, 1e-3);
  EXPECT_NEAR(standing[at_mm(-50)], -1060 * 9.81 * 0.91, 1e-3);
}

TEST(ExternalPressure, OfAMuscleThatTheLimbDrivesIsTheLimbs) {
  WallConfig wall;
  wall.muscles = {muscle("soleus", 0), muscle("tibialis anterior", 0)};
  wall.muscles[0].drive = MuscleDrive::posterior_calf, wall.muscles[0].transmission = 0.5;
  wall.muscles[1].drive = MuscleDrive::anterior_calf;
  EXPECT_THAT(refused([&] { external_pressure(wall, vein(), 1060, {}); }),
              testing::StartsWith("wall.muscles: 'soleus' is driven by the limb, which no opening leads to"));
  wall.limb = limb_of_wall();
  const ExternalPressure outside = external_pressure(wall, vein(), 1060, {});
  const double middle_of_movement_s = 20 + 0.275;
  EXPECT_NEAR(outside.at(middle_of_movement_s)[at_mm(0)] - outside.at(19.9)[at_mm(0)], 0.5 * 8000, 1e-3);
  EXPECT_EQ(summary(outside).front(), "muscle 'soleus': presses on 101 of 101 stations, at most 30 mmHg");
}

TEST(ExternalPressure, RefusesAMuscleThatCoversNoVein) {
  WallConfig wall;
  wall.muscles = {muscle("soleus", 1000)};
  wall.muscles[0].surface = "soleus.stl";
  const auto refusal = [&](const std::vector<Surface>& surfaces) {
    return refused([&] { external_pressure(wall, vein(), 1060, surfaces); });
  };
  EXPECT_EQ(
      refusal({sphere({40e-3, 0, 0}, 20e-3)}),
      "wall.muscles: 'soleus' covers no vein: the nearest station is 18.0 mm outside; see that soleus.stl "
      "lies in the same LPS space as the lumen and is in mm, or use a larger edge than 5 mm.");
  EXPECT_THAT(refusal({}), testing::HasSubstr("not handed over"));
  wall.muscles[0].surface.clear();
  wall.muscles[0].regions = {{-1, 120e-3, 130e-3, 0}};
  EXPECT_EQ(refusal({}),
            "wall.muscles: 'soleus' covers no vein: branch 0 runs from 0.0 to 100.0 mm; use `from` "
            "and `to` within.");
  wall.muscles[0].regions = {{3, 0, 130e-3, 0}};
  EXPECT_EQ(refusal({}),
            "wall.muscles: 'soleus' covers no vein: the vein has no branch of that number; see "
            "centerlines.vtp.");
}

TEST(MotionOfATubeLaw, HasTheLongestPeriodOfWhatPresses) {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::pipe, .radius_m = 2e-3, .end_radius_m = 2e-3, .length_m = 100e-3};
  WallConfig wall;
  wall.motion = MotionKind::tube_law;
  EXPECT_DOUBLE_EQ(Motion(wall, g).period_s(), 0);
  wall.muscles = {muscle("soleus", 1000), muscle("gastrocnemius", 200)};
  wall.muscles[0].waveform.kind = WaveformKind::gait;
  wall.muscles[1].waveform.kind = WaveformKind::tiptoe;
  EXPECT_DOUBLE_EQ(Motion(wall, g).period_s(), 2);
  wall.muscles = {muscle("soleus", 0)};
  wall.muscles[0].drive = MuscleDrive::posterior_calf;
  wall.limb = limb_of_wall();
  EXPECT_DOUBLE_EQ(Motion(wall, g).period_s(), 1);
}

TEST(Stations, KnowTheirPlace) {
  const Stations::Place place = vein().place(7);
  EXPECT_EQ(place.branch, 0);
  EXPECT_NEAR(place.abscissa_m, 7e-3, 1e-12);
}

}  // namespace
}  // namespace soleus
