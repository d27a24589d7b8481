#include "meshing/centerlines.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "meshing/center_paths.hpp"
#include "meshing/center_refine.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {

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
  const auto raw_paths = vessel_paths(skeleton, wall, neighbours);
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

namespace {

struct Piece {
  double from_m, to_m;  // along its path
  int id;
};

// The stretch of a path between two arc lengths as a branch, with radius and area.
Branch branch_of(const CenterPath& path, const std::vector<double>& arc, const Piece& piece,
                 double start_abscissa_m, const Bvh& wall) {
  Branch b{piece.id, -1, {}, {}, {}, {}};
  std::vector<double> at{piece.from_m};
  for (double s : arc) {
    if (s > piece.from_m + 1e-9 && s < piece.to_m - 1e-9) at.push_back(s);
  }
  at.push_back(piece.to_m);
  for (double s : at) {
    const Vec3 x = point_at(path.points_m, arc, s);
    const double r = wall_distance(wall, x);
    b.points_m.push_back(x);
    b.abscissa_m.push_back(start_abscissa_m + s);
    b.radius_m.push_back(r);
    b.area_m2.push_back(cross_section(wall, x, tangent_at(path.points_m, arc, s, 0.5 * r + 1e-9)).area_m2);
  }
  return b;
}

}  // namespace

Centerlines branches_of(const CenterTree& tree, const Bvh& wall) {
  std::vector<std::vector<double>> forks(tree.paths.size());  // along each path, by arc length
  for (const CenterPath& path : tree.paths) {
    if (path.parent >= 0 && !path.dropped) forks[path.parent].push_back(path.parent_arc_m);
  }
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
      pieces[p].push_back({from, to, int(out.branches.size())});
      out.branches.push_back(branch_of(path, arc, pieces[p].back(), start_abscissa[p], wall));
      out.branches.back().parent = parent;
      parent = pieces[p].back().id;
      from = to;
    }
  }
  return out;
}

}  // namespace soleus
