#include <gtest/gtest.h>

#include <iostream>
#include <numbers>

#include "meshing/cut.hpp"
#include "meshing/intersections.hpp"
#include "meshing/quality.hpp"
#include "meshing/remesh.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

void expect_good_triangles(const Surface& s, double edge_m) {
  const MeshQuality q = measure(s);
  std::cout << q.triangles << " triangles, edge " << q.edge_mean_m / edge_m << " of wanted, CoV "
            << q.edge_cov << ", angles " << q.min_angle_deg << " / " << q.min_angle_p01_deg
            << " deg, radius ratio p01 " << q.radius_ratio_p01 << "\n";
  EXPECT_NEAR(q.edge_mean_m / edge_m, 1, 0.1);
  EXPECT_LT(q.edge_cov, 0.3);
  EXPECT_GE(q.min_angle_p01_deg, 20);
  EXPECT_LT(q.part_below_20_deg, 0.01);
  EXPECT_GT(q.radius_ratio_p01, 0.5);
  EXPECT_TRUE(edge_faults(s).boundary.empty());
  EXPECT_TRUE(edge_faults(s).non_manifold.empty());
  EXPECT_TRUE(edge_faults(s).inconsistent.empty());
  EXPECT_TRUE(self_intersections(Bvh(s), 10).empty());
}

TEST(Remesh, BadTubeBecomesIsotropicAndKeepsVolumeAndFlatCaps) {
  const double radius = 4e-3, edge = 0.8e-3;
  const Surface raw = tube_surface(radius, 30e-3, 300, 11, true);  // slivers 0.08 mm by 2.7 mm
  const Bvh bvh(raw);
  const auto neighbours = triangle_neighbours(raw);
  const auto low = find_cut(bvh, neighbours, {0, 0, 4e-3}, {0, 0, -1}, 1),
             high = find_cut(bvh, neighbours, {0, 0, 26e-3}, {0, 0, 1}, 1);
  ASSERT_TRUE(low && high);
  PatchedSurface mesh = open_ends(raw, {{*low, 0, edge, 0}, {*high, 8e-3, edge, 1}}, 2).patched;

  remesh(mesh, [&](const Vec3& x) {
    const double r = std::hypot(x.x, x.y);
    return WallPoint{{x.x * radius / r, x.y * radius / r, x.z}, edge};
  });

  expect_good_triangles(mesh.surface, edge);
  EXPECT_NEAR(volume(mesh.surface) / (std::numbers::pi * radius * radius * 30e-3), 1, 3e-3);
  double cap_area[2] = {0, 0};
  for (std::size_t t = 0; t < mesh.cap.size(); ++t) {
    if (mesh.cap[t] < 0) continue;
    cap_area[mesh.cap[t]] += norm(triangle_area_vector(mesh.surface, int(t)));
    for (int v : mesh.surface.triangles[t])
      EXPECT_NEAR(mesh.surface.points_m[v].z, mesh.cap[t] == 0 ? 4e-3 : 34e-3, 1e-9);
  }
  EXPECT_NEAR(cap_area[0] / (std::numbers::pi * radius * radius), 1, 2e-3);
  EXPECT_NEAR(cap_area[1] / (std::numbers::pi * radius * radius), 1, 2e-3);
}

TEST(Remesh, EightEdgesAroundKeepTheCalibre) {
  const double radius = 1e-3, edge = 0.785e-3;
  const Surface raw = tube_surface(radius, 30e-3, 64, 300, true);
  const Bvh bvh(raw);
  const auto neighbours = triangle_neighbours(raw);
  const auto low = find_cut(bvh, neighbours, {0, 0, 1e-3}, {0, 0, -1}, 1),
             high = find_cut(bvh, neighbours, {0, 0, 29e-3}, {0, 0, 1}, 1);
  ASSERT_TRUE(low && high);
  PatchedSurface mesh = open_ends(raw, {{*low, 0, edge, 0}, {*high, 0, edge, 1}}, 2).patched;

  remesh(mesh, [&](const Vec3& x) {
    const double r = std::hypot(x.x, x.y);
    return WallPoint{{x.x * radius / r, x.y * radius / r, x.z}, edge};
  });

  // Corners on the wall would lose 10 % of the volume.
  EXPECT_NEAR(volume(mesh.surface) / (std::numbers::pi * radius * radius * 28e-3), 1, 0.015);
}

}  // namespace
}  // namespace soleus
