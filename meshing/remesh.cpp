#include "meshing/remesh.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "meshing/editable_mesh.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

using Mesh = EditableMesh;

constexpr int rounds = 8, final_rounds = 5;
// Botsch & Kobbelt (2004): an edge between these multiples of the wanted length is left alone.
constexpr double long_edge = 4.0 / 3, short_edge = 4.0 / 5;

struct Job {
  Mesh mesh;
  const NearestWall& wall;
  std::vector<std::vector<Vec3>> rims;
  int held = 0;  // the first points: the border of an open sheet

  /// Triangles around a point of a flat mesh of equilateral ones.
  int ideal_valence(int v) const { return mesh.border[v] ? 3 : 6; }
  double wanted(int a, int b) const { return 0.5 * (mesh.wanted_m[a] + mesh.wanted_m[b]); }
  double length(int a, int b) const { return norm(mesh.points[a] - mesh.points[b]); }
  bool on_cap(int v) const {  // strictly inside a cap
    return mesh.rim[v] < 0 && !mesh.star[v].empty() && mesh.cap[mesh.star[v][0]] >= 0;
  }
};

void set_wanted_lengths(Job& job) {
  for (std::size_t v = 0; v < job.mesh.points.size(); ++v) {
    if (!job.mesh.star[v].empty()) job.mesh.wanted_m[v] = job.wall(job.mesh.points[v]).edge_m;
  }
}

void split_long_edges(Job& job) {
  for (int pass = 0; pass < 12; ++pass) {
    bool any = false;
    auto edges = job.mesh.edges();
    std::erase_if(
        edges, [&](const Mesh::Edge& e) { return job.length(e.a, e.b) <= long_edge * job.wanted(e.a, e.b); });
    std::sort(edges.begin(), edges.end(), [&](const Mesh::Edge& e, const Mesh::Edge& f) {
      return job.length(e.a, e.b) > job.length(f.a, f.b);
    });
    for (const auto& [a, b] : edges) {
      if (!job.mesh.has_edge(a, b)) continue;
      const int m = job.mesh.split(a, b);
      if (m < 0) continue;
      any = true;
      if (job.mesh.rim[m] >= 0)
        job.mesh.points[m] = closest_point_on_polygon(job.mesh.points[m], job.rims[job.mesh.rim[m]]);
      else if (job.held > 0)  // a sheet may begin without a point between its borders
        job.mesh.move(m, job.wall(job.mesh.points[m]).point);
    }
    if (!any) return;
  }
}

void collapse_short_edges(Job& job) {
  Mesh& mesh = job.mesh;
  auto edges = mesh.edges();
  std::erase_if(
      edges, [&](const Mesh::Edge& e) { return job.length(e.a, e.b) >= short_edge * job.wanted(e.a, e.b); });
  std::sort(edges.begin(), edges.end(), [&](const Mesh::Edge& e, const Mesh::Edge& f) {
    return job.length(e.a, e.b) < job.length(f.a, f.b);
  });
  for (auto [a, b] : edges) {
    if (mesh.star[a].empty() || mesh.star[b].empty() || !mesh.has_edge(a, b)) continue;
    if (job.length(a, b) >= short_edge * job.wanted(a, b)) continue;
    if (mesh.rim[a] >= 0 && mesh.rim[b] >= 0 && !mesh.on_rim(a, b)) continue;
    if (a < job.held && b < job.held) continue;
    if ((mesh.rim[b] >= 0 && mesh.rim[a] < 0) || b < job.held) std::swap(a, b);
    Vec3 to = mesh.rim[a] >= 0 || a < job.held ? mesh.points[a] : 0.5 * (mesh.points[a] + mesh.points[b]);
    if (mesh.rim[b] >= 0)
      to = closest_point_on_polygon(0.5 * (mesh.points[a] + mesh.points[b]), job.rims[mesh.rim[a]]);
    mesh.collapse(a, b, to, long_edge * job.wanted(a, b));
  }
}

