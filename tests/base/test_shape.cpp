#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "pipeline/base/artifacts/shape.hpp"

namespace soleus {
namespace {

constexpr double roundoff = 1e-15;  // metres, for shapes of a few centimetres

Shape pipe(const Vec3& direction) {
  return {.kind = ShapeKind::pipe,
          .center_m = {0.01, 0.02, 0.03},
          .direction = direction,
          .radius_m = 4e-3,
          .length_m = 0.05};
}

TEST(ShapeDistance, OfAPipeIsRadialAndIgnoresTheEnds) {
  const Shape s = pipe({0, 0, 2});
  EXPECT_NEAR(signed_distance(s, s.center_m), -4e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, s.center_m + Vec3{3e-3, 4e-3, 1}), 1e-3, roundoff);
}

TEST(ShapeDistance, OfABoxIsEuclideanOutsideAndNearestWallInside) {
  const Shape s{.kind = ShapeKind::box, .size_m = {0.02, 0.04, 0.06}};
  EXPECT_NEAR(signed_distance(s, {0, 0, 0}), -0.01, roundoff);
  EXPECT_NEAR(signed_distance(s, {0.013, 0.024, 0}), 5e-3, roundoff);
}

TEST(ShapeDistance, OfABoxHasNoWallsAcrossPeriodicAxes) {
  Shape s{.kind = ShapeKind::box,
          .size_m = {0.02, 0.04, 0.06},
          .periodic = {true, false, true},
          .period_m = {0.02, 0.04, 0.06}};
  EXPECT_NEAR(signed_distance(s, {0.5, 0.015, 9}), -5e-3, roundoff);
  s.periodic = {true, true, true};
  EXPECT_LT(signed_distance(s, {0.01, 0.02, 0.03}), -0.02);
}

TEST(ShapeDistance, OfAChannelIsTheNearerPlane) {
  const Shape s{.kind = ShapeKind::channel, .center_m = {0, 1, 0}, .height_m = 0.01};
  EXPECT_NEAR(signed_distance(s, {7, 1.004, -3}), -1e-3, roundoff);
}

TEST(ShapeDistance, OfAConeIsPerpendicularToItsWall) {
  const Shape s{.kind = ShapeKind::tapered_pipe, .radius_m = 2e-3, .end_radius_m = 5e-3, .length_m = 4e-3};
  const double slope = 0.75, cosine = 0.8;
  const Vec3 on_wall{1e-3, 2e-3 + slope * 3e-3, 0}, outward{-slope * cosine, cosine, 0};
  for (const double d : {-1e-4, 0.0, 1e-4})
    EXPECT_NEAR(signed_distance(s, on_wall + outward * d), d, roundoff);
}

TEST(ShapeDistance, OfABentPipeIsToTheArc) {
  const Shape s{.kind = ShapeKind::bent_pipe, .radius_m = 2e-3, .bend_radius_m = 0.02, .bend_angle_rad = 1};
  const Vec3 middle{0, 0.02, 0};
  for (const double angle : {-0.5, 0.0, 0.3}) {
    const Vec3 outward{std::sin(angle), -std::cos(angle), 0};
    EXPECT_NEAR(signed_distance(s, middle + outward * 0.02), -2e-3, roundoff);
    EXPECT_NEAR(signed_distance(s, middle + outward * 0.023 + Vec3{0, 0, 4e-3}), 3e-3, roundoff);
  }
}

TEST(ShapeDistance, OfABifurcationBlendsOnlyNearTheJunction) {
  const Shape s{.kind = ShapeKind::bifurcation,
                .radius_m = 4e-3,
                .end_radius_m = 3e-3,
                .length_m = 0.03,
                .bend_angle_rad = 0.6};
  const auto all = ends(s);
  ASSERT_EQ(all.size(), 3u);
  for (const ShapeEnd& end : all)
    EXPECT_NEAR(signed_distance(s, end.center_m), -end.radius_m, roundoff) << end.name;
  EXPECT_LE(signed_distance(s, {}), -4e-3);
  EXPECT_GE(signed_distance(s, {}), -4.5e-3);
}

/// Nearest distance to any image of the axis, by trying many more than needed.
double brute_force(const Shape& s, const Vec3& x) {
  double nearest = 1;
  const Vec3 a = normalized(s.direction);
  for (int i = -6; i <= 6; ++i)
    for (int j = -6; j <= 6; ++j)
      for (int k = -6; k <= 6; ++k) {
        const Vec3 d = x - s.center_m - Vec3{i * s.period_m.x, j * s.period_m.y, k * s.period_m.z};
        nearest = std::min(nearest, norm(d - a * dot(d, a)));
      }
  return nearest - s.radius_m;
}

TEST(ShapeDistance, OfAPeriodicPipeIsToTheNearestImage) {
  for (const Vec3& direction : {Vec3{1, 0, 0}, Vec3{0.02, 0.02, 0}, Vec3{0.02, 0.04, 0},
                                Vec3{0.02, 0.02, 0.03}, Vec3{-0.04, 0.02, 0.06}}) {
    Shape s = pipe(direction);
    s.periodic = {true, true, true};
    s.period_m = {0.02, 0.02, 0.03};
    for (int n = 0; n < 200; ++n) {
      const Vec3 x{0.02 * std::sin(n * 1.1), 0.02 * std::sin(n * 2.3), 0.03 * std::sin(n * 3.7)};
      EXPECT_NEAR(signed_distance(s, x), brute_force(s, x), 1e-14);
    }
  }
}

TEST(ShapeEnds, LieOnTheAxisAndPointOut) {
  const Shape s = pipe({0, 0, 1});
  const auto all = ends(s);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_STREQ(all[0].name, "start");
  EXPECT_EQ(all[0].outward, (Vec3{0, 0, -1}));
  EXPECT_NEAR(all[1].center_m.z, 0.055, roundoff);
}

TEST(ShapeEnds, OfABendArePerpendicularToItsCentreline) {
  const Shape s{.kind = ShapeKind::bent_pipe,
                .radius_m = 2e-3,
                .bend_radius_m = 0.02,
                .bend_angle_rad = std::numbers::pi / 2};
  const auto all = ends(s);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NEAR(dot(all[0].outward, all[1].outward), 0, 1e-12);
  for (const ShapeEnd& end : all) {
    EXPECT_NEAR(signed_distance(s, end.center_m), -2e-3, roundoff);
    EXPECT_NEAR(dot(end.outward, end.center_m - Vec3{0, 0.02, 0}), 0, roundoff);
  }
}

TEST(ShapeBounds, HoldTheLumenAndNotMuchMore) {
  std::vector<Shape> shapes{
      pipe({1, 2, 3}),
      {.kind = ShapeKind::tapered_pipe,
       .direction = {1, 1, 0},
       .radius_m = 2e-3,
       .end_radius_m = 4e-3,
       .length_m = 0.03},
      {.kind = ShapeKind::bent_pipe, .radius_m = 2e-3, .bend_radius_m = 0.02, .bend_angle_rad = 2},
      {.kind = ShapeKind::bifurcation,
       .radius_m = 4e-3,
       .end_radius_m = 3e-3,
       .length_m = 0.03,
       .bend_angle_rad = 0.6},
      {.kind = ShapeKind::sphere, .center_m = {1, 1, 1}, .radius_m = 0.01}};
  for (const Shape& s : shapes) {
    const auto [low, high] = bounds(s);
    const Vec3 span = high - low;
    Vec3 lowest = high, highest = low;
    constexpr int n = 60;
    for (int i = -3; i <= n + 3; ++i)
      for (int j = -3; j <= n + 3; ++j)
        for (int k = -3; k <= n + 3; ++k) {
          const Vec3 x{low.x + span.x * i / n, low.y + span.y * j / n, low.z + span.z * k / n};
          bool inside = signed_distance(s, x) < 0;
          for (const ShapeEnd& end : ends(s)) inside = inside && dot(x - end.center_m, end.outward) < 0;
          for (int a = 0; a < 3 && inside; ++a) {
            lowest[a] = std::min(lowest[a], x[a]);
            highest[a] = std::max(highest[a], x[a]);
          }
        }
    for (int a = 0; a < 3; ++a) {
      EXPECT_GE(lowest[a], low[a] - 1e-12) << int(s.kind) << " axis " << a;
      EXPECT_LE(highest[a], high[a] + 1e-12) << int(s.kind) << " axis " << a;
      EXPECT_LE(lowest[a] - low[a], 0.15 * span[a]) << int(s.kind) << " axis " << a;
      EXPECT_LE(high[a] - highest[a], 0.15 * span[a]) << int(s.kind) << " axis " << a;
    }
  }
}

TEST(VeinTree, FollowsMurraysLawAndIsRoundAtItsEnds) {
  const Shape s{.kind = ShapeKind::vein_tree,
                .direction = {0, 0, 1},
                .radius_m = 4e-3,
                .length_m = 40e-3,
                .bend_angle_rad = 0.4};
  const std::vector<TreeBranch> branches = tree_branches(s);
  ASSERT_EQ(branches.size(), 15u);
  for (const TreeBranch& b : branches) {
    double daughters = 0;
    for (const TreeBranch& d : branches)
      if (d.parent == &b - branches.data()) daughters += std::pow(d.radius_m, 3);
    if (daughters > 0) {
      EXPECT_NEAR(daughters, std::pow(b.radius_m, 3), 1e-12);
    }
    EXPECT_LE(signed_distance(s, 0.5 * (b.start_m + b.end_m)), -b.radius_m + 1e-12);
  }
  EXPECT_NEAR(signed_distance(s, {0, 0, -5e-3}), 1e-3, 1e-12);
  EXPECT_TRUE(ends(s).empty());
}

TEST(ShapeDistance, OfABoxWithObstaclesIsTheNearerWall) {
  Shape s{.kind = ShapeKind::box,
          .size_m = {0.02, 0.04, 0.06},
          .obstacles = {{.kind = ObstacleKind::sphere, .radius_m = 4e-3},
                        {.kind = ObstacleKind::cylinder,
                         .center_m = {0, 0.012, 0},
                         .direction = {0, 0, 2},
                         .radius_m = 1e-3},
                        {.kind = ObstacleKind::block, .center_m = {0, -0.02, 0}, .size_m = {1, 0.01, 1}}}};
  EXPECT_NEAR(signed_distance(s, {5e-3, 0, 0}), -1e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, {0, 0, 1e-3}), 3e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, {0, 0.014, 0.02}), -1e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, {0, -0.013, 0}), -2e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, {9e-3, 0, 0}), -1e-3, roundoff);
  EXPECT_NEAR(hull_distance(s, {5e-3, 0, 0}), -5e-3, roundoff);
}

