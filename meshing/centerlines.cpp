#include "meshing/centerlines.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "meshing/cut.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

using Line = std::vector<Vec3>;

double wall_distance(const Bvh& wall, const Vec3& p) {
  return wall.closest(p).distance_m;
}

double percentile(std::vector<double> values, double part) {
  const auto at = values.begin() + std::ptrdiff_t(part * double(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// The root: of the wide tips (60 % of the widest) the one nearest to the head (LPS z), as veins lead to the
// heart.
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

void relax(Line& line, int steps) {
  for (int step = 0; step < steps; ++step) {
    const Line old = line;
    for (std::size_t i = 1; i + 1 < line.size(); ++i)
      line[i] = 0.25 * old[i - 1] + 0.5 * old[i] + 0.25 * old[i + 1];
  }
}

// Centroid of the cross-section at every point minus the point, where the section is the vessel's own: not
// where a side branch opens, nor where its area exceeds what is usual nearby. Points before `first` are left
// out.
std::vector<std::optional<Vec3>> section_offsets(const Line& line, const Bvh& wall, int first) {
  constexpr double usual = 1.15, near_radii = 6;
  const int n = int(line.size());
  std::vector<Section> sections(n);
  std::vector<double> inscribed(n);
  for (int i = first; i < n; ++i) {
    const Vec3 t = normalized(line[std::min(i + 2, n - 1)] - line[std::max(i - 2, 0)]);
    inscribed[i] = wall_distance(wall, line[i]);
    sections[i] = cross_section(wall, line[i], t);
  }
  std::vector<std::optional<Vec3>> offsets(n);
  const auto arc = arc_lengths(line);
  for (int i = first; i < n; ++i) {
    std::vector<double> areas;
    for (int j = first; j < n; ++j) {
      if (std::abs(arc[j] - arc[i]) <= near_radii * inscribed[i]) areas.push_back(sections[j].area_m2);
    }
    const Vec3 offset = sections[i].centroid_m - line[i];
    if (sections[i].clean && sections[i].area_m2 < usual * percentile(areas, 0.5) &&
        norm(offset) < 0.7 * inscribed[i]) {
      offsets[i] = offset;
    }
  }
  return offsets;
}

// Moves every point to the centroid of its cross-section; where there is no telling, neighbours decide.
// Points before `first` (inside the parent vessel) follow, the very first one of a side branch stays.
void recenter(Line& line, const Bvh& wall, int first, bool fixed_start) {
  const int n = int(line.size());
  if (n - first < 5) return;
  // The skeleton is off by a voxel and cuts bends; what wants to move farther is drawn into another vessel at
  // a fork.
  constexpr double farthest = 0.4;  // of the wall distance
  const Line start = line;
  std::vector<double> limit(n);
  for (int i = 0; i < n; ++i) limit[i] = farthest * wall_distance(wall, start[i]);
  for (int pass = 0; pass < 4; ++pass) {
    auto moves = section_offsets(line, wall, first);
    if (fixed_start) moves[0] = Vec3{};
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
    for (int i = 0; i < n; ++i) {
      const Vec3 moved = line[i] + shift[i] - start[i];
      line[i] = start[i] + moved * std::min(1.0, limit[i] / std::max(norm(moved), 1e-30));
    }
    relax(line, 2);
  }
}

// Radius of the vessel just before the tip at the line's end: at the farthest point whose sphere, doubled,
// holds the tip. (In a corner of a flat end the wall distance is 0.58 of the distance to the corner, so the
// corner itself says nothing.)
double radius_before_tip(const Line& line, const Bvh& wall, double typical_m) {
  const auto arc = arc_lengths(line);
  double radius = 0;
  for (std::size_t i = line.size(); i-- > 0;) {
    const double walked = arc.back() - arc[i];
    if (walked > 4 * typical_m || walked > 0.7 * arc.back()) break;
    const double d = wall_distance(wall, line[i]);
    if (norm(line[i] - line.back()) <= 2 * d) radius = d;
  }
  // A long taper: no sphere reaches the tip.
  return radius > 0
             ? radius
             : wall_distance(wall, point_at(line, arc, arc.back() - std::min(typical_m, 0.5 * arc.back())));
}

using Neighbours = std::vector<std::array<int, 3>>;

// A tip is what some plane across the vessel near the line's end cuts off; where two branches meet no plane
// does.
bool is_tip(const Line& line, double radius, const Bvh& wall, const Neighbours& neighbours) {
  const auto arc = arc_lengths(line);
  for (double back : {0.5, 1.0, 2.0, 3.0}) {
    const double s = arc.back() - back * radius;
    if (s <= 0) break;
    if (find_cut(wall, neighbours, point_at(line, arc, s), tangent_at(line, arc, s, 0.75 * radius),
                 (back + 5) * radius))
      return true;
  }
  return false;
}

// The skeleton turns into a corner of the tip: cuts the line back by two radii. Returns the vessel's radius
// there.
double cut_back_tip(Line& line, const Bvh& wall, double typical_m) {
  const double radius = radius_before_tip(line, wall, typical_m);
  const double length = std::min(2 * radius, 0.4 * arc_lengths(line).back());
  for (double walked = 0; line.size() > 3 && walked < length;) {
    walked += norm(line.back() - line[line.size() - 2]);
    line.pop_back();
  }
  return radius;
}

// Leads the line straight on to a quarter radius before the wall. Nothing, and the line stays, when this is
// no tip.
std::optional<LumenEnd> lead_to_tip(Line& line, double radius, const Bvh& wall,
                                    const Neighbours& neighbours) {
  const auto arc = arc_lengths(line);
  const Vec3 last = line.back(), outward = normalized(last - point_at(line, arc, arc.back() - 2 * radius));
  const auto hit = wall.first_hit(last, outward, 6 * radius);
  if (!hit || norm(outward) == 0) return std::nullopt;
  const double on = std::max(0.0, hit->distance_m - 0.25 * radius);
  const int steps = std::max(1, int(on / std::max(0.1 * radius, arc.back() / double(line.size() - 1))));
  Line longer = line;
  for (int i = 1; i <= steps; ++i) longer.push_back(last + (on * i / steps) * outward);
  if (!is_tip(longer, radius, wall, neighbours)) return std::nullopt;
  line = std::move(longer);
  return LumenEnd{0, false, hit->point, outward, radius};
}

std::size_t nearest_point(const Line& line, const Vec3& x) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (norm(line[i] - x) < norm(line[best] - x)) best = i;
  }
  return best;
}

// Where the straight line through x along `direction` comes nearest to the trunk within its arc lengths [low,
// high].
double nearest_arc(const Line& trunk, const std::vector<double>& arc, const Vec3& x, const Vec3& direction,
                   double low, double high) {
  double best = std::clamp(low, 0.0, arc.back()), nearest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < trunk.size(); ++i) {
    if (arc[i] < low || arc[i] > high) continue;
    const Vec3 d = trunk[i] - x;
    const double off = norm(d - dot(d, direction) * direction);
    if (off < nearest) nearest = off, best = arc[i];
  }
  return best;
}

