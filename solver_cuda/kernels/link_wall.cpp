#include "solver_cuda/kernels/link_wall.hpp"

#include <algorithm>
#include <bit>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/kernels/link_openings.hpp"

namespace soleus {
namespace {

/// Fraction of the link at which the wall cuts it, by linear interpolation between the distances at its ends
/// and, where the distance is exact, one secant step.
double cut_fraction(const WallView& view, Node x, int i, double inside, double outside) {
  if (outside <= 0) return 0.5;
  double q = inside / (inside - outside);
  if (view.near.exact()) {
    const Tiles& tiles = view.lattice.tiles;
    const Vec3 at = tiles.position(x), step = Directions::c(i) * -tiles.dx_m;
    const double d = view.near.distance_at(at + step * q, view.time_s);
    q = d < 0 ? q + (1 - q) * d / (d - outside) : q * inside / (inside - d);
  }
  return std::clamp(q, 1e-3, 1.0);
}

template <class L, class Real, class Store>
double density(const Store& f, const Tiles& tiles, const LumenNodes& nodes, Node n) {
  Real g[L::Q];
  gather(f, tiles, nodes, n, g);
  double rho = 1;
  for (const Real population : g) rho += double(population);
  return rho;
}

/// Which nodes around the rows of a tile are fluid.
class FluidAround {
 public:
  FluidAround(const Lattice& lattice, int tile) {
    for (int s = 0; s < 27; ++s)
      tiles_[s] = &lattice.nodes.fluid_rows[std::size_t(lattice.tiles.neighbours[tile][s]) * 64];
  }
  bool any(int row) const { return tiles_[13][row] != 0; }
  /// around[dx + 1][dy + 1][dz + 1], bit x: the node at that offset from node x of the row is fluid. False
  /// where all of them are.
  bool look(int row, std::uint8_t (&around)[3][3][3]) const {
    unsigned all = 0xff;
    for (int dz = -1; dz <= 1; ++dz)
      for (int dy = -1; dy <= 1; ++dy) {
        const int y = row % 8 + dy, z = row / 8 + dz, there = (y & 7) + 8 * (z & 7);
        const int side = 3 * (1 + (y >> 3)) + 9 * (1 + (z >> 3));
        const unsigned middle = tiles_[side + 1][there];
        const unsigned here[3] = {middle << 1 | tiles_[side][there] >> 7, middle,
                                  middle >> 1 | unsigned(tiles_[side + 2][there]) << 7};
        for (int dx = 0; dx < 3; ++dx) {
          around[dx][dy + 1][dz + 1] = static_cast<std::uint8_t>(here[dx]);
          all &= here[dx];
        }
      }
    return all != 0xff;
  }

