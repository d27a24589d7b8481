#include "segmentation/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>

#include "pipeline/base/errors.hpp"
#include "segmentation/segmentation.hpp"
#include "segmentation/thinning.hpp"
#include "segmentation/working_volume.hpp"

namespace soleus::segmentation {
namespace {

double voxel_volume_m3(const Grid& g) {
  return g.spacing_m.x * g.spacing_m.y * g.spacing_m.z;
}
std::size_t count(const Mask& m) {
  return std::size_t(std::count(m.begin(), m.end(), 1));
}

/// Voxels with a neighbour by a face that is not in the mask. The volume's border is no surface: vessels
/// leave there.
std::vector<std::size_t> surface_voxels(const Grid& grid, const Mask& mask) {
  std::vector<std::size_t> surface;
  for (std::size_t v = 0; v < mask.size(); ++v) {
    if (!mask[v]) continue;
    const auto [i, j, k] = voxel_of(grid, v);
    const auto outside = [&](int a, int b, int c) {
      return contains(grid, a, b, c) && !mask[grid.index(a, b, c)];
    };
    if (outside(i - 1, j, k) || outside(i + 1, j, k) || outside(i, j - 1, k) || outside(i, j + 1, k) ||
        outside(i, j, k - 1) || outside(i, j, k + 1))
      surface.push_back(v);
  }
  return surface;
}

Mask mask_of(const std::vector<std::size_t>& voxels, std::size_t size) {
  Mask mask(size);
  for (const std::size_t v : voxels) mask[v] = 1;
  return mask;
}

/// Distance of each voxel of `from` to the nearest of `to`.
std::vector<double> distances(const Grid& grid, const std::vector<std::size_t>& from,
                              const std::vector<std::size_t>& to) {
  if (from.empty() || to.empty()) return {};
  const Field distance = signed_distance(grid, mask_of(to, grid.voxels()));
  std::vector<double> out;
  out.reserve(from.size());
  for (const std::size_t v : from) out.push_back(std::max(0.f, distance[v]));
  return out;
}

double mean(const std::vector<double>& v) {
  return v.empty() ? 0 : std::accumulate(v.begin(), v.end(), 0.0) / double(v.size());
}

/// Label values of names or numbers.
std::set<int> values_of(const std::vector<std::string>& names, const Labels& labels, const std::string& key,
                        const std::string& file) {
  std::set<int> values;
  for (const std::string& name : names) {
    int value = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
    bool known = error == std::errc() && end == name.data() + name.size();
    for (const auto& [number, text] : labels.names)
      if (text == name) value = number, known = true;
    if (!known)
      throw InputError(
          fmt::format("segmentation.truth.{}: '{}' has no label named '{}'; give a name it has or a number.",
                      key, file, name));
    values.insert(value);
  }
  return values;
}

}  // namespace

double dice(const Mask& a, const Mask& b) {
  std::size_t both = 0;
  for (std::size_t v = 0; v < a.size(); ++v) both += a[v] && b[v];
  const std::size_t sum = count(a) + count(b);
  return sum == 0 ? 1 : 2.0 * double(both) / double(sum);
}

std::vector<double> surface_distances(const Grid& grid, const Mask& a, const Mask& b) {
  const auto sa = surface_voxels(grid, a), sb = surface_voxels(grid, b);
  std::vector<double> all = distances(grid, sa, sb);
  const std::vector<double> back = distances(grid, sb, sa);
  all.insert(all.end(), back.begin(), back.end());
  std::sort(all.begin(), all.end());
  return all;
}

Score score(const Grid& grid, Mask found, Mask truth, const Mask& ignore) {
  for (std::size_t v = 0; v < found.size(); ++v)
    if (ignore[v]) found[v] = truth[v] = 0;
  Score s;
  s.dice = dice(found, truth);
  s.found_volume_m3 = double(count(found)) * voxel_volume_m3(grid);
  s.true_volume_m3 = double(count(truth)) * voxel_volume_m3(grid);
  const std::vector<double> surface = surface_distances(grid, found, truth);
  if (!surface.empty()) s.hausdorff95_m = surface[std::size_t(0.95 * double(surface.size() - 1))];
  s.mean_surface_m = mean(surface);
  const auto found_line = medial_line(grid, found), true_line = medial_line(grid, truth);
  s.centerline_m =
      0.5 * (mean(distances(grid, found_line, true_line)) + mean(distances(grid, true_line, found_line)));
  const auto hit =
      std::count_if(true_line.begin(), true_line.end(), [&](std::size_t v) { return found[v] != 0; });
  s.centerline_found = true_line.empty() ? 0 : double(hit) / double(true_line.size());
  s.radius_bias = s.true_volume_m3 > 0 ? std::sqrt(s.found_volume_m3 / s.true_volume_m3) - 1 : 0;
  return s;
}

Truth load_truth(const TruthConfig& config) {
  const Labels labels = load_labels(config.file);
  const std::set<int> wanted = values_of(config.labels, labels, "labels", config.file.string());
  const std::set<int> ignored = values_of(config.ignore, labels, "ignore", config.file.string());
  Truth truth{
      .grid = labels.grid, .wanted = Mask(labels.values.size()), .ignore = Mask(labels.values.size())};
  for (std::size_t v = 0; v < labels.values.size(); ++v) {
    const int value = labels.values[v];
    truth.ignore[v] = ignored.contains(value);
    truth.wanted[v] = value != 0 && !truth.ignore[v] && (wanted.empty() || wanted.contains(value));
  }
  return truth;
}

Mask resampled(const Labels& labels, const Grid& target) {
  const Image occupancy{.grid = labels.grid, .values = Field(labels.values.begin(), labels.values.end())};
  const Image there = resample_linear(occupancy, target, 0);
  Mask mask(there.values.size());
  std::transform(there.values.begin(), there.values.end(), mask.begin(),
                 [](float v) { return std::uint8_t(v >= 0.5f); });
  return mask;
}

}  // namespace soleus::segmentation
