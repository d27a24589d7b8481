// What meshing hands to the solver: the lumen surface at rest, its centrelines and its named openings.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/centerlines.hpp"
#include "pipeline/base/artifacts/shape.hpp"
#include "pipeline/base/artifacts/sheet.hpp"
#include "pipeline/base/artifacts/surface.hpp"
#include "pipeline/base/artifacts/valves.hpp"

namespace soleus {

/// A flat cap, perpendicular to the centreline, where blood enters or leaves.
struct Opening {
  std::string name;
  Vec3 center_m{};
  Vec3 outward{};  // unit normal, out of the lumen
  double area_m2 = 0;
  double radius_m = 0;  // sqrt(area / pi)
};

struct Geometry {
  Surface surface;                // closed: wall and caps
  std::vector<int> cap;           // [triangles] -1 wall, else index into openings
  std::vector<Opening> openings;  // in the order of the case
  Centerlines centerlines;
  std::optional<Shape>
      shape;  // exact lumen, when the case gave an analytic shape; the surface is then for display
  std::vector<Sheet> sheets{};  // in the fluid
  Valves valves{};
};

}  // namespace soleus
