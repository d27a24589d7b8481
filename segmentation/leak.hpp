// Leak control: parts of the front that grow too wide or run along bone or skin are cut off with all that
// lies behind.
#pragma once

#include "segmentation/config.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

/// Radius [m] of the largest ball inside the mask that covers the voxel; 0 outside.
Field local_thickness(const Grid& grid, const Mask& mask);

struct LeakControl {
  Mask kept;
  std::size_t cut_by_radius = 0, cut_by_growth = 0, cut_by_contact = 0;  // voxels where a cut begins
};

/// `time` is the arrival time of the front, by which every voxel knows where it was reached from.
LeakControl stop_leaks(const Grid& grid, const Mask& inside, const Field& time, const Mask& excluded,
                       const LeakConfig& config);

}  // namespace soleus::segmentation
