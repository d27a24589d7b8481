// What links lack for parabolic flows (kernels/correct_links.hpp), row by row of eight nodes. Included by
// cpu_sweep.cpp once per instruction set, inside its namespace.

/// Which nodes are fluid in a tile and its neighbours.
class FluidBits {
 public:
  FluidBits(const Tiles& tiles, const LumenNodes& nodes, int tile) {
    for (int s = 0; s < 27; ++s) of_[s] = &nodes.fluid_rows[std::size_t(tiles.neighbours[tile][s]) * 64];
  }
  /// Bit x: node x of the row plus c_i.
  template <class L>
  std::uint8_t shifted(int row, int i) const {
    const int y = row % 8 + L::cy(i), z = row / 8 + L::cz(i), there = (y & 7) + 8 * (z & 7);
    const int yz = 3 * (1 + (y >> 3)) + 9 * (1 + (z >> 3));
    const unsigned middle = of_[1 + yz][there];
    if (L::cx(i) == 0) return static_cast<std::uint8_t>(middle);
    const unsigned side = of_[1 + L::cx(i) + yz][there];
    return static_cast<std::uint8_t>(L::cx(i) > 0 ? middle >> 1 | side << 7 : middle << 1 | side >> 7);
  }

 private:
  const std::uint8_t* of_[27];
};

/// Momenta of rows of a tile and of those around it before an even step, each found when it is first asked
/// for.
template <class L, class Real>
class RowMomenta {
 public:
  RowMomenta(const Streams<L, Real>& streams, const RowsAround (&rows)[3], const Real (&force)[3])
      : streams_(streams), rows_(rows), force_(force) {}

  /// Of the row (y, z), from -1 to 8, of the tile, or of the one before (-1) or after (1) it along x.
  const Momentum<Pack<Real>>& at(int tile_x, int y, int z) {
    const int k = 1 + tile_x + 3 * (1 + y + 10 * (1 + z));
    if (known_[k / 64] >> (k % 64) & 1) return found_[k];
    known_[k / 64] |= std::uint64_t(1) << (k % 64);
    const std::int32_t place = rows_[1 + tile_x].at[1 + y + RowsAround::edge * (1 + z)];
    Pack<Real> g[L::Q];
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) load(g[i], streams_.of[i] + place);
    arriving_momentum<L>(found_[k], g, force_);
    return found_[k];
  }

  /// Of the nodes x + c_i, x in the lanes `lanes` of a row.
  void shifted(Momentum<Pack<Real>>& j, int row, int i, std::uint8_t lanes) {
    const int y = row % 8 + L::cy(i), z = row / 8 + L::cz(i), shift = L::cx(i);
    j = at(0, y, z);
    if (shift == 0) return;
    const bool beyond = lanes >> (shift > 0 ? 7 : 0) & 1;
    const Momentum<Pack<Real>>& side = beyond ? at(shift, y, z) : j;
    shift_lanes<Real>(j.x, side.x, shift);
    shift_lanes<Real>(j.y, side.y, shift);
    shift_lanes<Real>(j.z, side.z, shift);
  }

 private:
  const Streams<L, Real>& streams_;
  const RowsAround (&rows_)[3];  // of the tiles before it along x, of itself, and after it
  const Real (&force_)[3];
  std::uint64_t known_[5] = {};
  Momentum<Pack<Real>> found_[300];
};

/// The links of a boundary row, and the push that is found for them.
template <class L, class Real>
struct CorrectedLinks {
  const BoundaryRow<L>* row;
  const Real *shares, *wall_push;  // of the row's first link; wall_push: null where no wall moves
  Real* push;
};

template <class L, class Real, class Operator>
inline void correct_row(const RowSlots<L, Real>& t, RowMomenta<L, Real>& momenta, const FluidBits& fluid,
                        int row, CorrectedLinks<L, Real> links, const Relaxation<Real>& rates, Operator op) {
  RowState<L, Pack<Real>> s;
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(s.arrived[i], t.own(i));
  const Momentum<Pack<Real>> j = momenta.at(0, row % 8, row / 8);
  const Real viscosity = lattice_viscosity(rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) s.left[i] = s.arrived[i];
  op.template collide<L>(s.left, rates);
#pragma GCC unroll 1
  for (int i = 1; i < L::Q; ++i) {
    const std::uint8_t cut = links.row->cut[i];
    if (cut == 0) continue;
    const int o = L::opposite(i);
    Momentum<Pack<Real>> inside;
    momenta.shifted(inside, row, i, cut);
    Pack<Real> share, push{}, found{};
    expand(share, links.shares, cut);
    if (links.wall_push) expand(push, links.wall_push, cut);
    LinkProfile<Pack<Real>> e;
    odd_equilibrium<L, Real>(e.here, j, i);
    odd_equilibrium<L, Real>(e.inside, inside, i);
    wall_equilibrium(e.wall, share, push);
    change_inwards(e, j, inside, Real(L::weight(i)), viscosity);
    const Pack<Real> odd = (s.arrived[i] - s.arrived[o] + s.left[i] - s.left[o]) / 2 - (e.here + e.here);
    curvature_push(found, share, odd, e);
    found = share == Pack<Real>{} + 1 ? push : push + found;
    take_lanes<Real>(push, cut & fluid.template shifted<L>(row, i), found);
    for (unsigned left = cut; left != 0; left &= left - 1) *links.push++ = push[std::countr_zero(left)];
    const int count = std::popcount(cut);
    links.shares += count;
    if (links.wall_push) links.wall_push += count;
  }
}

template <class L, class Real, class Operator>
inline void correct_tile(const Sweep<L, Real>& s, const Streams<L, Real>& streams, std::size_t active,
                         Operator op) {
  Boundary<L, Real>& b = *s.boundary;
  const int at = s.nodes->active_tiles[active];
  const FluidBits fluid(*s.tiles, *s.nodes, at);
  RowsAround rows[3];
  for (int x = 0; x < 3; ++x) rows[x].find(*s.f->order, *s.tiles, at, x - 1);
  RowMomenta<L, Real> momenta(streams, rows, s.rates.force);
  for_each_row(b, active, [&](int row, const BoundaryRow<L>& cuts) {
    const std::size_t link = cuts.first_link;
    correct_row<L>({streams.of, rows[1].around(row)}, momenta, fluid, row,
                   {&cuts, b.shares.data() + link, b.wall_push.empty() ? nullptr : b.wall_push.data() + link,
                    b.push.data() + link},
                   s.rates, op);
  });
}

template <class L, class Real, class Operator>
__attribute__((flatten)) void correct_bricks(const Sweep<L, Real>& s, std::size_t first, std::size_t last,
                                             Operator op) {
  const RowOrder& order = *s.f->order;
  const Streams<L, Real> streams(*s.f);
  for (std::int32_t k = order.bricks[first].first; k < order.bricks[last].first; ++k)
    if (const auto active = std::size_t(order.active[k]); s.boundary->tiles[active].wall_nodes > 0)
      correct_tile(s, streams, active, op);
}
