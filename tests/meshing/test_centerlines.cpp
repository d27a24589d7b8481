#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <numbers>

#include "meshing/centerlines.hpp"
#include "meshing/labels_to_surface.hpp"
#include "meshing/topology.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

constexpr double h = 1e-3;

struct Error {
  double mean_m = 0, worst_m = 0, radius_bias = 0, area_radius_bias = 0;
};

// Over all centreline points for which `truth` gives a distance from the exact centreline and a radius.
Error error_of(const Centerlines& c, double radius, const std::function<double(const Vec3&)>& distance) {
  Error e;
  std::vector<double> inscribed, from_area;
  int n = 0;
  for (const Branch& b : c.branches) {
    for (std::size_t i = 0; i < b.points_m.size(); ++i) {
      const double d = distance(b.points_m[i]);
      if (d < 0) continue;
      e.mean_m += d;
      e.worst_m = std::max(e.worst_m, d);
      inscribed.push_back(b.radius_m[i] / radius - 1);
      from_area.push_back(std::sqrt(b.area_m2[i] / std::numbers::pi) / radius - 1);
      ++n;
    }
  }
  std::sort(inscribed.begin(), inscribed.end());
  std::sort(from_area.begin(), from_area.end());
  e.mean_m /= n;
  e.radius_bias = inscribed[inscribed.size() / 2];
  e.area_radius_bias = from_area[from_area.size() / 2];
  std::cout << "centreline error mean " << e.mean_m / h << ", worst " << e.worst_m / h
            << " voxel; radius bias inscribed " << 100 * e.radius_bias << " %, area "
            << 100 * e.area_radius_bias << " %\n";
  return e;
}

TEST(Centerlines, StraightObliqueTube) {
  const double radius = 3.2 * h;
  const Vec3 direction = normalized(Vec3{0.4, 0.25, 1}), a{0.01 + 12 * h, -0.02 + 14 * h, 0.03 + 8 * h},
             b = a + 36 * h * direction;
  const Labels labels = label_map({45, 40, 60}, h, [&](const Vec3& x) { return flat_tube(x, a, b, radius); });
  const Bvh wall(labels_to_surface(labels, 20).surface);

  const CenterTree tree = center_tree(wall, 0.5 * h, {});
  const Centerlines c = branches_of(tree, wall);

  ASSERT_EQ(c.branches.size(), 1u);
  ASSERT_EQ(tree.ends.size(), 2u);
  EXPECT_LT(norm(tree.ends[0].tip_m - b), 1.0 * h);  // the root is the end nearest to the head
  EXPECT_LT(norm(tree.ends[1].tip_m - a), 1.0 * h);
  EXPECT_LT(std::abs(tree.ends[0].radius_m / radius - 1), 0.15);
  const Error e = error_of(c, radius, [&](const Vec3& x) {
    const double along = dot(x - a, direction);
    return along > radius && along < 36 * h - radius ? norm(x - a - along * direction) : -1;
  });
  EXPECT_LT(e.mean_m, 0.25 * h);
  EXPECT_LT(std::abs(e.area_radius_bias), 0.03);
  EXPECT_LT(std::abs(e.radius_bias), 0.08);  // the inscribed sphere touches the innermost facet
  EXPECT_NEAR(c.branches[0].abscissa_m.back(), 36 * h, 0.6 * radius);
}

