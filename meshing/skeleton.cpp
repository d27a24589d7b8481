// After Sato, Bitter, Bender, Kaufman & Nakajima, "TEASAR: tree-structure extraction algorithm for accurate
// and robust skeletons", Pacific Graphics 2000: shortest paths that shun the wall, from the farthest
// uncovered voxel to the tree so far, each covering the lumen around it. Their penalty depends on the widest
// vessel; (1 / wall distance)^3 treats thin and wide vessels alike. All paths come from one shortest-path
// tree, so that they merge and never cross.
#include "meshing/skeleton.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "meshing/sections.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

constexpr double cover_scale = 1.5;  // covered ball over wall distance
constexpr double flattest = 4;       // half width over half height of a vein whose edges are still covered
constexpr double bump_scale = 2.5;   // a branch sticks out by more than this times its own radius
constexpr double infinite = std::numeric_limits<double>::infinity();

struct ShortestPaths {
  std::vector<double> cost;
  std::vector<int> towards_root;
};

template <class StepCost>
ShortestPaths shortest_paths(const LumenVoxels& lumen, int root, StepCost step_cost) {
  ShortestPaths out{std::vector<double>(lumen.count(), infinite), std::vector<int>(lumen.count(), -1)};
  using Entry = std::pair<double, int>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  out.cost[root] = 0;
  open.emplace(0.0, root);
  std::array<int, 26> near{};
  std::size_t done = 0;
  while (!open.empty()) {
    const auto [cost, v] = open.top();
    open.pop();
    if (cost > out.cost[v]) continue;
    if (++done % 65536 == 0) check_interrupt();
    const Vec3 here = lumen.center(v);
    const int n = lumen.neighbours(v, near);
    for (int m = 0; m < n; ++m) {
      const double next = cost + step_cost(v, near[m]) * norm(lumen.center(near[m]) - here);
      if (next >= out.cost[near[m]]) continue;
      out.cost[near[m]] = next;
      out.towards_root[near[m]] = v;
      open.emplace(next, near[m]);
    }
  }
  return out;
}

// Marks the lumen within `reach` of a voxel, connected to it inside that ball (not across a wall to the next
// vein).
void cover_ball(const LumenVoxels& lumen, int center, double reach, std::vector<char>& covered,
                std::vector<int>& stamp) {
  std::vector<int> stack{center};
  const Vec3 c = lumen.center(center);
  std::array<int, 26> near{};
  stamp[center] = center;
  covered[center] = 1;
  while (!stack.empty()) {
    const int v = stack.back();
    stack.pop_back();
    const int n = lumen.neighbours(v, near);
    for (int m = 0; m < n; ++m) {
      const int w = near[m];
      if (stamp[w] == center || norm(lumen.center(w) - c) > reach) continue;
      stamp[w] = center;
      covered[w] = 1;
      stack.push_back(w);
    }
  }
}

int farthest(const std::vector<double>& distance) {
  int best = 0;
  double most = -1;
  for (int v = 0; v < int(distance.size()); ++v) {
    if (distance[v] < infinite && distance[v] > most) most = distance[v], best = v;
  }
  return best;
}

// The tree while it grows, and the lumen that its paths cover.
struct Growing {
  const LumenVoxels& lumen;
  const Bvh& wall;
  const std::vector<double>& wall_distance;
  Skeleton tree;
  std::vector<int> node, stamp;
  std::vector<char> covered;

  Growing(const LumenVoxels& l, const Bvh& w, const std::vector<double>& d, int root)
      : lumen(l),
        wall(w),
        wall_distance(d),
        node(l.count(), -1),
        stamp(l.count(), -1),
        covered(l.count(), 0) {
    add(root, -1);
    cover(root, cover_scale * wall_distance[root] + lumen.spacing_m());
  }
  int add(int v, int parent) {
    node[v] = int(tree.point_m.size());
    tree.voxel.push_back(v);
    tree.point_m.push_back(lumen.center(v));
    tree.radius_m.push_back(wall_distance[v]);
    tree.parent.push_back(parent);
    return node[v];
  }
  void cover(int v, double reach_m) { cover_ball(lumen, v, reach_m, covered, stamp); }

