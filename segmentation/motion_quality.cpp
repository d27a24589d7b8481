#include "segmentation/motion_quality.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/files.hpp"

namespace soleus::segmentation {
namespace {

constexpr double least_correlation = 0.5;
constexpr double same = 1e-3;  // of the spread: residuals of an image with itself differ by rounding

/// The grid's axis that runs along the patient's z.
int axial_axis(const Grid& grid) {
  int axis = 0;
  for (int a = 1; a < 3; ++a)
    if (std::abs(grid.axes[a].z) > std::abs(grid.axes[axis].z)) axis = a;
  return axis;
}

/// Area of the lumen's axial slices over that at rest, from the volume that the material of each has now.
void find_smallest_area(FrameQuality& q, const Grid& grid, const std::vector<double>& volume,
                        const std::vector<Vec3>& middle, const std::vector<double>& voxels) {
  q.smallest_area_ratio = 1e300;
  for (std::size_t s = 0; s < voxels.size(); ++s) {
    if (voxels[s] == 0 || volume[s] / voxels[s] >= q.smallest_area_ratio) continue;
    q.smallest_area_ratio = volume[s] / voxels[s];
    q.smallest_area_at_m = grid.origin_m + middle[s] / voxels[s];
  }
}

void measure_lumen_at_rest(FrameQuality& q, const ImagedMotion& motion, const DisplacementFrame& frame,
                           const Mask& lumen) {
  const Grid& g = motion.grid;
  const int axis = axial_axis(g);
  std::vector<double> volume(g.size[axis]), voxels = volume;
  std::vector<Vec3> middle(volume.size());
  double all = 0, swept = 0;
  for (std::size_t v = 0; v < lumen.size(); ++v) {
    if (!lumen[v]) continue;
    const std::array<int, 3> at = voxel_of(g, v);
    const Vec3 rest = g.point(at[0], at[1], at[2]), u = vector_of(frame.forward_m, v), now = rest + u;
    const double ratio = determinant(gradient_at_node(g, frame.forward_m, at));
    const double error_m = norm(now + displacement_at(g, frame.backward_m, now).displacement_m - rest);
    volume[at[axis]] += ratio, voxels[at[axis]] += 1, middle[at[axis]] += now - g.origin_m;
    all += 1, swept += ratio;
    q.forward_jacobian_lumen.take(ratio);
    q.mean_displacement_m += norm(u), q.mean_inconsistency_m += error_m;
    q.max_displacement_m = std::max(q.max_displacement_m, norm(u));
    q.max_inconsistency_m = std::max(q.max_inconsistency_m, error_m);
  }
  q.volume_ratio = swept / all;
  q.mean_displacement_m /= all, q.mean_inconsistency_m /= all;
  find_smallest_area(q, g, volume, middle, voxels);
}

nlohmann::ordered_json to_json(const FrameQuality& q) {
  const Agreement& a = q.agreement;
  const auto range = [](const Range& r) { return nlohmann::ordered_json{{"min", r.min}, {"max", r.max}}; };
  return {{"image", q.image},
          {"time_s", q.time_s},
          {"residual_before", a.residual_before},
          {"residual_after", a.residual_after},
          {"correlation_before", a.correlation_before},
          {"correlation_after", a.correlation_after},
          {"backward_jacobian_in_lumen", range(q.jacobian_lumen)},
          {"backward_jacobian_near_veins", range(q.jacobian_mask)},
          {"forward_jacobian_in_lumen", range(q.forward_jacobian_lumen)},
          {"lumen_volume_ratio", q.volume_ratio},
          {"smallest_area_ratio", q.smallest_area_ratio},
          {"smallest_area_at_m", {q.smallest_area_at_m.x, q.smallest_area_at_m.y, q.smallest_area_at_m.z}},
          {"mean_displacement_m", q.mean_displacement_m},
          {"max_displacement_m", q.max_displacement_m},
          {"mean_inverse_inconsistency_m", q.mean_inconsistency_m},
          {"max_inverse_inconsistency_m", q.max_inconsistency_m}};
}

}  // namespace

Mask moved(const Grid& grid, const VectorField& backward_m, const Mask& mask) {
  Mask out(mask.size());
  for (std::size_t v = 0; v < mask.size(); ++v) {
    const std::array<int, 3> at = voxel_of(grid, v);
    const TrilinearPlace place(grid, grid.point(at[0], at[1], at[2]) + vector_of(backward_m, v));
    double inside = 0;
    for (int n = 0; n < 8; ++n) inside += place.weight[n] * mask[place.node[n]];
    out[v] = inside >= 0.5;
  }
  return out;
}

FrameQuality measure(const ImagedMotion& motion, std::size_t frame, const Mask& lumen, const Mask& mask) {
  const DisplacementFrame& f = motion.frames[frame];
  FrameQuality q;
  q.time_s = f.time_s;
  measure_lumen_at_rest(q, motion, f, lumen);
  const Mask lumen_now = moved(motion.grid, f.backward_m, lumen),
             mask_now = moved(motion.grid, f.backward_m, mask);
  for (std::size_t v = 0; v < lumen_now.size(); ++v) {
    if (!lumen_now[v] && !mask_now[v]) continue;
    const double j = determinant(gradient_at_node(motion.grid, f.backward_m, voxel_of(motion.grid, v)));
    if (lumen_now[v]) q.jacobian_lumen.take(j);
    if (mask_now[v]) q.jacobian_mask.take(j);
  }
  return q;
}

void refuse_bad_registration(const std::string& key, const Agreement& a) {
  if (!std::isfinite(a.residual_after) || !std::isfinite(a.correlation_after))
    throw InputError(
        fmt::format("{}: the registration failed, its residual near the veins is not a number; the image "
                    "needs grey values "
                    "that differ near the veins found in the image at rest.",
                    key));
  if (a.residual_after > a.residual_before + same * a.spread)
    throw InputError(fmt::format(
        "{}: the registration failed, it raised the difference to the image at rest near the veins "
        "from {:.4g} to {:.4g}; accepted is what lowers it.",
        key, a.residual_before, a.residual_after));
  if (a.correlation_after < least_correlation)
    throw InputError(
        fmt::format("{}: the registration failed, near the veins the image correlates with the one at rest "
                    "by {:.2f} only; "
                    "at least {:.1f} is needed, of the same leg with the same kind of scan.",
                    key, a.correlation_after, least_correlation));
}

void refuse_folding(const std::string& key, const FrameQuality& q) {
  const double least = std::min(q.jacobian_lumen.min, q.forward_jacobian_lumen.min);
  if (least > 0) return;
  throw InputError(
      fmt::format("{}: the motion found folds in the lumen (smallest Jacobian determinant {:.3g}, above 0 is "
                  "needed); raise "
                  "image.registration.smoothing or leave this image out.",
                  key, least));
}

void save(const std::vector<FrameQuality>& frames, const ImagedMotion& motion,
          const std::filesystem::path& quality_json) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (std::filesystem::exists(quality_json)) json = nlohmann::ordered_json::parse(read_file(quality_json));
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const FrameQuality& q : frames) all.push_back(to_json(q));
  json["motion"] = {{"cycle_s", motion.period_s}, {"grid_size", motion.grid.size}, {"frames", all}};
  write_file(quality_json, json.dump(1) + "\n");
}

}  // namespace soleus::segmentation
