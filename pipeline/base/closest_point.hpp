// The point of a triangle that is closest to another one; usable in host and device code.
#pragma once

#include <array>

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// Closest point of triangle abc to x. `feature`: 0 face, 1..3 edges ab, bc, ca, 4..6 corners. `share`: the
/// parts of a, b and c that make the point.
struct ClosestPoint {
  Vec3 point;
  int feature;
  std::array<double, 3> share;
};

// Ericson, Real-Time Collision Detection (2005), section 5.1.5. Triangles without area give a corner or an
// edge.
SOLEUS_HD inline ClosestPoint closest_point_on_triangle(const Vec3& x, const Vec3& a, const Vec3& b,
                                                        const Vec3& c) {
  const Vec3 ab = b - a, ac = c - a, ax = x - a;
  const double d1 = dot(ab, ax), d2 = dot(ac, ax);
  if (d1 <= 0 && d2 <= 0) return {a, 4, {1, 0, 0}};
  const Vec3 bx = x - b;
  const double d3 = dot(ab, bx), d4 = dot(ac, bx);
  if (d3 >= 0 && d4 <= d3) return {b, 5, {0, 1, 0}};
  const double vc = d1 * d4 - d3 * d2;
  if (vc <= 0 && d1 >= 0 && d3 <= 0) {
    const double part = d1 - d3 != 0 ? d1 / (d1 - d3) : 0;
    return {a + ab * part, 1, {1 - part, part, 0}};
  }
  const Vec3 cx = x - c;
  const double d5 = dot(ab, cx), d6 = dot(ac, cx);
  if (d6 >= 0 && d5 <= d6) return {c, 6, {0, 0, 1}};
  const double vb = d5 * d2 - d1 * d6;
  if (vb <= 0 && d2 >= 0 && d6 <= 0) {
    const double part = d2 - d6 != 0 ? d2 / (d2 - d6) : 0;
    return {a + ac * part, 3, {1 - part, 0, part}};
  }
  const double va = d3 * d6 - d5 * d4;
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    const double span = (d4 - d3) + (d5 - d6), part = span != 0 ? (d4 - d3) / span : 0;
    return {b + (c - b) * part, 2, {0, 1 - part, part}};
  }
  const double scale = 1 / (va + vb + vc), of_b = vb * scale, of_c = vc * scale;
  return {a + ab * of_b + ac * of_c, 0, {1 - of_b - of_c, of_b, of_c}};
}

}  // namespace soleus
