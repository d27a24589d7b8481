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

template <class L, class Real>
double density(const Populations<L, Real>& f, const Tiles& tiles, const LumenNodes& nodes, Node n) {
  Real g[L::Q];
  gather(f, tiles, nodes, n, g);
  double rho = 1;
  for (const Real population : g) rho += double(population);
  return rho;
}

/// Bit x: the node at x + shift of a row is fluid; `side` is the row of the next tile that shift leads to.
std::uint8_t shifted(std::uint8_t row, std::uint8_t side, int shift) {
  if (shift == 0) return row;
  return static_cast<std::uint8_t>(shift > 0 ? row >> 1 | side << 7 : row << 1 | side >> 7);
}

/// Which fluid nodes of a row have no fluid node at x - c_i.
template <class L>
bool find_cuts(BoundaryRow<L>& cuts, const Lattice& lattice, int tile, int row) {
  const std::vector<std::uint8_t>& rows = lattice.nodes.fluid_rows;
  const std::uint8_t own = rows[std::size_t(tile) * 64 + row];
  bool any = false;
  for (int i = 1; i < L::Q; ++i) {
    const Node first = tile * tile_nodes + row * tile_edge;
    const Node middle = lattice.tiles.neighbour(first, 0, -L::cy(i), -L::cz(i)) >> 3;
    const Node side = L::cx(i) == 0 ? middle
                      : L::cx(i) > 0
                          ? lattice.tiles.neighbour(first, -1, -L::cy(i), -L::cz(i)) >> 3
                          : lattice.tiles.neighbour(first + tile_edge - 1, 1, -L::cy(i), -L::cz(i)) >> 3;
    cuts.cut[i] = own & ~shifted(rows[middle], rows[side], -L::cx(i));
    any = any || cuts.cut[i] != 0;
  }
  return any;
}

template <class L, class Real>
struct Found {
  std::vector<BoundaryTile> tiles;
  std::vector<BoundaryRow<L>> rows;
  std::vector<LinkPlace> places;
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
  const std::int32_t xs = near.slot_of[x], ys = near.slot_of[y];
  if (xs < 0) return 1;
  const double outside = ys < 0 ? view.lattice.tiles.dx_m : near.distance_m[ys];
  return cut_fraction(view, x, i, near.distance_m[xs], outside);
}

template <class L, class Real>
Cut<Real> link_at(const WallView& view, const AtNode& x, int i, WallRule rule) {
  const NearWall& near = view.near;
  const Tiles& tiles = view.lattice.tiles;
  const Node y = tiles.neighbour(x.node, L::opposite(i));
  const std::int32_t xs = near.slot_of[x.node], ys = near.slot_of[y];
  if (xs < 0) return {{1, 0}};
  const double q = fraction_at(view, x.node, y, i);
  const Vec3 moved = near.link_velocity(xs, ys, q) / view.scales.velocity_m_s();
  double cu = dot(L::c(i), moved);
  const double displaced = displaced_mass<L>(i, x.rho, cu);
  const Vec3 at = tiles.position(x.node) - L::c(i) * (q * tiles.dx_m);
  if (const FaceConfig* face = view.wall.face(at, face_margin * tiles.dx_m)) {
    if (face->slip) return {{1, 0}};
    cu += dot(L::c(i), face->velocity_m_s) / view.scales.velocity_m_s();  // along itself: displaces nothing
  }
  // At the rim of a moving end the wall's velocity jumps: interpolation along the link has no meaning there.
  const bool halfway = rule == WallRule::staircase || view.wall.behind_rim(tiles.position(y), view.time_s);
  return {halfway ? halfway_link<L, Real>(i, x.rho, cu) : wall_link<L, Real>(i, q, x.rho, cu), displaced};
}

/// The links of a row; the mass and volume that its walls displace go to the tile.
template <class L, class Real>
void link_row(Found<L, Real>& found, BoundaryRow<L>& row, const Populations<L, Real>& f, const WallView& view,
              Node first, WallRule rule) {
  std::array<AtNode, tile_edge> at{};
  for (int x = 0; x < tile_edge; ++x) {
    const Node n = first + x;
    if (!view.lattice.nodes.fluid(n)) continue;
    const bool moving = view.near.max_speed_m_s > 0;
    at[x] = {n, open_directions(view, n), moving ? density(f, view.lattice.tiles, view.lattice.nodes, n) : 1};
  }
  BoundaryTile& tile = found.tiles.back();
  for (int i = 1; i < L::Q; ++i)
    for (unsigned left = row.cut[i]; left != 0; left &= left - 1) {
      const int x = std::countr_zero(left);
      found.places.push_back(link_place(i, x));
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

template <class L, class Real>
void link_tile(Found<L, Real>& found, const Populations<L, Real>& f, const WallView& view, int tile,
               WallRule rule) {
  BoundaryTile& here = found.tiles.emplace_back();
  here.first_row = static_cast<std::uint32_t>(found.rows.size());
  for (int row = 0; row < 64; ++row) {
    BoundaryRow<L> cuts;
    if (view.lattice.nodes.fluid_rows[std::size_t(tile) * 64 + row] == 0) continue;
    if (!find_cuts(cuts, view.lattice, tile, row)) continue;
    here.rows |= std::uint64_t(1) << row;
    cuts.first_link = static_cast<std::uint32_t>(found.places.size());
    link_row(found, cuts, f, view, tile * tile_nodes + row * tile_edge, rule);
    found.rows.push_back(cuts);
  }
}

template <class L, class Real>
void append(Boundary<L, Real>& boundary, const Found<L, Real>& part, bool moving) {
  const auto rows_before = static_cast<std::uint32_t>(boundary.rows.size()),
             links_before = static_cast<std::uint32_t>(boundary.places.size());
  for (BoundaryTile tile : part.tiles) tile.first_row += rows_before, boundary.tiles.push_back(tile);
  for (BoundaryRow<L> row : part.rows) row.first_link += links_before, boundary.rows.push_back(row);
  boundary.places.insert(boundary.places.end(), part.places.begin(), part.places.end());
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

template <class L, class Real>
void link_wall(Boundary<L, Real>& boundary, const Populations<L, Real>& f, const WallView& view,
               WallRule rule) {
  constexpr std::size_t block = 32;
  const std::vector<std::int32_t>& active = view.lattice.nodes.active_tiles;
  std::vector<Found<L, Real>> found((active.size() + block - 1) / block);
  parallel_for(found.size(), 1, [&](std::size_t b) {
    for (std::size_t k = b * block; k < active.size() && k < (b + 1) * block; ++k)
      link_tile(found[b], f, view, active[k], rule);
  });
  boundary.tiles.clear(), boundary.rows.clear(), boundary.places.clear();
  boundary.shares.clear(), boundary.push.clear();
  const bool moving = view.near.max_speed_m_s > 0 || view.wall.has_faces();
  for (const auto& part : found) append(boundary, part, moving);
  boundary.rows.emplace_back().first_link = static_cast<std::uint32_t>(boundary.places.size());
}

template void link_wall(Boundary<D3Q19, float>&, const Populations<D3Q19, float>&, const WallView&, WallRule);
template void link_wall(Boundary<D3Q19, double>&, const Populations<D3Q19, double>&, const WallView&,
                        WallRule);
template void link_wall(Boundary<D3Q27, float>&, const Populations<D3Q27, float>&, const WallView&, WallRule);
template void link_wall(Boundary<D3Q27, double>&, const Populations<D3Q27, double>&, const WallView&,
                        WallRule);

}  // namespace soleus