// Towards six triangles around every point.
void flip_for_valence(Job& job) {
  Mesh& mesh = job.mesh;
  for (const auto& [a, b] : mesh.edges()) {
    std::array<int, 2> t{};
    if (!mesh.sides(a, b, t)) continue;
    const int c = mesh.opposite(t[0], a, b), d = mesh.opposite(t[1], a, b);
    const auto off = [&](int v, int change) {
      return std::abs(mesh.valence(v) + change - job.ideal_valence(v));
    };
    if (off(a, -1) + off(b, -1) + off(c, 1) + off(d, 1) < off(a, 0) + off(b, 0) + off(c, 0) + off(d, 0))
      mesh.flip(a, b);
  }
}

double corner_angle(const Mesh& mesh, int at, int a, int b) {
  const Vec3 u = mesh.points[a] - mesh.points[at], v = mesh.points[b] - mesh.points[at];
  return std::atan2(norm(cross(u, v)), dot(u, v));
}

// Delaunay: the angles facing an edge sum to at most 180 degrees.
void flip_for_angles(Job& job) {
  Mesh& mesh = job.mesh;
  for (const auto& [a, b] : mesh.edges()) {
    std::array<int, 2> t{};
    if (!mesh.sides(a, b, t)) continue;
    const int c = mesh.opposite(t[0], a, b), d = mesh.opposite(t[1], a, b);
    if (corner_angle(mesh, c, a, b) + corner_angle(mesh, d, a, b) > std::numbers::pi + 1e-6) mesh.flip(a, b);
  }
}

// Mean of the two neighbours along the rim.
Vec3 rim_target(const Job& job, int v) {
  Vec3 sum;
  int count = 0;
  for (int t : job.mesh.star[v]) {
    for (int u : job.mesh.triangles[t]) {
      // Every rim edge is seen from the wall and from the cap; count it once.
      if (u != v && job.mesh.cap[t] >= 0 && job.mesh.on_rim(u, v)) sum += job.mesh.points[u], ++count;
    }
  }
  return count == 2 ? 0.5 * sum : job.mesh.points[v];
}

// Tangential relaxation: to the centre of the triangles around, weighted by area over wanted area.
void slide(Job& job) {
  Mesh& mesh = job.mesh;
  for (int v = job.held; v < int(mesh.points.size()); ++v) {
    if (mesh.star[v].empty()) continue;
    if (mesh.rim[v] >= 0) {
      mesh.move(v, closest_point_on_polygon(rim_target(job, v), job.rims[mesh.rim[v]]));
      continue;
    }
    Vec3 sum;
    double weights = 0;
    for (int t : mesh.star[v]) {
      const auto& [a, b, c] = mesh.triangles[t];
      const double edge = (mesh.wanted_m[a] + mesh.wanted_m[b] + mesh.wanted_m[c]) / 3;
      const double w = norm(mesh.normal_times_area(t)) / (edge * edge);
      sum += (w / 3) * (mesh.points[a] + mesh.points[b] + mesh.points[c]);
      weights += w;
    }
    if (weights <= 0) continue;
    const Vec3 n = mesh.normal(v), d = sum / weights - mesh.points[v];
    const Vec3 target = mesh.points[v] + 0.8 * (d - dot(n, d) * n);
    if (job.on_cap(v)) {
      mesh.move(v, target);
      continue;
    }
    const WallPoint on_wall = job.wall(target);
    mesh.wanted_m[v] = on_wall.edge_m;
    mesh.move(v, on_wall.point);
  }
}

// Signed mean distance from the triangle out to the wall, by the edge midpoints (exact for quadratics).
double facet_gap(const Job& job, int t) {
  const auto& [a, b, c] = job.mesh.triangles[t];
  const Vec3 &p = job.mesh.points[a], &q = job.mesh.points[b], &r = job.mesh.points[c];
  const Vec3 n = normalized(job.mesh.normal_times_area(t));
  const auto gap = [&](const Vec3& x) { return dot(job.wall(x).point - x, n); };
  return (gap(0.5 * (p + q)) + gap(0.5 * (q + r)) + gap(0.5 * (r + p))) / 3;
}

