#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>
#include <random>

#include "meshing/cut.hpp"
#include "meshing/intersections.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

constexpr double round_off = 1e-12;

TEST(Topology, ClosedTubeIsASphereAndKnowsItsVolume) {
  const Surface tube = tube_surface(2e-3, 10e-3, 256, 20, true);

  EXPECT_EQ(euler_characteristic(tube), 2);
  EXPECT_TRUE(edge_faults(tube).boundary.empty());
  EXPECT_TRUE(edge_faults(tube).inconsistent.empty());
  EXPECT_NEAR(volume(tube), std::numbers::pi * 4e-6 * 10e-3,
              2e-4 * std::numbers::pi * 4e-6 * 10e-3);  // 256 corners: 1e-4
}

TEST(Topology, OpenTubeHasTwoBoundaryLoops) {
  const Surface tube = tube_surface(2e-3, 10e-3, 32, 5, false);

  const auto loops = boundary_loops(tube);

  ASSERT_EQ(loops.size(), 2u);
  EXPECT_EQ(loops[0].size(), 32u);
  EXPECT_EQ(loops[1].size(), 32u);
}

TEST(Topology, FlippedTriangleIsFoundInconsistent) {
  Surface tube = tube_surface(2e-3, 10e-3, 32, 5, true);
  std::swap(tube.triangles[40][0], tube.triangles[40][1]);

  EXPECT_EQ(edge_faults(tube).inconsistent.size(), 3u);
}

TEST(Polygon, CentroidAndAreaOfARectangle) {
  const std::vector<Vec3> p{{1, 1, 0}, {5, 1, 0}, {5, 3, 0}, {1, 3, 0}};

  EXPECT_NEAR(polygon_area_vector(p).z, 8, round_off);
  EXPECT_NEAR(norm(polygon_centroid(p) - Vec3{3, 2, 0}), 0, round_off);
  EXPECT_NEAR(polygon_length(p), 12, round_off);
  EXPECT_NEAR(norm(resample_polygon(p, 6)[2] - Vec3{5, 1, 0}), 0, round_off);
}

TEST(Bvh, ClosestPointAgreesWithBruteForce) {
  const Surface tube = tube_surface(2e-3, 10e-3, 24, 12, true);
  const Bvh bvh(tube);
  std::mt19937 random(7);
  std::uniform_real_distribution<double> u(-4e-3, 12e-3);

  for (int i = 0; i < 200; ++i) {
    const Vec3 x{u(random), u(random), u(random)};
    double nearest = 1;
    for (const auto& [a, b, c] : tube.triangles) {
      nearest = std::min(
          nearest,
          norm(x - closest_point_on_triangle(x, tube.points_m[a], tube.points_m[b], tube.points_m[c]).point));
    }
    EXPECT_NEAR(bvh.closest(x).distance_m, nearest, round_off);
  }
}

TEST(Bvh, RayHitsTheWallAtTheRadius) {
  const Bvh bvh(tube_surface(2e-3, 10e-3, 720, 3, true));

  const auto hit = bvh.first_hit({0, 0, 5e-3}, normalized(Vec3{1, 0.3, 0}), 1);
  const auto out_of_reach = bvh.first_hit({0, 0, 5e-3}, {1, 0, 0}, 1.9e-3);

  ASSERT_TRUE(hit);
  EXPECT_NEAR(hit->distance_m, 2e-3, 2e-8);
  EXPECT_FALSE(out_of_reach);
}

TEST(Section, AreaAndCentroidOfATubeSeenOffCentre) {
  const Bvh bvh(tube_surface(2e-3, 10e-3, 720, 3, true));

  const Section s = cross_section(bvh, {0.8e-3, 0, 5e-3}, {0, 0, 1});

  EXPECT_TRUE(s.clean);
  EXPECT_NEAR(s.area_m2, std::numbers::pi * 4e-6, 5e-3 * std::numbers::pi * 4e-6);
  EXPECT_NEAR(norm(s.centroid_m - Vec3{0, 0, 5e-3}), 0, 0.02e-3);
}

