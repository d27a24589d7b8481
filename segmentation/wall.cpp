// REFERENCES
//   C. Li, C.-Y. Kao, J. Gore, Z. Ding, IEEE Trans. Image Process. 17 (2008) 1940:
//   region-scalable fitting energy
//   D. Wang, X.-P. Wang, Pattern Recognition 130 (2022) 108794:
//   the iterative convolution-thresholding method
//
// With local means f1 (lumen) and f2 (surroundings) and occupancy u, the energy
//     sum u (I - f1)^2 + (1 - u) (I - f2)^2 + lambda (f1 - f2)^2 u G*(1 - u)
// decreases when each voxel is set to u = [ t + lambda G*u > threshold + lambda / 2 ],
// t = (I - f2) / (f1 - f2). Here t is first averaged along the vessel: noise moves the wall of a thin vein by
// a good part of a voxel, and lambda, which would hold against it, pulls the wall inwards.
#include "segmentation/wall.hpp"

#include <algorithm>

#include "pipeline/base/progress.hpp"
#include "segmentation/course.hpp"
#include "segmentation/part.hpp"

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

float mean(const Field& values, const Mask& mask) {
  double sum = 0, count = 0;
  for (std::size_t v = 0; v < mask.size(); ++v)
    if (mask[v]) sum += values[v], ++count;
  return float(sum / std::max(count, 1.0));
}

/// Grey value of each voxel between its surroundings (0) and blood (1).
Field relative_grey(const WallInput& in, const Mask& lumen, double scale_m) {
  const double h = in.grid.spacing_m.x;
  const Field distance = signed_distance(in.grid, lumen);
  Mask core = within(distance, -1e9, -0.5 * h);               // blurred voxels at the wall do not show blood
  Mask around = within(distance, 1.5 * h, 1.5 * h + ring_m);  // nor do they show the surroundings
  for (std::size_t v = 0; v < around.size(); ++v) core[v] |= in.paths[v] && lumen[v];
  const Field blood = local_mean(in.grid, in.values, core, 2 * scale_m, mean(in.values, core));
  // What is brighter than blood is the blurred edge of bone; it would push the wall away from the bone.
  for (std::size_t v = 0; v < around.size(); ++v)
    if (in.unavailable[v] || in.values[v] > blood[v]) around[v] = 0;
  Field t = local_mean(in.grid, in.values, around, scale_m, 0);
  for (std::size_t v = 0; v < t.size(); ++v) {
    const float contrast = blood[v] - t[v];
    t[v] = contrast > 1e-3f ? std::clamp((in.values[v] - t[v]) / contrast, -1.f, 2.f) : 0;
  }
  return t;
}

/// On a volume that may be large against the vessels.
Wall fit(const WallInput& in, const WallFitConfig& config) {
  Mask allowed = within(signed_distance(in.grid, in.start), -1e9, config.band_m), counted(allowed.size());
  for (std::size_t v = 0; v < allowed.size(); ++v) {
    counted[v] = !in.unavailable[v];
    allowed[v] &= counted[v];
  }
  Wall wall{.lumen = in.start, .iterations = 0};
  const float lambda = float(config.smoothness), level = float(config.threshold) + lambda / 2;
  Progress progress("vessel wall", config.iterations, "iterations");
  Course course;
  for (int n = 0; n < config.iterations; ++n, ++wall.iterations) {
    progress.update(n);
    Field drive = relative_grey(in, wall.lumen, config.scale_m);
    if (config.along_m > 0) {
      if (n % 2 == 0) course = vessel_course(in.grid, wall.lumen, allowed, config.scale_m);  // turns slowly
      drive = mean_along(in.grid, drive, counted, course, config.along_m);
    }
    if (lambda > 0) {
      const Field near = gaussian(in.grid, wall.lumen, in.grid.spacing_m.x);
      for (std::size_t v = 0; v < near.size(); ++v) drive[v] += lambda * near[v];
    }
    std::size_t changed = 0;
    for (std::size_t v = 0; v < drive.size(); ++v) {
      const std::uint8_t u = in.paths[v] || (allowed[v] && drive[v] > level);
      changed += u != wall.lumen[v];
      wall.lumen[v] = u;
    }
    if (double(changed) < settled * double(std::count(wall.lumen.begin(), wall.lumen.end(), 1))) break;
  }
  progress.update(wall.iterations);
  return wall;
}

}  // namespace

Wall place_wall(const WallInput& in, const WallFitConfig& config) {
  // As far as grey values are looked at: those of blood by a Gaussian of 2 scale, hardly beyond three times
  // that.
  const double margin_m = config.band_m + ring_m + 6 * config.scale_m + 2 * in.grid.spacing_m.x;
  const Part part = part_around(in.grid, in.start, margin_m);
  Wall wall = fit({.grid = part.grid,
                   .values = cut(in.grid, in.values, part),
                   .start = cut(in.grid, in.start, part),
                   .paths = cut(in.grid, in.paths, part),
                   .unavailable = cut(in.grid, in.unavailable, part)},
                  config);
  wall.lumen = put_back(in.grid, wall.lumen, part);
  return wall;
}

}  // namespace soleus::segmentation
