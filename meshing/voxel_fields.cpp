#include "meshing/voxel_fields.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

using Size = std::array<int, 3>;

struct Box {
  Size low, high;  // inclusive
};

Box lumen_box(const Labels& labels) {
  const Size n = labels.grid.size;
  Box box{n, {-1, -1, -1}};
  std::size_t at = 0;
  for (int k = 0; k < n[2]; ++k) {
    for (int j = 0; j < n[1]; ++j) {
      for (int i = 0; i < n[0]; ++i) {
        if (labels.values[at++] == 0) continue;
        const Size p{i, j, k};
        for (int a = 0; a < 3; ++a) {
          box.low[a] = std::min(box.low[a], p[a]);
          box.high[a] = std::max(box.high[a], p[a]);
        }
      }
    }
  }
  return box;
}

// Numbers the face-connected parts of the voxels with inside == value, from 1; sizes[n] counts part n.
std::vector<int> face_connected_parts(const VoxelField& f, float value, std::vector<std::size_t>& sizes) {
  std::vector<int> part(f.values.size(), 0);
  sizes.assign(1, 0);
  const std::ptrdiff_t step[3] = {1, f.size[0], std::ptrdiff_t(f.size[0]) * f.size[1]};
  std::vector<std::size_t> stack;
  for (std::size_t seed = 0; seed < part.size(); ++seed) {
    if (f.values[seed] != value || part[seed]) continue;
    const int number = int(sizes.size());
    sizes.push_back(0);
    part[seed] = number;
    stack.push_back(seed);
    while (!stack.empty()) {
      const std::size_t v = stack.back();
      stack.pop_back();
      ++sizes[number];
      const int p[3] = {int(v % f.size[0]), int(v / f.size[0] % f.size[1]), int(v / step[2])};
      for (int a = 0; a < 3; ++a) {
        for (int side : {-1, 1}) {
          if (p[a] + side < 0 || p[a] + side >= f.size[a]) continue;
          const std::size_t w = v + side * step[a];
          if (f.values[w] != value || part[w]) continue;
          part[w] = number;
          stack.push_back(w);
        }
      }
    }
  }
  return part;
}

// Adds a voxel wherever two face-connected parts touch over an edge or a corner, so that a thin oblique vein
// stays whole.
bool join_touching_parts(VoxelField& f, const std::vector<int>& part) {
  bool joined = false;
  for (int k = 1; k + 1 < f.size[2]; ++k) {
    for (int j = 1; j + 1 < f.size[1]; ++j) {
      for (int i = 1; i + 1 < f.size[0]; ++i) {
        const int here = part[f.index(i, j, k)];
        if (!here) continue;
        for (int n = 0; n < 27; ++n) {
          const int d[3] = {n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1};
          const int other = part[f.index(i + d[0], j + d[1], k + d[2])];
          if (other <= here) continue;
          // Walk one axis at a time; every step but the last becomes lumen.
          int p[3] = {i, j, k};
          for (int a = 0; a < 3; ++a) {
            p[a] += d[a];
            f.values[f.index(p[0], p[1], p[2])] = 1;
          }
          joined = true;
        }
      }
    }
  }
  return joined;
}

void fill_cavities(VoxelField& f) {
  std::vector<std::size_t> sizes;
  const auto part = face_connected_parts(f, 0, sizes);
  std::size_t filled = 0;
  for (std::size_t v = 0; v < part.size(); ++v) {
    if (part[v] > 1) f.values[v] = 1, ++filled;  // part 1 holds the corner, so it is the outside
  }
  if (filled) spdlog::warn("filled {} voxels of cavities inside the lumen", filled);
}

