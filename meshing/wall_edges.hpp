// How long the triangles' edges should be: as asked for, shorter where a vein is thin.
#pragma once

#include <vector>

#include "meshing/centerlines.hpp"

namespace soleus {

/// Eight edges go around a vessel of this radius, where the wanted edge allows fewer; down to half the wanted
/// length.
double local_edge(double edge_m, double radius_m);

/// local_edge at each point of the wall, by the radius of the inscribed sphere that the point belongs to.
/// Spheres sit on the centrelines; `closed` is the surface that bounds them.
std::vector<double> local_edges(const Surface& wall, const CenterTree& tree, const Bvh& closed,
                                double edge_m);

}  // namespace soleus
