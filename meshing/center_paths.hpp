// From the voxel skeleton to the paths of the vessels, not yet smooth. Private to the centreline search.
#pragma once

#include <array>
#include <vector>

#include "meshing/skeleton.hpp"
#include "pipeline/base/bvh.hpp"

namespace soleus {

using Line = std::vector<Vec3>;
using Neighbours = std::vector<std::array<int, 3>>;  // triangle_neighbours() of the wall

double wall_distance(const Bvh& wall, const Vec3& p);

/// The root: of the wide tips (60 % of the widest) the one nearest to the head (LPS z), as veins lead to the
/// heart.
int root_node(const Skeleton& s);

struct RawPath {
  Line line;
  int parent = -1;
};

/// Longest path first; the others start on the node where they leave it. Bulges and the edges of flat veins,
/// to which the skeleton has paths too, are left out.
std::vector<RawPath> vessel_paths(const Skeleton& s, const Bvh& wall, const Neighbours& neighbours);

/// Long enough, for its width, to be no bulge of the vessel it leaves.
bool surely_branch(const Line& line, const Bvh& wall);

}  // namespace soleus
