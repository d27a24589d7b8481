// A Gaussian alone would thin a vein three voxels wide by a third, and the half-way surface of a label map
// has steps. So: the lumen's indicator B is smoothed, f = G_1 * B, and cut at a threshold that varies slowly
// in space, chosen so that every neighbourhood keeps its voxel volume: G_2 * (cell fraction of f > tau) = G_2
// * B. Voxel counting is unbiased for cross-sections, so thin veins keep their calibre. Signs at voxel
// centres stay those of the label map, which keeps neighbouring veins apart (constraint of Whitaker, Proc.
// IEEE VolVis 2000). What steps are left go in mesh smoothing.
#include "meshing/labels_to_surface.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "meshing/polydata_vtk.hpp"
#include "meshing/topology.hpp"
#include "meshing/voxel_fields.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

constexpr double blur_voxels = 1.0, neighbourhood_voxels = 2.0;
constexpr int threshold_passes = 6;

// Threshold field tau: Newton steps on the local volume; d(volume)/d(tau) of a boundary cell is -1 / |grad
// f|.
VoxelField volume_keeping_threshold(const VoxelField& inside, const VoxelField& f) {
  const VoxelField gradient = gradient_length(f);
  VoxelField tau(f.size, 0.5f), missing(f.size), slope(f.size);
  Progress progress("mesh: threshold", threshold_passes, "passes");
  for (int pass = 0; pass < threshold_passes; ++pass) {
    for (std::size_t v = 0; v < f.values.size(); ++v) {
      const float above = f.values[v] - tau.values[v], g = std::max(gradient.values[v], 1e-3f);
      const float fraction = std::clamp(0.5f + above / g, 0.f, 1.f);
      missing.values[v] = inside.values[v] - fraction;
      slope.values[v] = fraction > 0 && fraction < 1 ? 1 / g : 0.f;
    }
    const VoxelField local_missing = gaussian(missing, neighbourhood_voxels);
    const VoxelField local_slope = gaussian(slope, neighbourhood_voxels);
    for (std::size_t v = 0; v < f.values.size(); ++v) {
      const float step = local_missing.values[v] / (local_slope.values[v] + 0.02f);
      tau.values[v] = std::clamp(tau.values[v] - std::clamp(step, -0.15f, 0.15f), 0.1f, 0.9f);
    }
    progress.update(pass + 1);
  }
  return tau;
}

}  // namespace

LabelSurface labels_to_surface(const Labels& labels, int smoothing_passes) {
  const BinaryLumen lumen = binary_lumen(labels, 8);
  VoxelField level = gaussian(lumen.inside, blur_voxels);
  {
    const VoxelField tau = volume_keeping_threshold(lumen.inside, level);
    constexpr float margin = 0.02f;
    for (std::size_t v = 0; v < level.values.size(); ++v) {
      const float above = level.values[v] - tau.values[v];
      level.values[v] = lumen.inside.values[v] > 0 ? std::max(above, margin) : std::min(above, -margin);
    }
  }
  LabelSurface out;
  out.surface = largest_component(zero_surface(level.size, level.values));
  if (volume(out.surface) < 0) flip_orientation(out.surface);
  const Surface stepped = out.surface;
  smooth_keeping_volume(out.surface, smoothing_passes, 0.8);
  match_volume(out.surface, double(lumen.voxels));
  if (const int back = untangle(out.surface, stepped); back > 0) {
    spdlog::warn("{} of {} points of the lumen surface are left unsmoothed, in veins about one voxel thick",
                 back, out.surface.points_m.size());
  }

  const Grid& grid = labels.grid;
  for (Vec3& p : out.surface.points_m) {
    p = grid.point(p.x + lumen.corner[0], p.y + lumen.corner[1], p.z + lumen.corner[2]);
  }
  const bool mirrored = dot(cross(grid.axes[0], grid.axes[1]), grid.axes[2]) < 0;
  if (mirrored) flip_orientation(out.surface);
  out.label_volume_m3 = double(lumen.voxels) * grid.spacing_m.x * grid.spacing_m.y * grid.spacing_m.z;
  return out;
}

}  // namespace soleus
