#include "solver_cuda/kernels/link_wall.hpp"

#include <algorithm>
#include <bit>
#include <optional>

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
[[gnu::always_inline]] inline double cut_fraction(const WallView& view, const CutLink& link) {
  const auto& [x, step, inside, outside] = link;
  if (outside <= 0) return 0.5;
  double q = inside / (inside - outside);
  if (view.near.exact()) {
    const double d = view.near.distance_at(x + step * q, view.near.now());
    q = d < 0 ? q + (1 - q) * d / (d - outside) : q * inside / (inside - d);
  }
  return std::clamp(q, 1e-3, 1.0);
}

template <class L, class Real>
double density(const Real (&g)[L::Q]) {
  double rho = 1;
  for (const Real population : g) rho += double(population);
  return rho;
}

/// What a link needs to know of its node.
struct AtNode {
  Node node;
  Vec3 x_m;
  std::uint32_t open;         // directions through a cap
  const std::int32_t* slots;  // of the band, here and around
  std::size_t tile;           // of the brick
};

/// Of the nodes `which` of a pack.
template <template <class, class> class Store, class L, class Real>
void densities_of(double (&rho)[pack_nodes], const Store<L, Real>& f, const Lattice& lattice,
                  const std::array<AtNode, pack_nodes>& at, unsigned which) {
  for (unsigned left = which; left != 0; left &= left - 1) {
    Real g[L::Q];
    gather(f, lattice.tiles, lattice.nodes, at[std::countr_zero(left)].node, g);
    rho[std::countr_zero(left)] = density<L>(g);
  }
}

template <class L, class Real>
void densities(double (&rho)[pack_nodes], const Populations<L, Real>& f, const Lattice& lattice,
               std::size_t pack, const std::array<AtNode, pack_nodes>& at, unsigned which) {
  if (f.next != Parity::even) return densities_of(rho, f, lattice, at, which);
  std::fill_n(rho, pack_nodes, 1.0);  // all lies in the nodes' own slots
  for (int i = 0; i < L::Q; ++i) {
    const Real* row = f.stream(i) + pack * pack_nodes;
    __builtin_prefetch(row + pack_nodes);
    for (int l = 0; l < pack_nodes; ++l) rho[l] += double(row[l]);
  }
}

template <class L, class Real>
void densities(double (&rho)[pack_nodes], const Cells<L, Real>& f, const Lattice& lattice, std::size_t,
               const std::array<AtNode, pack_nodes>& at, unsigned which) {
  densities_of(rho, f, lattice, at, which);
}

/// Cut links of a row of eight nodes, as BoundaryPack::cut.
template <class L>
struct RowCuts {
  std::array<std::uint8_t, L::Q> cut{};
  std::uint8_t nodes = 0;  // with a cut link
};

/// Which fluid nodes of a row have no fluid node at x - c_i; false where none has.
template <class L>
bool find_cuts(RowCuts<L>& cuts, const FluidAround& fluid, int row) {
  const unsigned here = fluid.at(row, 0, 0, 0);
  for (int i = 1; i < L::Q; ++i) {
    const unsigned cut = here & ~unsigned(fluid.at(row, -L::cx(i), -L::cy(i), -L::cz(i)));
    cuts.cut[i] = static_cast<std::uint8_t>(cut);
    cuts.nodes |= cuts.cut[i];
  }
  return cuts.nodes != 0;
}

/// The boundary of some bricks that follow each other.
template <class L, class Real>
struct Found {
  std::vector<std::uint32_t> which;  // boundary packs
  std::vector<BoundaryPack<L>> packs;
  std::vector<Real> shares, push;
};

/// What all links share.
template <class L>
struct Linking {
  const WallView& view;
  WallRule rule;
  double lattice_velocity_m_s;
  bool moving, faces, rim;
  std::array<Vec3, L::Q> c{}, step_m{};  // by direction; towards the solid node
  std::array<int, L::Q> to_solid{};      // in BandAround

