// REFERENCES
//   C. Li, C.-Y. Kao, J. Gore, Z. Ding, IEEE Trans. Image Process. 17 (2008) 1940: region-scalable fitting
//   energy D. Wang, X.-P. Wang, Pattern Recognition 130 (2022) 108794: the iterative convolution-thresholding
//   method
//
// With local means f1 (lumen) and f2 (surroundings) and occupancy u, the energy
//     sum u (I - f1)^2 + (1 - u) (I - f2)^2 + lambda (f1 - f2)^2 u G*(1 - u)
// decreases when each voxel is set to u = [ t + lambda G*u > threshold + lambda / 2 ], t = (I - f2) / (f1 -
// f2).
#include "segmentation/wall.hpp"

#include <algorithm>

#include "pipeline/base/progress.hpp"

namespace soleus::segmentation {
namespace {

constexpr double ring_m = 1.5e-3;  // thickness of the surroundings that are looked at
constexpr double settled = 1e-3;   // part of the lumen's voxels that still change

Mask within(const Field& distance, double from_m, double to_m) {
  Mask mask(distance.size());
  std::transform(distance.begin(), distance.end(), mask.begin(),
                 [&](float d) { return std::uint8_t(d > from_m && d <= to_m); });
  return mask;
}

/// Grey value of each voxel between its surroundings (0) and blood (1).
Field relative_grey(const WallInput& in, const Mask& lumen, double scale_m) {
  const double h = in.grid.spacing_m.x;
  const Field distance = signed_distance(in.grid, lumen);
  Mask core = within(distance, -1e9, -0.5 * h);               // blurred voxels at the wall do not show blood
  Mask around = within(distance, 1.5 * h, 1.5 * h + ring_m);  // nor do they show the surroundings
  for (std::size_t v = 0; v < around.size(); ++v) {
    core[v] |= in.paths[v] && lumen[v];
    if (in.unavailable[v]) around[v] = 0;
  }
  const Field blood = local_mean(in.grid, in.values, core, 2 * scale_m, 0);
  Field t = local_mean(in.grid, in.values, around, scale_m, 0);
  for (std::size_t v = 0; v < t.size(); ++v) {
    const float contrast = blood[v] - t[v];
    t[v] = contrast > 1e-3f ? (in.values[v] - t[v]) / contrast : 0;
  }
  return t;
}

}  // namespace

Wall place_wall(const WallInput& in, const WallFitConfig& config) {
  Mask allowed = within(signed_distance(in.grid, in.start), -1e9, config.band_m);
  for (std::size_t v = 0; v < allowed.size(); ++v) allowed[v] &= !in.unavailable[v];
  Wall wall{.lumen = in.start, .iterations = 0};
  const float lambda = float(config.smoothness), level = float(config.threshold) + lambda / 2;
  Progress progress("vessel wall", config.iterations, "iterations");
  Field t;
  for (int n = 0; n < config.iterations; ++n, ++wall.iterations) {
    progress.update(n);
    if (n % 3 == 0) t = relative_grey(in, wall.lumen, config.scale_m);  // the means change slowly
    const Field near = gaussian(in.grid, wall.lumen, in.grid.spacing_m.x);
    std::size_t changed = 0;
    for (std::size_t v = 0; v < t.size(); ++v) {
      const std::uint8_t u = in.paths[v] || (allowed[v] && t[v] + lambda * near[v] > level);
      changed += u != wall.lumen[v];
      wall.lumen[v] = u;
    }
    if (double(changed) < settled * double(std::count(wall.lumen.begin(), wall.lumen.end(), 1))) break;
  }
  return wall;
}

}  // namespace soleus::segmentation