TEST(ShapeDistance, OfObstaclesRepeatsInAPeriodicCell) {
  Shape s{.kind = ShapeKind::box, .periodic = {true, true, true}, .period_m = {0.02, 0.02, 0.02}};
  s.obstacles = {{.kind = ObstacleKind::sphere, .center_m = {9e-3, 0, 0}, .radius_m = 3e-3}};
  EXPECT_NEAR(obstacle_distance(s, {-9e-3, 0, 0}), -1e-3, roundoff);
  EXPECT_NEAR(obstacle_distance(s, {9e-3 + 0.04, 3e-3, 0}), 0, roundoff);
}

TEST(ShapeDistance, OfARevolvedLineIsExactAtItsStep) {
  const Shape s{.kind = ShapeKind::revolved,
                .direction = {0, 0, 1},
                .stations_m = {-0.02, 0, 0, 0.02},
                .radii_m = {2e-3, 2e-3, 6e-3, 6e-3}};
  EXPECT_NEAR(signed_distance(s, {1e-3, 0, -0.01}), -1e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, {0, 4e-3, -1e-3}), 1e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, {0, 4e-3, 1e-3}), -1e-3, roundoff);
  EXPECT_NEAR(signed_distance(s, {0, 5e-3, 0.5}), -1e-3, roundoff);  // beyond the ends as if it went on
  EXPECT_NEAR(signed_distance(s, {0, 2e-3 - 3e-4, 4e-4}), -5e-4, roundoff);  // the edge of the step
  EXPECT_EQ(ends(s)[0].radius_m, 2e-3);
  EXPECT_EQ(ends(s)[1].center_m, (Vec3{0, 0, 0.02}));
}

