#include "meshing/center_paths.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "meshing/cut.hpp"
#include "meshing/sections.hpp"
#include "pipeline/base/statistics.hpp"

namespace soleus {

double wall_distance(const Bvh& wall, const Vec3& p) {
  return wall.closest(p).distance_m;
}

int root_node(const Skeleton& s) {
  std::vector<int> children(s.parent.size(), 0);
  for (int p : s.parent) {
    if (p >= 0) ++children[p];
  }
  const auto tip_radius = [&](int tip) {
    double walked = 0, radius = s.radius_m[tip];
    const int inward = s.parent[tip] >= 0 ? tip : -1;
    for (int v = inward; v >= 0 && s.parent[v] >= 0 && walked < 2 * radius + s.radius_m[v]; v = s.parent[v]) {
      walked += norm(s.point_m[v] - s.point_m[s.parent[v]]);
      radius = std::max(radius, s.radius_m[s.parent[v]]);
    }
    return radius;
  };
  std::vector<std::pair<int, double>> tips;
  for (int v = 0; v < int(s.parent.size()); ++v) {
    if (children[v] == 0) tips.emplace_back(v, tip_radius(v));
  }
  if (children[0] == 1) {  // the present root is a tip too; look down its only line
    double radius = 0, walked = 0;
    for (int v = 1, last = 0;
         v < int(s.parent.size()) && s.parent[v] == last && walked < 3 * radius + s.radius_m[last];
         last = v++) {
      walked += norm(s.point_m[v] - s.point_m[last]);
      radius = std::max(radius, s.radius_m[v]);
    }
    tips.emplace_back(0, radius);
  }
  double widest = 0;
  for (const auto& [v, r] : tips) widest = std::max(widest, r);
  int best = -1;
  for (const auto& [v, r] : tips) {
    if (r >= 0.6 * widest && (best < 0 || s.point_m[v].z > s.point_m[best].z)) best = v;
  }
  return best;
}

bool surely_branch(const Line& line, const Bvh& wall) {
  constexpr double surely = 10;  // length over radius
  std::vector<double> radii;
  for (const Vec3& p : line) radii.push_back(wall_distance(wall, p));
  return arc_lengths(line).back() - radii[0] > surely * percentile(radii, 0.5);
}

namespace {

// Longest path first; the others start on the node where they leave it.
std::vector<RawPath> split_into_paths(const Skeleton& s) {
  const int n = int(s.parent.size());
  std::vector<double> height(n, 0.0);
  std::vector<int> next(n, -1), path_of(n, -1);
  for (int v = n - 1; v > 0; --v) {
    const double through = height[v] + norm(s.point_m[v] - s.point_m[s.parent[v]]);
    if (through > height[s.parent[v]] || next[s.parent[v]] < 0)
      height[s.parent[v]] = through, next[s.parent[v]] = v;
  }
  std::vector<RawPath> paths;
  for (int v = 0; v < n; ++v) {
    const int p = s.parent[v];
    if (p >= 0 && next[p] == v) continue;  // continues its parent's path
    RawPath path;
    if (p >= 0) path.parent = path_of[p], path.line.push_back(s.point_m[p]);
    for (int w = v; w >= 0; w = next[w]) {
      path.line.push_back(s.point_m[w]);
      path_of[w] = int(paths.size());
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

// Short side paths are real when some plane across them cuts off a tip; in a flat vein the way from the
// middle to its edge is not.
bool is_branch(const RawPath& raw, const Bvh& wall, const Neighbours& neighbours) {
  if (surely_branch(raw.line, wall)) return true;
  const auto arc = arc_lengths(raw.line);
  const double inside = wall_distance(wall, raw.line[0]);
  for (double part : {0.35, 0.5, 0.65, 0.8}) {
    const double s = inside + part * (arc.back() - inside);
    if (s >= arc.back()) continue;
    const Vec3 x = point_at(raw.line, arc, s);
    const double d = wall_distance(wall, x);
    const auto cut = find_cut(wall, neighbours, x, tangent_at(raw.line, arc, s, d), arc.back() - s + 4 * d);
    if (cut && cut->area_m2 < 4 * std::numbers::pi * d * d) return true;
  }
  return false;
}

// Drops paths that are no branches and have none.
std::vector<RawPath> real_paths(std::vector<RawPath> paths, const Bvh& wall, const Neighbours& neighbours) {
  std::vector<char> keep(paths.size(), 1), has_child(paths.size(), 0);
  for (std::size_t p = paths.size(); p-- > 1;) {
    keep[p] = has_child[p] || is_branch(paths[p], wall, neighbours);
    if (keep[p]) has_child[paths[p].parent] = 1;
  }
  std::vector<int> renumbered(paths.size(), 0);
  std::vector<RawPath> out;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    if (!keep[p]) continue;
    renumbered[p] = int(out.size());
    out.push_back(std::move(paths[p]));
    if (out.back().parent >= 0) out.back().parent = renumbered[out.back().parent];
  }
  return out;
}

}  // namespace

std::vector<RawPath> vessel_paths(const Skeleton& s, const Bvh& wall, const Neighbours& neighbours) {
  return real_paths(split_into_paths(s), wall, neighbours);
}

}  // namespace soleus
