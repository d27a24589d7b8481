#include "segmentation/leak.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace soleus::segmentation {
namespace {

/// Per voxel: the part of the wall nearby that touches excluded tissue.
Field wall_contact(const Grid& grid, const Mask& inside, const Mask& excluded) {
  Mask wall(inside.size()), touching(inside.size());
  for (std::size_t v = 0; v < inside.size(); ++v) {
    if (!inside[v]) continue;
    const auto [i, j, k] = voxel_of(grid, v);
    for (const Neighbor& n : neighbors26()) {
      if (std::abs(n.di) + std::abs(n.dj) + std::abs(n.dk) != 1 ||
          !contains(grid, i + n.di, j + n.dj, k + n.dk))
        continue;
      const std::size_t w = grid.index(i + n.di, j + n.dj, k + n.dk);
      wall[v] |= !inside[w];
      touching[v] |= excluded[w];
    }
  }
  constexpr double nearby_m = 3e-3;
  return local_mean(grid, Field(touching.begin(), touching.end()), wall, nearby_m, 0);
}

std::vector<std::size_t> by_time(const Mask& inside, const Field& time) {
  std::vector<std::size_t> order;
  for (std::size_t v = 0; v < inside.size(); ++v)
    if (inside[v]) order.push_back(v);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return time[a] != time[b] ? time[a] < time[b] : a < b; });
  return order;
}

}  // namespace

Field local_thickness(const Grid& grid, const Mask& mask) {
  const Field depth = signed_distance(grid, mask);
  Field radius(mask.size(), 0);
  std::vector<std::size_t> order;
  for (std::size_t v = 0; v < mask.size(); ++v)
    if (mask[v]) order.push_back(v);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return depth[a] < depth[b]; });
  const double h = grid.spacing_m.x;
  for (const std::size_t center : order) {      // deepest first
    const double r = -depth[center] + 0.5 * h;  // to the voxel's face
    if (radius[center] > r + h) continue;       // well inside a larger ball
    const auto [ci, cj, ck] = voxel_of(grid, center);
    const int n = int(r / h);
    for (int k = -n; k <= n; ++k)
      for (int j = -n; j <= n; ++j)
        for (int i = -n; i <= n; ++i) {
          if ((i * i + j * j + k * k) * h * h > r * r || !contains(grid, ci + i, cj + j, ck + k)) continue;
          float& covered = radius[grid.index(ci + i, cj + j, ck + k)];
          covered = std::max(covered, float(r));
        }
  }
  for (std::size_t v = 0; v < mask.size(); ++v)
    if (!mask[v]) radius[v] = 0;
  return radius;
}

LeakControl stop_leaks(const Grid& grid, const Mask& inside, const Field& time, const Mask& excluded,
                       const LeakConfig& config) {
  const Field radius = local_thickness(grid, inside);
  const Field contact = wall_contact(grid, inside, excluded);
  LeakControl out{.kept = Mask(inside.size())};
  Field upstream(inside.size(), 0);  // running mean of the radius along the way of the front
  for (const std::size_t v : by_time(inside, time)) {
    if (time[v] <= 0) {  // on a path that the user asked for
      upstream[v] = std::max(radius[v], float(grid.spacing_m.x));
      out.kept[v] = 1;
      continue;
    }
    const auto [i, j, k] = voxel_of(grid, v);
    std::size_t from = v;
    double step_m = 0;
    float before = 0;  // the largest around: corners of the wall are thin by themselves
    for (const Neighbor& n : neighbors26()) {
      if (!contains(grid, i + n.di, j + n.dj, k + n.dk)) continue;
      const std::size_t w = grid.index(i + n.di, j + n.dj, k + n.dk);
      if (!inside[w] || time[w] >= time[v]) continue;
      before = std::max(before, upstream[w]);
      if (time[w] < time[from]) from = w, step_m = grid.spacing_m.x * std::hypot(n.di, n.dj, n.dk);
    }
    if (from == v || !out.kept[from]) continue;
    const bool too_wide = radius[v] > config.max_radius_m;
    const bool grows = radius[v] > config.growth * before + grid.spacing_m.x;
    const bool touches = contact[v] > config.contact;
    out.cut_by_radius += too_wide;
    out.cut_by_growth += !too_wide && grows;
    out.cut_by_contact += !too_wide && !grows && touches;
    if (too_wide || grows || touches) continue;
    const double share = step_m / (step_m + 2 * before);  // forgets over about one diameter
    upstream[v] = float((1 - share) * before + share * radius[v]);
    out.kept[v] = 1;
  }
  return out;
}

}  // namespace soleus::segmentation