TEST(ShapeEnds, OfABoxAreRectanglesLessTheBlocksInThem) {
  Shape s{.kind = ShapeKind::box,
          .size_m = {0.1, 0.04, 0.02},
          .through = ThroughAxis::x,
          .obstacles = {
              {.kind = ObstacleKind::block, .center_m = {-0.05, -0.02, 0}, .size_m = {0.04, 0.03, 0.02}}}};
  const auto found = ends(s);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].outward, (Vec3{-1, 0, 0}));
  EXPECT_NEAR(found[0].center_m.y, 7.5e-3, roundoff);
  EXPECT_NEAR(found[0].half_m.y, 12.5e-3, roundoff);
  EXPECT_NEAR(found[0].half_m.z, 0.01, roundoff);
  EXPECT_NEAR(std::numbers::pi * found[0].radius_m * found[0].radius_m, 0.025 * 0.02, 1e-12);
  EXPECT_NEAR(found[1].center_m.y, 0, roundoff);
  EXPECT_NEAR(found[1].half_m.y, 0.02, roundoff);
  EXPECT_NEAR(signed_distance(s, {0.5, 0, 0}), -0.01, roundoff);  // open along x
}

TEST(ShapeFaces, MeetAtEdgesAndEndAtObstacles) {
  const Shape s{.kind = ShapeKind::box,
                .size_m = {0.02, 0.04, 0.06},
                .obstacles = {{.kind = ObstacleKind::sphere, .radius_m = 4e-3}}};
  const auto bit = [](Face face) { return 1u << static_cast<unsigned>(face); };
  EXPECT_EQ(faces_at(s, {-0.01, 0, 0}, 1e-5), bit(Face::x_min));
  EXPECT_EQ(faces_at(s, {0, 0.02, 0.01}, 1e-5), bit(Face::y_max));
  EXPECT_EQ(faces_at(s, {0.01, 0.02, 0}, 1e-5), bit(Face::x_max) | bit(Face::y_max));
  EXPECT_EQ(faces_at(s, {4e-3, 0, 0}, 1e-5), 0u);
}

}  // namespace
}  // namespace soleus
