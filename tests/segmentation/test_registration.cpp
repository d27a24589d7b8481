// Motion from images, against phantoms of known motion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "segmentation/motion_quality.hpp"
#include "segmentation/phantom.hpp"
#include "segmentation/phantom_motion.hpp"
#include "segmentation/phantom_spec.hpp"
#include "segmentation/segmentation.hpp"
#include "tests/segmentation/sample_volumes.hpp"
#include "tests/segmentation/scratch_folder.hpp"

namespace soleus {
namespace {

constexpr double mm = 1e-3;
constexpr double kVoxel_m = 0.7 * mm;
constexpr double kBetweenNodes = 0.05;  // voxels: trilinear interpolation of maps that stretch fourfold

/// A vein of 7 mm between two muscles, with an artery and a bone beside it, squeezed twice in a cycle.
PhantomSpec squeezed_vein() {
  PhantomSpec spec;
  spec.grid = {{-15 * mm, -15 * mm, 0}, {30 * mm, 30 * mm, 36 * mm}, {kVoxel_m, kVoxel_m, kVoxel_m}};
  spec.leg = {.points_m = {{0, 0, 60 * mm}, {0, 0, -20 * mm}}, .widths_m = {90 * mm}, .depths_m = {90 * mm}};
  spec.muscles = {{"soleus", {{12 * mm, 2 * mm, 60 * mm}, {14 * mm, 0, -20 * mm}}, {20 * mm}},
                  {"gastrocnemius", {{-12 * mm, 8 * mm, 60 * mm}, {-13 * mm, 7 * mm, -20 * mm}}, {16 * mm}}};
  spec.bones = {{{"fibula", {{-1 * mm, -13 * mm, 60 * mm}, {1 * mm, -13 * mm, -20 * mm}}, {8 * mm}}, 2 * mm}};
  PhantomVessel vein;
  vein.tube = {"vein", {{-1 * mm, 1 * mm, 60 * mm}, {1 * mm, 0, 18 * mm}, {0, 1 * mm, -20 * mm}}, {7 * mm}};
  vein.contrast_hu = 230;
  PhantomVessel artery;
  artery.tube = {"artery", {{7 * mm, 3 * mm, 60 * mm}, {6 * mm, 4 * mm, -20 * mm}}, {2.5 * mm}};
  artery.contrast_hu = 100;
  spec.veins = {vein}, spec.arteries = {artery};
  PhantomContraction c;
  c.times_s = {0.25, 0.5};
  c.area_ratios = {0.7, 0.4};
  c.from_m = 14 * mm, c.to_m = 22 * mm, c.edge_m = 9 * mm, c.decay_m = 4 * mm;
  spec.contracted = c;
  return spec;
}

Labels vein_labels(const Phantom& phantom) {
  Labels labels = phantom.truth;
  for (auto& v : labels.values) v = v != 0;
  labels.names = {{1, "vein"}};
  return labels;
}

/// A phantom's contracted volumes in files, as the `image` section of a case names them.
ImageConfig in_files(const Phantom& phantom, const std::filesystem::path& folder) {
  ImageConfig config;
  config.cycle_s = phantom.motion.period_s;
  for (std::size_t n = 0; n < phantom.contracted.size(); ++n) {
    const auto file = folder / ("contracted_" + std::to_string(n + 1) + ".nrrd");
    save(phantom.contracted[n].image, file);
    config.contracted.push_back({file, {}, phantom.motion.frames[n].time_s});
  }
  return config;
}

struct Errors {
  double mean_voxels = 0, max_voxels = 0, volume_ratio = 0, true_volume_ratio = 0;
};

/// Of the forward displacement in the lumen at rest, and of the lumen's volume.
Errors errors(const ImagedMotion& found, const Phantom& phantom, std::size_t frame) {
  const Grid& g = phantom.truth.grid;
  Errors e;
  double all = 0, found_m3 = 0, true_m3 = 0;
  for (int k = 1; k + 1 < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        if (!phantom.truth.values[g.index(i, j, k)]) continue;
        const Vec3 x = g.point(i, j, k);
        const LocalMap here = displacement_at(found.grid, found.frames[frame].forward_m, x);
        const LocalMap truth =
            displacement_at(phantom.motion.grid, phantom.motion.frames[frame].forward_m, x);
        const double error = norm(here.displacement_m - truth.displacement_m) / kVoxel_m;
        e.mean_voxels += error, e.max_voxels = std::max(e.max_voxels, error);
        const Vec3 c = found.grid.continuous_index(x), t = phantom.motion.grid.continuous_index(x);
        const auto node = [](const Vec3& n) {
          return std::array<int, 3>{int(std::lround(n.x)), int(std::lround(n.y)), int(std::lround(n.z))};
        };
        found_m3 += determinant(gradient_at_node(found.grid, found.frames[frame].forward_m, node(c)));
        const auto at = node(t);
        const bool there = at[2] >= 0 && at[2] < phantom.motion.grid.size[2];
        true_m3 += there ? determinant(gradient_at_node(phantom.motion.grid,
                                                        phantom.motion.frames[frame].forward_m, at))
                         : 1;
        all += 1;
      }
  e.mean_voxels /= all, e.volume_ratio = found_m3 / all, e.true_volume_ratio = true_m3 / all;
  return e;
}

void print(const char* name, std::size_t frame, const Errors& e) {
  std::printf(
      "%s frame %zu: displacement error in the lumen %.3f voxels (mean), %.3f (max); volume %.4f, true "
      "%.4f\n",
      name, frame + 1, e.mean_voxels, e.max_voxels, e.volume_ratio, e.true_volume_ratio);
}

TEST(PhantomMotion, MapsInvertEachOther) {
  const PhantomSpec spec = squeezed_vein();
  const phantom::Contraction contraction = phantom::make_contraction(spec, 1);
  const phantom::ContractionNear near(contraction, {1 * mm, 1 * mm, 18 * mm}, 8 * mm);
  std::mt19937 random(1);
  std::uniform_real_distribution<double> place(-6 * mm, 6 * mm);
  for (int n = 0; n < 200; ++n) {
    const Vec3 x = Vec3{place(random), place(random), 18 * mm + place(random)};
    EXPECT_NEAR(norm(near.forward(near.backward(x)) - x), 0, 5e-6);
  }
}

TEST(PhantomMotion, LabelsShrinkByTheAreaRatio) {
  PhantomSpec spec = squeezed_vein();
  spec.grid = {{-6 * mm, -6 * mm, 14 * mm}, {12 * mm, 12 * mm, 8 * mm}, {0.25 * mm, 0.25 * mm, 1 * mm}};
  spec.scanner.supersampling = 1;
  const Phantom phantom = make_phantom(spec);
  const Grid& g = phantom.truth.grid;
  const int k = int(std::lround(g.continuous_index({0, 0, 18 * mm}).z));
  const auto area = [&](const Labels& labels) {
    double voxels = 0;
    for (int s = k - 2; s <= k + 2; ++s)
      for (int j = 0; j < g.size[1]; ++j)
        for (int i = 0; i < g.size[0]; ++i) voxels += labels.values[g.index(i, j, s)] != 0;
    return voxels;
  };
  EXPECT_NEAR(area(phantom.contracted[0].truth) / area(phantom.truth), 0.7, 0.02);
  EXPECT_NEAR(area(phantom.contracted[1].truth) / area(phantom.truth), 0.4, 0.02);
}

TEST(Registration, FindsTheMotionOfASqueezedVein) {
  const ScratchFolder folder;
  const Phantom phantom = make_phantom(squeezed_vein());

  const ImagedMotion motion =
      register_motion(in_files(phantom, folder.path()), phantom.image, vein_labels(phantom), folder.path());

  ASSERT_EQ(motion.frames.size(), 2u);
  const nlohmann::json frames =
      nlohmann::json::parse(std::ifstream(folder.path() / "quality.json")).at("motion").at("frames");
  for (std::size_t n = 0; n < 2; ++n) {
    const Errors e = errors(motion, phantom, n);
    print("squeezed vein", n, e);
    EXPECT_LE(e.mean_voxels, 0.5);
    EXPECT_NEAR(e.volume_ratio / e.true_volume_ratio, 1, 0.03);
    EXPECT_LT(frames[n].at("residual_after"), frames[n].at("residual_before"));
    EXPECT_GT(frames[n].at("backward_jacobian_in_lumen").at("min"), 0);
    EXPECT_LT(frames[n].at("mean_inverse_inconsistency_m"), kBetweenNodes * kVoxel_m);
    EXPECT_LT(frames[n].at("smallest_area_ratio"), frames[n].at("lumen_volume_ratio"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / ("motion_" + std::to_string(n + 1) + ".png")));
  }
}

TEST(Registration, GivesTheSameBitsForAnyNumberOfThreads) {
  const ScratchFolder folder;
  PhantomSpec spec = squeezed_vein();
  spec.contracted->times_s = {0.5}, spec.contracted->area_ratios = {0.6};
  spec.grid.size_m.z = 20 * mm;
  const Phantom phantom = make_phantom(spec);
  ImageConfig config = in_files(phantom, folder.path());
  config.registration.iterations = 5;
  const auto field = [&](int threads) {
    set_threads(threads);
    return register_motion(config, phantom.image, vein_labels(phantom), folder.path()).frames[0].backward_m;
  };
  EXPECT_EQ(field(1), field(2));
  set_threads(1);
}

TEST(Registration, FindsALegThatLiesElsewhere) {
  const ScratchFolder folder;
  PhantomSpec spec = squeezed_vein();
  spec.contracted->times_s = {0.5}, spec.contracted->area_ratios = {0.6};
  spec.contracted->shift_m = {2.5 * mm, -1.5 * mm, 0};
  const Phantom phantom = make_phantom(spec);

  const ImagedMotion motion =
      register_motion(in_files(phantom, folder.path()), phantom.image, vein_labels(phantom), folder.path());

  const Errors e = errors(motion, phantom, 0);
  print("shifted leg", 0, e);
  EXPECT_LE(e.mean_voxels, 0.5);
  EXPECT_NEAR(e.volume_ratio / e.true_volume_ratio, 1, 0.03);
}

TEST(Registration, OfAnImageWithItselfMovesNothing) {
  const ScratchFolder folder;
  PhantomSpec spec = squeezed_vein();
  spec.contracted.reset();
  const Phantom phantom = make_phantom(spec);
  save(phantom.image, folder.path() / "same.nrrd");
  ImageConfig config;
  config.cycle_s = 1;
  config.contracted = {{folder.path() / "same.nrrd", {}, 0.5}};

  const ImagedMotion motion = register_motion(config, phantom.image, vein_labels(phantom), folder.path());

  for (std::size_t v = 0; v < motion.grid.voxels(); ++v)
    ASSERT_LT(norm(vector_of(motion.frames[0].forward_m, v)), 0.05 * kVoxel_m);
}

class RegistrationFault : public testing::Test {
 protected:
  static const Phantom& rest() {
    static const Phantom phantom = [] {
      PhantomSpec spec = squeezed_vein();
      spec.contracted.reset();
      return make_phantom(spec);
    }();
    return phantom;
  }
  ScratchFolder folder;
  std::string message(Image contracted) {
    ImageConfig config;
    config.cycle_s = 1;
    config.registration.levels = 2, config.registration.iterations = 10;
    config.contracted = {{folder.path() / "other.nrrd", {}, 0.5}};
    save(contracted, folder.path() / "other.nrrd");
    try {
      register_motion(config, rest().image, vein_labels(rest()), folder.path());
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST_F(RegistrationFault, AnotherPlace) {
  Image image = rest().image;
  image.grid.origin_m += Vec3{0.2, 0, 0};
  const std::string text = message(image);
  EXPECT_THAT(text, testing::StartsWith("image.contracted[0].file: '"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "covers 0 % of the veins found in the image at rest, at least 95 % are needed; "
                        "it spans x 185.4 to"));
}

TEST_F(RegistrationFault, AnImageOfSomethingElse) {
  Image image = rest().image;
  std::mt19937 random(3);
  std::normal_distribution<float> normal(50, 60);
  for (float& v : image.values) v = normal(random);
  EXPECT_THAT(message(image),
              testing::HasSubstr("the registration failed, near the veins the image correlates with "
                                 "the one at rest by"));
}

TEST_F(RegistrationFault, AnImageWithoutContrast) {
  Image image = rest().image;
  for (float& v : image.values) v = 7;
  EXPECT_THAT(message(image), testing::HasSubstr("its residual near the veins is not a number"));
}

TEST_F(RegistrationFault, ValuesThatAreNotNumbers) {
  Image image = rest().image;
  image.values[77] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(message(image), testing::HasSubstr("has voxels that are not numbers"));
}

TEST_F(RegistrationFault, AnotherFrameOfReference) {
  if (!test_data()) GTEST_SKIP() << "SOLEUS_DATA is not set and ../shared/data does not exist";
  Image image = rest().image;
  image.frame_of_reference = "1.2.3";
  ImageConfig config;
  config.cycle_s = 1;
  config.contracted = {{*test_data() / "dicom_phantom_open", {}, 0.5}};
  try {
    register_motion(config, image, vein_labels(rest()), folder.path());
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("' has the DICOM frame of reference 2.25."));
    EXPECT_THAT(error.what(),
                testing::HasSubstr(", the image at rest 1.2.3; both must be scans of one patient in one "
                                   "position"));
  }
}

TEST_F(RegistrationFault, FileThatIsNotAnImage) {
  std::ofstream(folder.path() / "notes.txt") << "Dear colleague";
  ImageConfig config;
  config.cycle_s = 1;
  config.contracted = {{folder.path() / "notes.txt", {}, 0.5}};
  try {
    register_motion(config, rest().image, vein_labels(rest()), folder.path());
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("image.contracted[0].file: '"));
    EXPECT_THAT(error.what(), testing::HasSubstr("is a text file ('Dear colleague...'), not an image"));
  }
}

TEST(RegistrationQuality, RefusesMotionThatFoldsInTheLumen) {
  const Grid g{.size = {12, 12, 12}, .spacing_m = {1 * mm, 1 * mm, 1 * mm}, .origin_m = {}};
  ImagedMotion motion{
      .period_s = 1, .grid = g, .frames = {{0.5, VectorField(3 * g.voxels()), VectorField(3 * g.voxels())}}};
  segmentation::Mask lumen(g.voxels());
  lumen[g.index(6, 6, 6)] = 1;
  set_vector(motion.frames[0].forward_m, g.index(7, 6, 6), {-2.5 * mm, 0, 0});  // overtakes its neighbours

  const segmentation::FrameQuality q = segmentation::measure(motion, 0, lumen, lumen);

  EXPECT_LT(q.forward_jacobian_lumen.min, 0);
  try {
    segmentation::refuse_folding("image.contracted[0].file: 'x.nrrd'", q);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("folds in the lumen (smallest Jacobian determinant -0.25, above 0 is"));
  }
}

TEST(RegistrationQuality, RefusesARaisedResidual) {
  try {
    segmentation::refuse_bad_registration(
        "image.contracted[1].file: 'x.nrrd'",
        {.residual_before = 10, .residual_after = 12, .correlation_after = 0.9});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr(
                                  "raised the difference to the image at rest near the veins from 10 to 12"));
  }
}

std::string config_fault(const std::string& text) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "a.nrrd") << "x";
  std::ofstream(folder.path() / "image.yaml") << text;
  try {
    read_yaml<ImageConfig>(folder.path() / "image.yaml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ImageSection, WantsTimesThatIncreaseWithinTheCycle) {
  EXPECT_THAT(config_fault("file: a.nrrd\ncycle: 1 s\ncontracted: [{file: a.nrrd, time: 0.5 s}, {file: "
                           "a.nrrd, time: 0.4 s}]\n"),
              testing::HasSubstr(
                  "item 1 is at 0.4 s; times must increase and lie within (0, cycle), here above 0.5 s "
                  "and below 1 s."));
  EXPECT_THAT(config_fault("file: a.nrrd\ncycle: 1 s\ncontracted: [{file: a.nrrd, time: 1.5 s}]\n"),
              testing::HasSubstr("item 0 is at 1.5 s; times must increase and lie within (0, cycle)"));
  EXPECT_THAT(config_fault("file: a.nrrd\ncontracted: [{file: a.nrrd, time: 1.5 s}]\n"),
              testing::HasSubstr("image.cycle is missing; give the period of the contractions"));
  EXPECT_EQ(config_fault("file: a.nrrd\ncycle: 1 s\ncontracted: [{file: a.nrrd, time: 0.5 s}]\n"),
            "accepted");
}

}  // namespace
}  // namespace soleus
