#include "segmentation/vesselness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "pipeline/base/progress.hpp"
#include "segmentation/parallel_slices.hpp"
#include "segmentation/symmetric.hpp"

namespace soleus::segmentation {
namespace {

/// Second differences per voxel squared at an inner voxel.
Symmetric3 hessian(const Field& f, std::size_t v, std::ptrdiff_t row, std::ptrdiff_t slice) {
  const float* p = f.data() + v;
  const auto mixed = [&](std::ptrdiff_t a, std::ptrdiff_t b) {
    return 0.25 * (double(p[a + b]) - p[a - b] - p[b - a] + p[-a - b]);
  };
  const double twice = 2.0 * p[0];
  return {p[1] - twice + p[-1], p[row] - twice + p[-row], p[slice] - twice + p[-slice],
          mixed(1, row),        mixed(row, slice),        mixed(slice, 1)};
}

}  // namespace

float line_strength(const Symmetric3& h) {
  const auto [l3, l2, l1] = eigenvalues(h);  // across, across, along
  if (l2 >= 0) return 0;
  constexpr double alpha = 0.25;
  const double along = l1 <= 0 ? 1 + l1 / -l2 : 1 - alpha * l1 / -l2;
  return along > 0 ? float(-l2 * std::sqrt(along)) : 0.f;
}

Field vesselness(const Grid& grid, const Field& field, const Mask& where,
                 const std::vector<double>& radii_m) {
  Field best(field.size(), 0);
  const double voxel_m = grid.spacing_m.x;
  Progress progress("vesselness", double(radii_m.size()) * grid.size[2], "slices");
  const std::ptrdiff_t row = grid.size[0], slice = row * grid.size[1];
  for (std::size_t s = 0; s < radii_m.size(); ++s) {
    const double sigma_m = radii_m[s] / std::numbers::sqrt2;  // strongest in the middle of a solid cylinder
    const Field smooth = gaussian(grid, field, sigma_m);
    const float scale = float(sigma_m * sigma_m / (voxel_m * voxel_m));
    parallel_for(grid.size[2], progress, double(s) * grid.size[2], [&](int k) {
      const auto inner = [&](int i, int axis) { return std::clamp(i, 1, grid.size[axis] - 2); };
      for (int j = 0; j < grid.size[1]; ++j)
        for (int i = 0; i < grid.size[0]; ++i) {
          const std::size_t v = grid.index(i, j, k);
          if (!where[v]) continue;
          const std::size_t at =
              grid.index(inner(i, 0), inner(j, 1), inner(k, 2));  // vessels leave through the border
          best[v] = std::max(best[v], scale * line_strength(hessian(smooth, at, row, slice)));
        }
    });
  }
  progress.update(double(radii_m.size()) * grid.size[2]);  // another thread may have done the last slice
  return best;
}

}  // namespace soleus::segmentation
