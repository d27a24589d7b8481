#include "segmentation/tissue.hpp"

#include <algorithm>
#include <vector>

namespace soleus::segmentation {
namespace {

constexpr double closing_m = 1.5e-3;  // bridges vessel holes and thin spots of the cortex

Mask threshold(const Field& field, auto&& condition) {
  Mask mask(field.size());
  std::transform(field.begin(), field.end(), mask.begin(),
                 [&](float v) { return std::uint8_t(condition(v)); });
  return mask;
}

Mask grown(const Grid& grid, const Mask& mask, double by_m) {
  return threshold(signed_distance(grid, mask), [&](float d) { return d <= by_m; });
}

Mask complement(Mask mask) {
  for (auto& v : mask) v = !v;
  return mask;
}

/// Morphological closing with a ball: gaps narrower than its diameter are filled, nothing is lost.
Mask closed(const Grid& grid, const Mask& mask, double radius_m) {
  return complement(grown(grid, complement(grown(grid, mask, radius_m)), radius_m));
}

bool empty(const Mask& mask) {
  return std::find(mask.begin(), mask.end(), 1) == mask.end();
}

Mask large_parts(const Grid& grid, const Mask& mask, double min_volume_m3) {
  const Components parts = components(grid, mask);
  const double voxel_m3 = grid.spacing_m.x * grid.spacing_m.y * grid.spacing_m.z;
  Mask large(mask.size());
  for (std::size_t v = 0; v < mask.size(); ++v)
    large[v] = parts.label[v] > 0 && double(parts.voxels[parts.label[v] - 1]) * voxel_m3 >= min_volume_m3;
  return large;
}

/// Background of one slice that cannot be reached from its border, along axes u and v of the slice.
void fill_slice(const Grid& grid, Mask& mask, int across, int position) {
  const int u = (across + 1) % 3, v = (across + 2) % 3;
  const auto index = [&](int a, int b) {
    std::array<int, 3> at{};
    at[across] = position, at[u] = a, at[v] = b;
    return grid.index(at[0], at[1], at[2]);
  };
  const int nu = grid.size[u], nv = grid.size[v];
  std::vector<std::uint8_t> outside(std::size_t(nu) * nv);
  std::vector<std::array<int, 2>> front;
  const auto visit = [&](int a, int b) {
    if (a < 0 || b < 0 || a >= nu || b >= nv || outside[a + std::size_t(nu) * b] || mask[index(a, b)]) return;
    outside[a + std::size_t(nu) * b] = 1;
    front.push_back({a, b});
  };
  for (int a = 0; a < nu; ++a) visit(a, 0), visit(a, nv - 1);
  for (int b = 0; b < nv; ++b) visit(0, b), visit(nu - 1, b);
  while (!front.empty()) {
    const auto [a, b] = front.back();
    front.pop_back();
    visit(a + 1, b), visit(a - 1, b), visit(a, b + 1), visit(a, b - 1);
  }
  for (int a = 0; a < nu; ++a)
    for (int b = 0; b < nv; ++b)
      if (!outside[a + std::size_t(nu) * b]) mask[index(a, b)] = 1;
}

/// Marrow inside the cortex. Bones leave the volume at its ends, so their cavities are closed only in
/// cross-section: slices are taken across the longest side of the volume, along which a leg lies.
void fill_marrow(const Grid& grid, Mask& bone) {
  int longest = 0;
  for (int a = 1; a < 3; ++a)
    if (grid.size[a] * grid.spacing_m[a] > grid.size[longest] * grid.spacing_m[longest]) longest = a;
  for (int s = 0; s < grid.size[longest]; ++s) fill_slice(grid, bone, longest, s);
}

Mask find_bone(const Image& image, const BoneConfig& config) {
  const Grid& grid = image.grid;
  Mask bone = threshold(image.values, [&](float v) { return v > config.above_hu; });
  bone = large_parts(grid, bone, config.min_volume_m3);
  if (empty(bone)) return bone;
  bone = closed(grid, bone, closing_m);
  fill_marrow(grid, bone);
  return bone;
}

/// Dark parts that reach the border of the volume; gas inside the body stays.
Mask find_air(const Image& image, const AirConfig& config) {
  const Mask solid = threshold(image.values, [&](float v) { return v > config.below_hu; });
  return complement(fill_cavities(image.grid, solid));
}

}  // namespace

Tissue find_tissue(const Image& image, const SegmentationConfig& config) {
  const Grid& grid = image.grid;
  Tissue tissue{.excluded = Mask(image.values.size()), .bone_volume_m3 = 0};
  const auto exclude = [&](const Mask& mask, double margin_m) {
    if (empty(mask)) return;
    const Mask wide = grown(grid, mask, margin_m);
    for (std::size_t v = 0; v < wide.size(); ++v) tissue.excluded[v] |= wide[v];
  };
  if (config.bone) {
    const Mask bone = find_bone(image, *config.bone);
    tissue.bone_volume_m3 = double(std::count(bone.begin(), bone.end(), 1)) * grid.spacing_m.x *
                            grid.spacing_m.y * grid.spacing_m.z;
    exclude(bone, config.bone->margin_m);
  }
  if (config.air) exclude(find_air(image, *config.air), config.air->margin_m);
  return tissue;
}

Field without_excluded(const Image& image, const Mask& excluded) {
  if (empty(excluded)) return image.values;
  Mask kept(excluded.size());
  std::transform(excluded.begin(), excluded.end(), kept.begin(),
                 [](std::uint8_t e) { return std::uint8_t(!e); });
  constexpr double around_m = 2e-3;
  double sum = 0, count = 0;
  for (std::size_t v = 0; v < kept.size(); ++v)
    if (kept[v]) sum += image.values[v], ++count;
  const Field filled =
      local_mean(image.grid, image.values, kept, around_m, float(sum / std::max(count, 1.0)));
  Field out = image.values;
  for (std::size_t v = 0; v < out.size(); ++v)
    if (excluded[v]) out[v] = filled[v];
  return out;
}

}  // namespace soleus::segmentation