// Starts a side branch on its refined trunk and leads it straight out to where it leaves the trunk, in the
// direction that it has there: inside the trunk the skeleton wanders. Returns the arc length on the trunk;
// `inside` becomes the length of the straight part.
double attach(Line& line, const Line& trunk, const Bvh& wall, double& inside) {
  const auto arc = arc_lengths(trunk), own = arc_lengths(line);
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    const std::size_t foot = nearest_point(trunk, line[i]);
    const double trunk_radius = wall_distance(wall, trunk[foot]), radius = wall_distance(wall, line[i]);
    if (norm(trunk[foot] - line[i]) <= trunk_radius) continue;
    const Vec3 direction = normalized(point_at(line, own, own[i] + 2 * radius) - line[i]);
    const double start =
        nearest_arc(trunk, arc, line[i], direction, arc[foot] - 3 * trunk_radius, arc[foot] + trunk_radius);
    Line out{point_at(trunk, arc, start)};
    inside = norm(line[i] - out[0]);
    out.insert(out.end(), line.begin() + std::ptrdiff_t(i), line.end());
    line = std::move(out);
    return start;
  }
  const std::size_t foot = nearest_point(trunk, line[0]);
  line[0] = trunk[foot];
  inside = 0;
  return arc[foot];
}

// Long enough, for its width, to be no bulge of the vessel it leaves.
bool surely_branch(const Line& line, const Bvh& wall) {
  constexpr double surely = 10;  // length over radius
  std::vector<double> radii;
  for (const Vec3& p : line) radii.push_back(wall_distance(wall, p));
  return arc_lengths(line).back() - radii[0] > surely * percentile(radii, 0.5);
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
    if (cut && cut->area_m2 < 4 * M_PI * d * d) return true;
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

struct Refined {
  CenterPath path;
  std::optional<LumenEnd> start, end;
};

Refined refine(const RawPath& raw, const std::vector<CenterPath>& done, const Bvh& wall,
               const Neighbours& neighbours, double spacing_m) {
  Refined out;
  out.path.parent = raw.parent;
  Line line = raw.line;
  std::vector<double> radii;
  for (const Vec3& p : line) radii.push_back(wall_distance(wall, p));
  const double typical = std::max(percentile(radii, 0.5), spacing_m);
  const double step = std::max(0.25 * typical, 0.4 * spacing_m);
  double inside = 0;
  if (raw.parent >= 0) out.path.parent_arc_m = attach(line, done[raw.parent].points_m, wall, inside);
  line = resample_line(line, step);
  relax(line, 16);
  const bool root = raw.parent < 0;
  double end_radius = cut_back_tip(line, wall, typical), start_radius = 0;
  if (root) {
    std::reverse(line.begin(), line.end());
    start_radius = cut_back_tip(line, wall, typical);
    std::reverse(line.begin(), line.end());
  }
  recenter(line, wall, int(inside / step), !root);
  relax(line, 10);  // half a radius wide: the sections next to a fork are not to be trusted in detail
  out.end = lead_to_tip(line, end_radius, wall, neighbours);
  if (root) {
    std::reverse(line.begin(), line.end());
    out.start = lead_to_tip(line, start_radius, wall, neighbours);
    std::reverse(line.begin(), line.end());
  }
  out.path.points_m = resample_line(line, std::max(0.2 * percentile(radii, 0.2), 0.2 * spacing_m));
  return out;
}

}  // namespace

