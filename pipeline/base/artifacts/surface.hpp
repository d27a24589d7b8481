// A triangle mesh; triangles are counter-clockwise seen from outside the lumen.
#pragma once

#include <array>
#include <vector>

#include "pipeline/base/vec3.hpp"

namespace soleus {

struct Surface {
  std::vector<Vec3> points_m;
  std::vector<std::array<int, 3>> triangles;
};

}  // namespace soleus
