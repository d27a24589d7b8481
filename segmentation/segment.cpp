// The recipe of the segmentation stage; README.md tells why each step is there.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/progress.hpp"
#include "pipeline/base/statistics.hpp"
#include "segmentation/config.hpp"
#include "segmentation/front.hpp"
#include "segmentation/leak.hpp"
#include "segmentation/overlay.hpp"
#include "segmentation/quality.hpp"
#include "segmentation/seeds.hpp"
#include "segmentation/segmentation.hpp"
#include "segmentation/tissue.hpp"
#include "segmentation/vesselness.hpp"
#include "segmentation/wall.hpp"
#include "segmentation/working_volume.hpp"

namespace soleus {
namespace {

using namespace segmentation;

/// Dark vessels become bright ones: all that follows looks for bright ones.
void make_bright(Image& image, SegmentationConfig& config) {
  for (float& v : image.values) v = -v;
  const auto flip = [](IntensityConfig& c) { c = {-c.max_hu, -c.min_hu}; };
  flip(config.intensity);
  if (config.exclude_intensity) flip(*config.exclude_intensity);
}

/// Excluded tissue and its blurred edge as dark as can be, so that it hides nothing in a maximum projection.
Image without(Image image, const Mask& excluded, const Labels& labels) {
  constexpr double edge_m = 2e-3;
  if (std::find(excluded.begin(), excluded.end(), 1) == excluded.end()) return image;
  const float dark = *std::min_element(image.values.begin(), image.values.end());
  const Field distance = signed_distance(image.grid, excluded);
  for (std::size_t v = 0; v < excluded.size(); ++v)
    if (distance[v] <= edge_m && !labels.values[v]) image.values[v] = dark;
  return image;
}

/// Vesselness that the seeds lie in: the median over seeds, so that one bad click does not matter.
float reference_strength(const Field& strength, const std::vector<Seed>& seeds) {
  std::vector<float> values;
  values.reserve(seeds.size());
  for (const Seed& s : seeds) values.push_back(strength[s.voxel]);
  return std::max(median(values), 1e-6f);
}

/// What the image shows of vessels, before any seed is asked.
struct Evidence {
  Tissue tissue;
  Image smooth;
  Field strength;
};

Evidence gather(const Image& image, const SegmentationConfig& config, Progress& steps) {
  Evidence e{.tissue = find_tissue(image, config), .smooth = {image.grid, {}}, .strength = {}};
  steps.update(1, "edge-preserving smoothing");
  const Field soft = without_excluded(image, e.tissue.excluded);
  e.smooth.values = diffuse(image.grid, soft, config.smoothing.iterations, config.smoothing.conductance);
  steps.update(2, "vesselness");
  Mask where(image.values.size());
  for (std::size_t v = 0; v < where.size(); ++v) where[v] = !e.tissue.excluded[v];
  e.strength = vesselness(image.grid, soft, where, config.radii_m);
  return e;
}

struct Lumen {
  Mask found;
  Quality quality;
};

void warn_of_detours(const Quality& q) {
  constexpr double clear = 4;  // travel over length; in tissue it is up to 100
  for (std::size_t s = 0; s < q.paths.length_m.size(); ++s)
    if (q.paths.travel_m[s] > clear * q.paths.length_m[s] + 5e-3)
      spdlog::warn(
          "segmentation.seeds[{}]: the way to the other veins is faint ({:.0f} mm long, {:.0f} mm of "
          "travel); add "
          "seeds along the vein and look at the overlays.",
          s + 1, 1e3 * q.paths.length_m[s], 1e3 * q.paths.travel_m[s]);
}

Lumen find_lumen(const Image& image, const Evidence& e, const SegmentationConfig& config, Progress& steps) {
  const Grid& grid = image.grid;
  const IntensityConfig other_grey = config.exclude_intensity.value_or(config.intensity);
  Lumen out;
  Quality& q = out.quality;
  q.bone_volume_m3 = e.tissue.bone_volume_m3;
  q.seeds = place_seeds("seeds", config.seeds_m, e.smooth, config.intensity, e.strength);
  q.exclude_seeds = place_seeds("exclude_seeds", config.exclude_seeds_m, e.smooth, other_grey, e.strength);
  q.reference_strength = reference_strength(e.strength, q.seeds);

  steps.update(3, "paths between seeds");
  const auto speed_for = [&](const IntensityConfig& grey) {
    return front_speed(vessel_evidence(e.strength, e.smooth.values, grey, q.reference_strength),
                       e.tissue.excluded);
  };
  const Field speed = speed_for(config.intensity), other_speed = speed_for(other_grey);
  q.paths = join_seeds(grid, speed, q.seeds);
  q.exclude_paths = join_seeds(grid, other_speed, q.exclude_seeds);
  warn_of_detours(q);

  steps.update(4, "front propagation");
  const Fronts fronts =
      propagate(grid, {&speed, &other_speed}, q.paths.voxels, q.exclude_paths.voxels, config.reach_m);
  q.leak = stop_leaks(grid, fronts.inside, fronts.time, e.tissue.excluded, config.leak);

  steps.update(5, "vessel wall");
  Mask paths(grid.voxels()), unavailable = e.tissue.excluded;
  for (const std::size_t v : q.paths.voxels) paths[v] = 1;
  for (std::size_t v = 0; v < unavailable.size(); ++v) unavailable[v] |= fronts.other[v];
  Wall wall = place_wall({.grid = grid,
                          .values = image.values,
                          .start = q.leak.kept,
                          .paths = paths,
                          .unavailable = unavailable},
                         config.wall);
  q.wall_iterations = wall.iterations;
  out.found = std::move(wall.lumen);
  return out;
}

/// The component of the root seed, without roughness and cavities.
void clean(const Grid& grid, Lumen& lumen) {
  lumen.found = without_roughness(grid, lumen.found);
  for (const std::size_t v : lumen.quality.paths.voxels) lumen.found[v] = 1;
  const Components parts = components(grid, lumen.found);
  const int root = parts.label[lumen.quality.seeds.front().voxel];
  lumen.quality.components = parts.voxels.size();
  for (std::size_t v = 0; v < lumen.found.size(); ++v) {
    if (!lumen.found[v] || parts.label[v] == root) continue;
    lumen.found[v] = 0;
    ++lumen.quality.dropped_voxels;
  }
  lumen.found = fill_cavities(grid, lumen.found);
}

}  // namespace

Labels segment(const SegmentationConfig& config, const Image& image, const std::filesystem::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  if (config.seeds_m.empty())
    throw InputError(
        "segmentation.seeds: at least one point in a vein is needed, for example [12 -40 230 mm].");
  Progress steps("segmentation", 7, "steps");
  Image work = working_volume(image, config);
  SegmentationConfig bright = config;
  if (config.vessels == VesselBrightness::dark) make_bright(work, bright);
  const Evidence evidence = gather(work, bright, steps);
  Lumen lumen = find_lumen(work, evidence, bright, steps);
  clean(work.grid, lumen);

  Labels labels{.grid = work.grid, .values = std::move(lumen.found), .names = {{1, "vein"}}};
  steps.update(6, "overlays and quality");
  if (config.truth) {
    const Truth truth = load_truth(*config.truth);
    lumen.quality.score = score(truth.grid, resampled(labels, truth.grid), truth.wanted, truth.ignore);
  }
  lumen.quality.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  save(lumen.quality, config, labels, folder / "quality.json");
  save_overlays(work, without(work, evidence.tissue.excluded, labels), labels, folder);
  steps.update(7);
  return labels;
}

}  // namespace soleus
