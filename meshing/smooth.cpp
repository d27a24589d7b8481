#include <algorithm>
#include <cmath>

#include "meshing/intersections.hpp"
#include "meshing/labels_to_surface.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

constexpr int laplacian_steps = 2, averaging_steps = 8;

// Neighbours of every vertex, packed: those of v are list[first[v]] .. list[first[v + 1]].
struct VertexNeighbours {
  std::vector<int> first, list;
};

VertexNeighbours vertex_neighbours(const Surface& s) {
  VertexNeighbours out;
  out.first.assign(s.points_m.size() + 1, 0);
  // A closed oriented surface runs every edge once in each direction, so a triangle's forward edges name each
  // neighbour once.
  for (const auto& t : s.triangles) {
    for (int e = 0; e < 3; ++e) ++out.first[t[e] + 1];
  }
  for (std::size_t v = 1; v < out.first.size(); ++v) out.first[v] += out.first[v - 1];
  out.list.resize(out.first.back());
  std::vector<int> fill(out.first.begin(), out.first.end() - 1);
  for (const auto& t : s.triangles) {
    for (int e = 0; e < 3; ++e) out.list[fill[t[e]]++] = t[(e + 1) % 3];
  }
  return out;
}

template <class T>
void average_with_neighbours(std::vector<T>& x, const VertexNeighbours& near, double weight) {
  const std::vector<T> old = x;
  for (std::size_t v = 0; v < x.size(); ++v) {
    T sum{};
    for (int i = near.first[v]; i < near.first[v + 1]; ++i) sum += old[near.list[i]];
    const int n = near.first[v + 1] - near.first[v];
    if (n > 0) x[v] = (1 - weight) * old[v] + (weight / n) * sum;
  }
}

}  // namespace

void smooth_keeping_volume(Surface& s, int passes, double limit) {
  const VertexNeighbours near = vertex_neighbours(s);
  const std::vector<Vec3> start = s.points_m;
  Progress progress("mesh: smoothing", passes, "passes");
  for (int pass = 0; pass < passes; ++pass) {
    const std::vector<Vec3> before = s.points_m;
    for (int step = 0; step < laplacian_steps; ++step) average_with_neighbours(s.points_m, near, 0.5);

    const auto normals = vertex_normals(s);
    std::vector<double> inward(normals.size());  // displacement along the normal, its slow part is taken back
    for (std::size_t v = 0; v < normals.size(); ++v) inward[v] = dot(before[v] - s.points_m[v], normals[v]);
    for (int step = 0; step < averaging_steps; ++step) average_with_neighbours(inward, near, 0.7);
    for (std::size_t v = 0; v < normals.size(); ++v) {
      Vec3 moved = s.points_m[v] + inward[v] * normals[v] - start[v];
      const double length = norm(moved);
      if (length > limit) moved *= limit / length;
      s.points_m[v] = start[v] + moved;
    }
    progress.update(pass + 1);
  }
}

int untangle(Surface& s, const Surface& start) {
  constexpr int most_rounds = 12;
  std::vector<char> back(s.points_m.size(), 0);
  for (int round = 0; round < most_rounds; ++round) {
    const auto crossing = self_intersections(Bvh(s), 100000);
    if (crossing.empty()) break;
    std::vector<char> near(s.points_m.size(), 0);
    for (const auto& [a, b] : crossing) {
      for (int t : {a, b}) {
        for (int v : s.triangles[t]) near[v] = 1;
      }
    }
    for (int ring = 0; ring < 1 + round; ++ring) {
      const std::vector<char> inner = near;
      for (const auto& t : s.triangles) {
        if (inner[t[0]] || inner[t[1]] || inner[t[2]]) near[t[0]] = near[t[1]] = near[t[2]] = 1;
      }
    }
    for (std::size_t v = 0; v < near.size(); ++v) {
      if (near[v]) s.points_m[v] = start.points_m[v], back[v] = 1;
    }
  }
  return int(std::count(back.begin(), back.end(), 1));
}

void match_volume(Surface& s, double wanted) {
  for (int pass = 0; pass < 3; ++pass) {
    const double offset = (wanted - volume(s)) / area(s);
    const auto normals = vertex_normals(s);
    for (std::size_t v = 0; v < normals.size(); ++v) s.points_m[v] += offset * normals[v];
  }
}

}  // namespace soleus
