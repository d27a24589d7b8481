#include "segmentation/quality.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/base/files.hpp"

namespace soleus::segmentation {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Vec3& v) {
  return Json::array({v.x, v.y, v.z});
}

Json to_json(const Grid& grid) {
  return {{"size", grid.size}, {"spacing_m", to_json(grid.spacing_m)}, {"origin_m", to_json(grid.origin_m)}};
}

Json to_json(const std::vector<Seed>& seeds, const SeedPaths& paths, const std::vector<Vec3>& clicked,
             const Grid& grid) {
  Json list = Json::array();
  for (std::size_t s = 0; s < seeds.size(); ++s) {
    const auto [i, j, k] = voxel_of(grid, seeds[s].voxel);
    Json seed{{"given_m", to_json(clicked[s])},
              {"used_m", to_json(grid.point(i, j, k))},
              {"grey_value", seeds[s].value}};
    if (s > 0) seed["path_m"] = paths.length_m[s - 1], seed["travel_m"] = paths.travel_m[s - 1];
    list.push_back(seed);
  }
  return list;
}

Json to_json(const Score& s) {
  return {{"dice", s.dice},
          {"hausdorff95_m", s.hausdorff95_m},
          {"mean_surface_distance_m", s.mean_surface_m},
          {"mean_centerline_distance_m", s.centerline_m},
          {"centerline_found", s.centerline_found},
          {"radius_bias", s.radius_bias},
          {"true_volume_m3", s.true_volume_m3},
          {"found_volume_m3", s.found_volume_m3}};
}

}  // namespace

void save(const Quality& q, const SegmentationConfig& config, const Labels& labels,
          const std::filesystem::path& file) {
  const Grid& grid = labels.grid;
  const auto voxels =
      std::count_if(labels.values.begin(), labels.values.end(), [](auto v) { return v != 0; });
  Json json{{"version", 1},
            {"grid", to_json(grid)},
            {"voxels", voxels},
            {"volume_m3", double(voxels) * grid.spacing_m.x * grid.spacing_m.y * grid.spacing_m.z},
            {"components_before_cleaning", q.components},
            {"voxels_dropped_with_small_components", q.dropped_voxels},
            {"intensity", Json{{"min", config.intensity.min_hu}, {"max", config.intensity.max_hu}}},
            {"reference_vesselness", q.reference_strength},
            {"bone_volume_m3", q.bone_volume_m3},
            {"leak_cuts", Json{{"radius", q.leak.cut_by_radius},
                               {"growth", q.leak.cut_by_growth},
                               {"contact", q.leak.cut_by_contact}}},
            {"wall_iterations", q.wall_iterations},
            {"seeds", to_json(q.seeds, q.paths, config.seeds_m, grid)},
            {"exclude_seeds", to_json(q.exclude_seeds, q.exclude_paths, config.exclude_seeds_m, grid)},
            {"seconds", q.seconds}};
  if (q.score) json["truth"] = to_json(*q.score);
  write_file(file, json.dump(1) + "\n");
}

}  // namespace soleus::segmentation
