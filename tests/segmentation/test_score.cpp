#include <gtest/gtest.h>

#include "segmentation/score.hpp"
#include "tests/segmentation/sample_volumes.hpp"

namespace soleus::segmentation {
namespace {

constexpr double voxel_m = 1e-3;

/// A cube of `edge` voxels whose corner lies at (corner, 8, 8).
Mask cube(const Grid& g, int corner, int edge) {
  Mask mask(g.voxels());
  for (int k = 8; k < 8 + edge; ++k)
    for (int j = 8; j < 8 + edge; ++j)
      for (int i = corner; i < corner + edge; ++i) mask[g.index(i, j, k)] = 1;
  return mask;
}

TEST(Dice, OfCubesShiftedByOneFifthIsFourFifths) {
  const Grid g = cube_grid(32, voxel_m);
  EXPECT_DOUBLE_EQ(dice(cube(g, 8, 10), cube(g, 10, 10)), 0.8);  // (n - s) / n
}

TEST(Dice, OfTheSameMaskIsOneAndOfDisjointMasksZero) {
  const Grid g = cube_grid(32, voxel_m);
  EXPECT_DOUBLE_EQ(dice(cube(g, 4, 6), cube(g, 4, 6)), 1);
  EXPECT_DOUBLE_EQ(dice(cube(g, 4, 6), cube(g, 20, 6)), 0);
}

TEST(Score, ShiftedCubesAreOneShiftApart) {
  const Grid g = cube_grid(32, voxel_m);
  const Score s = score(g, cube(g, 11, 10), cube(g, 8, 10), Mask(g.voxels()));
  EXPECT_NEAR(s.hausdorff95_m, 3 * voxel_m, 1e-9);
  EXPECT_NEAR(s.dice, 0.7, 1e-12);
  EXPECT_NEAR(s.found_volume_m3, s.true_volume_m3, 1e-15);
}

TEST(Score, DistancesFollowTheSpacingOfEachAxis) {
  Grid g = cube_grid(32, voxel_m);
  g.spacing_m.x = 2 * voxel_m;
  const Score s = score(g, cube(g, 11, 10), cube(g, 8, 10), Mask(g.voxels()));
  EXPECT_NEAR(s.hausdorff95_m, 6 * voxel_m, 1e-9);
}

TEST(Score, IgnoredVoxelsDoNotCount) {
  const Grid g = cube_grid(32, voxel_m);
  Mask found = cube(g, 4, 8);
  const Mask other = cube(g, 20, 8);
  for (std::size_t v = 0; v < found.size(); ++v) found[v] |= other[v];

  EXPECT_NEAR(score(g, found, cube(g, 4, 8), Mask(g.voxels())).dice, 2.0 / 3, 1e-12);
  EXPECT_DOUBLE_EQ(score(g, found, cube(g, 4, 8), other).dice, 1);
}

TEST(Score, WiderTubeHasTheSameCenterlineAndAPositiveRadiusBias) {
  const Grid g = cube_grid(40, voxel_m);
  const Vec3 a{20e-3, 20e-3, -1}, b{20e-3, 20e-3, 1};
  const Mask found = tube_mask(g, {{a, b, 6e-3}}), truth = tube_mask(g, {{a, b, 4e-3}});
  const Score s = score(g, found, truth, Mask(g.voxels()));
  EXPECT_LT(s.centerline_m, 0.3 * voxel_m);
  EXPECT_DOUBLE_EQ(s.centerline_found, 1);
  EXPECT_NEAR(s.radius_bias, 0.5, 0.05);  // voxels of a disc miss its area by some per cent
}

}  // namespace
}  // namespace soleus::segmentation
