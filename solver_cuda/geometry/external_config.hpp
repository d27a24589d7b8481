// What acts on an elastic vein from outside: the keys `muscles`, `stocking` and `gravity` of the wall.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/waveform.hpp"
#include "solver_cuda/geometry/regions.hpp"

namespace soleus {

/// A muscle (or a sleeve) that presses on the vein: on stretches of it, or where the vein lies in or at a
/// closed surface or a label of an image; without any of these on all of it.
enum class MuscleDrive { own, posterior_calf, anterior_calf };
struct MuscleConfig {
  std::string name;
  MuscleDrive drive = MuscleDrive::own;  // else that of the limb's muscles
  std::vector<ContractionRegion> regions;
  std::filesystem::path surface;  // STL, PLY, OBJ or VTP in LPS mm
  std::filesystem::path labels;   // label map ...
  int label = 1;                  // ... and the muscle's number in it
  double edge_m = 5e-3;           // of a surface or label: distance over which the pressure falls outside
  double pressure_pa = 0;         // own: at a factor of 1
  Waveform waveform;
  double transmission = 1;  // part of the muscle's pressure that reaches the vein
};
void describe(Fields& f, MuscleConfig& c);

/// Graduated compression: linear in the height between ankle and knee.
struct StockingConfig {
  double ankle_pa = 0, knee_pa = 0;
  double ankle_height_m = 0, knee_height_m = 0;  // along `up`, from the origin
  Vec3 up{0, 0, 1};
};
void describe(Fields& f, StockingConfig& c);

/// The weight of the blood, by posture.
struct GravityConfig {
  Vec3 up{0, 0, 1};
  double level_m = 0;  // height along `up`, from the origin, where it adds nothing
  double acceleration_m_s2 = 9.81;
};
void describe(Fields& f, GravityConfig& c);

}  // namespace soleus
