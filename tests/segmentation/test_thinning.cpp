#include <gtest/gtest.h>

#include <algorithm>

#include "segmentation/thinning.hpp"
#include "tests/segmentation/sample_volumes.hpp"

namespace soleus::segmentation {
namespace {

constexpr double voxel_m = 1e-3;

std::array<std::uint8_t, 27> around(std::initializer_list<std::array<int, 3>> present) {
  std::array<std::uint8_t, 27> n{};
  n[13] = 1;
  for (const auto& [i, j, k] : present) n[(i + 1) + 3 * (j + 1) + 9 * (k + 1)] = 1;
  return n;
}

int neighbors_on_line(const Grid& g, const Mask& line, std::size_t v) {
  const auto [i, j, k] = voxel_of(g, v);
  int count = 0;
  for (const Neighbor& n : neighbors26())
    count += contains(g, i + n.di, j + n.dj, k + n.dk) && line[g.index(i + n.di, j + n.dj, k + n.dk)];
  return count;
}

int ends_of(const Grid& g, const std::vector<std::size_t>& line) {
  Mask mask(g.voxels());
  for (const std::size_t v : line) mask[v] = 1;
  return int(std::count_if(line.begin(), line.end(),
                           [&](std::size_t v) { return neighbors_on_line(g, mask, v) == 1; }));
}

TEST(SimplePoint, EndOfALineIsSimple) {
  EXPECT_TRUE(is_simple(around({{1, 0, 0}})));
}

TEST(SimplePoint, MiddleOfALineIsNot) {
  EXPECT_FALSE(is_simple(around({{1, 0, 0}, {-1, 0, 0}})));
}

TEST(SimplePoint, LonelyVoxelIsNot) {
  EXPECT_FALSE(is_simple(around({})));
}

TEST(SimplePoint, InnerVoxelIsNot) {
  std::array<std::uint8_t, 27> full{};
  full.fill(1);
  EXPECT_FALSE(is_simple(full));
  full[13 + 1] = 0;  // a neighbour by a face opens it to the outside
  EXPECT_TRUE(is_simple(full));
}

TEST(MedialLine, OfAStraightTubeRunsInItsMiddle) {
  const Grid g = cube_grid(31, voxel_m);
  const Vec3 a{15e-3, 15e-3, -1}, b{15e-3, 15e-3, 1};
  const auto line = medial_line(g, tube_mask(g, {{a, b, 5e-3}}));
  EXPECT_GE(line.size(), 31u - 2 * 5);  // ends shrink by at most the radius
  for (const std::size_t v : line) {
    const auto [i, j, k] = voxel_of(g, v);
    EXPECT_LE(std::hypot(i - 15, j - 15), 1.0) << i << " " << j << " " << k;
  }
  EXPECT_EQ(ends_of(g, line), 2);
}

TEST(MedialLine, OfABifurcationHasThreeEnds) {
  const Grid g = cube_grid(48, voxel_m);
  const Vec3 middle{24e-3, 24e-3, 24e-3};
  const auto mask = tube_mask(g, {{{24e-3, 24e-3, 45e-3}, middle, 4e-3},
                                  {{8e-3, 24e-3, 4e-3}, middle, 3e-3},
                                  {{40e-3, 24e-3, 4e-3}, middle, 3e-3}});
  const auto line = medial_line(g, mask);
  Mask thin(g.voxels());
  for (const std::size_t v : line) {
    thin[v] = 1;
    EXPECT_TRUE(mask[v]);
  }
  EXPECT_EQ(ends_of(g, line), 3);
  EXPECT_LT(line.size(), 120u);  // about 20 + 26 + 26 voxels long: one voxel thick
}

}  // namespace
}  // namespace soleus::segmentation
