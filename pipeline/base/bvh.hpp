// Bounding-volume hierarchy over the triangles of a surface: closest points, rays, candidate pairs for
// intersection tests.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"
#include "pipeline/base/closest_point.hpp"

namespace soleus {

class Bvh {
 public:
  /// Keeps its own copy of the points and triangles.
  explicit Bvh(Surface surface);

  struct Hit {
    Vec3 point{};
    double distance_m = 0;
    int triangle = -1;
    int feature = 0;  // of closest(): see ClosestPoint
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
  void split(int node, int depth, const std::vector<Vec3>& centers);
  Box box_of(int first, int last) const;
  static double distance2(const Box& box, const Vec3& x);

  Surface surface_;
  std::vector<Node> nodes_;
  std::vector<int> order_;                    // triangles as the leaves hold them
  std::vector<std::array<Vec3, 3>> corners_;  // in that order: a leaf's lie side by side
};

}  // namespace soleus
