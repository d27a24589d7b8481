// The figures of a segmentation, written as quality.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/labels.hpp"
#include "segmentation/config.hpp"
#include "segmentation/front.hpp"
#include "segmentation/leak.hpp"
#include "segmentation/score.hpp"

namespace soleus::segmentation {

struct Quality {
  std::vector<Seed> seeds, exclude_seeds;
  SeedPaths paths, exclude_paths;
  float reference_strength = 0;  // vesselness at the seeds
  double bone_volume_m3 = 0;
  LeakControl leak;
  int wall_iterations = 0;
  std::size_t components = 0;  // of the lumen before the largest was chosen
  std::size_t dropped_voxels = 0;
  double seconds = 0;
  std::optional<Score> score;
};

void save(const Quality& quality, const SegmentationConfig& config, const Labels& labels,
          const std::filesystem::path& file);

}  // namespace soleus::segmentation
