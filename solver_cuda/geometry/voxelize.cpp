#include "solver_cuda/geometry/voxelize.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "pipeline/base/progress.hpp"
#include "solver_cuda/physics/velocity_set.hpp"

namespace soleus {
namespace {

/// Signed distance at x at rest if it is less than `limit`, or at the first of the instants that matter at
/// which it is; else something larger. Where the map moves x less than it lies away from the wall, nothing is
/// nearer.
double distance_below(double limit, const Wall& wall, const Vec3& x,
                      const std::vector<MotionInstant>& instants) {
  const double at_rest = wall.rest_distance(x);
  if (at_rest < limit || instants.empty()) return at_rest;
  const bool shape = wall.geometry().shape.has_value();
  const CenterlineCoordinates s = shape ? CenterlineCoordinates{} : wall.motion().coordinates(x);
  const auto distance = [&](const MotionInstant& now) {
    if (shape) return wall.distance(x, now);
    const Vec3 rest = wall.motion().rest_position(x, s, now);
    return at_rest - norm(rest - x) >= limit ? at_rest : wall.rest_distance(rest);
  };
  for (const MotionInstant& now : instants)
    if (const double d = distance(now); d < limit) return d;
  return at_rest;
}

/// By which a squeeze may move the wall outwards. A section reaches at most two radii from the centreline.
double room_m(const Wall& wall, double end_time_s) {
  if (wall.motion().imaged()) return wall.motion().imaged_reach_m();
  const double growth = wall.motion().growth(end_time_s) - 1;
  if (wall.geometry().shape) {
    const auto [lo, hi] = wall.bounds();
    return growth * 0.5 * norm(hi - lo);
  }
  double widest_m = 0;
  for (const Branch& b : wall.geometry().centerlines.branches)
    for (const double area_m2 : b.area_m2)
      widest_m = std::max(widest_m, std::sqrt(area_m2 / std::numbers::pi));
  return growth * 2 * widest_m;
}

struct Box {
  Vec3 origin_m;
  std::array<int, 3> dims;
  std::array<bool, 3> periodic;
};

Box lattice_box(const Wall& wall, double dx, const Vec3& offset, double end_time_s, double margin) {
  Box box{};
  const auto& shape = wall.geometry().shape;
  const auto [lo, hi] = wall.bounds();
  const auto [down, up] = wall.motion().travel(end_time_s);
  for (int a = 0; a < 3; ++a) {
    box.periodic[a] = shape && shape->periodic[a];
    if (box.periodic[a]) {
      const double cells = shape->period_m[a] / dx;
      box.dims[a] = static_cast<int>(std::lround(cells / tile_edge));
      if (box.dims[a] < 1 || std::abs(cells - box.dims[a] * tile_edge) > 1e-6 * cells)
        throw InputError(fmt::format(
            "solver.dx = {:.6g} mm divides the period {:.6g} mm along {} into {:.3f} cells; a multiple of "
            "{} cells is needed, for example dx = {:.6g} mm.",
            dx * 1e3, shape->period_m[a] * 1e3, "xyz"[a], cells, tile_edge,
            shape -> period_m[a] / (tile_edge * std::max(1, box.dims[a])) * 1e3));
      box.origin_m[a] = shape->center_m[a] - 0.5 * shape->period_m[a] + (0.5 + offset[a]) * dx;
      continue;
    }
    const auto whole = [](double shift_cells) { return std::max(0, static_cast<int>(shift_cells)); };
    const int below = 2 + static_cast<int>(std::ceil((margin - down[a]) / dx)) + whole(offset[a]);
    const int above = 2 + static_cast<int>(std::ceil((margin + up[a]) / dx)) + whole(-offset[a]);
    const int cells = static_cast<int>(std::ceil((hi[a] - lo[a]) / dx - 1e-9));
    box.origin_m[a] = lo[a] + (0.5 - below + offset[a]) * dx;
    box.dims[a] = (cells + below + above + tile_edge - 1) / tile_edge;
  }
  return box;
}

/// Tiles that may hold lumen, by the distance at their centres.
std::vector<Kept> tiles_near_lumen(const Wall& wall, const Box& box, double dx, double room_m,
                                   const std::vector<MotionInstant>& instants) {
  std::vector<Kept> wanted(std::size_t(box.dims[0]) * box.dims[1] * box.dims[2], Kept::nothing);
  const double reach = (0.5 * tile_edge * std::sqrt(3.0) + 2) * dx;
  const auto far = [&](const Vec3& x) {  // from a surface at rest, which is soon known
    return !wall.geometry().shape && !wall.motion().carried() && wall.rest_distance(x) > reach + room_m;
  };
  Progress progress("tiles", static_cast<double>(wanted.size()), "tiles");
  const std::size_t slab = std::size_t(box.dims[0]) * box.dims[1];
  for (int z = 0; z < box.dims[2]; ++z) {
    parallel_for(slab, 256, [&](std::size_t k) {
      const std::size_t x = k % box.dims[0], y = k / box.dims[0];
      const Vec3 corner{double(x), double(y), double(z)};
      const Vec3 centre = box.origin_m + (corner * tile_edge + Vec3{3.5, 3.5, 3.5}) * dx;
      if (!far(centre) && distance_below(reach, wall, centre, instants) < reach)
        wanted[z * slab + k] = Kept::all;
    });
    progress.update(static_cast<double>((z + 1) * slab));
  }
  return wanted;
}

Node below_cap(const Tiles& tiles, const std::vector<float>& distance, const Cap& cap) {
  const Vec3 from =
      (cap.opening.center_m - cap.opening.outward * (1.5 * tiles.dx_m) - tiles.origin_m) / tiles.dx_m;
  Node best = 0;
  float deepest = 0;
  for (int k = 0; k < 27; ++k) {
    const LatticeIndex l{static_cast<int>(std::lround(from.x)) + k % 3 - 1,
                         static_cast<int>(std::lround(from.y)) + k / 3 % 3 - 1,
                         static_cast<int>(std::lround(from.z)) + k / 9 - 1};
    const Node n = tiles.node(l);
    if (n >= tile_nodes && distance[n] < deepest &&
        dot(tiles.position(n) - cap.opening.center_m, cap.opening.outward) < 0)
      deepest = distance[n], best = n;
  }
  if (best == 0)
    throw InputError(
        fmt::format("opening '{}' at ({:.1f}, {:.1f}, {:.1f}) mm has no lumen behind it at dx = {:.3g} mm; "
                    "use a finer dx "
                    "or check the surface there.",
                    cap.opening.name, cap.opening.center_m.x * 1e3, cap.opening.center_m.y * 1e3,
                    cap.opening.center_m.z * 1e3, tiles.dx_m * 1e3));
  return best;
}

/// Nodes inside the lumen that can be reached from the caps without passing through one; all inside nodes if
/// there is no cap.
std::vector<std::uint8_t> flood(const Wall& wall, const Tiles& tiles, const std::vector<float>& distance,
                                int directions) {
  std::vector<std::uint8_t> inside(tiles.nodes(), 0);
  if (wall.caps().empty()) {
    for (Node n = tile_nodes; n < static_cast<Node>(tiles.nodes()); ++n) inside[n] = distance[n] < 0;
    return inside;
  }
  std::vector<Node> front;
  for (const Cap& cap : wall.caps()) {
    const Node n = below_cap(tiles, distance, cap);
    if (!inside[n]) inside[n] = 1, front.push_back(n);
  }
  while (!front.empty()) {
    const Node n = front.back();
    front.pop_back();
    const Vec3 x = tiles.position(n);
    for (int i = 1; i < directions; ++i) {
      const Node m = tiles.neighbour(n, i);
      if (m < tile_nodes || inside[m] || distance[m] >= 0) continue;
      const Vec3 step = Directions::c(i) * tiles.dx_m;
      if (wall.crossed_cap(x, x + step, 1.5 * tiles.dx_m) >= 0) continue;
      inside[m] = 1;
      front.push_back(m);
    }
  }
  return inside;
}

std::vector<CapNode> find_cap_nodes(const Wall& wall, const Tiles& tiles, const LumenNodes& nodes,
                                    int directions) {
  std::vector<CapNode> found;
  if (wall.caps().empty()) return found;
  for (const std::int32_t tile : nodes.active_tiles)
    for (int c = 0; c < tile_nodes; ++c) {
      const Node n = tile * tile_nodes + c;
      if (!nodes.candidate(n)) continue;
      const Vec3 x = tiles.position(n);
      CapNode node{n, -1, 0};
      for (int i = 1; i < directions; ++i) {
        if (nodes.candidate(tiles.neighbour(n, Directions::opposite(i)))) continue;
        const int cap = wall.crossed_cap(x, x - Directions::c(i) * tiles.dx_m, 1.5 * tiles.dx_m);
        if (cap >= 0) node.cap = cap, node.directions |= 1u << i;
      }
      if (node.cap >= 0) found.push_back(node);
    }
  return found;
}

}  // namespace

std::size_t bytes(const Lattice& l) {
  const Tiles& t = l.tiles;
  return t.at.capacity() * sizeof(t.at[0]) + t.place.capacity() * sizeof(t.place[0]) +
         t.neighbours.capacity() * sizeof(t.neighbours[0]) + l.nodes.fluid_rows.capacity() +
         l.nodes.candidate_rows.capacity() + l.nodes.active_tiles.capacity() * sizeof(std::int32_t) +
         l.reachable.bytes() + l.cap_nodes.capacity() * sizeof(CapNode);
}

std::vector<Node> candidates(const Lattice& lattice) {
  std::vector<Node> found;
  for (const std::int32_t tile : lattice.nodes.active_tiles)
    for (Node n = tile * tile_nodes; n < (tile + 1) * tile_nodes; ++n)
      if (lattice.nodes.candidate(n)) found.push_back(n);
  return found;
}

std::vector<Node> with_fluid_neighbours(const Lattice& lattice, const std::vector<Node>& nodes,
                                        int directions) {
  std::vector<Node> all = nodes;
  for (const Node n : nodes)
    for (int i = 1; i < directions; ++i)
      if (const Node m = lattice.tiles.neighbour(n, i); lattice.nodes.fluid(m)) all.push_back(m);
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

Lattice voxelize(const Wall& wall, double dx_m, const Vec3& offset, double end_time_s, int directions) {
  const std::vector<MotionInstant> instants = wall.motion().extremes(end_time_s, dx_m);
  const double room = room_m(wall, end_time_s);
  const Box box = lattice_box(wall, dx_m, offset, end_time_s, room);
  Tiles coarse = make_tiles(box.origin_m, dx_m, box.dims, box.periodic,
                            tiles_near_lumen(wall, box, dx_m, room, instants));

  std::vector<float> distance(coarse.nodes(), 1e30f);
  parallel_for(coarse.nodes() - tile_nodes, 256, [&](std::size_t k) {
    const Node n = static_cast<Node>(k) + tile_nodes;
    distance[n] = static_cast<float>(distance_below(0, wall, coarse.position(n), instants));
  });
  const std::vector<std::uint8_t> inside = flood(wall, coarse, distance, directions);

  // Keep the tiles with inside nodes or neighbours of inside nodes.
  std::vector<Kept> wanted(coarse.at.size(), Kept::nothing);
  std::vector<std::uint8_t> near(coarse.nodes(), 0);
  for (Node n = tile_nodes; n < static_cast<Node>(coarse.nodes()); ++n) {
    if (!inside[n]) continue;
    for (int s = 0; s < 27; ++s) near[coarse.neighbour(n, s % 3 - 1, s / 3 % 3 - 1, s / 9 - 1)] = 1;
  }
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const Node first = coarse.at[k] * tile_nodes;
    const auto any = [&](const std::vector<std::uint8_t>& of) {
      return std::any_of(of.begin() + first, of.begin() + first + tile_nodes, [](auto v) { return v != 0; });
    };
    if (first > 0 && any(near)) wanted[k] = any(inside) ? Kept::all : Kept::places;
  }

  Lattice lattice{make_tiles(box.origin_m, dx_m, box.dims, box.periodic, wanted), {}, {}, {}};
  lattice.longest_link = std::sqrt(directions > D3Q19::Q ? 3.0 : 2.0);
  LumenNodes& nodes = lattice.nodes;
  std::vector<Node> reachable;
  nodes.fluid_rows.assign(lattice.tiles.nodes() / tile_edge, 0);
  nodes.candidate_rows = nodes.fluid_rows;
  for (int tile = 1; tile < lattice.tiles.count(); ++tile) {
    bool any = false;
    for (int c = 0; c < tile_nodes; ++c) {
      const Node n = tile * tile_nodes + c, old = coarse.node(lattice.tiles.index(n));
      if (near[old]) reachable.push_back(n);
      if (!inside[old]) continue;
      any = true;
      nodes.candidate_rows[n >> 3] |= static_cast<std::uint8_t>(1u << (n & 7));
    }
    if (any) nodes.active_tiles.push_back(tile);
  }
  if (nodes.active_tiles.empty())
    throw InputError(
        fmt::format("no lattice node lies inside the lumen at dx = {:.3g} mm; use a finer dx.", dx_m * 1e3));
  lattice.reachable = NodeSet(lattice.tiles.count(), reachable);
  lattice.cap_nodes = find_cap_nodes(wall, lattice.tiles, nodes, directions);
  return lattice;
}

}  // namespace soleus
