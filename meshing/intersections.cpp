#include "meshing/intersections.hpp"

#include <vtkTriangle.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "meshing/topology.hpp"

namespace soleus {
namespace {

using Corners = std::array<Vec3, 3>;

Corners corners_of(const Surface& s, int t) {
  const auto& [a, b, c] = s.triangles[t];
  return {s.points_m[a], s.points_m[b], s.points_m[c]};
}

double orientation(const Vec3& a, const Vec3& b, const Vec3& c, const Vec3& d) {
  return dot(cross(b - a, c - a), d - a);
}

double longest(const Corners& c) {
  return std::max({norm(c[1] - c[0]), norm(c[2] - c[1]), norm(c[0] - c[2])});
}

// Does the open segment pq pass through the inside of the triangle? Grazing at round-off level does not
// count: flat and straight walls are full of triangles in one plane.
bool segment_pierces(const Vec3& p, const Vec3& q, const Corners& t) {
  const double size = std::max(longest(t), norm(q - p)), round_off = 1e-9 * size * size * size;
  const double dp = orientation(t[0], t[1], t[2], p), dq = orientation(t[0], t[1], t[2], q);
  if (std::min(std::abs(dp), std::abs(dq)) <= round_off || (dp > 0) == (dq > 0)) return false;
  const double s[3] = {orientation(p, q, t[0], t[1]), orientation(p, q, t[1], t[2]),
                       orientation(p, q, t[2], t[0])};
  const auto all = [&](auto holds) { return holds(s[0]) && holds(s[1]) && holds(s[2]); };
  return all([&](double x) { return x > round_off; }) || all([&](double x) { return x < -round_off; });
}

bool intersect(const Surface& s, int m, int n) {
  const auto &a = s.triangles[m], &b = s.triangles[n];
  std::array<int, 3> shared_in_a{}, shared_in_b{};
  int shared = 0;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      if (a[i] == b[j]) shared_in_a[shared] = i, shared_in_b[shared] = j, ++shared;
    }
  }
  const Corners p = corners_of(s, m), q = corners_of(s, n);
  const Vec3 np = cross(p[1] - p[0], p[2] - p[0]), nq = cross(q[1] - q[0], q[2] - q[0]);
  constexpr double sliver = 1e-9;  // height over length below which a triangle has no inside
  if (norm(np) < sliver * longest(p) * longest(p) || norm(nq) < sliver * longest(q) * longest(q))
    return false;
  if (shared == 3) return true;
  if (shared == 2) return dot(np, nq) < -(1 - 1e-9) * norm(np) * norm(nq);  // folded back onto itself
  if (shared == 1) {
    const int i = shared_in_a[0], j = shared_in_b[0];
    return segment_pierces(p[(i + 1) % 3], p[(i + 2) % 3], q) ||
           segment_pierces(q[(j + 1) % 3], q[(j + 2) % 3], p);
  }
  // Not in one plane: an edge of one pierces the other. (VTK's test calls triangles that only come close
  // intersecting.)
  bool coplanar = true;
  for (int i = 0; i < 3; ++i) {
    if (segment_pierces(p[i], p[(i + 1) % 3], q) || segment_pierces(q[i], q[(i + 1) % 3], p)) return true;
    coplanar &= orientation(q[0], q[1], q[2], p[i]) == 0;
  }
  return coplanar && vtkTriangle::TrianglesIntersect(&p[0].x, &p[1].x, &p[2].x, &q[0].x, &q[1].x, &q[2].x);
}

}  // namespace

std::vector<std::pair<int, int>> self_intersections(const Bvh& surface, int most) {
  std::vector<std::pair<int, int>> found;
  surface.overlapping_pairs([&](int s, int t) {
    if (int(found.size()) < most && intersect(surface.surface(), s, t)) found.emplace_back(s, t);
  });
  return found;
}

}  // namespace soleus