// Lets facets straddle the wall so that on average they lie on it.
void fit_facets(Job& job) {
  Mesh& mesh = job.mesh;
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<double> gap(mesh.triangles.size(), 0.0);
    for (int t = 0; t < int(gap.size()); ++t) {
      if (mesh.triangles[t][0] >= 0 && mesh.cap[t] < 0) gap[t] = facet_gap(job, t);
    }
    std::vector<Vec3> target = mesh.points;
    for (int v = job.held; v < int(mesh.points.size()); ++v) {
      if (mesh.star[v].empty() || mesh.rim[v] >= 0 || job.on_cap(v)) continue;
      double sum = 0, areas = 0;
      for (int t : mesh.star[v]) {
        const double w = norm(mesh.normal_times_area(t));
        sum += w * gap[t];
        areas += w;
      }
      if (areas > 0) target[v] = mesh.points[v] + (sum / areas) * mesh.normal(v);
    }
    for (int v = job.held; v < int(target.size()); ++v) {
      if (!mesh.star[v].empty()) mesh.move(v, target[v]);
    }
  }
}

// The rim's points span a polygon inside the round rim; scale them out to its area.
void fit_rims(PatchedSurface& mesh) {
  for (int k = 0; k < int(mesh.rims.size()); ++k) {
    const Vec3 center = polygon_centroid(mesh.rims[k]);
    Surface& s = mesh.surface;
    Vec3 area_vector;
    std::vector<char> wall_side(s.points_m.size(), 0), cap_side(s.points_m.size(), 0);
    for (std::size_t t = 0; t < s.triangles.size(); ++t) {
      if (mesh.cap[t] == k) area_vector += triangle_area_vector(s, int(t));
      for (int v : s.triangles[t]) (mesh.cap[t] == k ? cap_side : wall_side)[v] = 1;
    }
    const double scale = std::sqrt(norm(polygon_area_vector(mesh.rims[k])) / norm(area_vector));
    for (std::size_t v = 0; v < s.points_m.size(); ++v) {
      if (cap_side[v] && wall_side[v]) s.points_m[v] = center + scale * (s.points_m[v] - center);
    }
  }
}

/// `finished` hears how many rounds are done.
template <class Report>
void improve(Job& job, const Report& finished) {
  set_wanted_lengths(job);
  for (int round = 0; round < rounds; ++round) {
    split_long_edges(job);
    collapse_short_edges(job);
    flip_for_valence(job);
    slide(job);
    finished(round + 1);
  }
  for (int round = 0; round < final_rounds; ++round) {
    flip_for_angles(job);
    slide(job);
    finished(rounds + round + 1);
  }
  flip_for_angles(job);
}

}  // namespace

void remesh(PatchedSurface& patched, const NearestWall& wall) {
  Job job{Mesh(patched), wall, patched.rims};
  Progress progress("mesh: remeshing", rounds + final_rounds + 1, "rounds");
  improve(job, [&](int round) { progress.update(round); });
  fit_facets(job);
  patched = job.mesh.result(std::move(job.rims));
  fit_rims(patched);
}

void remesh_sheet(Surface& sheet, int held, const NearestWall& wall, SheetBorder border) {
  Job job{Mesh({sheet, std::vector<int>(sheet.triangles.size(), -1), {}}), wall, {}, held};
  // Beyond a border that is sewn in there are triangles that are not seen here.
  if (border == SheetBorder::sewn) job.mesh.border.assign(job.mesh.points.size(), 0);
  improve(job, [](int) {});
  if (border == SheetBorder::sewn) fit_facets(job);
  const Mesh& mesh = job.mesh;
  std::vector<int> number(mesh.points.size(), -1);
  sheet = {};
  for (std::size_t v = 0; v < mesh.points.size(); ++v) {
    if (int(v) >= held && mesh.star[v].empty()) continue;
    number[v] = int(sheet.points_m.size());
    sheet.points_m.push_back(mesh.points[v]);
  }
  for (const auto& [a, b, c] : mesh.triangles)
    if (a >= 0) sheet.triangles.push_back({number[a], number[b], number[c]});
}

}  // namespace soleus
