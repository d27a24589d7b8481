// The direction in which a vessel runs at each voxel, and means along it: they take away noise and leave the
// cross-section as it is, which a mean over all directions would shrink and round.
#pragma once

#include <array>
#include <vector>

#include "segmentation/volume.hpp"

namespace soleus::segmentation {

/// Per voxel (x, y, z along the grid's axes) the vessel's direction, either way round. Its length tells how
/// clear that is: 1 in a straight tube, 0 where nothing or no direction is known.
using Course = std::vector<std::array<float, 3>>;

/// The direction in which the wall within about 2 `scale_m` changes least, for the voxels of `where`.
Course vessel_course(const Grid& grid, const Mask& lumen, const Mask& where, double scale_m);

/// Mean of `field` over the voxels of `counted`, weighted by a Gaussian of standard deviation `length_m`
/// along the course that passes through each voxel. Unchanged where there is no course.
Field mean_along(const Grid& grid, const Field& field, const Mask& counted, const Course& course,
                 double length_m);

}  // namespace soleus::segmentation