  Linking(const WallView& v, WallRule r)
      : view(v),
        rule(r),
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

/// A link at a corner between cap and wall, far from both, bounces back half-way.
template <class L, class Real>
WallLink<Real> link_at(const Linking<L>& all, const AtNode& x, double rho, int i) {
  const NearWall& near = all.view.near;
  const double dx_m = all.view.lattice.tiles.dx_m;
  const std::int32_t xs = x.slots[0], ys = x.slots[all.to_solid[i]];
  if (xs < 0) return {1, 0};
  const Vec3 &c = all.c[i], &step_m = all.step_m[i];
  const double outside = ys < 0 ? dx_m : near.distance_m[ys];
  const double q = cut_fraction(all.view, {x.x_m, step_m, near.distance_m[xs], outside});
  double cu = all.moving ? dot(c, near.link_velocity(xs, ys, q)) / all.lattice_velocity_m_s : 0;
  const FaceConfig* face = all.faces ? all.view.wall.face(x.x_m + step_m * q, face_margin * dx_m) : nullptr;
  if (face && face->slip) return {1, 0};
  if (face) cu += dot(c, face->velocity_m_s) / all.lattice_velocity_m_s;
  // At the rim of a moving end the wall's velocity jumps: interpolation along the link has no meaning there.
  const auto behind_rim = [&] {
    const Tiles& tiles = all.view.lattice.tiles;
    return all.view.wall.behind_rim(tiles.position(tiles.neighbour(x.node, L::opposite(i))), near.now());
  };
  const bool halfway = all.rule == WallRule::staircase || (all.rim && behind_rim());
  return halfway ? halfway_link<L, Real>(i, rho, cu) : wall_link<L, Real>(i, q, rho, cu);
}

/// Mass that the wall of a link displaces into the lumen per step: what the link gives, as it is stored.
template <class Real>
double displaced(const WallLink<Real>& link) {
  double half;
  wall_equilibrium(half, double(link.share), double(link.push));
  return 2 * half;
}

/// A tile while its brick is linked.
struct LinkedTile {
  FluidAround fluid;
  std::optional<BandAround> band;  // where the tile lies at the boundary
  const std::uint8_t *candidates, *fluid_rows;
  const std::int32_t* places;
  int tile;
  BoundaryTile found{};

  LinkedTile(const WallView& view, const RowOrder& order, int at)
      : fluid(view.lattice, at),
        candidates(&view.lattice.nodes.candidate_rows[std::size_t(at) * 64]),
        fluid_rows(&view.lattice.nodes.fluid_rows[std::size_t(at) * 64]),
        places(&order.row[std::size_t(at) * 64]),
        tile(at) {
    if (fluid.boundary_rows() != 0) band.emplace(view, at);
  }
};

/// The nodes that are linked next.
template <class L>
struct LinkedPack {
  std::size_t pack = 0;
  BoundaryPack<L> cuts;
  std::array<AtNode, pack_nodes> at;
};

/// Links the packs of bricks, one after the other as their rows fill them.
template <class L, class Real, class Store>
class BrickLinks {
 public:
  BrickLinks(Found<L, Real>& found, Boundary<L, Real>& boundary, const Store& f, const Linking<L>& all)
      : found_(found), boundary_(boundary), f_(f), all_(all), order_(*boundary.order) {
    tiles_.reserve(Brick::most_tiles);
  }
  void link(std::size_t brick) {
    const Brick& of = order_.bricks[brick];
    const auto active = [&](std::int32_t k) { return static_cast<std::size_t>(order_.active[k]); };
    tiles_.clear();
    for (std::int32_t k = of.first; k < of.last; ++k)
      tiles_.emplace_back(all_.view, order_, all_.view.lattice.nodes.active_tiles[active(k)]);
    pack_.pack = order_.first_pack(brick);
    for (int r = 0; r < 64; ++r)
      for (std::size_t k = 0; k < tiles_.size(); ++k)
        if (tiles_[k].candidates[r] != 0) add_row(k, r);
    link_pack();
    for (std::int32_t k = of.first; k < of.last; ++k)
      boundary_.tiles[active(k)] = tiles_[static_cast<std::size_t>(k - of.first)].found;
  }

