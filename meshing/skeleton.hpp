// The branching path through the middle of a lumen, on voxels.
#pragma once

#include <vector>

#include "meshing/lumen_voxels.hpp"

namespace soleus {

/// Rooted tree of voxel positions; a node's parent comes before it.
struct Skeleton {
  std::vector<Vec3> point_m;
  std::vector<double> radius_m;  // distance to the wall
  std::vector<int> parent;       // -1: root
};

/// Branches that stick out of the vessel they leave by less than this are taken for bumps of its wall.
struct BranchLimits {
  double min_length_m = 0, min_radius_m = 0;
};

Skeleton skeletonize(const LumenVoxels& lumen, const Bvh& wall, const BranchLimits& limits);

/// The same tree hung up at another node.
Skeleton rerooted(const Skeleton& s, int root);

}  // namespace soleus
