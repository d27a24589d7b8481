// Reading volumes between their voxels, in voxel coordinates.
#pragma once

#include <algorithm>
#include <array>

#include "pipeline/base/artifacts/vector_field.hpp"

namespace soleus::segmentation {

inline std::size_t count(const std::array<int, 3>& size) {
  return std::size_t(size[0]) * size[1] * size[2];
}
inline std::size_t index(const std::array<int, 3>& size, int i, int j, int k) {
  return i + std::size_t(size[0]) * (j + std::size_t(size[1]) * k);
}
inline std::array<int, 3> voxel_at(const std::array<int, 3>& size, std::size_t index) {
  const std::size_t row = size[0], slice = row * size[1];
  return {int(index % row), int(index / row % size[1]), int(index / slice)};
}

/// The voxels around a place; a place outside is taken to the border.
struct Trilinear {
  std::size_t first, step_i, step_j, step_k, nearest;
  float u, v, w;
  bool inside;  // not taken to the border

  Trilinear(const std::array<int, 3>& size, const Vec3& at) {
    std::array<int, 3> low{}, near{};
    std::array<float, 3> part{};
    inside = true;
    for (int a = 0; a < 3; ++a) {
      const double last = size[a] - 1, c = std::clamp(at[a], 0.0, last);
      inside = inside && at[a] > -0.5 && at[a] < last + 0.5;
      low[a] = std::min(int(c), std::max(size[a] - 2, 0));
      part[a] = float(c - low[a]);
      near[a] = int(c + 0.5);
    }
    first = index(size, low[0], low[1], low[2]);
    nearest = index(size, near[0], near[1], near[2]);
    step_i = size[0] > 1 ? 1 : 0;
    step_j = size[1] > 1 ? size[0] : 0;
    step_k = size[2] > 1 ? std::size_t(size[0]) * size[1] : 0;
    u = part[0], v = part[1], w = part[2];
  }
  template <class T>
  auto mix(const T& at) const {
    const auto row = [&](std::size_t n) { return at(n) * (1 - u) + at(n + step_i) * u; };
    const auto slice = [&](std::size_t n) { return row(n) * (1 - v) + row(n + step_j) * v; };
    return slice(first) * (1 - w) + slice(first + step_k) * w;
  }
  float value(const std::vector<float>& values) const {
    return mix([&](std::size_t n) { return values[n]; });
  }
  Vec3 vector(const VectorField& field) const {
    return mix([&](std::size_t n) { return vector_of(field, n); });
  }
};

}  // namespace soleus::segmentation
