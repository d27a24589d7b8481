#include "meshing/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace soleus {

std::vector<EdgeUse> sorted_edge_uses(const Surface& s) {
  std::vector<EdgeUse> uses;
  uses.reserve(3 * s.triangles.size());
  for (int t = 0; t < int(s.triangles.size()); ++t) {
    for (int e = 0; e < 3; ++e) {
      const int a = s.triangles[t][e], b = s.triangles[t][(e + 1) % 3];
      uses.push_back(a < b ? EdgeUse{a, b, t, true} : EdgeUse{b, a, t, false});
    }
  }
  std::sort(uses.begin(), uses.end(), [](const EdgeUse& x, const EdgeUse& y) {
    return std::tie(x.a, x.b, x.triangle) < std::tie(y.a, y.b, y.triangle);
  });
  return uses;
}

namespace {

// Calls visit(first, last) for the uses of each edge.
template <class Visit>
void for_each_edge(const std::vector<EdgeUse>& uses, Visit visit) {
  for (auto first = uses.begin(); first != uses.end();) {
    auto last = first;
    while (last != uses.end() && last->a == first->a && last->b == first->b) ++last;
    visit(first, last);
    first = last;
  }
}

}  // namespace

EdgeFaults edge_faults(const Surface& s) {
  EdgeFaults faults;
  const auto uses = sorted_edge_uses(s);
  for_each_edge(uses, [&](auto first, auto last) {
    const auto n = last - first;
    if (n == 1) faults.boundary.push_back(*first);
    if (n > 2) faults.non_manifold.push_back(*first);
    if (n == 2 && first->forward == (first + 1)->forward) faults.inconsistent.push_back(*first);
  });
  return faults;
}

std::vector<std::array<int, 3>> triangle_neighbours(const Surface& s) {
  std::vector<std::array<int, 3>> neighbours(s.triangles.size(), {-1, -1, -1});
  const auto set = [&](const EdgeUse& use, int other) {
    for (int e = 0; e < 3; ++e) {
      const int a = s.triangles[use.triangle][e], b = s.triangles[use.triangle][(e + 1) % 3];
      if (std::min(a, b) == use.a && std::max(a, b) == use.b) neighbours[use.triangle][e] = other;
    }
  };
  const auto uses = sorted_edge_uses(s);
  for_each_edge(uses, [&](auto first, auto last) {
    if (last - first != 2) return;
    set(*first, (first + 1)->triangle);
    set(*(first + 1), first->triangle);
  });
  return neighbours;
}

std::vector<std::vector<int>> boundary_loops(const Surface& s) {
  std::multimap<int, int> next;
  for (const EdgeUse& use : edge_faults(s).boundary) {
    next.emplace(use.forward ? use.a : use.b, use.forward ? use.b : use.a);
  }
  std::vector<std::vector<int>> loops;
  while (!next.empty()) {
    std::vector<int> loop;
    for (auto edge = next.begin(); edge != next.end();) {
      loop.push_back(edge->first);
      const int to = edge->second;
      next.erase(edge);
      edge = next.find(to);
    }
    loops.push_back(std::move(loop));
  }
  return loops;
}

std::vector<int> triangle_components(const Surface& s) {
  // Union-find; an edge of three triangles connects them all.
  std::vector<int> root(s.triangles.size());
  std::iota(root.begin(), root.end(), 0);
  const auto find = [&](int t) {
    while (root[t] != t) t = root[t] = root[root[t]];
    return t;
  };
  const auto uses = sorted_edge_uses(s);
  for_each_edge(uses, [&](auto first, auto last) {
    for (auto use = first; use != last; ++use) root[find(use->triangle)] = find(first->triangle);
  });
  std::vector<int> number(s.triangles.size(), -1), component;
  int count = 0;
  for (int t = 0; t < int(s.triangles.size()); ++t) {
    int& its = number[find(t)];
    if (its < 0) its = count++;
    component.push_back(its);
  }
  return component;
}

int euler_characteristic(const Surface& s) {
  std::vector<char> used(s.points_m.size(), 0);
  for (const auto& t : s.triangles) used[t[0]] = used[t[1]] = used[t[2]] = 1;
  int edges = 0;
  const auto uses = sorted_edge_uses(s);
  for_each_edge(uses, [&](auto, auto) { ++edges; });
  return int(std::count(used.begin(), used.end(), 1)) - edges + int(s.triangles.size());
}

