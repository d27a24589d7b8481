// Bounding-volume hierarchy over the triangles of a surface: closest points, rays, candidate pairs for
// intersection tests.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

class Bvh {
 public:
  /// Keeps its own copy of the points and triangles.
  explicit Bvh(Surface surface);

  struct Hit {
    Vec3 point{};
    double distance_m = 0;
    int triangle = -1;
  };
  Hit closest(const Vec3& x) const;
  /// First hit of the ray from x along the unit vector `direction`, up to `reach_m`.
  std::optional<Hit> first_hit(const Vec3& x, const Vec3& direction, double reach_m) const;
  /// Calls visit(s, t), s < t, for all pairs of triangles whose boxes overlap.
  void overlapping_pairs(const std::function<void(int, int)>& visit) const;

  const Surface& surface() const { return surface_; }

 private:
  struct Box {
    Vec3 low, high;
  };
  struct Node {
    Box box;
    int first = 0, count = 0;  // leaf: range of order_; inner: count 0, children first and first + 1
  };
  void split(int node, int depth);
  Box box_of(int first, int last) const;
  static double distance2(const Box& box, const Vec3& x);

  Surface surface_;
  std::vector<Node> nodes_;
  std::vector<int> order_;
  std::vector<Vec3> centers_;
};

/// Closest point of the triangle abc to p (Ericson, Real-Time Collision Detection, 2005, section 5.1.5).
Vec3 nearest_on_triangle(const Vec3& p, const Vec3& a, const Vec3& b, const Vec3& c);
/// Closest point of a closed polygon's edge to p.
Vec3 closest_point_on_polygon(const Vec3& p, const std::vector<Vec3>& polygon);

}  // namespace soleus
