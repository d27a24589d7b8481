#include "solver_cuda/geometry/surface_distance.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace soleus {

SurfaceDistance::SurfaceDistance(const std::vector<Vec3>& points_m, std::vector<std::array<int, 3>> triangles)
    : tree_(Surface{points_m, std::move(triangles)}) {
  make_normals();
}

void SurfaceDistance::make_normals() {
  const auto& points = tree_.surface().points_m;
  const auto& triangles = tree_.surface().triangles;
  point_normals_.assign(points.size(), Vec3{});
  std::map<std::pair<int, int>, Vec3> edges;
  for (const auto& t : triangles) {
    const Vec3 n = normalized(cross(points[t[1]] - points[t[0]], points[t[2]] - points[t[0]]));
    face_normals_.push_back(n);
    for (int k = 0; k < 3; ++k) {
      const Vec3 u = normalized(points[t[(k + 1) % 3]] - points[t[k]]),
                 v = normalized(points[t[(k + 2) % 3]] - points[t[k]]);
      point_normals_[t[k]] += n * std::acos(std::clamp(dot(u, v), -1.0, 1.0));
      edges[std::minmax(t[k], t[(k + 1) % 3])] += n;
    }
  }
  for (const auto& t : triangles) {
    std::array<Vec3, 3> n;
    for (int k = 0; k < 3; ++k) n[k] = edges[std::minmax(t[k], t[(k + 1) % 3])];
    edge_normals_.push_back(n);
  }
}

double SurfaceDistance::signed_distance(const Vec3& x) const {
  const Bvh::Hit hit = tree_.closest(x);
  if (hit.triangle < 0) return std::numeric_limits<double>::infinity();
  const Vec3 n = hit.feature == 0 ? face_normals_[hit.triangle]
                 : hit.feature <= 3
                     ? edge_normals_[hit.triangle][hit.feature - 1]
                     : point_normals_[tree_.surface().triangles[hit.triangle][hit.feature - 4]];
  return std::copysign(hit.distance_m, dot(x - hit.point, n));
}

}  // namespace soleus
