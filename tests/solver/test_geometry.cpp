// The lattice over a lumen of a few cells, the distances to its wall, and how the wall moves: hand numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

#include "pipeline/base/errors.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus::test {
namespace {

constexpr double roundoff = 1e-12;
constexpr double single = 1e-6;  // distances are stored in single precision

WallConfig translation(const Vec3& velocity_m_s) {
  WallConfig w;
  w.motion = MotionKind::translation;
  w.velocity_m_s = velocity_m_s;
  return w;
}

WallConfig pulse() {
  WallConfig w;
  w.motion = MotionKind::contraction;
  w.area_ratio_min = 0.25;
  w.period_s = 1, w.rise_s = 0.2, w.hold_s = 0.1, w.fall_s = 0.2;
  return w;
}

/// Narrowest while the limb's muscles press hardest, at rest before and after.
TEST(Motion, IsSqueezedAsTheLimbsMusclesPress) {
  WallConfig w;
  w.motion = MotionKind::contraction, w.squeeze = SqueezeKind::limb, w.area_ratio_min = 0.4;
  EXPECT_THROW(Motion(w, pipe()), InputError);
  w.limb = std::make_shared<const LimbOfWall>(LimbOfWall{limb::make_schedule(
      {{.kind = limb::PhaseKind::standing, .duration_s = 1}, {.kind = limb::PhaseKind::tiptoe, .count = 2}},
      {.calf_pa = 5000})});
  const Motion motion(w, pipe());
  const auto ratio_at = [&](double time_s) { return motion.area_ratio(0, 0, motion.at(time_s)); };
  EXPECT_NEAR(ratio_at(0.5), 1, roundoff);
  EXPECT_NEAR(ratio_at(1.275), 0.4, roundoff);
  EXPECT_NEAR(ratio_at(2.11), 0.7, 1e-9);  // half way up in the second movement
  EXPECT_NEAR(ratio_at(1.8), 1, roundoff);
  EXPECT_DOUBLE_EQ(motion.period_s(), 1);
}

TEST(Voxelize, ACubeOfThreeCellsHas27NodesAnd125WithTheirNeighbours) {
  const SmallLumen s(cube(3));
  EXPECT_EQ(s.fluid.size(), 27u);
  EXPECT_EQ(s.lattice.reachable.size(), 125u);
  EXPECT_TRUE(s.lattice.nodes.fluid(s.at(1, -1, 1)));
  EXPECT_FALSE(s.lattice.nodes.fluid(s.at(2, 0, 0)));
  EXPECT_TRUE(s.lattice.cap_nodes.empty());
}

TEST(Voxelize, FiveDirectionsArriveThroughAFlatCap) {
  const SmallLumen s(pipe(), {}, driven(1));
  EXPECT_EQ(s.fluid.size(), 36u);
  ASSERT_EQ(s.lattice.cap_nodes.size(), 18u);
  for (const CapNode& c : s.lattice.cap_nodes) {
    const int inward = s.lattice.tiles.position(c.node).x < 0 ? 1 : -1;
    EXPECT_EQ(c.cap, inward > 0 ? 0 : 1);
    for (int i = 0; i < D3Q19::Q; ++i)
      EXPECT_EQ(c.directions >> i & 1, Directions::cx(i) == inward ? 1u : 0u) << i;
  }
}

TEST(Voxelize, RefusesALumenThatNoNodeLiesIn) {
  Geometry g = cube(0.4);
  g.shape->center_m = Vec3{0, 0, 0};
  const Wall wall(g, {}, {});
  EXPECT_THROW(voxelize(wall, dx, {0.4, 0, 0}, 1, D3Q19::Q), InputError);
}

TEST(NearWall, KnowsTheDistanceOfAPipe) {
  const SmallLumen s(pipe(), {}, driven(1));
  const auto cells = [&](double x, double y, double z) {
    return s.near.distance_m[s.near.slot(s.at(x, y, z))] / dx;
  };
  EXPECT_NEAR(cells(0.5, 0, 0), -1.5, single);
  EXPECT_NEAR(cells(0.5, 1, 0), -0.5, single);
  EXPECT_NEAR(cells(0.5, 1, 1), std::numbers::sqrt2 - 1.5, single);
  EXPECT_NEAR(cells(-1.5, 2, 0), 0.5, single);
}

TEST(NearWall, CountsNodesAtTheWallByTheirPart) {
  // Faces half a cell beyond the nodes: whole cells. Shifted by 0.2 cells, the wall leaves 0.2 of a cell on
  // one side and takes it on the other.
  EXPECT_NEAR(SmallLumen(cube(3)).near.fluid_volume_m3(), 27e-9, 27e-9 * single);
  EXPECT_NEAR(SmallLumen(cube(3), {}, {}, {0.2, 0, 0}).near.fluid_volume_m3(), 27e-9, 27e-9 * single);
}

TEST(NearWall, IsUpdatedEachFiftiethOfACellAndAtTheLatestAfterTwentySteps) {
  EXPECT_GT(SmallLumen(cube(3)).near.interval_s(), 1e9);
  const SmallLumen fast(cube(3), translation({0.1, 0, 0})), slow(cube(3), translation({1e-5, 0, 0}));
  EXPECT_NEAR(fast.near.max_speed_m_s, 0.1, roundoff);
  EXPECT_NEAR(fast.near.interval_s(), 0.02 * dx / 0.1, roundoff);
  EXPECT_NEAR(slow.near.interval_s(), 20 * dt, roundoff);
}

TEST(NearWall, MovesItsDistancesWithTheWall) {
  SmallLumen s(cube(3), translation({0.1, 0, 0}));
  s.near.update(4e-3);  // 0.4 cells
  EXPECT_NEAR(s.near.distance_m[s.near.slot(s.at(-1, 0, 0))] / dx, -0.1, single);
  EXPECT_NEAR(s.near.distance_m[s.near.slot(s.at(1, 0, 0))] / dx, -0.9, single);
  EXPECT_NEAR(s.near.velocity_m_s[s.near.slot(s.at(1, 0, 0))].x, 0.1, roundoff);
}

TEST(NearWall, KnowsTheVelocityAtBothEndsOfALinkHoweverFarTheLumenIsSqueezed) {
  Geometry g = pipe();
  g.shape->radius_m = g.shape->end_radius_m = 5.3 * dx;
  SmallLumen s(g, pulse(), driven(1));
  const double half_m = 5.3 * dx * 0.6;  // 0.36 of the area: cells of 1.7 times their size at rest
  for (int k = 1; k <= 15; ++k) s.near.update(0.01 * k);
  classify(s.lattice.nodes, s.near);
  const auto axis_distance = [](const Vec3& x) { return std::hypot(x.y, x.z); };
  int links = 0;
  for (const Node n : s.lattice.reachable.nodes())
    for (int i = 1; i < D3Q19::Q && s.lattice.nodes.fluid(n); ++i) {
      const Node out = s.lattice.tiles.neighbour(n, i);
      const double r = axis_distance(s.lattice.tiles.position(n)),
                   r_out = axis_distance(s.lattice.tiles.position(out));
      const bool through_end = std::abs(s.lattice.tiles.position(out).x) > 2 * dx;
      if (s.lattice.nodes.fluid(out) || r_out < half_m || through_end) continue;
      ++links;
      ASSERT_GE(s.near.slot(out), 0);
      const auto speed = [&](Node m) { return norm(s.near.velocity_m_s[s.near.slot(m)]); };
      EXPECT_NEAR(speed(out) / r_out, speed(n) / r, 1e-6 * speed(n) / r);  // a squeeze towards the axis
      EXPECT_GT(speed(out), 0);
    }
  EXPECT_GT(links, 100);
}

TEST(Classify, UncoversAndCoversALayerOfAMovingCube) {
  SmallLumen s(cube(3), translation({0.1, 0, 0}));
  s.near.update(6e-3);  // 0.6 cells: the layer at 2 is uncovered, that at -1 covered
  const std::vector<Node> uncovered = classify(s.lattice.nodes, s.near);
  EXPECT_EQ(uncovered.size(), 9u);
  EXPECT_THAT(uncovered, testing::Contains(s.at(2, 1, -1)));
  EXPECT_FALSE(s.lattice.nodes.fluid(s.at(-1, 0, 0)));
  EXPECT_EQ(s.lattice.nodes.count(s.lattice.nodes.fluid_rows), 27);
}

TEST(Motion, APulseTakesTheWallToTheRootOfItsAreaRatioAndBack) {
  const Motion m(pulse(), pipe());
  EXPECT_NEAR(m.area_ratio(0, 0, m.at(0)), 1, roundoff);
  EXPECT_NEAR(m.area_ratio(0, 0, m.at(0.1)), 0.625, roundoff);  // half of the way
  EXPECT_NEAR(m.area_ratio(0, 0, m.at(0.25)), 0.25, roundoff);
  EXPECT_NEAR(m.area_ratio(0, 0, m.at(0.6)), 1, roundoff);
  EXPECT_NEAR(m.area_ratio(0, 0, m.at(1.25)), 0.25, roundoff);
  const Vec3 wall{0, 1.5 * dx, 0};
  const CenterlineCoordinates at_rest = m.coordinates(wall);
  const Vec3 squeezed = m.moved_position(wall, at_rest, m.at(0.25));
  EXPECT_NEAR(squeezed.y, 0.75 * dx, roundoff);
  EXPECT_NEAR(m.rest_position(squeezed, m.coordinates(squeezed), m.at(0.25)).y, wall.y, roundoff);
}

TEST(Motion, TheWallsVelocityIsTheDerivativeOfItsPath) {
  const Motion m(pulse(), pipe());
  const Vec3 wall{0, 0, 1.5 * dx};
  const double t = 0.07, h = 1e-6;
  const CenterlineCoordinates at_rest = m.coordinates(wall);
  const Vec3 moved = m.moved_position(wall, at_rest, m.at(t));
  const Vec3 by_path =
      (m.moved_position(wall, at_rest, m.at(t + h)) - m.moved_position(wall, at_rest, m.at(t - h))) / (2 * h);
  EXPECT_NEAR(m.velocity(m.coordinates(moved), m.at(t)).z, by_path.z, 1e-6 * std::abs(by_path.z));
}

TEST(Motion, AFlatSectionClosesAlongOneAxisOnly) {
  WallConfig w = pulse();
  w.cross_section = CrossSection::flat;
  const Motion m(w, pipe());
  const Vec3 wall = Vec3{0, 1, 1} * dx, squeezed = m.moved_position(wall, m.coordinates(wall), m.at(0.25));
  EXPECT_NEAR(squeezed.y, 0.25 * dx, roundoff);
  EXPECT_NEAR(squeezed.z, dx, roundoff);
}

TEST(Motion, ARingMovesBackToWhereItWasAndItsVelocityIsTheDerivativeOfItsPath) {
  for (const CrossSection kind : {CrossSection::ellipse, CrossSection::two_lobed}) {
    WallConfig w = pulse();
    w.cross_section = kind;
    const Motion m(w, pipe());
    for (const Vec3& wall : {Vec3{0, 0, 1.5} * dx, Vec3{0, 1.5, 0} * dx, Vec3{0, 1, 1.1} * dx}) {
      const double t = 0.17, h = 1e-6;
      const auto moved = [&](double time_s) {
        return m.moved_position(wall, m.coordinates(wall), m.at(time_s));
      };
      const Vec3 now = moved(t), path = (moved(t + h) - moved(t - h)) / (2 * h);
      EXPECT_LT(norm(m.rest_position(now, m.coordinates(now), m.at(t)) - wall), 1e-6 * dx);
      EXPECT_LT(norm(m.velocity(m.coordinates(now), m.at(t)) - path), 1e-3 * norm(path) + 1e-9);
    }
  }
}

TEST(Motion, ASmoothStartLosesHalfOfItsTime) {
  WallConfig w = translation({1, 0, 0});
  w.ramp_s = 0.2;
  const Motion m(w, cube(3));
  EXPECT_NEAR(m.translation(0.2).x, 0.1, roundoff);
  EXPECT_NEAR(m.translation(1).x, 0.9, roundoff);
  EXPECT_NEAR(m.velocity(Vec3{}, m.at(0.1)).x, 0.5, roundoff);
}

TEST(Motion, AWaveHasTheSamePeriodInBothDirections) {
  WallConfig w = pulse();
  w.squeeze = SqueezeKind::travelling_wave;
  w.wave_length_m = 40e-3, w.wave_amplitude = 0.1;
  for (const double speed : {20e-3, -20e-3}) {
    w.wave_speed_m_s = speed;
    const Motion m(w, pipe());
    EXPECT_NEAR(m.period_s(), 2, roundoff);
    EXPECT_NEAR(m.area_ratio(0, 10e-3, m.at(0)), 1.21, roundoff);  // a quarter of a wave: the crest
    EXPECT_NEAR(m.area_ratio(0, 10e-3 + speed * 0.3, m.at(0.3)), 1.21, roundoff);
  }
}

TEST(Motion, RefusesToContractABentPipe) {
  Geometry g = pipe();
  g.shape->kind = ShapeKind::bent_pipe;
  g.shape->bend_radius_m = 10 * dx, g.shape->bend_angle_rad = 1;
  EXPECT_THROW(Motion(pulse(), g), InputError);
}

}  // namespace
}  // namespace soleus::test
