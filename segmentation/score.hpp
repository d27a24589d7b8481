// How close a segmentation is to a ground truth.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/labels.hpp"
#include "segmentation/config.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

struct Score {
  double dice = 0;
  double hausdorff95_m = 0;     // 95th percentile of both surfaces' distances to the other one
  double mean_surface_m = 0;    // mean of the same distances
  double centerline_m = 0;      // mean distance between the medial lines, both ways
  double centerline_found = 0;  // part of the true medial line within the found lumen
  double radius_bias = 0;       // found / true - 1 of the radius of tubes of these volumes and equal length
  double true_volume_m3 = 0, found_volume_m3 = 0;
};

/// 2 |A and B| / (|A| + |B|); 1 if both are empty.
double dice(const Mask& a, const Mask& b);

/// Distances [m] from each surface voxel of a to the surface of b and back, ascending.
std::vector<double> surface_distances(const Grid& grid, const Mask& a, const Mask& b);

/// Compares two masks on one grid. Voxels of `ignore` count neither as right nor as wrong.
Score score(const Grid& grid, Mask found, Mask truth, const Mask& ignore);

/// The case's truth and ignored voxels, on the grid of the truth's file.
struct Truth {
  Grid grid;
  Mask wanted, ignore;
};
Truth load_truth(const TruthConfig& config);

/// The labels on another grid, cut at half occupancy.
Mask resampled(const Labels& labels, const Grid& target);

}  // namespace soleus::segmentation
