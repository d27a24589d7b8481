#include "pipeline/base/artifacts/surface.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

namespace soleus {

bool is_closed(const Surface& s) {
  std::unordered_map<std::uint64_t, int> edges;
  for (const auto& t : s.triangles)
    for (int k = 0; k < 3; ++k) {
      const std::uint64_t a = t[k], b = t[(k + 1) % 3];
      edges[std::min(a, b) << 32 | std::max(a, b)] += a < b ? 1 : -1;
    }
  return !edges.empty() && std::ranges::all_of(edges, [](const auto& edge) { return edge.second == 0; });
}

std::vector<BorderEdge> border_edges(const Surface& s) {
  std::map<std::pair<int, int>, std::pair<int, int>> uses;  // how many, and the point opposite the last
  for (const auto& t : s.triangles)
    for (std::size_t k = 0; k < 3; ++k) {
      auto& [times, opposite] = uses[std::minmax(t[(k + 1) % 3], t[(k + 2) % 3])];
      ++times, opposite = t[k];
    }
  std::vector<BorderEdge> edges;
  for (const auto& [edge, use] : uses)
    if (use.first == 1) edges.push_back({edge.first, edge.second, use.second});
  return edges;
}

double volume(const Surface& s) {
  if (s.points_m.empty()) return 0;
  const Vec3 o = s.points_m[0];  // keeps the sum small for meshes far from the origin
  double six = 0;
  for (const auto& [a, b, c] : s.triangles)
    six += dot(s.points_m[a] - o, cross(s.points_m[b] - o, s.points_m[c] - o));
  return six / 6;
}

double area(const Surface& s) {
  double sum = 0;
  for (int t = 0; t < static_cast<int>(s.triangles.size()); ++t) sum += norm(triangle_area_vector(s, t));
  return sum;
}

Vec3 triangle_area_vector(const Surface& s, int t) {
  const auto& [a, b, c] = s.triangles[t];
  return 0.5 * cross(s.points_m[b] - s.points_m[a], s.points_m[c] - s.points_m[a]);
}

std::vector<Vec3> point_area_vectors(const Surface& s) {
  std::vector<Vec3> sums(s.points_m.size());
  for (int t = 0; t < static_cast<int>(s.triangles.size()); ++t) {
    const Vec3 n = triangle_area_vector(s, t);
    for (const int p : s.triangles[t]) sums[p] += n;
  }
  return sums;
}

}  // namespace soleus
