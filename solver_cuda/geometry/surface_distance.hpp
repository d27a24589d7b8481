// Signed distance to a triangle surface: closest triangle by the base's tree, angle-weighted pseudonormals
// for the sign. REFERENCE: Baerentzen & Aanaes, IEEE Trans. Vis. Comput. Graph. 11, 243 (2005).
#pragma once

#include <array>
#include <vector>

#include "pipeline/base/bvh.hpp"

namespace soleus {

class SurfaceDistance {
 public:
  /// `triangles` of the surface to measure to; triangle normals must point out of the lumen.
  SurfaceDistance(const std::vector<Vec3>& points_m, std::vector<std::array<int, 3>> triangles);

  /// Metres, negative inside.
  double signed_distance(const Vec3& x) const;

 private:
  Bvh tree_;
  std::vector<Vec3> face_normals_, point_normals_;
  std::vector<std::array<Vec3, 3>> edge_normals_;  // of edges (0,1), (1,2), (2,0)

  void make_normals();
};

}  // namespace soleus
