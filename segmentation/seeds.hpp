// Seeds of a case: inside the volume, and in voxels that a vessel can hold.
#pragma once

#include <string_view>
#include <vector>

#include "pipeline/base/artifacts/image.hpp"
#include "segmentation/config.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

struct Seed {
  std::size_t voxel;
  float value;  // smoothed grey value there
};

/// Voxels of the points; each is moved to the voxel of highest line strength and accepted grey value
/// within 1.5 mm, as a click is seldom on the axis. Throws InputError with a sentence per seed that is
/// outside of the volume or near no voxel of an accepted grey value.
std::vector<Seed> place_seeds(std::string_view key, const std::vector<Vec3>& points_m, const Image& smooth,
                              const IntensityConfig& accepted, const Field& strength);

}  // namespace soleus::segmentation
