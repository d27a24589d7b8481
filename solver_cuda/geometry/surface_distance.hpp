// Signed distance to a triangle surface: a bounding-volume tree for the closest triangle, angle-weighted
// pseudonormals for the sign. REFERENCE: Baerentzen & Aanaes, IEEE Trans. Vis. Comput. Graph. 11, 243 (2005).
#pragma once

#include <array>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

class SurfaceDistance {
 public:
  /// `triangles` of the surface to measure to; triangle normals must point out of the lumen.
  SurfaceDistance(const std::vector<Vec3>& points_m, std::vector<std::array<int, 3>> triangles);

  /// Metres, negative inside.
  double signed_distance(const Vec3& x) const;

 private:
  struct Box {
    Vec3 lo, hi;
    int first, count, right;
  };  // leaf: triangles [first, first + count); else children at +1, right
  std::vector<Vec3> points_;
  std::vector<std::array<int, 3>> triangles_;
  std::vector<Box> boxes_;
  std::vector<Vec3> face_normals_, point_normals_;
  std::vector<std::array<Vec3, 3>> edge_normals_;  // of edges (0,1), (1,2), (2,0)

  int build(int first, int count);
  void make_normals();
};

/// Closest point of triangle (a, b, c) to x. `feature`: 0 face, 1..3 edges (a,b) (b,c) (c,a), 4..6 corners.
struct ClosestPoint {
  Vec3 point;
  int feature;
};
ClosestPoint closest_point_on_triangle(const Vec3& x, const Vec3& a, const Vec3& b, const Vec3& c);

}  // namespace soleus
