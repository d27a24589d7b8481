// Propagation of a front from seeds along vessel-like voxels: the paths between seeds, then the lumen around
// them.
#pragma once

#include <vector>

#include "segmentation/config.hpp"
#include "segmentation/seeds.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

/// 0 to 1 per voxel: line strength relative to that at the seeds, times how well the grey value fits the
/// vessel.
Field vessel_evidence(const Field& strength, const Field& smooth, const IntensityConfig& accepted,
                      float reference);

/// Speed of the front, 1 m/s in a clear vessel, so that arrival times read as metres of vessel.
Field front_speed(const Field& evidence, const Mask& excluded);

struct SeedPaths {
  std::vector<std::size_t> voxels;  // of all paths, each once, from the root outwards
  std::vector<double> length_m;     // per seed but the first: of its way to what was joined before
  std::vector<double>
      travel_m;  // per seed but the first: arrival time on that way, >= length; near it in a clear vessel
};

/// Joins every seed to the first along the way of least arrival time.
SeedPaths join_seeds(const Grid& grid, const Field& speed_m_s, const std::vector<Seed>& seeds);

/// Voxels that the front from `paths` reaches within reach_m of vessel, and before the front from `others`.
struct Fronts {
  Mask inside;
  Field time;  // of the first front
  Mask other;  // reached by the front from `others` first
};
Fronts propagate(const Grid& grid, const std::array<const Field*, 2>& speed_m_s,
                 const std::vector<std::size_t>& paths, const std::vector<std::size_t>& others,
                 double reach_m);

}  // namespace soleus::segmentation