TEST(Cut, TipIsWhatLiesBeyondThePlane) {
  const Surface tube = tube_surface(2e-3, 10e-3, 64, 10, true);
  const Bvh bvh(tube);

  const auto cut = find_cut(bvh, triangle_neighbours(tube), {0.3e-3, 0, 7.4e-3}, {0, 0, 1}, 10e-3);

  ASSERT_TRUE(cut);
  EXPECT_NEAR(cut->area_m2, std::numbers::pi * 4e-6, 3e-3 * std::numbers::pi * 4e-6);
  for (int t : cut->tip) EXPECT_GT(triangle_center(tube, t).z, 7.4e-3);
  EXPECT_EQ(cut->triangles.size(), 128u);
  EXPECT_EQ(cut->tip.size(), 2u * 2 * 64 + 64);
}

TEST(Cut, PlaneAlongTheVesselCutsNoTipOff) {
  const Surface tube = tube_surface(2e-3, 30e-3, 64, 30, true);
  const Bvh bvh(tube);

  EXPECT_FALSE(find_cut(bvh, triangle_neighbours(tube), {0, 0, 15e-3}, {0, 0, 1}, 8e-3));
}

TEST(Extension, LeadsStraightToARoundFlatCapOfTheSameArea) {
  Surface tube = tube_surface(2e-3, 10e-3, 64, 10, true);
  for (Vec3& p : tube.points_m) p.y *= 0.5;  // an ellipse
  const Bvh bvh(tube);
  const auto cut = find_cut(bvh, triangle_neighbours(tube), {0, 0, 7.4e-3}, {0, 0, 1}, 10e-3);
  ASSERT_TRUE(cut);

  const OpenedSurface opened = open_ends(tube, {{*cut, 6e-3, 0.4e-3, 0}}, 1);

  EXPECT_EQ(euler_characteristic(opened.patched.surface), 2);
  EXPECT_TRUE(edge_faults(opened.patched.surface).boundary.empty());
  EXPECT_TRUE(edge_faults(opened.patched.surface).inconsistent.empty());
  EXPECT_TRUE(self_intersections(Bvh(opened.patched.surface), 10).empty());
  for (std::size_t t = 0; t < opened.patched.cap.size(); ++t) {
    if (opened.patched.cap[t] < 0) continue;
    EXPECT_NEAR(triangle_center(opened.patched.surface, int(t)).z, 13.4e-3, 1e-9);
    EXPECT_GT(triangle_normal(opened.patched.surface, int(t)).z, 0.999);
  }
  EXPECT_NEAR(norm(polygon_area_vector(opened.patched.rims[0])), std::numbers::pi * 2e-6,
              3e-3 * std::numbers::pi * 2e-6);
  EXPECT_NEAR(norm(opened.patched.rims[0][100] - Vec3{0, 0, 13.4e-3}), std::sqrt(2.0) * 1e-3, 3e-6);
}

TEST(SelfIntersection, CrossingTubesAreFoundAndTouchingNeighboursAreNot) {
  Surface crossed = tube_surface(2e-3, 10e-3, 32, 10, true);
  const Surface clean = crossed;
  const int offset = int(crossed.points_m.size());
  for (const Vec3& p : clean.points_m) crossed.points_m.push_back({p.z - 5e-3, p.y + 0.1e-3, p.x + 5.1e-3});
  for (const auto& t : clean.triangles)
    crossed.triangles.push_back({t[0] + offset, t[2] + offset, t[1] + offset});

  EXPECT_TRUE(self_intersections(Bvh(clean), 10).empty());
  EXPECT_EQ(self_intersections(Bvh(crossed), 10).size(), 10u);
}

TEST(SelfIntersection, FoldedSheetIsFound) {
  Surface s;
  s.points_m = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0.2, 0.9, 0}};
  s.triangles = {{0, 1, 2}, {1, 0, 3}};

  EXPECT_EQ(self_intersections(Bvh(s), 10).size(), 1u);
}

}  // namespace
}  // namespace soleus