CenterTree center_tree(const Bvh& wall, double spacing_m, const BranchLimits& limits) {
  const LumenVoxels lumen(wall.surface(), spacing_m);
  if (lumen.count() == 0)
    throw InputError(
        "the lumen is thinner than the mesh's edge length everywhere; use a smaller geometry.edge_length");
  const std::vector<double> distance = lumen.wall_distance(wall);
  // Once to find the tips, once more from the tip that is the root.
  Skeleton skeleton = skeletonize(lumen, wall, distance, some_tip(lumen, distance), limits);
  skeleton = skeletonize(lumen, wall, distance, skeleton.voxel[root_node(skeleton)], limits);
  if (skeleton.unreached > 0) {
    spdlog::warn(
        "{:.2f} % of the lumen hangs on by veins thinner than {:.2f} mm and gets no centreline; a smaller "
        "geometry.edge_length resolves them",
        100.0 * skeleton.unreached / lumen.count(), 2 * spacing_m * 1e3);
  }
  const Neighbours neighbours = triangle_neighbours(wall.surface());
  const auto raw_paths = real_paths(split_into_paths(skeleton), wall, neighbours);
  std::vector<char> has_child(raw_paths.size(), 0);
  for (const RawPath& raw : raw_paths) {
    if (raw.parent >= 0) has_child[raw.parent] = 1;
  }
  CenterTree tree;
  std::vector<int> renumbered(raw_paths.size(), -1);
  std::vector<std::string> open;
  for (std::size_t p = 0; p < raw_paths.size(); ++p) {
    RawPath raw = raw_paths[p];
    if (raw.parent >= 0) raw.parent = renumbered[raw.parent];
    Refined fine = refine(raw, tree.paths, wall, neighbours, spacing_m);
    if (!fine.end && !has_child[p] && !surely_branch(raw.line, wall)) continue;  // a bulge
    const int index = renumbered[p] = int(tree.paths.size());
    if (fine.start) fine.start->at_start = true;
    for (auto& end : {fine.start, fine.end}) {
      if (!end) continue;
      tree.ends.push_back(*end);
      tree.ends.back().path = index;
    }
    if (!fine.end) open.push_back(place_text(fine.path.points_m.back()));
    tree.paths.push_back(std::move(fine.path));
    check_interrupt();
  }
  if (!open.empty()) {
    spdlog::warn(
        "centrelines stop where the vessel does not end (a loop, or a vein too thin for the search) at {}",
        fmt::join(open, ", "));
  }
  return tree;
}

Centerlines branches_of(const CenterTree& tree, const Bvh& wall) {
  // Bifurcations along each path, by arc length.
  std::vector<std::vector<double>> forks(tree.paths.size());
  for (const CenterPath& path : tree.paths) {
    if (path.parent >= 0 && !path.dropped) forks[path.parent].push_back(path.parent_arc_m);
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
    if (path.dropped) continue;
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
        const Section section =
            cross_section(wall, branch.points_m[i], tangent_at(path.points_m, arc, s, 0.5 * r + 1e-9));
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
