// What links lack for parabolic flows (kernels/correct_links.hpp), row by row of eight nodes. Included by
// cpu_sweep.cpp once per instruction set, inside its namespace.

/// Which nodes are fluid in a tile and its neighbours; none of a tile that sheets touch, nor around it.
class FluidBits {
 public:
  FluidBits(const Tiles& tiles, const LumenNodes& nodes, int tile, const std::uint8_t* touched) {
    static constexpr std::uint8_t none[64] = {};
    for (int s = 0; s < 27; ++s) {
      const auto next = std::size_t(tiles.neighbours[tile][s]);
      of_[s] = touched && (touched[tile] || touched[next]) ? none : &nodes.fluid_rows[next * 64];
    }
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

/// RowOrder::row of the rows of a tile and of those around it across x, or of the same in the tiles before
/// and after it.
struct RowsAround {
  static constexpr int edge = tile_edge + 2;
  std::int32_t at[edge * edge];

  RowsAround(const RowOrder& order, const Tiles& tiles, int tile, int along_x) {
    for (int z = -1; z <= 8; ++z)
      for (int y = -1; y <= 8; ++y) {
        const int side = 1 + along_x + 3 * (1 + (y >> 3)) + 9 * (1 + (z >> 3));
        const std::size_t row = std::size_t(tiles.populated_neighbour(tile, side)) * 64;
        at[1 + y + edge * (1 + z)] = order.row[row + std::size_t((y & 7) + 8 * (z & 7))];
      }
  }
  std::int32_t row(int y, int z) const { return at[1 + y + edge * (1 + z)]; }
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
    const std::int32_t place = rows_[1 + tile_x].row(y, z);
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

/// The nodes of a row that belong to a boundary pack, and the push that is found for their links.
template <class L, class Real>
struct CorrectedRow {
  const BoundaryPack<L>& pack;
  std::uint8_t nodes;              // of the row
  int lane;                        // of the row's node 0, may be negative
  const Real *shares, *wall_push;  // of the pack's next direction; wall_push: null where no wall moves
  Real* push;

  unsigned of_row(unsigned lanes) const { return (lane < 0 ? lanes << -lane : lanes >> lane) & nodes; }
  unsigned cut(int i) const { return of_row(pack.cut[i]); }
  unsigned to_correct() const { return of_row(pack.to_correct); }
  /// Links along i before those of the row.
  int before(int i) const {
    const int first = lane + std::countr_zero(nodes);
    return first > 0 ? std::popcount(pack.cut[i] & ((1u << first) - 1)) : 0;
  }
  void pass(int i) {
    const int links = std::popcount(pack.cut[i]);
    shares += links, push += links;
    if (wall_push) wall_push += links;
  }
};

template <class L, class Real, class Operator>
inline void collide_row(NodeState<L, Pack<Real>>& s, const Streams<L, Real>& streams, std::int32_t place,
                        const Relaxation<Real>& rates, Operator op) {
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(s.arrived[i], streams.of[i] + place);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) s.left[i] = s.arrived[i];
  op.template collide<L>(s.left, rates);
}

template <class L, class Real>
inline void correct_row(const NodeState<L, Pack<Real>>& s, RowMomenta<L, Real>& momenta,
                        const FluidBits& fluid, int row, CorrectedRow<L, Real> links, Real viscosity) {
  const Momentum<Pack<Real>> j = momenta.at(0, row % 8, row / 8);
  const unsigned to_correct = links.to_correct();
#pragma GCC unroll 1
  for (int i = 1; i < L::Q; links.pass(i++)) {
    const auto cut = static_cast<std::uint8_t>(links.cut(i));
    if ((cut & to_correct) == 0) continue;
    const int o = L::opposite(i), before = links.before(i);
    Momentum<Pack<Real>> inside;
    momenta.shifted(inside, row, i, cut);
    Pack<Real> share, push{}, found{};
    expand(share, links.shares + before, cut);
    if (links.wall_push) expand(push, links.wall_push + before, cut);
    LinkProfile<Pack<Real>> e;
    odd_equilibrium<L, Real>(e.here, j, i);
    odd_equilibrium<L, Real>(e.inside, inside, i);
    wall_equilibrium(e.wall, share, push);
    change_inwards(e, j, inside, Real(L::weight(i)), viscosity);
    const Pack<Real> odd = (s.arrived[i] - s.arrived[o] + s.left[i] - s.left[o]) / 2 - (e.here + e.here);
    curvature_push(found, share, odd, e);
    found = share == Pack<Real>{} + 1 ? push : push + found;
    take_lanes<Real>(push, cut & fluid.template shifted<L>(row, i), found);
    Real* to = links.push + before;
    for (unsigned left = cut; left != 0; left &= left - 1, ++to)
      if (const int x = std::countr_zero(left); to_correct >> x & 1) *to = push[x];
  }
}

template <class L, class Real, class Operator>
inline void correct_tile(const Sweep<L, Real>& s, const Streams<L, Real>& streams, std::size_t active,
                         Operator op) {
  Boundary<L, Real>& b = *s.boundary;
  const int at = s.nodes->active_tiles[active];
  const FluidBits fluid(*s.tiles, *s.nodes, at, s.touched);
  const RowOrder& order = *s.f->order;
  const RowsAround rows[3] = {{order, *s.tiles, at, -1}, {order, *s.tiles, at, 0}, {order, *s.tiles, at, 1}};
  RowMomenta<L, Real> momenta(streams, rows, s.rates.force);
  for (int row = 0; row < 64; ++row) {
    const std::uint8_t nodes = s.nodes->candidate_rows[std::size_t(at) * 64 + std::size_t(row)];
    const std::int32_t place = rows[1].row(row % 8, row / 8);
    if (nodes == 0) continue;
    const std::size_t first = std::size_t(place + std::countr_zero(nodes)) / pack_nodes,
                      last = std::size_t(place + std::bit_width(nodes) - 1) / pack_nodes;
    NodeState<L, Pack<Real>> state;
    bool collided = false;  // in one of its packs
    for (std::size_t pack = first; pack <= last; ++pack) {
      if (!b.which.has(pack)) continue;
      const BoundaryPack<L>& links = b.packs[b.which.rank(pack)];
      const int lane = static_cast<int>(place - std::int64_t(pack) * pack_nodes);
      if ((links.to_correct & lanes_of_row(nodes, lane)) == 0) continue;
      const std::size_t link = links.first_link;
      if (!collided) collide_row(state, streams, place, s.rates, op);
      collided = true;
      correct_row<L>(state, momenta, fluid, row,
                     {links, nodes, lane, b.shares.data() + link,
                      b.wall_push.empty() ? nullptr : b.wall_push.data() + link, b.push.data() + link},
                     lattice_viscosity(s.rates));
    }
  }
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