Vec3 triangle_normal(const Surface& s, int t) {
  return normalized(triangle_area_vector(s, t));
}

Vec3 triangle_center(const Surface& s, int t) {
  const auto& [a, b, c] = s.triangles[t];
  return (s.points_m[a] + s.points_m[b] + s.points_m[c]) / 3;
}

std::vector<Vec3> vertex_normals(const Surface& s) {
  std::vector<Vec3> normals = point_area_vectors(s);
  for (Vec3& n : normals) n = normalized(n);
  return normals;
}

Surface keep_triangles(const Surface& s, const std::vector<char>& keep, std::vector<int>* tag) {
  Surface out;
  std::vector<int> renumbered(s.points_m.size(), -1), tags;
  for (std::size_t t = 0; t < s.triangles.size(); ++t) {
    if (!keep[t]) continue;
    std::array<int, 3> corners{};
    for (int e = 0; e < 3; ++e) {
      int& v = renumbered[s.triangles[t][e]];
      if (v < 0) {
        v = int(out.points_m.size());
        out.points_m.push_back(s.points_m[s.triangles[t][e]]);
      }
      corners[e] = v;
    }
    out.triangles.push_back(corners);
    if (tag) tags.push_back((*tag)[t]);
  }
  if (tag) *tag = std::move(tags);
  return out;
}

Surface largest_component(const Surface& s) {
  const auto component = triangle_components(s);
  if (component.empty()) return s;
  std::vector<double> areas(*std::max_element(component.begin(), component.end()) + 1, 0.0);
  for (int t = 0; t < int(component.size()); ++t) areas[component[t]] += norm(triangle_area_vector(s, t));
  const int largest = int(std::max_element(areas.begin(), areas.end()) - areas.begin());
  std::vector<char> keep(component.size());
  for (std::size_t t = 0; t < keep.size(); ++t) keep[t] = component[t] == largest;
  return keep_triangles(s, keep);
}

void flip_orientation(Surface& s) {
  for (auto& t : s.triangles) std::swap(t[1], t[2]);
}

Vec3 polygon_area_vector(std::span<const Vec3> p) {
  Vec3 sum;
  for (std::size_t i = 0; i < p.size(); ++i) sum += cross(p[i] - p[0], p[(i + 1) % p.size()] - p[0]);
  return 0.5 * sum;
}

Vec3 polygon_centroid(std::span<const Vec3> p) {
  const Vec3 n = normalized(polygon_area_vector(p));
  Vec3 moment;
  double total = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const Vec3 a = p[i] - p[0], b = p[(i + 1) % p.size()] - p[0];
    const double part = dot(cross(a, b), n);
    moment += (a + b) * (part / 3);
    total += part;
  }
  return total != 0 ? p[0] + moment / total : p[0];
}

double polygon_length(std::span<const Vec3> p) {
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += norm(p[(i + 1) % p.size()] - p[i]);
  return sum;
}

std::vector<Vec3> resample_polygon(std::span<const Vec3> p, int n) {
  const double step = polygon_length(p) / n;
  std::vector<Vec3> out;
  double walked = 0;  // arc length at corner i
  for (std::size_t i = 0; i < p.size() && int(out.size()) < n; ++i) {
    const Vec3 a = p[i], b = p[(i + 1) % p.size()];
    const double side = norm(b - a);
    while (int(out.size()) < n && step * double(out.size()) <= walked + side) {
      const double along = side > 0 ? (step * double(out.size()) - walked) / side : 0;
      out.push_back(a + along * (b - a));
    }
    walked += side;
  }
  while (int(out.size()) < n) out.push_back(p[0]);
  return out;
}

std::string place_text(const Vec3& p_m) {
  return fmt::format("({:.1f} {:.1f} {:.1f}) mm", p_m.x * 1e3, p_m.y * 1e3, p_m.z * 1e3);
}

Vec3 closest_point_on_polygon(const Vec3& p, const std::vector<Vec3>& polygon) {
  Vec3 best = polygon.front();
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Vec3 a = polygon[i], ab = polygon[(i + 1) % polygon.size()] - a;
    const double length2 = dot(ab, ab);
    const Vec3 q = a + ab * (length2 > 0 ? std::clamp(dot(p - a, ab) / length2, 0.0, 1.0) : 0.0);
    if (dot(q - p, q - p) < dot(best - p, best - p)) best = q;
  }
  return best;
}

}  // namespace soleus
