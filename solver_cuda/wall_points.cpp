#include "solver_cuda/wall_points.hpp"

#include <unordered_map>

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

WallSamples wall_samples(const Wall& wall, const Surface& moved, const std::vector<int>& points,
                         const std::vector<Stations>& stations, double time_s) {
  std::vector<Vec3> normal(moved.points_m.size());
  for (const auto& t : moved.triangles) {
    const Vec3 n =
        cross(moved.points_m[t[1]] - moved.points_m[t[0]], moved.points_m[t[2]] - moved.points_m[t[0]]);
    for (int p : t) normal[p] += n;  // twice the area of each triangle around the point
  }
  WallSamples w;
  const Motion& motion = wall.motion();
  for (int p : points) {
    w.points_m.push_back(moved.points_m[p]);
    w.outward.push_back(normalized(normal[p]));
    w.area_m2.push_back(norm(normal[p]) / 6);
    // Stations at rest with the offset scaled to where the point is now.
    w.velocity_m_s.push_back(
        motion.still()
            ? Vec3{}
            : wall.velocity(moved.points_m[p], motion.moved_stations(stations[p], time_s), time_s));
  }
  return w;
}

bool is_closed(const Surface& surface) {
  std::unordered_map<std::uint64_t, int> edges;
  for (const auto& t : surface.triangles)
    for (int k = 0; k < 3; ++k) {
      const std::uint64_t a = t[k], b = t[(k + 1) % 3];
      edges[std::min(a, b) << 32 | std::max(a, b)] += a < b ? 1 : -1;
    }
  if (edges.empty()) return false;
  for (const auto& [edge, balance] : edges)
    if (balance != 0) return false;
  return true;
}

double enclosed_volume(const Surface& surface) {
  double six_volumes = 0;
  for (const auto& t : surface.triangles)
    six_volumes += dot(surface.points_m[t[0]], cross(surface.points_m[t[1]], surface.points_m[t[2]]));
  return six_volumes / 6;
}

}  // namespace soleus