TEST(Centerlines, BentTubeIsNotCutShort) {
  const double radius = 3 * h, bend = 20 * h;
  const Vec3 o{0.01 + 30 * h, -0.02 + 8 * h, 0.03 + 30 * h};
  const Labels labels = label_map({62, 17, 62}, h, [&](const Vec3& x) {
    const Vec3 d = x - o;
    const double tube = std::hypot(std::hypot(d.x, d.z) - bend, d.y) - radius;
    return std::max(tube, d.z - 5 * h);  // a bit more than half a ring
  });
  const Bvh wall(labels_to_surface(labels, 20).surface);

  const CenterTree tree = center_tree(wall, 0.5 * h, {});

  ASSERT_EQ(tree.ends.size(), 2u);
  const Error e = error_of(branches_of(tree, wall), radius, [&](const Vec3& x) {
    const Vec3 d = x - o;
    return d.z < 0 ? std::hypot(std::hypot(d.x, d.z) - bend, d.y) : -1;
  });
  EXPECT_LT(e.mean_m, 0.25 * h);
  EXPECT_LT(e.worst_m, 0.5 * h);
  EXPECT_LT(std::abs(e.area_radius_bias), 0.03);
}

TEST(Centerlines, ForkHasThreeBranchesThatKnowTheirParent) {
  const Vec3 o{0.01 + 30 * h, -0.02 + 10 * h, 0.03 + 30 * h}, top = o + Vec3{0, 0, 24 * h};
  const Vec3 left = o + Vec3{-14 * h, 0, -22 * h}, right = o + Vec3{14 * h, 2 * h, -22 * h};
  const Labels labels = label_map({61, 21, 61}, h, [&](const Vec3& x) {
    return std::min({capsule(x, top, o, 4 * h), capsule(x, o, left, 3 * h), capsule(x, o, right, 2.5 * h)});
  });
  const Bvh wall(labels_to_surface(labels, 20).surface);

  const CenterTree tree = center_tree(wall, 0.5 * h, {});
  const Centerlines c = branches_of(tree, wall);

  ASSERT_EQ(c.branches.size(), 3u);
  EXPECT_EQ(c.branches[0].parent, -1);
  EXPECT_EQ(c.branches[1].parent, c.branches[0].id);
  EXPECT_EQ(c.branches[2].parent, c.branches[0].id);
  EXPECT_GT(c.branches[0].points_m.front().z, top.z);
  EXPECT_LT(norm(c.branches[0].points_m.back() - o), 5 * h);
  for (int k : {1, 2}) {
    EXPECT_EQ(c.branches[k].abscissa_m.front(), c.branches[0].abscissa_m.back());
    EXPECT_EQ(c.branches[k].points_m.front(), c.branches[0].points_m.back());
  }
  const auto line_distance = [](const Vec3& x, const Vec3& a, const Vec3& b) { return capsule(x, a, b, 0); };
  const Error e = error_of(c, 3 * h, [&](const Vec3& x) {
    if (norm(x - o) < 7 * h) return -1.0;  // the fork itself has no exact centreline
    if (norm(x - top) < 4 * h || norm(x - left) < 4 * h || norm(x - right) < 4 * h) return -1.0;
    return std::min({line_distance(x, o, top), line_distance(x, o, left), line_distance(x, o, right)});
  });
  EXPECT_LT(e.mean_m, 0.25 * h);
}

TEST(Centerlines, StepIsAtMostAQuarterRadius) {
  const Bvh wall(tube_surface(2e-3, 20e-3, 64, 40, true));

  const Centerlines c = branches_of(center_tree(wall, 0.4e-3, {}), wall);

  ASSERT_EQ(c.branches.size(), 1u);
  const Branch& b = c.branches[0];
  for (std::size_t i = 1; i < b.points_m.size(); ++i)
    EXPECT_LE(norm(b.points_m[i] - b.points_m[i - 1]), 0.25 * 2e-3);
}

TEST(Centerlines, FlatVeinHasOneLineAndNoSideBranches) {
  Surface s = tube_surface(2e-3, 30e-3, 96, 60, true);
  for (Vec3& p : s.points_m) p.x *= 2.5;
  const Bvh wall(s);

  const CenterTree tree = center_tree(wall, 0.5e-3, {});

  EXPECT_EQ(tree.paths.size(), 1u);
  EXPECT_EQ(tree.ends.size(), 2u);
}

}  // namespace
}  // namespace soleus
