#include "solver_cuda/geometry/projection.hpp"

#include <algorithm>
#include <cmath>

namespace soleus {

std::vector<SegmentRun> segment_runs(const Branch& b) {
  constexpr std::size_t segments_of_run = 16;
  std::vector<SegmentRun> runs;
  for (std::size_t first = 0; first + 1 < b.points_m.size(); first += segments_of_run) {
    SegmentRun run{first, std::min(first + segments_of_run, b.points_m.size() - 1), {}, 0};
    run.center_m = b.points_m[(run.first + run.last) / 2];
    for (std::size_t k = run.first; k <= run.last; ++k)
      run.radius_m = std::max(run.radius_m, norm(b.points_m[k] - run.center_m));
    runs.push_back(run);
  }
  return runs;
}

Projection project(const Branch& b, const std::vector<SegmentRun>& runs, const Vec3& x) {
  double reach = 1e30;  // the nearest place lies within it
  for (const SegmentRun& run : runs) reach = std::min(reach, norm(x - run.center_m));
  double best2 = 1e30, best_u = 0;
  std::size_t best = 0;
  for (const SegmentRun& run : runs) {
    if (norm(x - run.center_m) - run.radius_m > reach) continue;
    for (std::size_t k = run.first; k < run.last; ++k) {
      const Vec3 d = b.points_m[k + 1] - b.points_m[k], from_a = x - b.points_m[k];
      const double u = std::clamp(dot(from_a, d) / std::max(dot(d, d), 1e-30), 0.0, 1.0);
      const Vec3 from = from_a - d * u;
      const double d2 = dot(from, from);
      if (d2 < best2) best2 = d2, best_u = u, best = k;
    }
    reach = std::min(reach, std::sqrt(best2));
  }
  const auto at = [&](const std::vector<double>& v) { return v[best] * (1 - best_u) + v[best + 1] * best_u; };
  const Vec3 d = b.points_m[best + 1] - b.points_m[best], from = x - (b.points_m[best] + d * best_u),
             t = normalized(d);
  return {std::sqrt(best2), at(b.radius_m), {1, b.id, at(b.abscissa_m), from - t * dot(from, t)}};
}

}  // namespace soleus
