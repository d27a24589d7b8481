#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "segmentation/phantom.hpp"
#include "segmentation/phantom_curve.hpp"
#include "segmentation/phantom_spec.hpp"
#include "segmentation/segmentation.hpp"
#include "tests/segmentation/scratch_folder.hpp"

namespace soleus {
namespace {

using phantom::Curve, phantom::smooth_curve, phantom::Tube, phantom::TubeEnds;

constexpr double mm = 1e-3;
constexpr double kVeinRadius_m = 3 * mm;

PhantomVessel straight_vein(double contrast_hu) {
  PhantomVessel vein;
  vein.tube = {"vein", {{0, 0, 40 * mm}, {0, 0, -10 * mm}}, {2 * kVeinRadius_m}};
  vein.contrast_hu = contrast_hu;
  return vein;
}

/// A vein of 6 mm in a muscle, without fat, so that all but the vein has one radiodensity.
PhantomSpec vein_in_muscle() {
  PhantomSpec spec;
  spec.grid = {{-12 * mm, -12 * mm, 0}, {24 * mm, 24 * mm, 30 * mm}, {0.7 * mm, 0.7 * mm, 1 * mm}};
  spec.leg = {.points_m = {{0, 0, 50 * mm}, {0, 0, -10 * mm}}, .widths_m = {80 * mm}, .depths_m = {80 * mm}};
  spec.leg.perivascular_fat_m = 0;
  spec.muscles = {{"soleus", {{20 * mm, 0, 50 * mm}, {20 * mm, 0, -10 * mm}}, {20 * mm}}};
  spec.veins = {straight_vein(255)};
  spec.scanner.noise_hu = 0;
  return spec;
}

double voxel_volume_m3(const Grid& g) {
  return g.spacing_m.x * g.spacing_m.y * g.spacing_m.z;
}

TEST(Phantom, LabelsHoldTheVolumeOfTheVein) {
  PhantomSpec spec = vein_in_muscle();
  const Vec3 along{6 * mm, 5 * mm, -50 * mm};  // oblique, so that no slice cuts the voxels like another
  spec.veins[0].tube.points_m = {{-3 * mm, -2 * mm, 40 * mm}, Vec3{-3 * mm, -2 * mm, 40 * mm} + along};

  const Phantom phantom = make_phantom(spec);

  const auto labelled = std::count(phantom.truth.values.begin(), phantom.truth.values.end(), 1);
  const double length_m = 30 * mm * norm(along) / std::abs(along.z);
  const double expected_m3 = std::numbers::pi * kVeinRadius_m * kVeinRadius_m * length_m;
  EXPECT_NEAR(double(labelled) * voxel_volume_m3(phantom.truth.grid) / expected_m3, 1, 0.01);
  EXPECT_EQ(phantom.truth.names.at(1), "vein");
}

TEST(Phantom, PartialVolumeAndBlurKeepTheContrastOfTheVein) {
  const PhantomSpec spec = vein_in_muscle();

  const Phantom phantom = make_phantom(spec);

  double excess_hu_m3 = 0;  // over muscle
  for (const float hu : phantom.image.values) excess_hu_m3 += hu - spec.tissue.muscle_hu;
  excess_hu_m3 *= voxel_volume_m3(phantom.image.grid);
  const double volume_m3 = std::numbers::pi * kVeinRadius_m * kVeinRadius_m * 30 * mm;
  EXPECT_NEAR(excess_hu_m3 / (volume_m3 * 200), 1, 0.01);
}

TEST(Phantom, BlurHasTheWidthOfThePointSpreadFunction) {
  PhantomSpec spec = vein_in_muscle();
  spec.veins[0].contrast_hu = 2055;  // rounding to whole Hounsfield units then does not matter
  spec.scanner.blur_fwhm_m = 2 * mm;

  const Phantom phantom = make_phantom(spec);

  const Grid& g = phantom.image.grid;
  double sum = 0, square_sum_m2 = 0;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        const double excess = phantom.image.values[g.index(i, j, k)] - spec.tissue.muscle_hu;
        sum += excess, square_sum_m2 += excess * std::pow(g.point(i, j, k).x, 2);
      }
  // Variances add: a disc of radius r has r^2 / 4, a voxel of width h has h^2 / 12.
  const double disc_m2 = std::pow(kVeinRadius_m, 2) / 4, voxel_m2 = std::pow(g.spacing_m.x, 2) / 12;
  const double blur_m2 = std::pow(2 * mm, 2) / (8 * std::numbers::ln2);
  EXPECT_NEAR(square_sum_m2 / sum / (disc_m2 + voxel_m2 + blur_m2), 1, 0.01);
}

TEST(Phantom, NoiseHasTheGivenStandardDeviation) {
  PhantomSpec spec = vein_in_muscle();
  spec.veins[0].contrast_hu = spec.tissue.muscle_hu;
  spec.scanner.noise_hu = 20;

  const Phantom phantom = make_phantom(spec);

  double square_sum = 0;
  for (const float hu : phantom.image.values) square_sum += std::pow(hu - spec.tissue.muscle_hu, 2);
  EXPECT_NEAR(std::sqrt(square_sum / double(phantom.image.values.size())), 20, 0.2);
}

TEST(Phantom, SeedDecidesTheNoise) {
  PhantomSpec spec = vein_in_muscle();
  spec.scanner.noise_hu = 20;

  const Phantom first = make_phantom(spec), again = make_phantom(spec);
  spec.scanner.seed = 2;
  const Phantom other = make_phantom(spec);

  EXPECT_EQ(first.image.values, again.image.values);
  EXPECT_NE(first.image.values, other.image.values);
}

TEST(Phantom, SinusIsWiderByItsRatioOverItsLength) {
  PhantomSpec spec = vein_in_muscle();
  spec.veins[0].sinuses = {{.distance_m = 25 * mm, .diameter_ratio = 1.3, .length_ratio = 2}};

  const Branch vein = make_phantom(spec).centerlines.branches.at(0);

  for (std::size_t i = 0; i < vein.points_m.size(); ++i) {
    const double from_middle_m = std::abs(vein.abscissa_m[i] - 25 * mm);
    if (from_middle_m < 0.1 * mm) {
      EXPECT_NEAR(vein.radius_m[i] / kVeinRadius_m, 1.3, 0.001);
    }
    if (from_middle_m > 6.01 * mm) {
      EXPECT_DOUBLE_EQ(vein.radius_m[i], kVeinRadius_m);
    }
  }
}

TEST(Phantom, AbscissaContinuesFromTheVeinThatIsJoined) {
  PhantomSpec spec = vein_in_muscle();
  PhantomVessel side = straight_vein(255);
  side.tube = {"side vein", {{0, 0, 20 * mm}, {9 * mm, 0, 8 * mm}}, {4 * mm}};
  side.joins = "vein";
  spec.veins.push_back(side);

  const Phantom phantom = make_phantom(spec);

  const Branch& branch = phantom.centerlines.branches.at(1);
  EXPECT_EQ(branch.parent, 1);
  EXPECT_NEAR(branch.abscissa_m.front(), 20 * mm, 0.01 * mm);  // the vein starts at z = 40 mm
  EXPECT_NEAR(branch.abscissa_m.back(), 35 * mm, 0.01 * mm);   // a 9-12-15 triangle
  EXPECT_GT(std::count(phantom.truth.values.begin(), phantom.truth.values.end(), 2), 0);
}

TEST(Curve, GoesThroughItsPointsWithTheirDiameters) {
  const PhantomTube tube{
      "t", {{0, 0, 0}, {10 * mm, 5 * mm, 2 * mm}, {12 * mm, 20 * mm, 9 * mm}}, {4 * mm, 6 * mm, 5 * mm}};

  const Curve curve = smooth_curve(tube, 0.5 * mm);

  for (std::size_t p = 0; p < 3; ++p) {
    const auto nearest = std::min_element(curve.points_m.begin(), curve.points_m.end(), [&](Vec3 a, Vec3 b) {
      return norm(a - tube.points_m[p]) < norm(b - tube.points_m[p]);
    });
    EXPECT_NEAR(norm(*nearest - tube.points_m[p]), 0, 1e-9);
    EXPECT_NEAR(curve.radius_m[nearest - curve.points_m.begin()], tube.diameters_m[p] / 2, 1e-9);
  }
}

TEST(Tube, FlatEndsStopWhereTheCurveEnds) {
  const Curve axis = smooth_curve({"t", {{0, 0, 0}, {0, 0, 20 * mm}}, {10 * mm}}, 2 * mm);
  const Tube round(axis, TubeEnds::round), flat(axis, TubeEnds::flat);
  const Vec3 beyond{0, 0, 23 * mm}, beside{8 * mm, 0, 10 * mm};
  const auto distance = [](const Tube& t, const Vec3& x) {
    return t.distance(x, t.nearby(x, 1 * mm).segments);
  };

  EXPECT_NEAR(distance(round, beyond), -2 * mm, 1e-9);
  EXPECT_NEAR(distance(flat, beyond), 3 * mm, 1e-9);
  EXPECT_NEAR(distance(flat, beside), 3 * mm, 1e-9);
}

PhantomSpec demo_spec() {
  return read_yaml<PhantomSpec>(SOLEUS_SOURCE_DIR "/configs/demo/calf-phantom.yaml",
                                std::vector<Override>{{"grid.spacing", "1.4 1.4 2 mm"}});
}

TEST(DemoPhantom, FibulaIsOnTheRightSideOfTheRightLeg) {
  const Phantom phantom = make_phantom(demo_spec());

  const auto hu_at = [&](Vec3 x) {
    const Vec3 i = phantom.image.grid.continuous_index(x);
    return phantom.image
        .values[phantom.image.grid.index(std::lround(i.x), std::lround(i.y), std::lround(i.z))];
  };
  const double middle_x = -96 * mm;
  const Vec3 fibula_cortex{-116.3 * mm, 5.5 * mm, 20 * mm};  // LPS: -x is the patient's right
  EXPECT_GT(hu_at(fibula_cortex), 400);
  EXPECT_LT(hu_at({2 * middle_x - fibula_cortex.x, fibula_cortex.y, fibula_cortex.z}), 200);
}

TEST(DemoPhantom, HasFourConnectedVeinsWithAnatomicalDiameters) {
  const Phantom phantom = make_phantom(demo_spec());

  ASSERT_EQ(phantom.centerlines.branches.size(), 4U);
  for (const Branch& b : phantom.centerlines.branches) {
    const bool popliteal = phantom.truth.names.at(b.id) == "popliteal";
    EXPECT_EQ(b.parent, popliteal ? -1 : 1);
    EXPECT_GT(std::count(phantom.truth.values.begin(), phantom.truth.values.end(), b.id), 50);
    const double diameter_m = 2 * b.radius_m[b.radius_m.size() / 4];
    EXPECT_NEAR(diameter_m, popliteal ? 8.8 * mm : 4.6 * mm, 0.4 * mm);
  }
}

TEST(Phantom, SavedFilesAreReadBackInPlace) {
  const ScratchFolder folder;
  const Phantom phantom = make_phantom(vein_in_muscle());

  save(phantom, folder.path());

  const Image image = load_image(folder.path() / "image.nrrd");
  const Labels truth = load_labels(folder.path() / "truth.nrrd");
  EXPECT_EQ(image.values, phantom.image.values);
  EXPECT_EQ(truth.values, phantom.truth.values);
  EXPECT_NEAR(norm(image.grid.origin_m - phantom.image.grid.origin_m), 0, 1e-9);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "truth_centerlines.csv"));
}

TEST(PhantomSpec, NamesAVeinThatJoinsNothing) {
  const std::vector<Override> wrong{{"veins.1.joins", "poplitael"}};

  try {
    read_yaml<PhantomSpec>(SOLEUS_SOURCE_DIR "/configs/demo/calf-phantom.yaml", wrong);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(
        error.what(),
        testing::HasSubstr("'posterior tibial' joins 'poplitael', which no vein listed before it is named."));
  }
}

TEST(PhantomSpec, CountsDiametersAndPoints) {
  const std::vector<Override> wrong{{"veins.0.diameters", "[9 mm, 8 mm]"}};

  try {
    read_yaml<PhantomSpec>(SOLEUS_SOURCE_DIR "/configs/demo/calf-phantom.yaml", wrong);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("2 values for 6 points; write one for each point, or one for all."));
  }
}

}  // namespace
}  // namespace soleus
