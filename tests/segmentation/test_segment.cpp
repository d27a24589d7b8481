// The whole stage on small volumes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pipeline/base/errors.hpp"
#include "segmentation/config.hpp"
#include "segmentation/score.hpp"
#include "segmentation/segmentation.hpp"
#include "tests/segmentation/sample_volumes.hpp"
#include "tests/segmentation/scratch_folder.hpp"

namespace soleus {
namespace {

using segmentation::dice;
using segmentation::resampled;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double voxel_m = 1e-3;

/// A vein that bends to the left and back, off the middle along every axis.
const std::vector<Tube> bent_vein{{{16e-3, 20e-3, -1e-2}, {16e-3, 20e-3, 20e-3}, 3e-3, 200},
                                  {{16e-3, 20e-3, 20e-3}, {28e-3, 26e-3, 52e-3}, 3e-3, 200}};

SegmentationConfig bent_config() {
  SegmentationConfig c;
  c.seeds_m = {{16e-3, 20e-3, 2e-3}, {27.5e-3, 25.5e-3, 46e-3}};
  c.intensity = {120, 300};
  c.radii_m = {2e-3, 3e-3};
  return c;
}

std::string refusal(const SegmentationConfig& config, const Image& image) {
  const ScratchFolder folder;
  try {
    segment(config, image, folder.path());
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Segment, FindsABentTubeWhereItLies) {
  const ScratchFolder folder;
  const Image image = tube_image(cube_grid(48, voxel_m), bent_vein, 12);
  const Labels labels = segment(bent_config(), image, folder.path());
  EXPECT_GT(dice(resampled(labels, image.grid), tube_mask(image.grid, bent_vein)), 0.93);
  EXPECT_EQ(labels.names.at(1), "vein");
}

TEST(Segment, GivesTheSameForDarkVessels) {
  const ScratchFolder folder;
  Image image = tube_image(cube_grid(48, voxel_m), bent_vein, 12);
  const Labels bright = segment(bent_config(), image, folder.path());
  for (float& v : image.values) v = -v;
  SegmentationConfig config = bent_config();
  config.vessels = VesselBrightness::dark;
  config.intensity = {-300, -120};
  EXPECT_EQ(segment(config, image, folder.path()).values, bright.values);
}

TEST(Segment, WorksInThePatientsFrameWhateverTheOrderOfVoxels) {
  const ScratchFolder folder;
  Grid mirrored = cube_grid(48, voxel_m);  // left-handed: i runs to the patient's right
  mirrored.origin_m.x = 47e-3;
  mirrored.axes[0] = {-1, 0, 0};
  const Image image = tube_image(mirrored, bent_vein, 12);
  const Labels labels = segment(bent_config(), image, folder.path());
  EXPECT_GT(dice(resampled(labels, mirrored), tube_mask(mirrored, bent_vein)), 0.93);
  EXPECT_GT(dot(cross(labels.grid.axes[0], labels.grid.axes[1]), labels.grid.axes[2]), 0.9);
}

TEST(Segment, MakesCubicVoxelsOfThickSlices) {
  const ScratchFolder folder;
  Grid thick = cube_grid(48, voxel_m);
  thick.spacing_m.z = 2e-3, thick.size[2] = 24;
  const Image image = tube_image(thick, bent_vein, 8);
  const Labels labels = segment(bent_config(), image, folder.path());
  EXPECT_EQ(labels.grid.spacing_m, (Vec3{voxel_m, voxel_m, voxel_m}));
  EXPECT_GT(dice(resampled(labels, thick), tube_mask(thick, bent_vein)), 0.9);
}

TEST(Segment, LeavesAnExcludedNeighbourOut) {
  const ScratchFolder folder;
  std::vector<Tube> both = bent_vein;
  for (Tube artery : bent_vein) {
    artery.from_m.y += 7e-3, artery.to_m.y += 7e-3, artery.value = 140;
    both.push_back(artery);
  }
  const Image image = tube_image(cube_grid(48, voxel_m), both, 8);
  SegmentationConfig config = bent_config();
  config.intensity.min_hu = 100;
  config.exclude_intensity = IntensityConfig{80, 160};
  config.exclude_seeds_m = {{16e-3, 27e-3, 2e-3}, {27.5e-3, 32.5e-3, 46e-3}};
  const Labels labels = segment(config, image, folder.path());
  EXPECT_GT(dice(resampled(labels, image.grid), tube_mask(image.grid, bent_vein)), 0.9);
}

TEST(Segment, CropsToTheGivenBox) {
  const ScratchFolder folder;
  SegmentationConfig config = bent_config();
  config.seeds_m.pop_back();
  config.crop = CropConfig{{8e-3, 10e-3, 0}, {24e-3, 30e-3, 16e-3}};
  const Labels labels = segment(config, tube_image(cube_grid(48, voxel_m), bent_vein, 12), folder.path());
  EXPECT_EQ(labels.grid.size, (std::array<int, 3>{17, 21, 17}));
  EXPECT_NEAR(labels.grid.origin_m.x, 8e-3, 1e-9);
}

TEST(Segment, WritesQualityAndPictures) {
  const ScratchFolder folder;
  segment(bent_config(), tube_image(cube_grid(48, voxel_m), bent_vein, 12), folder.path());
  std::ifstream in(folder.path() / "quality.json");
  const auto quality = nlohmann::json::parse(in);
  EXPECT_NEAR(quality["volume_m3"].get<double>(), 3.14159 * 9e-6 * 50.3e-3,
              0.1e-6);  // 20.5 mm and 29.8 mm long
  EXPECT_EQ(quality["seeds"].size(), 2u);
  EXPECT_FALSE(quality.contains("truth"));
  for (const char* name : {"axial.png", "coronal.png", "sagittal.png", "mip.png"})
    EXPECT_GT(std::filesystem::file_size(folder.path() / name), 1000u) << name;
}

TEST(Segment, ScoresAgainstATruthThatTheCaseNames) {
  const ScratchFolder folder;
  const Image image = tube_image(cube_grid(48, voxel_m), bent_vein, 12);
  save(Labels{.grid = image.grid, .values = tube_mask(image.grid, bent_vein), .names = {{1, "popliteal"}}},
       folder.path() / "truth.nrrd");
  SegmentationConfig config = bent_config();
  config.truth = TruthConfig{.file = folder.path() / "truth.nrrd", .labels = {"popliteal"}, .ignore = {}};
  segment(config, image, folder.path());
  std::ifstream in(folder.path() / "quality.json");
  const auto truth = nlohmann::json::parse(in)["truth"];
  EXPECT_GT(truth["dice"].get<double>(), 0.93);
  EXPECT_LT(truth["mean_centerline_distance_m"].get<double>(), 0.87 * voxel_m);  // half a voxel diagonal
  EXPECT_LE(truth["hausdorff95_m"].get<double>(), 1.5 * voxel_m);
  config.truth->labels = {"femoral"};
  EXPECT_THAT(refusal(config, image), HasSubstr("has no label named 'femoral'"));
}

TEST(Segment, SaysWhichSeedLiesOutsideAVessel) {
  SegmentationConfig config = bent_config();
  config.seeds_m[1] = {40e-3, 8e-3, 10e-3};
  EXPECT_EQ(refusal(config, tube_image(cube_grid(48, voxel_m), bent_vein, 0)),
            "segmentation.seeds[1] at 40 8 10 mm does not lie in a vessel: the grey value there is 50, "
            "accepted are 120 to 300 "
            "(segmentation.intensity).");
}

TEST(Segment, RecognisesSeedsInTheWrongFrame) {
  SegmentationConfig config = bent_config();
  for (Vec3& s : config.seeds_m) s.x = -s.x, s.y = -s.y;  // RAS
  EXPECT_THAT(refusal(config, tube_image(cube_grid(48, voxel_m), bent_vein, 0)),
              AllOf(HasSubstr("segmentation.seeds[0] at -16 -20 2 mm lies outside of the volume, which spans "
                              "x 0.0 to 47.0, y "
                              "0.0 to 47.0, z 0.0 to 47.0 mm (LPS)."),
                    HasSubstr("they seem to be given in RAS, not LPS"), HasSubstr("segmentation.seeds[1]")));
}

TEST(Segment, AsksForASeed) {
  SegmentationConfig config = bent_config();
  config.seeds_m.clear();
  EXPECT_THAT(refusal(config, tube_image(cube_grid(48, voxel_m), bent_vein, 0)),
              HasSubstr("segmentation.seeds: at least one point in a vein is needed"));
}

}  // namespace
}  // namespace soleus
