#include "solver_cuda/kernels/link_wall.hpp"

#include <algorithm>
#include <bit>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/kernels/keep_mass.hpp"
#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/near_tile.hpp"

namespace soleus {
namespace {

/// A link from a fluid node at x_m to a solid one `step_m` away: the distances at its ends.
struct CutLink {
  Vec3 x_m, step_m;
  double inside, outside;
};

/// Fraction of the link at which the wall cuts it, by linear interpolation between the distances at its ends
/// and, where the distance is exact, one secant step.
[[gnu::always_inline]] inline double cut_fraction(const WallView& view, const MotionInstant& now,
                                                  const CutLink& link) {
  const auto& [x, step, inside, outside] = link;
  if (outside <= 0) return 0.5;
  double q = inside / (inside - outside);
  if (view.near.exact()) {
    const double d = view.near.distance_at(x + step * q, now);
    q = d < 0 ? q + (1 - q) * d / (d - outside) : q * inside / (inside - d);
  }
  return std::clamp(q, 1e-3, 1.0);
}

/// Into the first cache, while the row before is linked.
template <class L, class Real>
void fetch(const Populations<L, Real>& f, Node first) {
  for (int i = 0; i < L::Q; ++i) __builtin_prefetch(&f.at(first, i));
}
template <class L, class Real>
void fetch(const Cells<L, Real>&, Node) {}

template <class L, class Real>
double density(const Real (&g)[L::Q]) {
  double rho = 1;
  for (const Real population : g) rho += double(population);
  return rho;
}

/// Of the nodes of a row, those of `which`.
template <class L, class Real>
void densities(double (&rho)[tile_edge], const Populations<L, Real>& f, const Lattice& lattice, Node first,
               unsigned which) {
  if (f.next == Parity::even) {  // all lies in the nodes' own slots
    std::fill_n(rho, tile_edge, 1.0);
    for (int i = 0; i < L::Q; ++i) {
      const Real* row = &f.at(first, i);
      for (int x = 0; x < tile_edge; ++x) rho[x] += double(row[x]);
    }
    return;
  }
  for (unsigned left = which; left != 0; left &= left - 1) {
    Real g[L::Q];
    gather(f, lattice.tiles, lattice.nodes, first + std::countr_zero(left), g);
    rho[std::countr_zero(left)] = density<L>(g);
  }
}

template <class L, class Real>
void densities(double (&rho)[tile_edge], const Cells<L, Real>& f, const Lattice&, Node first,
               unsigned which) {
  std::size_t at = f.find(first);
  for (unsigned left = which; left != 0; left &= left - 1) {
    const int x = std::countr_zero(left);
    while (f.nodes[at] < first + x) ++at;
    rho[x] = density<L>(f.at[at].g);
  }
}

/// Which fluid nodes of a row have no fluid node at x - c_i; false where none has.
template <class L>
bool find_cuts(BoundaryRow<L>& cuts, const FluidAround& fluid, int row) {
  const unsigned here = fluid.at(row, 0, 0, 0);
  for (int i = 1; i < L::Q; ++i) {
    const unsigned cut = here & ~unsigned(fluid.at(row, -L::cx(i), -L::cy(i), -L::cz(i)));
    cuts.cut[i] = static_cast<std::uint8_t>(cut);
    cuts.directions |= std::uint32_t(cut != 0) << i;
  }
  return cuts.directions != 0;
}

/// Fluid nodes of a row with a cut link.
template <class L>
unsigned cut_nodes(const BoundaryRow<L>& row) {
  unsigned cut = 0;
  for (int i = 1; i < L::Q; ++i) cut |= row.cut[i];
  return cut;
}

/// The boundary of some tiles that follow each other.
template <class L, class Real>
struct Found {
  std::vector<BoundaryTile> tiles;
  std::vector<BoundaryRow<L>> rows;
  std::vector<Real> shares, push;
};

/// What all links share.
template <class L>
struct Linking {
  const WallView& view;
  WallRule rule;
  MotionInstant now;
  double lattice_velocity_m_s;
  bool moving, faces, rim;
  std::array<Vec3, L::Q> c{}, step_m{};  // by direction; towards the solid node
  std::array<int, L::Q> to_solid{};      // in BandAround

