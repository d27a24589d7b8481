#include "segmentation/seeds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/base/errors.hpp"

namespace soleus::segmentation {
namespace {

constexpr double snap_m = 1.5e-3;

/// "-142 .. -3 mm" of the volume along an axis of the patient.
std::string extent(const Grid& grid, int axis) {
  double low = 1e300, high = -1e300;
  for (int corner = 0; corner < 8; ++corner) {
    const Vec3 p = grid.point(corner & 1 ? grid.size[0] - 1 : 0, corner & 2 ? grid.size[1] - 1 : 0,
                              corner & 4 ? grid.size[2] - 1 : 0);
    low = std::min(low, p[axis]), high = std::max(high, p[axis]);
  }
  return fmt::format("{:.1f} to {:.1f}", low * 1e3, high * 1e3);
}

std::string outside_message(const std::string& name, const Grid& grid, const Vec3& p,
                            const std::vector<Vec3>& all) {
  std::string text =
      fmt::format("{} at {} lies outside of the volume, which spans x {}, y {}, z {} mm (LPS).", name,
                  format_quantities(p, Dimension::length), extent(grid, 0), extent(grid, 1), extent(grid, 2));
  const bool flipped = std::all_of(all.begin(), all.end(), [&](const Vec3& q) {
    return covers(grid, {-q.x, -q.y, q.z});
  });
  if (flipped)
    text +=
        " With the signs of x and y changed all seeds would lie inside: they seem to be given in RAS, not "
        "LPS.";
  return text;
}

/// Voxels within `radius_m` of a voxel.
template <class Visit>
void for_ball(const Grid& grid, std::size_t center, double radius_m, const Visit& visit) {
  const auto [ci, cj, ck] = voxel_of(grid, center);
  const double h = grid.spacing_m.x;
  const int r = int(radius_m / h);
  for (int k = -r; k <= r; ++k)
    for (int j = -r; j <= r; ++j)
      for (int i = -r; i <= r; ++i)
        if ((i * i + j * j + k * k) * h * h <= radius_m * radius_m && contains(grid, ci + i, cj + j, ck + k))
          visit(grid.index(ci + i, cj + j, ck + k));
}

}  // namespace

std::vector<Seed> place_seeds(std::string_view key, const std::vector<Vec3>& points_m, const Image& smooth,
                              const IntensityConfig& accepted, const Field& strength) {
  std::vector<std::string> faults;
  std::vector<Seed> seeds;
  for (std::size_t n = 0; n < points_m.size(); ++n) {
    const Vec3& p = points_m[n];
    const std::string name = fmt::format("segmentation.{}[{}]", key, n);
    if (!covers(smooth.grid, p)) {
      faults.push_back(outside_message(name, smooth.grid, p, points_m));
      continue;
    }
    const std::size_t clicked = voxel_at(smooth.grid, p);
    const auto fits = [&](std::size_t v) {
      return smooth.values[v] >= accepted.min_hu && smooth.values[v] <= accepted.max_hu;
    };
    std::size_t best = clicked;
    for_ball(smooth.grid, clicked, snap_m, [&](std::size_t v) {
      if (fits(v) && (!fits(best) || strength[v] > strength[best])) best = v;
    });
    if (!fits(best))
      faults.push_back(
          fmt::format("{} at {} does not lie in a vessel: the grey value there is {:.0f}, accepted are {:g} "
                      "to {:g} (segmentation.{}).",
                      name, format_quantities(p, Dimension::length), smooth.values[clicked], accepted.min_hu,
                      accepted.max_hu, key == "seeds" ? "intensity" : "exclude_intensity"));
    const float value = smooth.values[best];
    seeds.push_back({best, value});
  }
  if (!faults.empty()) throw InputError(faults);
  return seeds;
}

}  // namespace soleus::segmentation
