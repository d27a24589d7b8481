// The wall's surface mesh as the recorder samples it.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"

namespace soleus {

/// Points of the surface that belong to the wall, not only to an open cap; ascending.
std::vector<int> points_off_caps(const Geometry& geometry);

/// Position, outward unit normal and share of the area of surface points.
struct WallSamples {
  std::vector<Vec3> points_m, outward;
  std::vector<double> area_m2;
};
WallSamples wall_samples(const Surface& moved, const std::vector<int>& points);

}  // namespace soleus