 private:
  const std::uint8_t* tiles_[27];
};

/// Which fluid nodes of a row have no fluid node at x - c_i; false where none has.
template <class L>
bool find_cuts(BoundaryRow<L>& cuts, const FluidAround& fluid, int row) {
  std::uint8_t around[3][3][3];
  if (!fluid.any(row) || !fluid.look(row, around)) return false;
  bool any = false;
  for (int i = 1; i < L::Q; ++i) {
    cuts.cut[i] = around[1][1][1] & ~around[1 - L::cx(i)][1 - L::cy(i)][1 - L::cz(i)];
    any = any || cuts.cut[i] != 0;
  }
  return any;
}

/// Fluid nodes of a row with a cut link.
template <class L>
unsigned cut_nodes(const BoundaryRow<L>& row) {
  unsigned cut = 0;
  for (int i = 1; i < L::Q; ++i) cut |= row.cut[i];
  return cut;
}

template <class L, class Real>
struct Found {
  std::vector<BoundaryTile> tiles;
  std::vector<BoundaryRow<L>> rows;
  std::vector<WallLink<Real>> links;
};

/// What a link needs to know of its node.
struct AtNode {
  Node node;
  std::uint32_t open;  // directions through a cap
  double rho;
};

/// A link, and the mass that its wall displaces into the lumen per step.
template <class Real>
struct Cut {
  WallLink<Real> link;
  double displaced = 0;
};

/// Fraction of the link at which the wall cuts it; 1 at a corner between cap and wall, far from both.
double fraction_at(const WallView& view, Node x, Node y, int i) {
  const NearWall& near = view.near;
  const std::int32_t xs = near.slot(x), ys = near.slot(y);
  if (xs < 0) return 1;
  const double outside = ys < 0 ? view.lattice.tiles.dx_m : near.distance_m[ys];
  return cut_fraction(view, x, i, near.distance_m[xs], outside);
}

/// What the link itself gives, as it is stored, counts as displaced; but not what a sliding face gives along
/// itself.
template <class L, class Real>
Cut<Real> link_at(const WallView& view, const AtNode& x, int i, WallRule rule) {
  const NearWall& near = view.near;
  const Tiles& tiles = view.lattice.tiles;
  const Node y = tiles.neighbour(x.node, L::opposite(i));
  const std::int32_t xs = near.slot(x.node), ys = near.slot(y);
  if (xs < 0) return {{1, 0}};
  const double q = fraction_at(view, x.node, y, i);
  const double moved = dot(L::c(i), near.link_velocity(xs, ys, q)) / view.scales.velocity_m_s();
  const FaceConfig* face =
      view.wall.face(tiles.position(x.node) - L::c(i) * (q * tiles.dx_m), face_margin * tiles.dx_m);
  if (face && face->slip) return {{1, 0}};
  const double cu = face ? moved + dot(L::c(i), face->velocity_m_s) / view.scales.velocity_m_s() : moved;
  // At the rim of a moving end the wall's velocity jumps: interpolation along the link has no meaning there.
  const bool halfway = rule == WallRule::staircase || view.wall.behind_rim(tiles.position(y), view.time_s);
  const WallLink<Real> link =
      halfway ? halfway_link<L, Real>(i, x.rho, cu) : wall_link<L, Real>(i, q, x.rho, cu);
  if (face) return {link, displaced_mass<L>(i, x.rho, moved)};
  return {link, link.share > 0 ? double(link.push) : double(link.push) / -double(link.share)};
}

/// The links of a row; the mass and volume that its walls displace go to the tile.
template <class L, class Real, class Store>
void link_row(Found<L, Real>& found, BoundaryRow<L>& row, const Store& f, const WallView& view, Node first,
              WallRule rule) {
  std::array<AtNode, tile_edge> at{};
  const bool moving = view.near.max_speed_m_s > 0;
  for (unsigned left = cut_nodes(row); left != 0; left &= left - 1) {
    const int x = std::countr_zero(left);
    const Node n = first + x;
    at[x] = {n, open_directions(view, n),
             moving ? density<L, Real>(f, view.lattice.tiles, view.lattice.nodes, n) : 1};
  }
  BoundaryTile& tile = found.tiles.back();
  for (int i = 1; i < L::Q; ++i)
    for (unsigned left = row.cut[i]; left != 0; left &= left - 1) {
      const int x = std::countr_zero(left);
      if (at[x].open >> i & 1) {
        found.links.push_back({1, 0});
        continue;
      }
      const Cut<Real> cut = link_at<L, Real>(view, at[x], i, rule);
      found.links.push_back(cut.link);
      row.at_wall |= static_cast<std::uint8_t>(1u << x);
      tile.mass_per_step += cut.displaced, tile.cells_per_step += cut.displaced / at[x].rho;
    }
  tile.wall_nodes += static_cast<std::uint32_t>(std::popcount(row.at_wall));
}

template <class L, class Real, class Store>
void link_tile(Found<L, Real>& found, const Store& f, const WallView& view, int tile, WallRule rule) {
  BoundaryTile& here = found.tiles.emplace_back();
  here.first_row = static_cast<std::uint32_t>(found.rows.size());
  const FluidAround fluid(view.lattice, tile);
  for (int row = 0; row < 64; ++row) {
    BoundaryRow<L> cuts;
    if (!find_cuts(cuts, fluid, row)) continue;
    here.rows |= std::uint64_t(1) << row;
    cuts.first_link = static_cast<std::uint32_t>(found.links.size());
    link_row(found, cuts, f, view, tile * tile_nodes + row * tile_edge, rule);
    found.rows.push_back(cuts);
  }
}

template <class L, class Real>
void append(Boundary<L, Real>& boundary, const Found<L, Real>& part, bool moving) {
  const auto rows_before = static_cast<std::uint32_t>(boundary.rows.size()),
             links_before = static_cast<std::uint32_t>(boundary.shares.size());
  for (BoundaryTile tile : part.tiles) tile.first_row += rows_before, boundary.tiles.push_back(tile);
  for (BoundaryRow<L> row : part.rows) row.first_link += links_before, boundary.rows.push_back(row);
  for (const WallLink<Real>& link : part.links) {
    boundary.shares.push_back(link.share);
    if (moving) boundary.push.push_back(link.push);
  }
}

}  // namespace

Vec3 cut_point(const WallView& view, Node n, int i) {
  const Tiles& tiles = view.lattice.tiles;
  const double q = fraction_at(view, n, tiles.neighbour(n, Directions::opposite(i)), i);
  return tiles.position(n) - Directions::c(i) * (q * tiles.dx_m);
}

template <class L>
std::vector<Node> nodes_at_boundary(const Lattice& lattice) {
  std::vector<Node> found;
  for (const std::int32_t tile : lattice.nodes.active_tiles) {
    const FluidAround fluid(lattice, tile);
    for (int row = 0; row < 64; ++row) {
      BoundaryRow<L> cuts;
      if (!find_cuts(cuts, fluid, row)) continue;
      for (unsigned left = cut_nodes(cuts); left != 0; left &= left - 1)
        found.push_back(tile * tile_nodes + row * tile_edge + std::countr_zero(left));
    }
  }
  return found;
}

template <class L, class Real, class Store>
void link_wall(Boundary<L, Real>& boundary, const Store& f, const WallView& view, WallRule rule) {
  constexpr std::size_t block = 32;
  const std::vector<std::int32_t>& active = view.lattice.nodes.active_tiles;
  std::vector<Found<L, Real>> found((active.size() + block - 1) / block);
  parallel_for(found.size(), 1, [&](std::size_t b) {
    for (std::size_t k = b * block; k < active.size() && k < (b + 1) * block; ++k)
      link_tile(found[b], f, view, active[k], rule);
  });
  boundary.tiles.clear(), boundary.rows.clear();
  boundary.shares.clear(), boundary.push.clear();
  std::size_t rows = 1, links = tile_edge;
  for (const auto& part : found) rows += part.rows.size(), links += part.links.size();
  const bool moving = view.near.max_speed_m_s > 0 || view.wall.has_faces();
  boundary.tiles.reserve(active.size()), boundary.rows.reserve(rows), boundary.shares.reserve(links);
  if (moving) boundary.push.reserve(links);
  for (const auto& part : found) append(boundary, part, moving);
  boundary.rows.emplace_back().first_link = static_cast<std::uint32_t>(boundary.shares.size());
  boundary.shares.resize(boundary.shares.size() + tile_edge);
  if (!boundary.push.empty()) boundary.push.resize(boundary.push.size() + tile_edge);
}

template std::vector<Node> nodes_at_boundary<D3Q19>(const Lattice&);
template std::vector<Node> nodes_at_boundary<D3Q27>(const Lattice&);
template void link_wall(Boundary<D3Q19, float>&, const Populations<D3Q19, float>&, const WallView&, WallRule);
template void link_wall(Boundary<D3Q19, float>&, const Cells<D3Q19, float>&, const WallView&, WallRule);
template void link_wall(Boundary<D3Q19, double>&, const Populations<D3Q19, double>&, const WallView&,
                        WallRule);
template void link_wall(Boundary<D3Q19, double>&, const Cells<D3Q19, double>&, const WallView&, WallRule);
template void link_wall(Boundary<D3Q27, float>&, const Populations<D3Q27, float>&, const WallView&, WallRule);
template void link_wall(Boundary<D3Q27, float>&, const Cells<D3Q27, float>&, const WallView&, WallRule);
template void link_wall(Boundary<D3Q27, double>&, const Populations<D3Q27, double>&, const WallView&,
                        WallRule);
template void link_wall(Boundary<D3Q27, double>&, const Cells<D3Q27, double>&, const WallView&, WallRule);

}  // namespace soleus
