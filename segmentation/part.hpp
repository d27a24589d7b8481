// A box of voxels cut out of a volume: what concerns the vessels only need not be done everywhere.
#pragma once

#include "segmentation/volume.hpp"

namespace soleus::segmentation {

/// Voxel indices [first, last] along each axis.
struct Box {
  std::array<int, 3> first, last;
};

struct Part {
  Grid grid;
  std::array<int, 3> first{};  // voxel of the whole volume that is voxel (0, 0, 0) of the part
};

Part part_of(const Grid& whole, const Box& box);

/// The smallest box that holds the mask and `margin_m` around it, within the volume; all of it for an empty
/// mask.
Part part_around(const Grid& whole, const Mask& mask, double margin_m);

Field cut(const Grid& whole, const Field& field, const Part& part);
Mask cut(const Grid& whole, const Mask& mask, const Part& part);
/// The part's values in their place, 0 around it.
Mask put_back(const Grid& whole, const Mask& mask, const Part& part);

}  // namespace soleus::segmentation
