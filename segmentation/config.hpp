// The `segmentation` section of a case.
#pragma once

#include <array>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/fields.hpp"
#include "pipeline/base/vec3.hpp"

namespace soleus {

enum class VesselBrightness { bright, dark };

struct CropConfig {
  Vec3 from_m{}, to_m{};  // two opposite corners, LPS
};

/// Curvature anisotropic diffusion (Whitaker & Xue 2001).
struct SmoothingConfig {
  int iterations = 4;
  double conductance = 1.5;  // edges stronger than about this many mean gradients stay
};

struct IntensityConfig {
  double min_hu = 0, max_hu = 0;  // grey values of blood
};

/// Bone: bright, large and solid.
struct BoneConfig {
  double above_hu = 400;
  double margin_m = 0.7e-3;     // blurred bone edge that looks like contrast
  double min_volume_m3 = 1e-6;  // smaller bright parts are not bone
};

/// Air and skin: dark and connected to the border of the volume.
struct AirConfig {
  double below_hu = -300;
  double margin_m = 2e-3;
};

/// What the front may not do on its way from the seeds.
struct LeakConfig {
  double max_radius_m = 10e-3;
  double growth = 1.8;   // local radius over the mean radius upstream
  double contact = 0.5;  // part of the wall that touches bone or skin
};

/// The wall (WallConfig is the section `wall` of the case): local region-scalable fitting by
/// convolution-thresholding.
struct WallFitConfig {
  int iterations = 8;
  double band_m = 1.5e-3;  // how far the wall may move from the front
  double scale_m = 1e-3;   // neighbourhood of the local grey values
  double along_m = 2e-3;   // length of vessel over which they are averaged
  double smoothness = 0;   // weight of the wall's curvature; narrows thin veins
  // Place of the wall between surroundings (0) and blood (1). A Gaussian blur of sigma leaves
  // 0.5 - 0.2 sigma / radius at the wall of a vessel, 0.42 to 0.46 in CT of calf veins.
  double threshold = 0.44;
};

struct TruthConfig {
  std::filesystem::path file;
  std::vector<std::string> labels;  // values or names; empty: all
  std::vector<std::string> ignore;  // voxels that count neither as right nor as wrong
};

struct SegmentationConfig {
  VesselBrightness vessels = VesselBrightness::bright;
  std::vector<Vec3> seeds_m;
  std::vector<Vec3> exclude_seeds_m;
  IntensityConfig intensity;
  std::optional<IntensityConfig> exclude_intensity;  // of what exclude_seeds lie in; absent: as `intensity`
  std::optional<CropConfig> crop;
  std::optional<double> voxel_m;  // absent: the smallest spacing of the image
  std::vector<double> radii_m{1e-3, 2e-3, 4e-3};
  double reach_m = 10e-3;
  SmoothingConfig smoothing;
  std::optional<BoneConfig> bone;
  std::optional<AirConfig> air;
  LeakConfig leak;
  WallFitConfig wall;
  std::optional<TruthConfig> truth;
};

}  // namespace soleus