  Linking(const WallView& v, WallRule r)
      : view(v),
        rule(r),
        now(v.wall.motion().at(v.time_s)),
        lattice_velocity_m_s(v.scales.velocity_m_s()),
        moving(v.near.max_speed_m_s > 0),
        faces(v.wall.has_faces()),
        rim(v.wall.motion().ends_only()) {
    for (int i = 0; i < L::Q; ++i) {
      c[i] = L::c(i), step_m[i] = L::c(i) * -v.lattice.tiles.dx_m;
      to_solid[i] = BandAround::offset(-L::cx(i), -L::cy(i), -L::cz(i));
    }
  }
  bool pushes() const { return moving || faces; }
};

/// What a link needs to know of its node.
struct AtNode {
  Node node;
  Vec3 x_m;
  std::uint32_t open;         // directions through a cap
  const std::int32_t* slots;  // of the band, here and around
  double rho;
};

/// A link at a corner between cap and wall, far from both, bounces back half-way.
template <class L, class Real>
WallLink<Real> link_at(const Linking<L>& all, const AtNode& x, int i) {
  const NearWall& near = all.view.near;
  const double dx_m = all.view.lattice.tiles.dx_m;
  const std::int32_t xs = x.slots[0], ys = x.slots[all.to_solid[i]];
  if (xs < 0) return {1, 0};
  const Vec3 &c = all.c[i], &step_m = all.step_m[i];
  const double outside = ys < 0 ? dx_m : near.distance_m[ys];
  const double q = cut_fraction(all.view, all.now, {x.x_m, step_m, near.distance_m[xs], outside});
  double cu = all.moving ? dot(c, near.link_velocity(xs, ys, q)) / all.lattice_velocity_m_s : 0;
  const FaceConfig* face = all.faces ? all.view.wall.face(x.x_m + step_m * q, face_margin * dx_m) : nullptr;
  if (face && face->slip) return {1, 0};
  if (face) cu += dot(c, face->velocity_m_s) / all.lattice_velocity_m_s;
  // At the rim of a moving end the wall's velocity jumps: interpolation along the link has no meaning there.
  const auto behind_rim = [&] {
    const Tiles& tiles = all.view.lattice.tiles;
    return all.view.wall.behind_rim(tiles.position(tiles.neighbour(x.node, L::opposite(i))), all.now);
  };
  const bool halfway = all.rule == WallRule::staircase || (all.rim && behind_rim());
  return halfway ? halfway_link<L, Real>(i, x.rho, cu) : wall_link<L, Real>(i, q, x.rho, cu);
}

/// Mass that the wall of a link displaces into the lumen per step: what the link gives, as it is stored.
template <class Real>
double displaced(const WallLink<Real>& link) {
  double half;
  wall_equilibrium(half, double(link.share), double(link.push));
  return 2 * half;
}

/// The nodes of a row that have cut links.
template <class L, class Store>
std::array<AtNode, tile_edge> nodes_of_row(const Linking<L>& all, const Store& f, BandAround& band, int row,
                                           unsigned which) {
  std::array<AtNode, tile_edge> at{};
  const Node first = band.tile() * tile_nodes + row * tile_edge;
  double rho[tile_edge];
  std::fill_n(rho, tile_edge, 1.0);
  if (all.moving) densities(rho, f, all.view.lattice, first, which);
  const std::int32_t* slots = band.around(row);
  for (unsigned left = which; left != 0; left &= left - 1) {
    const int x = std::countr_zero(left);
    const Node n = first + x;
    at[x] = {n, all.view.lattice.tiles.position(n), band.at_cap() ? open_directions(all.view, n) : 0u,
             slots + x, rho[x]};
  }
  return at;
}

/// The links of a row; the mass and volume that its walls displace go to the tile.
template <class L, class Real>
void link_row(Found<L, Real>& found, BoundaryRow<L>& row, const Linking<L>& all,
              const std::array<AtNode, tile_edge>& at) {
  BoundaryTile tile = found.tiles.back();
  std::array<Real, tile_edge*(L::Q - 1)> shares, push;
  std::size_t links = 0;
  for (int i = 1; i < L::Q; ++i)
    for (unsigned left = row.cut[i]; left != 0; left &= left - 1) {
      const int x = std::countr_zero(left);
      const bool open = at[x].open >> i & 1;
      const WallLink<Real> link = open ? WallLink<Real>{1, 0} : link_at<L, Real>(all, at[x], i);
      shares[links] = link.share, push[links++] = link.push;
      if (open) continue;
      row.at_wall |= static_cast<std::uint8_t>(1u << x);
      const double mass = displaced(link);
      tile.mass_per_step += mass, tile.cells_per_step += mass / at[x].rho;
    }
  tile.wall_nodes += static_cast<std::uint32_t>(std::popcount(row.at_wall));
  found.tiles.back() = tile;
  found.shares.insert(found.shares.end(), shares.begin(), shares.begin() + links);
  if (all.pushes()) found.push.insert(found.push.end(), push.begin(), push.begin() + links);
}

template <class L, class Real, class Store>
void link_tile(Found<L, Real>& found, const Store& f, const Linking<L>& all, int tile) {
  BoundaryTile& here = found.tiles.emplace_back();
  here.first_row = static_cast<std::uint32_t>(found.rows.size());
  const FluidAround fluid(all.view.lattice, tile);
  if (fluid.boundary_rows() == 0) return;
  BandAround band(all.view, tile);
  for (std::uint64_t rows = fluid.boundary_rows(); rows != 0; rows &= rows - 1) {
    const int row = std::countr_zero(rows);
    BoundaryRow<L> cuts;
    if (!find_cuts(cuts, fluid, row)) continue;
    if (const std::uint64_t next = rows & (rows - 1); all.moving && next != 0)
      fetch(f, tile * tile_nodes + std::countr_zero(next) * tile_edge);
    here.rows |= std::uint64_t(1) << row;
    cuts.first_link = static_cast<std::uint32_t>(found.shares.size());
    link_row(found, cuts, all, nodes_of_row<L>(all, f, band, row, cut_nodes(cuts)));
    found.rows.push_back(cuts);
  }
}

/// Where the tiles, rows and links of a part begin in the whole.
struct Begins {
  std::size_t tile, row, link;
};

template <class L, class Real>
void put(Boundary<L, Real>& boundary, const Found<L, Real>& part, Begins at) {
  const auto row = static_cast<std::uint32_t>(at.row), link = static_cast<std::uint32_t>(at.link);
  for (BoundaryTile tile : part.tiles) tile.first_row += row, boundary.tiles[at.tile++] = tile;
  for (BoundaryRow<L> r : part.rows) r.first_link += link, boundary.rows[at.row++] = r;
  std::ranges::copy(part.shares, boundary.shares.begin() + static_cast<std::ptrdiff_t>(at.link));
  std::ranges::copy(part.push, boundary.push.begin() + static_cast<std::ptrdiff_t>(at.link));
}

/// The parts one after the other; vectors keep what they have of their memory.
template <class L, class Real>
void join(Boundary<L, Real>& boundary, const std::vector<Found<L, Real>>& parts, bool pushes) {
  std::vector<Begins> begins{{0, 0, 0}};
  for (const Found<L, Real>& part : parts) {
    const Begins& last = begins.back();
    begins.push_back(
        {last.tile + part.tiles.size(), last.row + part.rows.size(), last.link + part.shares.size()});
  }
  const auto [tiles, rows, links] = begins.back();
  boundary.tiles.resize(tiles), boundary.rows.resize(rows + 1), boundary.shares.resize(links + tile_edge);
  boundary.push.resize(pushes ? links + tile_edge : 0);
  parallel_for(parts.size(), 1, [&](std::size_t k) { put(boundary, parts[k], begins[k]); });
  boundary.rows.back() = {};
  boundary.rows.back().first_link = static_cast<std::uint32_t>(links);
  std::fill_n(boundary.shares.end() - tile_edge, tile_edge, Real(0));
  if (pushes) std::fill_n(boundary.push.end() - tile_edge, tile_edge, Real(0));
}

}  // namespace

Vec3 cut_point(const WallView& view, Node n, int i) {
  const Tiles& tiles = view.lattice.tiles;
  const NearWall& near = view.near;
  const std::int32_t xs = near.slot(n), ys = near.slot(tiles.neighbour(n, Directions::opposite(i)));
  const Vec3 x = tiles.position(n), link = Directions::c(i) * -tiles.dx_m;
  if (xs < 0) return x + link;
  const double outside = ys < 0 ? tiles.dx_m : near.distance_m[ys];
  return x + link * cut_fraction(view, view.wall.motion().at(view.time_s),
                                 {x, link, near.distance_m[xs], outside});
}

template <class L>
std::vector<Node> nodes_at_boundary(const Lattice& lattice) {
  std::vector<Node> found;
  for (const std::int32_t tile : lattice.nodes.active_tiles) {
    const FluidAround fluid(lattice, tile);
    for (std::uint64_t rows = fluid.boundary_rows(); rows != 0; rows &= rows - 1) {
      const int row = std::countr_zero(rows);
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
  const Linking<L> all(view, rule);
  std::vector<Found<L, Real>> parts((active.size() + block - 1) / block);
  parallel_for(parts.size(), 1, [&](std::size_t b) {
    for (std::size_t k = b * block; k < active.size() && k < (b + 1) * block; ++k)
      link_tile(parts[b], f, all, active[k]);
  });
  join(boundary, parts, all.pushes());
  prepare_keeping_mass(boundary, view.lattice.tiles, view.lattice.nodes);
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
