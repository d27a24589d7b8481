// Centrelines of a closed lumen surface, and its ends.
#pragma once

#include <vector>

#include "meshing/skeleton.hpp"
#include "pipeline/base/artifacts/centerlines.hpp"
#include "pipeline/base/bvh.hpp"

namespace soleus {

/// A line that starts at the root's tip, or at a point of its parent, and runs to a tip.
struct CenterPath {
  std::vector<Vec3> points_m;
  int parent = -1;
  double parent_arc_m = 0;  // where on the parent it starts
  bool dropped = false;     // lies beyond a cut
};

/// The tip of a vessel.
struct LumenEnd {
  int path = 0;
  bool at_start = false;  // of its path: the root
  Vec3 tip_m{};           // where the prolonged centreline meets the wall
  Vec3 outward{};
  double radius_m = 0;  // of the vessel near the tip: inscribed sphere
};

struct CenterTree {
  std::vector<CenterPath> paths;  // parents before children
  std::vector<LumenEnd> ends;
};

/// `spacing_m`: voxel size of the search; the result is finer. `wall` is the closed surface.
CenterTree center_tree(const Bvh& wall, double spacing_m, const BranchLimits& limits);

/// Cuts the paths at bifurcations; radius and area are measured against `wall` (caps left out).
Centerlines branches_of(const CenterTree& tree, const Bvh& wall);

}  // namespace soleus
