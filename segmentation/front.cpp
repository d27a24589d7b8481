#include "segmentation/front.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "pipeline/base/progress.hpp"

namespace soleus::segmentation {
namespace {

constexpr float slowest = 0.002f;    // speed in tissue: 1 mm of it counts as 500 mm of vessel
constexpr float standstill = 1e-6f;  // in excluded tissue; ITK divides by the speed

/// 0 to 1 across about `width` around x = 0.
float soft_step(float x, float width) {
  return 1 / (1 + std::exp(-4 * x / width));
}

/// From `voxel` to the neighbour that the front passed first, until a source (time 0).
std::vector<std::size_t> descend(const Grid& grid, const Field& time, std::size_t voxel) {
  std::vector<std::size_t> way{voxel};
  while (time[voxel] > 0) {
    const auto [i, j, k] = voxel_of(grid, voxel);
    std::size_t next = voxel;
    for (const Neighbor& n : neighbors26()) {
      if (!contains(grid, i + n.di, j + n.dj, k + n.dk)) continue;
      const std::size_t v = grid.index(i + n.di, j + n.dj, k + n.dk);
      if (time[v] < time[next]) next = v;
    }
    if (next == voxel) break;  // a local minimum is always a source; rounding cannot make another
    way.push_back(voxel = next);
  }
  return way;
}

double distance_m(const Grid& grid, std::size_t a, std::size_t b) {
  const auto [ai, aj, ak] = voxel_of(grid, a);
  const auto [bi, bj, bk] = voxel_of(grid, b);
  return grid.spacing_m.x * std::hypot(ai - bi, aj - bj, ak - bk);
}

/// Arrival times of a front from the first seed, until it has reached all. Most of the volume is not vessel
/// and never needed, so the front goes as far as the seeds lie apart, then twice as far, and so on.
Field times_to_all(const Grid& grid, const Field& speed_m_s, const std::vector<Seed>& seeds) {
  const std::size_t root = seeds.front().voxel;
  double limit_s = 0;
  for (const Seed& s : seeds) limit_s = std::max(limit_s, 2 * distance_m(grid, root, s.voxel));
  while (true) {
    check_interrupt();
    Field time = arrival_times(grid, speed_m_s, {root}, limit_s);
    const bool all = std::all_of(seeds.begin(), seeds.end(),
                                 [&](const Seed& s) { return time[s.voxel] < float(limit_s); });
    if (all) return time;
    limit_s *= 2;
  }
}

}  // namespace

Field vessel_evidence(const Field& strength, const Field& smooth, const IntensityConfig& accepted,
                      float reference) {
  constexpr float half = 0.25f;  // strength, relative to the seeds', at which a line is as likely as not
  const float low = float(accepted.min_hu), high = float(accepted.max_hu), width = 0.3f * (high - low);
  Field evidence(strength.size());
  for (std::size_t v = 0; v < evidence.size(); ++v) {
    if (strength[v] <= 0) continue;
    const float line = strength[v] / (strength[v] + half * reference);
    evidence[v] = line * soft_step(smooth[v] - low, width) * soft_step(high - smooth[v], width);
  }
  return evidence;
}

Field front_speed(const Field& evidence, const Mask& excluded) {
  Field speed(evidence.size());
  for (std::size_t v = 0; v < speed.size(); ++v)
    speed[v] = excluded[v] ? standstill : slowest + (1 - slowest) * evidence[v];
  return speed;
}

SeedPaths join_seeds(const Grid& grid, const Field& speed_m_s, const std::vector<Seed>& seeds) {
  SeedPaths paths;
  if (seeds.empty()) return paths;
  paths.voxels.push_back(seeds.front().voxel);
  if (seeds.size() == 1) return paths;
  const Field time = times_to_all(grid, speed_m_s, seeds);
  std::unordered_set<std::size_t> joined{seeds.front().voxel};
  for (std::size_t s = 1; s < seeds.size(); ++s) {
    double length = 0;
    const std::vector<std::size_t> way = descend(grid, time, seeds[s].voxel);
    std::size_t n = 0;
    for (; n < way.size() && !joined.contains(way[n]); ++n)
      length += n ? distance_m(grid, way[n - 1], way[n]) : 0;
    paths.length_m.push_back(length);
    paths.travel_m.push_back(n == 0 ? 0 : time[way.front()] - time[way[std::min(n, way.size() - 1)]]);
    for (std::size_t m = n; m-- > 0;) joined.insert(way[m]), paths.voxels.push_back(way[m]);
  }
  return paths;
}

Fronts propagate(const Grid& grid, const std::array<const Field*, 2>& speed_m_s,
                 const std::vector<std::size_t>& paths, const std::vector<std::size_t>& others,
                 double reach_m) {
  Fronts fronts{.inside = Mask(grid.voxels()),
                .time = arrival_times(grid, *speed_m_s[0], paths, reach_m),
                .other = Mask(grid.voxels())};
  Field other_time(grid.voxels(), float(reach_m));
  if (!others.empty()) other_time = arrival_times(grid, *speed_m_s[1], others, reach_m);
  for (std::size_t v = 0; v < grid.voxels(); ++v) {
    fronts.inside[v] = fronts.time[v] < float(reach_m) && fronts.time[v] <= other_time[v];
    fronts.other[v] = other_time[v] < fronts.time[v];
  }
  return fronts;
}

}  // namespace soleus::segmentation
