#include "solver_cuda/geometry/wall_points.hpp"

namespace soleus {

std::vector<int> points_off_caps(const Geometry& geometry) {
  std::vector<char> on_wall(geometry.surface.points_m.size(), 0), on_cap(on_wall);
  for (std::size_t t = 0; t < geometry.surface.triangles.size(); ++t)
    for (int p : geometry.surface.triangles[t]) (geometry.cap[t] < 0 ? on_wall : on_cap)[p] = 1;
  std::vector<int> points;
  for (std::size_t p = 0; p < on_wall.size(); ++p)
    if (on_wall[p] && !on_cap[p]) points.push_back(static_cast<int>(p));
  return points;
}

namespace {

/// Normals from the triangles around a point, each weighted with e1 x e2 / (|e1|^2 |e2|^2) of its edges at
/// the point: exact when they lie on a sphere, however uneven they are. Weighted by area, slivers turn the
/// normal by up to 6 degrees. REFERENCE: Max, J. Graph. Tools 4 (2), 1 (1999).
std::vector<Vec3> point_normals(const Surface& s) {
  std::vector<Vec3> sum(s.points_m.size());
  for (const auto& t : s.triangles)
    for (int k = 0; k < 3; ++k) {
      const Vec3 a = s.points_m[t[(k + 1) % 3]] - s.points_m[t[k]],
                 b = s.points_m[t[(k + 2) % 3]] - s.points_m[t[k]];
      const double weight = dot(a, a) * dot(b, b);
      if (weight > 0) sum[t[k]] += cross(a, b) / weight;
    }
  for (Vec3& n : sum) n = normalized(n);
  return sum;
}

}  // namespace

WallSamples wall_samples(const Surface& moved, const std::vector<int>& points) {
  const std::vector<Vec3> area = point_area_vectors(moved), normal = point_normals(moved);
  WallSamples w;
  for (int p : points) {
    w.points_m.push_back(moved.points_m[p]);
    w.outward.push_back(normal[p]);
    w.area_m2.push_back(norm(area[p]) / 3);
  }
  return w;
}

}  // namespace soleus
