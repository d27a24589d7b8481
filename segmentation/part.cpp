#include "segmentation/part.hpp"

#include <algorithm>
#include <cmath>

namespace soleus::segmentation {
namespace {

/// Calls row(from, to, n) for each row of the part: n voxels from `from` of the whole and from `to` of the
/// part.
void for_each_row(const Grid& whole, const Part& part, auto&& row) {
  const auto [i0, j0, k0] = part.first;
  for (int k = 0; k < part.grid.size[2]; ++k)
    for (int j = 0; j < part.grid.size[1]; ++j)
      row(std::ptrdiff_t(whole.index(i0, j0 + j, k0 + k)), std::ptrdiff_t(part.grid.index(0, j, k)),
          part.grid.size[0]);
}

template <class Values>
Values cut_values(const Grid& whole, const Values& values, const Part& part) {
  Values out(part.grid.voxels());
  for_each_row(whole, part, [&](std::ptrdiff_t from, std::ptrdiff_t to, int n) {
    std::copy_n(values.begin() + from, n, out.begin() + to);
  });
  return out;
}

}  // namespace

Part part_of(const Grid& whole, const Box& box) {
  Part part{.grid = whole, .first = box.first};
  part.grid.origin_m = whole.point(box.first[0], box.first[1], box.first[2]);
  for (int a = 0; a < 3; ++a) part.grid.size[a] = box.last[a] - box.first[a] + 1;
  return part;
}

Part part_around(const Grid& whole, const Mask& mask, double margin_m) {
  Box box{whole.size, {-1, -1, -1}};
  for (std::size_t v = 0; v < mask.size(); ++v) {
    if (!mask[v]) continue;
    const std::array<int, 3> at = voxel_of(whole, v);
    for (int a = 0; a < 3; ++a)
      box.first[a] = std::min(box.first[a], at[a]), box.last[a] = std::max(box.last[a], at[a]);
  }
  if (box.last[0] < 0) return {.grid = whole, .first = {}};
  for (int a = 0; a < 3; ++a) {
    const int margin = int(std::ceil(margin_m / whole.spacing_m[a]));
    box.first[a] = std::max(0, box.first[a] - margin);
    box.last[a] = std::min(whole.size[a] - 1, box.last[a] + margin);
  }
  return part_of(whole, box);
}

Field cut(const Grid& whole, const Field& field, const Part& part) {
  return cut_values(whole, field, part);
}

Mask cut(const Grid& whole, const Mask& mask, const Part& part) {
  return cut_values(whole, mask, part);
}

Mask put_back(const Grid& whole, const Mask& mask, const Part& part) {
  Mask out(whole.voxels());
  for_each_row(whole, part, [&](std::ptrdiff_t to, std::ptrdiff_t from, int n) {
    std::copy_n(mask.begin() + from, n, out.begin() + to);
  });
  return out;
}

}  // namespace soleus::segmentation
