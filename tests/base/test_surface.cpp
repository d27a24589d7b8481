#include <gtest/gtest.h>

#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {
namespace {

/// Corner of a cube of side 2, cut off far from the origin: volume 8 / 6.
Surface tetrahedron() {
  const Vec3 o{100, -50, 10};
  return {{o, o + Vec3{2, 0, 0}, o + Vec3{0, 2, 0}, o + Vec3{0, 0, 2}},
          {{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}}};
}

TEST(Surface, MeasuresATetrahedron) {
  const Surface s = tetrahedron();

  EXPECT_NEAR(volume(s), 8.0 / 6, 1e-12);
  EXPECT_NEAR(area(s), 3 * 2 + 2 * std::sqrt(3.0), 1e-12);
}

TEST(Surface, PointsShareTheAreaOutward) {
  const std::vector<Vec3> shares = point_area_vectors(tetrahedron());

  const Vec3 three_sides = Vec3{-2, -2, -2};
  EXPECT_NEAR(norm(shares[0] - three_sides), 0, 1e-12);
}

TEST(Surface, IsClosedUnlessATriangleIsMissingOrTurned) {
  Surface turned = tetrahedron(), open = tetrahedron();
  std::swap(turned.triangles[2][0], turned.triangles[2][1]);
  open.triangles.pop_back();

  EXPECT_TRUE(is_closed(tetrahedron()));
  EXPECT_FALSE(is_closed(turned));
  EXPECT_FALSE(is_closed(open));
  EXPECT_FALSE(is_closed({}));
}

}  // namespace
}  // namespace soleus