void convolve(VoxelField& f, const std::vector<float>& kernel, int axis) {
  const std::ptrdiff_t step[3] = {1, f.size[0], std::ptrdiff_t(f.size[0]) * f.size[1]};
  const int n = f.size[axis], r = int(kernel.size()) / 2, u = (axis + 1) % 3, v = (axis + 2) % 3;
  std::vector<float> line(n + 2 * r, 0.f);
  for (int b = 0; b < f.size[v]; ++b) {
    for (int a = 0; a < f.size[u]; ++a) {
      float* first = f.values.data() + a * step[u] + b * step[v];
      bool empty = true;
      for (int i = 0; i < n; ++i) empty &= (line[i + r] = first[i * step[axis]]) == 0;
      if (empty) continue;
      for (int i = 0; i < n; ++i) {
        float sum = 0;
        for (int m = 0; m < int(kernel.size()); ++m) sum += kernel[m] * line[i + m];
        first[i * step[axis]] = sum;
      }
    }
  }
}

}  // namespace

BinaryLumen binary_lumen(const Labels& labels, int margin) {
  const Box box = lumen_box(labels);
  if (box.high[0] < 0)
    throw InputError("the label map is empty: no voxel has a label other than 0; nothing to mesh");
  Size size{}, corner{};
  for (int a = 0; a < 3; ++a) {
    corner[a] = box.low[a] - margin;
    size[a] = box.high[a] - box.low[a] + 1 + 2 * margin;
  }
  BinaryLumen lumen{VoxelField(size), corner};
  VoxelField& f = lumen.inside;
  for (int k = box.low[2]; k <= box.high[2]; ++k) {
    for (int j = box.low[1]; j <= box.high[1]; ++j) {
      for (int i = box.low[0]; i <= box.high[0]; ++i) {
        const bool in = labels.values[labels.grid.index(i, j, k)] != 0;
        f.values[f.index(i - corner[0], j - corner[1], k - corner[2])] = in ? 1.f : 0.f;
      }
    }
  }
  std::vector<std::size_t> sizes;
  auto part = face_connected_parts(f, 1, sizes);
  if (sizes.size() > 2 && join_touching_parts(f, part)) part = face_connected_parts(f, 1, sizes);
  const auto largest = std::max_element(sizes.begin() + 1, sizes.end());
  lumen.voxels = *largest;
  std::size_t dropped = 0;
  for (std::size_t v = 0; v < part.size(); ++v) {
    if (!part[v] || part[v] == int(largest - sizes.begin())) continue;
    f.values[v] = 0;
    ++dropped;
  }
  if (dropped) {
    spdlog::warn("the label map has {} separate parts; meshing the largest, leaving out {} of {} voxels",
                 sizes.size() - 1, dropped, dropped + lumen.voxels);
  }
  fill_cavities(f);
  lumen.voxels = std::size_t(std::count(f.values.begin(), f.values.end(), 1.f));
  return lumen;
}

VoxelField gaussian(const VoxelField& f, double sigma_voxels) {
  const int r = int(std::ceil(3.5 * sigma_voxels));
  std::vector<float> kernel(2 * r + 1);
  double sum = 0;
  for (int m = -r; m <= r; ++m)
    sum += kernel[m + r] = float(std::exp(-0.5 * m * m / (sigma_voxels * sigma_voxels)));
  for (float& k : kernel) k = float(k / sum);
  VoxelField out = f;
  for (int axis = 0; axis < 3; ++axis) convolve(out, kernel, axis);
  return out;
}

VoxelField gradient_length(const VoxelField& f) {
  VoxelField out(f.size);
  const std::ptrdiff_t step[3] = {1, f.size[0], std::ptrdiff_t(f.size[0]) * f.size[1]};
  for (int k = 1; k + 1 < f.size[2]; ++k) {
    for (int j = 1; j + 1 < f.size[1]; ++j) {
      for (int i = 1; i + 1 < f.size[0]; ++i) {
        const std::size_t v = f.index(i, j, k);
        float sum = 0;
        for (const std::ptrdiff_t s : step) {
          const float d = 0.5f * (f.values[v + s] - f.values[v - s]);
          sum += d * d;
        }
        out.values[v] = std::sqrt(sum);
      }
    }
  }
  return out;
}

}  // namespace soleus
