// The branching path through the middle of a lumen, on voxels.
#pragma once

#include <vector>

#include "meshing/lumen_voxels.hpp"

namespace soleus {

/// Rooted tree of voxel positions; a node's parent comes before it.
struct Skeleton {
  std::vector<int> voxel;
  std::vector<Vec3> point_m;
  std::vector<double> radius_m;  // distance to the wall
  std::vector<int> parent;       // -1: root
  int unreached = 0;             // voxels that no path can reach
};

/// Branches that stick out of the vessel they leave by less than this are taken for bumps of its wall.
struct BranchLimits {
  double min_length_m = 0, min_radius_m = 0;
};

/// The voxel farthest from the widest place: the tip of some vessel.
int some_tip(const LumenVoxels& lumen, const std::vector<double>& wall_distance);

/// All paths lead to the voxel `root`, so that branches merge on the way to it.
Skeleton skeletonize(const LumenVoxels& lumen, const Bvh& wall, const std::vector<double>& wall_distance,
                     int root, const BranchLimits& limits);

}  // namespace soleus
