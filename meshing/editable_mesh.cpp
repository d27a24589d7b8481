#include "meshing/editable_mesh.hpp"

#include <algorithm>

#include "meshing/topology.hpp"

namespace soleus {
namespace {

// A triangle may turn by at most this cosine in one edit.
constexpr double turn_limit = 0.3;

bool contains(const std::array<int, 3>& t, int v) {
  return t[0] == v || t[1] == v || t[2] == v;
}

void erase_value(std::vector<int>& list, int value) {
  list.erase(std::find(list.begin(), list.end(), value));
}

}  // namespace

EditableMesh::EditableMesh(const PatchedSurface& mesh)
    : points(mesh.surface.points_m),
      triangles(mesh.surface.triangles),
      cap(mesh.cap),
      star(points.size()),
      rim(points.size(), -1),
      border(points.size(), 0),
      wanted_m(points.size(), 0.0) {
  for (int t = 0; t < int(triangles.size()); ++t) {
    for (int v : triangles[t]) star[v].push_back(t);
  }
  for (int v = 0; v < int(points.size()); ++v) {
    int lowest = 1 << 30, highest = -1;
    for (int t : star[v]) lowest = std::min(lowest, cap[t]), highest = std::max(highest, cap[t]);
    if (lowest != highest) rim[v] = highest;
  }
  for (const EdgeUse& e : edge_faults(mesh.surface).boundary) border[e.a] = border[e.b] = 1;
}

PatchedSurface EditableMesh::result(std::vector<std::vector<Vec3>> rims) const {
  PatchedSurface out;
  out.rims = std::move(rims);
  std::vector<int> renumbered(points.size(), -1);
  for (std::size_t t = 0; t < triangles.size(); ++t) {
    if (triangles[t][0] < 0) continue;
    std::array<int, 3> corners{};
    for (int e = 0; e < 3; ++e) {
      int& v = renumbered[triangles[t][e]];
      if (v < 0) {
        v = int(out.surface.points_m.size());
        out.surface.points_m.push_back(points[triangles[t][e]]);
      }
      corners[e] = v;
    }
    out.surface.triangles.push_back(corners);
    out.cap.push_back(cap[t]);
  }
  return out;
}

std::vector<EditableMesh::Edge> EditableMesh::edges() const {
  std::vector<Edge> out;
  out.reserve(triangles.size() * 3 / 2);
  for (const auto& t : triangles) {
    if (t[0] < 0) continue;
    for (int e = 0; e < 3; ++e) {
      if (t[e] < t[(e + 1) % 3]) out.push_back({t[e], t[(e + 1) % 3]});
    }
  }
  return out;
}

bool EditableMesh::has_edge(int a, int b) const {
  return std::any_of(star[a].begin(), star[a].end(), [&](int t) { return contains(triangles[t], b); });
}

bool EditableMesh::sides(int a, int b, std::array<int, 2>& out) const {
  int found = 0;
  for (int t : star[a]) {
    if (!contains(triangles[t], b)) continue;
    if (found == 2) return false;
    out[found++] = t;
  }
  return found == 2;
}

int EditableMesh::opposite(int triangle, int a, int b) const {
  for (int v : triangles[triangle]) {
    if (v != a && v != b) return v;
  }
  return -1;
}

bool EditableMesh::on_rim(int a, int b) const {
  std::array<int, 2> t{};
  return rim[a] >= 0 && rim[b] >= 0 && sides(a, b, t) && cap[t[0]] != cap[t[1]];
}

int EditableMesh::split(int a, int b) {
  std::array<int, 2> side{};
  if (!sides(a, b, side)) return -1;
  const int m = int(points.size());
  points.push_back(0.5 * (points[a] + points[b]));
  wanted_m.push_back(0.5 * (wanted_m[a] + wanted_m[b]));
  rim.push_back(cap[side[0]] != cap[side[1]] ? std::max(cap[side[0]], cap[side[1]]) : -1);
  border.push_back(0);
  star.emplace_back();
  for (int t : side) {
    const int c = opposite(t, a, b), fresh = int(triangles.size());
    auto copy = triangles[t];
    std::replace(copy.begin(), copy.end(), a, m);  // the half at b
    std::replace(triangles[t].begin(), triangles[t].end(), b, m);
    triangles.push_back(copy);
    cap.push_back(cap[t]);
    erase_value(star[b], t);
    star[b].push_back(fresh);
    star[c].push_back(fresh);
    star[m].push_back(t);
    star[m].push_back(fresh);
  }
  return m;
}

Vec3 EditableMesh::normal_times_area(int t) const {
  const auto& [a, b, c] = triangles[t];
  return 0.5 * cross(points[b] - points[a], points[c] - points[a]);
}

Vec3 EditableMesh::area_vector_with(int t, int v, const Vec3& position) const {
  Vec3 p[3];
  for (int e = 0; e < 3; ++e) p[e] = triangles[t][e] == v ? position : points[triangles[t][e]];
  return 0.5 * cross(p[1] - p[0], p[2] - p[0]);
}

Vec3 EditableMesh::normal(int v) const {
  Vec3 sum;
  for (int t : star[v]) sum += normal_times_area(t);
  return normalized(sum);
}

bool EditableMesh::turns_over(int v, const Vec3& position, int skip_with) const {
  for (int t : star[v]) {
    if (skip_with >= 0 && contains(triangles[t], skip_with)) continue;
    const Vec3 before = normal_times_area(t), after = area_vector_with(t, v, position);
    const double size = norm(before) * norm(after);
    if (norm(before) < 1e-6 * norm(after)) continue;  // had no direction to lose
    if (dot(before, after) <= turn_limit * size) return true;
  }
  return false;
}

bool EditableMesh::collapse(int a, int b, const Vec3& position, double longest_m) {
  std::array<int, 2> side{};
  if (!sides(a, b, side)) return false;
  const int c = opposite(side[0], a, b), d = opposite(side[1], a, b);
  if (c == d || sparse(c) || sparse(d)) return false;
  // Link condition: the only common neighbours are c and d.
  for (int t : star[b]) {
    for (int v : triangles[t]) {
      if (v == a || v == b) continue;
      if (v != c && v != d && has_edge(a, v)) return false;
      if (norm(points[v] - position) > longest_m) return false;
    }
  }
  for (int t : star[a]) {
    for (int v : triangles[t]) {
      if (v != a && v != b && norm(points[v] - position) > longest_m) return false;
    }
  }
  if (turns_over(a, position, b) || turns_over(b, position, a)) return false;

  for (int t : side) {
    for (int v : triangles[t]) erase_value(star[v], t);
    triangles[t][0] = -1;
  }
  for (int t : star[b]) {
    std::replace(triangles[t].begin(), triangles[t].end(), b, a);
    star[a].push_back(t);
  }
  star[b].clear();
  points[a] = position;
  return true;
}

bool EditableMesh::flip(int a, int b) {
  std::array<int, 2> side{};
  if (!sides(a, b, side) || cap[side[0]] != cap[side[1]]) return false;
  const int c = opposite(side[0], a, b), d = opposite(side[1], a, b);
  if (c == d || has_edge(c, d) || sparse(a) || sparse(b)) return false;
  const Vec3 n0 = normal_times_area(side[0]), n1 = normal_times_area(side[1]), mean = normalized(n0 + n1);
  // side[0] gets a -> d, side[1] gets b -> c, so each keeps its turning sense.
  auto t0 = triangles[side[0]], t1 = triangles[side[1]];
  std::replace(t0.begin(), t0.end(), a, d);
  std::replace(t1.begin(), t1.end(), b, c);
  const auto area_vector = [&](const std::array<int, 3>& t) {
    return 0.5 * cross(points[t[1]] - points[t[0]], points[t[2]] - points[t[0]]);
  };
  const Vec3 m0 = area_vector(t0), m1 = area_vector(t1);
  constexpr double level = 0.6;  // both new triangles must lie in the old sheet
  if (dot(m0, mean) <= level * norm(m0) || dot(m1, mean) <= level * norm(m1)) return false;
  triangles[side[0]] = t0;
  triangles[side[1]] = t1;
  erase_value(star[a], side[0]);
  erase_value(star[b], side[1]);
  star[d].push_back(side[0]);
  star[c].push_back(side[1]);
  return true;
}

void EditableMesh::move(int v, const Vec3& position) {
  const Vec3 start = points[v];
  for (double part : {1.0, 0.5}) {
    const Vec3 p = start + part * (position - start);
    if (turns_over(v, p, -1)) continue;
    points[v] = p;
    return;
  }
}

}  // namespace soleus
