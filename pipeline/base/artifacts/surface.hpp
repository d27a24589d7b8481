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

/// Whether every edge is run through as often forwards as backwards.
bool is_closed(const Surface& s);
/// An edge that one triangle alone has, between points a < b.
struct BorderEdge {
  int a, b, opposite;  // opposite: the triangle's third point
};
/// In the order of their points.
std::vector<BorderEdge> border_edges(const Surface& s);
/// Volume inside a closed surface [m3], by the divergence theorem; negative when it is turned inside out.
double volume(const Surface& s);
double area(const Surface& s);

/// Normal times area [m2].
Vec3 triangle_area_vector(const Surface& s, int t);
/// For each point the sum over its triangles: along the normal there; a third of its length is the point's
/// share of the area.
std::vector<Vec3> point_area_vectors(const Surface& s);

}  // namespace soleus
