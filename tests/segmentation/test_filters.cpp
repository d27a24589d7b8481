// Single steps of the segmentation against cases that can be worked out by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <numbers>

#include "segmentation/course.hpp"
#include "segmentation/front.hpp"
#include "segmentation/leak.hpp"
#include "segmentation/part.hpp"
#include "segmentation/symmetric.hpp"
#include "segmentation/tissue.hpp"
#include "segmentation/vesselness.hpp"
#include "segmentation/wall.hpp"
#include "tests/segmentation/sample_volumes.hpp"

namespace soleus::segmentation {
namespace {

constexpr double voxel_m = 1e-3;

TEST(LineStrength, BrightTubeIsAsStrongAsItsCurvatureAcross) {
  EXPECT_FLOAT_EQ(line_strength({-3, -3, 0, 0, 0, 0}), 3);
  EXPECT_FLOAT_EQ(line_strength({0, -3, -3, 0, 0, 0}), 3);  // whatever the axis
}

TEST(LineStrength, PlateBlobAndDarkTubeAreNoLines) {
  EXPECT_FLOAT_EQ(line_strength({-3, 0, 0, 0, 0, 0}), 0);
  EXPECT_FLOAT_EQ(line_strength({-3, -3, -3, 0, 0, 0}), 0);
  EXPECT_FLOAT_EQ(line_strength({3, 3, 0, 0, 0, 0}), 0);
}

TEST(LineStrength, DoesNotDependOnTheFrame) {
  // diag(-3, -2, 0) turned by 45 degrees about z
  EXPECT_NEAR(line_strength({-2.5, -2.5, 0, 0.5, 0, 0}), line_strength({-3, -2, 0, 0, 0, 0}), 1e-5);
}

TEST(Vesselness, IsStrongestOnTheAxisAndAboutAThirdOfTheContrast) {
  const Grid g = cube_grid(41, voxel_m);
  const Image image = tube_image(g, {{{20e-3, 20e-3, -1}, {20e-3, 20e-3, 1}, 4e-3, 150}}, 0);
  const Field f = vesselness(g, image.values, Mask(g.voxels(), 1), {4e-3});
  const float middle = f[g.index(20, 20, 20)];
  EXPECT_NEAR(middle, 100 / std::numbers::e,
              5);  // sigma^2 d2/dx2 of a disc at sigma = r / sqrt 2 is contrast / e
  EXPECT_GT(middle, f[g.index(24, 20, 20)]);
  EXPECT_GT(middle, 10 * f[g.index(34, 34, 20)] + 1);
}

TEST(FastMarching, ArrivesAfterDistanceOverSpeed) {
  const Grid g = cube_grid(31, voxel_m);
  const Field t = arrival_times(g, Field(g.voxels(), 0.5f), {g.index(15, 15, 15)}, 1);
  EXPECT_NEAR(t[g.index(25, 15, 15)], 10e-3 / 0.5, 1e-6);
  EXPECT_NEAR(t[g.index(21, 23, 15)], 10e-3 / 0.5, 0.1 * 10e-3 / 0.5);  // first order off the axes
}

TEST(JoinSeeds, FollowsTheFastWayAroundABarrier) {
  const Grid g = cube_grid(31, voxel_m);
  Field speed(g.voxels(), 0.002f);
  for (int n = 5; n <= 25; ++n)
    speed[g.index(n, 5, 15)] = speed[g.index(25, n, 15)] = speed[g.index(n, 25, 15)] = 1;
  const SeedPaths paths = join_seeds(g, speed, {{g.index(5, 5, 15), 0}, {g.index(5, 25, 15), 0}});
  for (const std::size_t v : paths.voxels) EXPECT_EQ(speed[v], 1);
  ASSERT_EQ(paths.length_m.size(), 1u);
  EXPECT_NEAR(paths.length_m[0], 60e-3, 3e-3);  // corners are cut by a voxel or two
}

TEST(LocalThickness, IsTheRadiusOfTheTubeEverywhereInside) {
  const Grid g = cube_grid(41, voxel_m);
  const Field r = local_thickness(g, tube_mask(g, {{{20e-3, 20e-3, -1}, {20e-3, 20e-3, 1}, 6e-3}}));
  EXPECT_NEAR(r[g.index(20, 20, 20)], 6e-3, voxel_m);
  EXPECT_NEAR(r[g.index(24, 20, 20)], 6e-3, voxel_m);
  EXPECT_EQ(r[g.index(30, 20, 20)], 0);
}

/// A vessel along z that opens into a ball at k >= 40.
struct VesselWithBulge {
  Grid grid = cube_grid(61, voxel_m);
  Mask inside, excluded;
  Field time;
  VesselWithBulge() : excluded(grid.voxels()) {
    const Vec3 ball{30e-3, 30e-3, 48e-3};
    inside = tube_mask(
        grid, {{{30e-3, 30e-3, -1}, {30e-3, 30e-3, 48e-3}, 3e-3}, {ball, ball + Vec3{0, 0, 1e-6}, 12e-3}});
    Field speed(grid.voxels(), 0.002f);
    for (std::size_t v = 0; v < inside.size(); ++v)
      if (inside[v]) speed[v] = 1;
    time = arrival_times(grid, speed, {grid.index(30, 30, 2)}, 10);
  }
};

TEST(StopLeaks, CutsWhatGrowsTooWide) {
  const VesselWithBulge v;
  const LeakControl leak =
      stop_leaks(v.grid, v.inside, v.time, v.excluded, {.max_radius_m = 1, .growth = 2, .contact = 1});
  EXPECT_GT(leak.cut_by_growth, 0u);
  EXPECT_TRUE(leak.kept[v.grid.index(30, 30, 20)]);
  EXPECT_FALSE(leak.kept[v.grid.index(30, 30, 50)]);
}

TEST(StopLeaks, KeepsAWideningThatIsAllowed) {
  const VesselWithBulge v;
  const LeakControl leak =
      stop_leaks(v.grid, v.inside, v.time, v.excluded, {.max_radius_m = 1, .growth = 6, .contact = 1});
  EXPECT_EQ(leak.cut_by_growth + leak.cut_by_radius + leak.cut_by_contact, 0u);
  EXPECT_TRUE(leak.kept[v.grid.index(30, 30, 50)]);
}

TEST(StopLeaks, CutsWhatRunsAlongExcludedTissue) {
  VesselWithBulge v;
  for (int k = 25; k < 61; ++k)
    for (int j = 0; j < 61; ++j)
      for (int i = 0; i < 61; ++i)
        if (!v.inside[v.grid.index(i, j, k)]) v.excluded[v.grid.index(i, j, k)] = 1;
  const LeakControl leak =
      stop_leaks(v.grid, v.inside, v.time, v.excluded, {.max_radius_m = 1, .growth = 9, .contact = 0.5});
  EXPECT_GT(leak.cut_by_contact, 0u);
  EXPECT_TRUE(leak.kept[v.grid.index(30, 30, 15)]);
  EXPECT_FALSE(leak.kept[v.grid.index(30, 30, 40)]);
}

TEST(FindTissue, ExcludesCortexWithItsMarrowButNoThinVessel) {
  Grid g = cube_grid(48, 0.8e-3);
  g.size[2] = 60;  // the leg's axis is the longest
  const Vec3 bone_a{18e-3, 18e-3, -1}, bone_b{18e-3, 18e-3, 1}, vein_a{31e-3, 31e-3, -1},
      vein_b{31e-3, 31e-3, 1};
  Image image = tube_image(
      g, {{bone_a, bone_b, 9e-3, 1000}, {bone_a, bone_b, 6e-3, 120}, {vein_a, vein_b, 2e-3, 320}}, 10);
  SegmentationConfig config;
  config.bone = BoneConfig{.above_hu = 525, .margin_m = 0.7e-3, .min_volume_m3 = 1e-6};

  const Tissue tissue = find_tissue(image, config);

  for (int k = 0; k < 60; ++k) {  // to the very ends of the volume, where the marrow is open
    EXPECT_TRUE(tissue.excluded[voxel_at(g, {18e-3, 18e-3, k * 0.8e-3})]) << "marrow " << k;
    EXPECT_TRUE(tissue.excluded[voxel_at(g, {25.5e-3, 18e-3, k * 0.8e-3})]) << "cortex " << k;
    EXPECT_FALSE(tissue.excluded[voxel_at(g, {31e-3, 31e-3, k * 0.8e-3})]) << "vein " << k;
  }
  EXPECT_NEAR(tissue.bone_volume_m3, 3.14159 * 81e-6 * 60 * 0.8e-3, 0.1 * 3.14159 * 81e-6 * 60 * 0.8e-3);
}

TEST(Symmetric3, EigenvectorsBelongToTheirEigenvalues) {
  const Symmetric3 m{-2.5, -2.5, 0, 0.5, 0, 0};  // diag(-3, -2, 0) turned by 45 degrees about z
  const auto [low, middle, high] = eigenvalues(m);
  EXPECT_NEAR(low, -3, 1e-12);
  EXPECT_NEAR(middle, -2, 1e-12);
  EXPECT_NEAR(high, 0, 1e-12);
  EXPECT_NEAR(std::abs(dot(eigenvector(m, low), normalized(Vec3{1, -1, 0}))), 1, 1e-12);
  EXPECT_NEAR(std::abs(eigenvector(m, high).z), 1, 1e-12);
  EXPECT_EQ(eigenvector({1, 1, 1, 0, 0, 0}, 1), Vec3{});
}

TEST(PartAround, CutsABoxAndPutsItBack) {
  const Grid g = cube_grid(20, voxel_m);
  Mask mask(g.voxels());
  mask[g.index(4, 5, 1)] = mask[g.index(7, 5, 9)] = 1;
  const Part part = part_around(g, mask, 2.5e-3);
  EXPECT_EQ(part.first, (std::array<int, 3>{1, 2, 0}));
  EXPECT_EQ(part.grid.size, (std::array<int, 3>{10, 7, 13}));
  EXPECT_EQ(cut(g, mask, part)[part.grid.index(3, 3, 1)], 1);
  EXPECT_EQ(put_back(g, cut(g, mask, part), part), mask);
  EXPECT_EQ(part_around(g, Mask(g.voxels()), voxel_m).grid.size, g.size);
}

/// A vein as thin as those of the calf, oblique to the grid.
const std::vector<Tube> thin_vein{{{10e-3, 12e-3, -4e-3}, {30e-3, 27e-3, 44e-3}, 2.2e-3, 200}};

TEST(VesselCourse, RunsAlongAnObliqueVein) {
  const Grid g = cube_grid(41, voxel_m);
  const Mask vein = tube_mask(g, thin_vein);
  const Course course = vessel_course(g, vein, vein, 1e-3);
  const Vec3 axis = normalized(thin_vein[0].to_m - thin_vein[0].from_m);
  for (std::size_t v = 0; v < vein.size(); ++v) {
    const Vec3 d{course[v][0], course[v][1], course[v][2]};
    const int k = voxel_of(g, v)[2];
    if (!vein[v] || k < 5 || k > 35) continue;
    EXPECT_GT(norm(d), 0.9);
    EXPECT_GT(std::abs(dot(normalized(d), axis)), 0.99);  // 8 degrees
  }
}

TEST(MeanAlong, TakesNoiseAwayAndLeavesTheSectionAsItIs) {
  const Grid g = cube_grid(41, voxel_m);
  const Mask vein = tube_mask(g, thin_vein), all(g.voxels(), 1);
  const Field clear = tube_image(g, thin_vein, 0).values, noisy = tube_image(g, thin_vein, 20).values;
  const Course course = vessel_course(g, vein, vein, 1e-3);
  const Field of_clear = mean_along(g, clear, all, course, 3e-3),
              of_noisy = mean_along(g, noisy, all, course, 3e-3);
  double moved = 0, noise = 0, count = 0;
  for (std::size_t v = 0; v < vein.size(); ++v) {
    if (!vein[v]) {
      EXPECT_EQ(of_noisy[v], noisy[v]);
      continue;
    }
    moved += std::pow(of_clear[v] - clear[v], 2), noise += std::pow(of_noisy[v] - of_clear[v], 2), ++count;
  }
  EXPECT_LT(std::sqrt(moved / count), 8);  // of a contrast of 150
  EXPECT_LT(std::sqrt(noise / count), 8);  // of 20
}

double volume(const Mask& mask) {
  return double(std::count(mask.begin(), mask.end(), 1));
}

TEST(PlaceWall, KeepsTheWidthOfAThinVeinInNoise) {
  const Grid g = cube_grid(41, voxel_m);
  const Image image = tube_image(g, thin_vein, 25);
  const Mask truth = tube_mask(g, thin_vein), none(g.voxels());
  const WallInput in{.grid = g, .values = image.values, .start = truth, .paths = none, .unavailable = none};
  EXPECT_NEAR(volume(place_wall(in, {}).lumen) / volume(truth), 1, 0.1);
}

TEST(PlaceWall, DoesNotRetreatFromBone) {
  const Grid g = cube_grid(41, voxel_m);
  const Tube bone{{20e-3, 20e-3, -1}, {20e-3, 20e-3, 1}, 8e-3, 900};
  const Tube vein{{33e-3, 20e-3, -1}, {33e-3, 20e-3, 1}, 2.5e-3, 200};
  Tube excluded = bone;
  excluded.radius_m -= voxel_m;  // its blurred edge reaches farther than what is excluded
  const Image beside = tube_image(g, {bone, vein}, 0), alone = tube_image(g, {vein}, 0);
  const Mask truth = tube_mask(g, {vein}), none(g.voxels());
  const auto found = [&](const Image& image, const Mask& unavailable) {
    return volume(
        place_wall(
            {.grid = g, .values = image.values, .start = truth, .paths = none, .unavailable = unavailable},
            {})
            .lumen);
  };
  EXPECT_NEAR(found(beside, tube_mask(g, {excluded})) / found(alone, none), 1, 0.1);
}

TEST(PlaceWall, FindsTheEdgeFromATooNarrowStart) {
  const Grid g = cube_grid(41, voxel_m);
  const std::vector<Tube> vein{{{20e-3, 20e-3, -1}, {20e-3, 20e-3, 1}, 5.2e-3, 200}};
  const Image image = tube_image(g, vein, 10);
  Tube narrow = vein[0];
  narrow.radius_m = 4.2e-3;
  const Mask start = tube_mask(g, {narrow}), truth = tube_mask(g, vein), none(g.voxels());
  const Wall wall =
      place_wall({.grid = g, .values = image.values, .start = start, .paths = none, .unavailable = none}, {});
  EXPECT_NEAR(volume(wall.lumen) / volume(truth), 1, 0.05);
}

}  // namespace
}  // namespace soleus::segmentation
