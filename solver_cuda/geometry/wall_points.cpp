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

WallSamples wall_samples(const Surface& moved, const std::vector<int>& points) {
  const std::vector<Vec3> normal = point_area_vectors(moved);
  WallSamples w;
  for (int p : points) {
    w.points_m.push_back(moved.points_m[p]);
    w.outward.push_back(normalized(normal[p]));
    w.area_m2.push_back(norm(normal[p]) / 3);
  }
  return w;
}

}  // namespace soleus
