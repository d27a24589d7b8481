// Centrelines of the lumen: polylines with the radius of the largest inscribed sphere, one per branch.
#pragma once

#include <vector>

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// One branch between two ends or bifurcations. Points run from the proximal (towards the heart) to the
/// distal end.
struct Branch {
  int id = 0;
  int parent = -1;                 // id of the branch it leaves, -1 for a root
  std::vector<Vec3> points_m;      // [n], a fraction of the local radius apart
  std::vector<double> radius_m;    // [n], maximal inscribed sphere
  std::vector<double> area_m2;     // [n], lumen cross-section perpendicular to the centreline
  std::vector<double> abscissa_m;  // [n], arc length from the root's start, continuous over bifurcations
};

struct Centerlines {
  std::vector<Branch> branches;
};

}  // namespace soleus
