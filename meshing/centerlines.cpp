#include "meshing/centerlines.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

using Line = std::vector<Vec3>;

double wall_distance(const Bvh& wall, const Vec3& p) { return wall.closest(p).distance_m; }

double percentile(std::vector<double> values, double part) {
  const auto at = values.begin() + std::ptrdiff_t(part * double(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// The root: of the wide tips (60 % of the widest) the one nearest to the head (LPS z), as veins lead to the heart.
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
    for (int v = 1, last = 0; v < int(s.parent.size()) && s.parent[v] == last && walked < 3 * radius + s.radius_m[last]; last = v++) {
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

struct RawPath {
  Line line;
  int parent = -1;
};

// Longest path first; the others start on the node where they leave it.
std::vector<RawPath> split_into_paths(const Skeleton& s) {
  const int n = int(s.parent.size());
  std::vector<double> height(n, 0.0);
  std::vector<int> next(n, -1), path_of(n, -1);
  for (int v = n - 1; v > 0; --v) {
    const double through = height[v] + norm(s.point_m[v] - s.point_m[s.parent[v]]);
    if (through > height[s.parent[v]] || next[s.parent[v]] < 0) height[s.parent[v]] = through, next[s.parent[v]] = v;
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

void relax(Line& line, int steps) {
  for (int step = 0; step < steps; ++step) {
    const Line old = line;
    for (std::size_t i = 1; i + 1 < line.size(); ++i) line[i] = 0.25 * old[i - 1] + 0.5 * old[i] + 0.25 * old[i + 1];
  }
}

// Moves every point to the centroid of its cross-section; where a side branch opens, neighbours decide.
void recenter(Line& line, const Bvh& wall, bool free_start) {
  const int n = int(line.size());
  if (n < 5) return;
  for (int pass = 0; pass < 4; ++pass) {
    std::vector<std::optional<Vec3>> moves(n);
    if (!free_start) moves[0] = Vec3{};
    for (int i = free_start ? 0 : 1; i < n; ++i) {
      const Vec3 t = normalized(line[std::min(i + 2, n - 1)] - line[std::max(i - 2, 0)]);
      const double d = wall_distance(wall, line[i]);
      const Section section = cross_section(wall, line[i], t);
      if (section.clean && norm(section.centroid_m - line[i]) < 0.7 * d) moves[i] = section.centroid_m - line[i];
    }
    Line shift(n);
    for (int i = 0, before = -1; i < n; ++i) {
      if (moves[i]) before = i;
      int after = i;
      while (after < n && !moves[after]) ++after;
      if (before >= 0 && after < n && after > before) {
        const double part = double(i - before) / (after - before);
        shift[i] = (1 - part) * *moves[before] + part * *moves[after];
      } else if (before >= 0) {
        shift[i] = *moves[before];
      } else if (after < n) {
        shift[i] = *moves[after];
      }
    }
    relax(shift, 3);
    for (int i = 0; i < n; ++i) line[i] += shift[i];
    relax(line, 2);
  }
}

// The skeleton runs into a corner of the tip. Cuts it back to where its inscribed sphere touches the tip, and goes on
// straight to a quarter radius before the wall. Nothing when no wall closes the vessel there (two branches meet).
std::optional<LumenEnd> finish_tip(Line& line, const Bvh& wall) {
  const Line full = line;
  double walked = 0;
  while (line.size() > 3 && walked < wall_distance(wall, line.back())) {
    walked += norm(line.back() - line[line.size() - 2]);
    line.pop_back();
  }
  const double radius = wall_distance(wall, line.back());
  const auto arc = arc_lengths(line);
  const Vec3 outward = normalized(line.back() - point_at(line, arc, arc.back() - 1.5 * radius));
  const auto hit = wall.first_hit(line.back(), outward, 5 * radius);
  if (!hit || norm(outward) == 0) {
    line = full;
    return std::nullopt;
  }
  const Vec3 last = line.back();
  const double on = std::max(0.0, hit->distance_m - 0.25 * radius), step = std::max(0.1 * radius, norm(full[1] - full[0]) / 2);
  for (double s = step; s < on; s += step) line.push_back(last + s * outward);
  line.push_back(last + on * outward);
  return LumenEnd{0, false, hit->point, outward, radius};
}

struct Refined {
  CenterPath path;
  std::optional<LumenEnd> start, end;
};

Refined refine(const RawPath& raw, const std::vector<CenterPath>& done, const Bvh& wall, double spacing_m) {
  Refined out;
  out.path.parent = raw.parent;
  Line line = raw.line;
  std::vector<double> radii;
  for (const Vec3& p : line) radii.push_back(wall_distance(wall, p));
  const double typical = std::max(percentile(radii, 0.5), spacing_m);
  if (raw.parent >= 0) {  // start on the refined parent
    const Line& trunk = done[raw.parent].points_m;
    const auto arc = arc_lengths(trunk);
    std::size_t nearest = 0;
    for (std::size_t i = 0; i < trunk.size(); ++i) {
      if (norm(trunk[i] - line[0]) < norm(trunk[nearest] - line[0])) nearest = i;
    }
    line[0] = trunk[nearest];
    out.path.parent_arc_m = arc[nearest];
  }
  const double step = std::max(0.25 * typical, 0.4 * spacing_m);
  line = resample_line(line, step);
  relax(line, 16);
  out.end = finish_tip(line, wall);
  if (raw.parent < 0) {
    std::reverse(line.begin(), line.end());
    out.start = finish_tip(line, wall);
    std::reverse(line.begin(), line.end());
  }
  line = resample_line(line, step);
  relax(line, 4);
  recenter(line, wall, raw.parent < 0);
  out.path.points_m = resample_line(line, std::max(0.2 * percentile(radii, 0.2), 0.2 * spacing_m));
  return out;
}

}  // namespace

CenterTree center_tree(const Bvh& wall, double spacing_m, const BranchLimits& limits) {
  const LumenVoxels lumen(wall.surface(), spacing_m);
  if (lumen.count() == 0) throw InputError("the lumen is thinner than the mesh's edge length everywhere; use a smaller geometry.edge_length");
  Skeleton skeleton = skeletonize(lumen, lumen.wall_distance(wall), limits);
  skeleton = rerooted(skeleton, root_node(skeleton));
  CenterTree tree;
  for (const RawPath& raw : split_into_paths(skeleton)) {
    Refined fine = refine(raw, tree.paths, wall, spacing_m);
    const int index = int(tree.paths.size());
    for (auto& end : {fine.start, fine.end}) {
      if (!end) continue;
      tree.ends.push_back(*end);
      tree.ends.back().path = index;
      tree.ends.back().at_start = &end != &fine.end && end->tip_m == fine.start.value_or(LumenEnd{}).tip_m;
    }
    if (!fine.end) {
      spdlog::warn("two branches meet at {}: the lumen has a loop there, its centreline is left open",
                   place_text(fine.path.points_m.back()));
    }
    tree.paths.push_back(std::move(fine.path));
    check_interrupt();
  }
  return tree;
}

Centerlines branches_of(const CenterTree& tree, const Bvh& wall) {
  // Bifurcations along each path, by arc length.
  std::vector<std::vector<double>> forks(tree.paths.size());
  for (const CenterPath& path : tree.paths) {
    if (path.parent >= 0) forks[path.parent].push_back(path.parent_arc_m);
  }
  struct Piece {
    double from_m, to_m;
    int id;
  };
  std::vector<std::vector<Piece>> pieces(tree.paths.size());
  std::vector<double> start_abscissa(tree.paths.size(), 0.0);
  Centerlines out;
  for (std::size_t p = 0; p < tree.paths.size(); ++p) {
    const CenterPath& path = tree.paths[p];
    const auto arc = arc_lengths(path.points_m);
    int parent = -1;
    if (path.parent >= 0) {
      start_abscissa[p] = start_abscissa[path.parent] + path.parent_arc_m;
      for (const Piece& piece : pieces[path.parent]) {
        if (piece.to_m <= path.parent_arc_m + 1e-12 || parent < 0) parent = piece.id;
      }
    }
    auto cuts = forks[p];
    std::sort(cuts.begin(), cuts.end());
    cuts.push_back(arc.back());
    double from = 0;
    for (double to : cuts) {
      if (to - from < 1e-9) continue;  // two branches leave at one point
      Branch branch{int(out.branches.size()), parent, {}, {}, {}, {}};
      const auto add = [&](const Vec3& x, double s) {
        branch.points_m.push_back(x);
        branch.abscissa_m.push_back(start_abscissa[p] + s);
      };
      add(point_at(path.points_m, arc, from), from);
      for (std::size_t i = 0; i < arc.size(); ++i) {
        if (arc[i] > from + 1e-9 && arc[i] < to - 1e-9) add(path.points_m[i], arc[i]);
      }
      add(point_at(path.points_m, arc, to), to);
      for (std::size_t i = 0; i < branch.points_m.size(); ++i) {
        const double s = branch.abscissa_m[i] - start_abscissa[p];
        const double r = wall_distance(wall, branch.points_m[i]);
        const Section section = cross_section(wall, branch.points_m[i], tangent_at(path.points_m, arc, s, 0.5 * r + 1e-9));
        branch.radius_m.push_back(r);
        branch.area_m2.push_back(section.area_m2);
      }
      pieces[p].push_back({from, to, branch.id});
      parent = branch.id;
      from = to;
      out.branches.push_back(std::move(branch));
    }
  }
  return out;
}

}  // namespace soleus
