// Where the voxels of an image or label map lie in the patient: LPS (x to the left, y to the back, z to the
// head), metres.
#pragma once

#include <array>
#include <cstddef>

#include "pipeline/base/vec3.hpp"

namespace soleus {

struct Grid {
  std::array<int, 3> size{};                                    // voxels along i, j, k
  Vec3 spacing_m{};                                             // distance between voxel centres
  Vec3 origin_m{};                                              // centre of voxel (0, 0, 0)
  std::array<Vec3, 3> axes{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};  // unit vectors of i, j, k; orthonormal

  std::size_t voxels() const { return std::size_t(size[0]) * size[1] * size[2]; }
  std::size_t index(int i, int j, int k) const {
    return i + std::size_t(size[0]) * (j + std::size_t(size[1]) * k);
  }
  /// Position of the (continuous) voxel index (i, j, k).
  Vec3 point(double i, double j, double k) const {
    return origin_m + axes[0] * (i * spacing_m.x) + axes[1] * (j * spacing_m.y) + axes[2] * (k * spacing_m.z);
  }
  /// Continuous voxel index of a position.
  Vec3 continuous_index(const Vec3& p) const {
    const Vec3 d = p - origin_m;
    return {dot(d, axes[0]) / spacing_m.x, dot(d, axes[1]) / spacing_m.y, dot(d, axes[2]) / spacing_m.z};
  }
};

}  // namespace soleus
