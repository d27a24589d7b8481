// Small dense voxel fields in index space, used to turn a label map into an iso-surface.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/base/artifacts/labels.hpp"

namespace soleus {

struct VoxelField {
  std::array<int, 3> size{};
  std::vector<float> values;

  explicit VoxelField(std::array<int, 3> extent, float value = 0)
      : size(extent), values(std::size_t(extent[0]) * extent[1] * extent[2], value) {}
  std::size_t index(int i, int j, int k) const {
    return i + std::size_t(size[0]) * (j + std::size_t(size[1]) * k);
  }
};

/// The lumen as 0 and 1 in the box around it, with a margin.
struct BinaryLumen {
  VoxelField inside;
  std::array<int, 3> corner{};  // index of its voxel (0, 0, 0) in the label map
  std::size_t voxels = 0;
};

/// The largest part of the label map. Parts that touch over an edge or a corner only are joined by one voxel;
/// cavities are filled. Throws InputError when the map is empty.
BinaryLumen binary_lumen(const Labels& labels, int margin);

/// Convolution with a normalised Gaussian; the field counts as zero outside.
VoxelField gaussian(const VoxelField& f, double sigma_voxels);
/// Length of the gradient by central differences, per voxel.
VoxelField gradient_length(const VoxelField& f);

}  // namespace soleus