 private:
  Found<L, Real>& found_;
  Boundary<L, Real>& boundary_;
  const Store& f_;
  const Linking<L>& all_;
  const RowOrder& order_;
  std::vector<LinkedTile> tiles_;
  LinkedPack<L> pack_;

  void add_row(std::size_t k, int r) {
    LinkedTile& t = tiles_[k];
    const int first = std::countr_zero(t.candidates[r]), last = std::bit_width(t.candidates[r]) - 1;
    RowCuts<L> cuts;
    if (t.fluid.boundary_rows() >> r & 1) find_cuts(cuts, t.fluid, r);
    for (;;) {
      const std::int64_t lane = t.places[r] - static_cast<std::int64_t>(pack_.pack) * pack_nodes;
      if (lane + first < pack_nodes) {
        pack_.cuts.fluid |= lanes_of_row(t.fluid_rows[r], lane);
        if (cuts.nodes != 0) add_cuts(k, r, cuts, lane);
      }
      if (lane + last < pack_nodes) return;
      link_pack();
    }
  }
  void add_cuts(std::size_t k, int r, const RowCuts<L>& cuts, std::int64_t lane) {
    LinkedTile& t = tiles_[k];
    for (int i = 1; i < L::Q; ++i) {
      const std::uint16_t cut = lanes_of_row(cuts.cut[i], lane);
      pack_.cuts.cut[i] |= cut;
      pack_.cuts.directions |= std::uint32_t(cut != 0) << i;
    }
    const std::int32_t* slots = t.band->around(r);
    const Node node = t.tile * tile_nodes + r * tile_edge;
    for (unsigned left = cuts.nodes; left != 0; left &= left - 1) {
      const int x = std::countr_zero(left);
      if (lane + x < 0 || lane + x >= pack_nodes) continue;
      pack_.at[static_cast<std::size_t>(lane + x)] = {
          node + x, all_.view.lattice.tiles.position(node + x),
          t.band->at_cap() ? open_directions(all_.view, node + x) : 0u, slots + x, k};
    }
  }
  /// And begins the next one. A pack of fluid nodes alone that nothing cuts is none of the boundary.
  void link_pack() {
    if (pack_.cuts.fluid != 0xffff || pack_.cuts.directions != 0) {
      pack_.cuts.first_link = static_cast<std::uint32_t>(found_.shares.size());
      if (pack_.cuts.directions != 0) add_links();
      found_.which.push_back(static_cast<std::uint32_t>(pack_.pack));
      found_.packs.push_back(pack_.cuts);
    }
    ++pack_.pack;
    pack_.cuts = {};
  }
  /// The mass and volume that walls displace go to the tiles.
  void add_links() {
    double rho[pack_nodes];
    std::fill_n(rho, pack_nodes, 1.0);
    BoundaryPack<L>& cuts = pack_.cuts;
    if (all_.moving) {
      unsigned which = 0;
      for (int i = 1; i < L::Q; ++i) which |= cuts.cut[i];
      densities(rho, f_, all_.view.lattice, pack_.pack, pack_.at, which);
    }
    double mass[pack_nodes] = {};
    for (int i = 1; i < L::Q; ++i)
      for (unsigned left = cuts.cut[i]; left != 0; left &= left - 1) {
        const int l = std::countr_zero(left);
        const bool open = pack_.at[l].open >> i & 1;
        const WallLink<Real> link =
            open ? WallLink<Real>{1, 0} : link_at<L, Real>(all_, pack_.at[l], rho[l], i);
        found_.shares.push_back(link.share);
        if (all_.pushes()) found_.push.push_back(link.push);
        if (open) continue;
        cuts.at_wall |= static_cast<std::uint16_t>(1u << l);
        mass[l] += displaced(link);
      }
    cuts.to_correct = cuts.at_wall;
    for (unsigned left = cuts.at_wall; left != 0; left &= left - 1) {
      const int l = std::countr_zero(left);
      BoundaryTile& tile = tiles_[pack_.at[l].tile].found;
      tile.mass_per_step += mass[l], tile.cells_per_step += mass[l] / rho[l], ++tile.wall_nodes;
    }
  }
};

/// Where the packs and links of a part begin in the whole.
struct Begins {
  std::size_t pack, link;
};

template <class L, class Real>
void put(Boundary<L, Real>& boundary, const Found<L, Real>& part, Begins at) {
  const auto link = static_cast<std::uint32_t>(at.link);
  for (BoundaryPack<L> p : part.packs) p.first_link += link, boundary.packs[at.pack++] = p;
  std::ranges::copy(part.shares, boundary.shares.begin() + static_cast<std::ptrdiff_t>(at.link));
  std::ranges::copy(part.push, boundary.push.begin() + static_cast<std::ptrdiff_t>(at.link));
}

/// The parts one after the other; vectors keep what they have of their memory.
template <class L, class Real>
void join(Boundary<L, Real>& boundary, const std::vector<Found<L, Real>>& parts, bool pushes) {
  std::vector<Begins> begins{{0, 0}};
  boundary.which.clear();
  for (const Found<L, Real>& part : parts) {
    const Begins& last = begins.back();
    begins.push_back({last.pack + part.packs.size(), last.link + part.shares.size()});
    for (const std::uint32_t pack : part.which) boundary.which.insert(pack);
  }
  boundary.which.count();
  const auto [packs, links] = begins.back();
  boundary.packs.resize(packs + 1), boundary.shares.resize(links + pack_nodes);
  boundary.push.resize(pushes ? links + pack_nodes : 0);
  parallel_for(parts.size(), 1, [&](std::size_t k) { put(boundary, parts[k], begins[k]); });
  boundary.packs.back() = {};
  boundary.packs.back().first_link = static_cast<std::uint32_t>(links);
  std::fill_n(boundary.shares.end() - pack_nodes, pack_nodes, Real(0));
  if (pushes) std::fill_n(boundary.push.end() - pack_nodes, pack_nodes, Real(0));
}

}  // namespace