  // Covers the lumen around path[i]: in a flat vein out to its edges.
  void cover_around(const std::vector<int>& path, std::size_t i) {
    const int v = path[i];
    const Vec3 along =
        lumen.center(path[std::min(i + 4, path.size() - 1)]) - lumen.center(path[i > 4 ? i - 4 : 0]);
    double reach = cover_scale * wall_distance[v];
    if (norm(along) > 0) {
      // Not where another vessel opens: its tip may lie within reach.
      const Section section = cross_section(wall, lumen.center(v), normalized(along));
      if (section.clean)
        reach = std::max(reach, std::min(1.2 * section.reach_m, flattest * wall_distance[v]));
    }
    cover(v, reach + lumen.spacing_m());
  }

  // How far a path from a tip to the tree sticks out of the vessel that it leaves at the tree's node `from`.
  double sticks_out(const std::vector<int>& path, int from) const {
    double length = norm(lumen.center(path.back()) - tree.point_m[from]);
    for (std::size_t i = 1; i < path.size(); ++i) {
      length += norm(lumen.center(path[i]) - lumen.center(path[i - 1]));
    }
    return length - tree.radius_m[from];
  }
  // The largest inscribed sphere of the path outside that vessel.
  double own_radius(const std::vector<int>& path, int from) const {
    double radius = 0;
    for (int p : path) {
      if (norm(lumen.center(p) - tree.point_m[from]) > tree.radius_m[from])
        radius = std::max(radius, wall_distance[p]);
    }
    return radius;
  }
};

}  // namespace

int some_tip(const LumenVoxels& lumen, const std::vector<double>& wall_distance) {
  const int widest =
      int(std::max_element(wall_distance.begin(), wall_distance.end()) - wall_distance.begin());
  return farthest(shortest_paths(lumen, widest, [](int, int) { return 1.0; }).cost);
}

Skeleton skeletonize(const LumenVoxels& lumen, const Bvh& wall, const std::vector<double>& wall_distance,
                     int root, const BranchLimits& limits) {
  const double h = lumen.spacing_m();
  const auto length = [](int, int) { return 1.0; };
  const auto shun_wall = [&](int v, int w) {
    return std::pow(2 * h / (wall_distance[v] + wall_distance[w]), 3);
  };
  const std::vector<double> from_root = shortest_paths(lumen, root, length).cost;
  const std::vector<int> towards_root = shortest_paths(lumen, root, shun_wall).towards_root;

  std::vector<int> by_distance;
  for (int v = 0; v < lumen.count(); ++v) {
    if (from_root[v] < infinite) by_distance.push_back(v);
  }
  std::sort(by_distance.begin(), by_distance.end(),
            [&](int a, int b) { return from_root[a] > from_root[b]; });

  Growing growing(lumen, wall, wall_distance, root);
  Progress progress("mesh: centrelines", lumen.count(), "voxels");
  std::size_t seen = 0;
  for (int tip : by_distance) {
    if (++seen % 4096 == 0) progress.update(double(seen));
    if (growing.covered[tip]) continue;
    std::vector<int> path;
    int v = tip;
    for (; growing.node[v] < 0; v = towards_root[v]) path.push_back(v);
    const int from = growing.node[v];
    const double out = growing.sticks_out(path, from), own_radius = growing.own_radius(path, from);
    const bool first = growing.tree.point_m.size() == 1;
    if (!first && (out < std::max({bump_scale * own_radius, limits.min_length_m, 2 * h}) ||
                   own_radius < limits.min_radius_m)) {
      growing.cover(tip, std::max(out, 2 * h));
      continue;
    }
    int parent = from;
    for (auto p = path.rbegin(); p != path.rend(); ++p) parent = growing.add(*p, parent);
    for (std::size_t i = 0; i < path.size(); ++i) growing.cover_around(path, i);
  }
  progress.update(lumen.count());
  growing.tree.unreached = lumen.count() - int(by_distance.size());
  return std::move(growing.tree);
}

}  // namespace soleus
