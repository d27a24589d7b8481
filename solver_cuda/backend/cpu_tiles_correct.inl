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

/// Momentum of the nodes x + c_i, x in a row, before an even step.
template <class L, class Real>
inline void shifted_momentum(Momentum<Pack<Real>>& j, const TileSlots<L, Real>& t, int row, int i,
                             const Real (&force)[3]) {
  const ShiftedRow<Real> at = shifted_row(t, row, i);
  Pack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int k = 0; k < L::Q; ++k)
    load_shifted<Real>(g[k], at.base + (k - i) * tile_nodes, at.side + (k - i) * tile_nodes, L::cx(i));
  arriving_momentum<L>(j, g, force);
}

/// The links of a boundary row, and the push that is found for them.
template <class L, class Real>
struct CorrectedLinks {
  const BoundaryRow<L>* row;
  const Real *shares, *wall_push;  // as in RowLinks
  Real* push;
};

template <class L, class Real, class Operator>
inline void correct_row(const TileSlots<L, Real>& t, const FluidBits& fluid, int row,
                        CorrectedLinks<L, Real> links, const Relaxation<Real>& rates, Operator op) {
  RowState<L, Real> s;
  Momentum<Pack<Real>> j;
  gather_row<Parity::even>(s, t, row, *links.row);
  arriving_momentum<L>(j, s.arrived, rates.force);
  std::memcpy(s.left, s.arrived, sizeof s.left);
  op.template collide<L>(s.left, rates);
#pragma GCC unroll 1
  for (int i = 1; i < L::Q; ++i) {
    const std::uint8_t cut = links.row->cut[i];
    if (cut == 0) continue;
    const int o = L::opposite(i);
    Momentum<Pack<Real>> inside;
    shifted_momentum(inside, t, row, i, rates.force);
    Pack<Real> share, push{}, found{};
    expand(share, links.shares, cut);
    if (links.wall_push) expand(push, links.wall_push, cut);
    LinkProfile<Pack<Real>> e;
    odd_equilibrium<L, Real>(e.here, j, i);
    odd_equilibrium<L, Real>(e.inside, inside, i);
    wall_equilibrium(e.wall, share, push);
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
__attribute__((flatten)) void correct_tiles(const Sweep<L, Real>& s, std::size_t first, std::size_t last,
                                            Operator op) {
  Boundary<L, Real>& b = *s.boundary;
  for (std::size_t k = first; k < last; ++k) {
    if (b.tiles[k].wall_nodes == 0) continue;
    const int tile = s.nodes->active_tiles[k];
    const TileSlots<L, Real> slots(s.f, *s.tiles, tile);
    const FluidBits fluid(*s.tiles, *s.nodes, tile);
    for_each_row(b, k, [&](int row, const BoundaryRow<L>& cuts) {
      const std::size_t at = cuts.first_link;
      correct_row<L>(slots, fluid, row,
                     {&cuts, b.shares.data() + at, b.wall_push.empty() ? nullptr : b.wall_push.data() + at,
                      b.push.data() + at},
                     s.rates, op);
    });
  }
}