Vec3 cut_point(const WallView& view, Node n, int i) {
  const Tiles& tiles = view.lattice.tiles;
  const NearWall& near = view.near;
  const std::int32_t xs = near.slot(n), ys = near.slot(tiles.neighbour(n, Directions::opposite(i)));
  const Vec3 x = tiles.position(n), link = Directions::c(i) * -tiles.dx_m;
  if (xs < 0) return x + link;
  const double outside = ys < 0 ? tiles.dx_m : near.distance_m[ys];
  return x + link * cut_fraction(view, {x, link, near.distance_m[xs], outside});
}

template <class L>
std::vector<Node> nodes_at_boundary(const Lattice& lattice) {
  std::vector<Node> found;
  for (const std::int32_t tile : lattice.nodes.active_tiles) {
    const FluidAround fluid(lattice, tile);
    for (std::uint64_t rows = fluid.boundary_rows(); rows != 0; rows &= rows - 1) {
      const int row = std::countr_zero(rows);
      RowCuts<L> cuts;
      if (!find_cuts(cuts, fluid, row)) continue;
      for (unsigned left = cuts.nodes; left != 0; left &= left - 1)
        found.push_back(tile * tile_nodes + row * tile_edge + std::countr_zero(left));
    }
  }
  return found;
}

template <class L, class Real, class Store>
void link_wall(Boundary<L, Real>& boundary, const Store& f, const WallView& view, WallRule rule) {
  const RowOrder& order = *boundary.order;
  const Linking<L> all(view, rule);
  constexpr std::int64_t block = 8192;  // nodes
  std::vector<std::size_t> first{0};    // bricks of the parts
  for (std::size_t k = 0; k + 1 < order.bricks.size(); ++k)
    if (order.bricks[k].begin - order.bricks[first.back()].begin >= block) first.push_back(k);
  first.push_back(order.bricks.size() - 1);
  std::vector<Found<L, Real>> parts(first.size() - 1);
  boundary.tiles.resize(order.active.size());
  parallel_for(parts.size(), 1, [&](std::size_t p) {
    BrickLinks<L, Real, Store> links(parts[p], boundary, f, all);
    for (std::size_t k = first[p]; k < first[p + 1]; ++k) links.link(k);
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
