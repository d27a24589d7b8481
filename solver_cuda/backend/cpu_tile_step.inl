// A time step of one tile on the CPU, row by row of eight nodes. Included by cpu_sweep.cpp once per
// instruction set, inside its namespace.

/// Where the populations of a tile and of its neighbours lie.
template <class L, class Real>
struct TileSlots {
  Real* own;
  Real* of[27];  // at (dx+1) + 3 (dy+1) + 9 (dz+1)

  TileSlots(Real* all, const Tiles& tiles, int tile) {
    for (int s = 0; s < 27; ++s) {  // rows are read whole, also where all their nodes are solid
      const std::int32_t next = tiles.neighbours[tile][s];
      of[s] = all + (next < tiles.populated ? std::size_t(next) * L::Q * tile_nodes : 0);
    }
    own = of[13];
  }
};

/// The row of slots i of the nodes x + c_i, x in a row of the tile: `base` where x stays in the tile, `side`
/// beyond its end.
template <class Real>
struct ShiftedRow {
  Real *base, *side;
};
template <class L, class Real>
inline ShiftedRow<Real> shifted_row(const TileSlots<L, Real>& t, int row, int i) {
  const int y = row % 8 + L::cy(i), z = row / 8 + L::cz(i);
  const int yz = 3 * (y < 0 ? 0 : y > 7 ? 2 : 1) + 9 * (z < 0 ? 0 : z > 7 ? 2 : 1);
  const int within = i * tile_nodes + 8 * ((y & 7) + 8 * (z & 7));
  return {t.of[1 + yz] + within, t.of[1 + L::cx(i) + yz] + within};
}

template <class L, class Real, class Operator>
inline void even_row(Real* at, const Relaxation<Real>& rates, Operator op) {
  Pack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(g[i], at + i * tile_nodes);
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store(at + L::opposite(i) * tile_nodes, g[i]);
}

template <class L, class Real, class Operator>
inline void odd_row(const TileSlots<L, Real>& t, int row, const Relaxation<Real>& rates, Operator op) {
  ShiftedRow<Real> to[L::Q];
  Pack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {  // slot i of x + c_i holds what arrives along opposite(i)
    to[i] = shifted_row(t, row, i);
    load_shifted<Real>(g[L::opposite(i)], to[i].base, to[i].side, L::cx(i));
  }
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store_shifted<Real>(to[i].base, to[i].side, g[i], L::cx(i));
}

/// The links of a boundary row, and what their wall lets through.
template <class L, class Real>
struct RowLinks {
  const BoundaryRow<L>* row;
  const Real *shares, *push;  // of the row's first link; push: null where no link has one
};

/// 3 w_i c_i
template <class L, class Real>
struct OddWeights {
  static constexpr std::array<std::array<Real, 3>, L::Q> of = [] {
    std::array<std::array<Real, 3>, L::Q> all{};
    for (int i = 0; i < L::Q; ++i)
      all[i] = {Real(3 * L::weight(i) * L::cx(i)), Real(3 * L::weight(i) * L::cy(i)),
                Real(3 * L::weight(i) * L::cz(i))};
    return all;
  }();
};

/// 3 w c_i . j
template <class L, class Real>
inline void odd_equilibrium(Pack<Real>& e, const Momentum<Pack<Real>>& j, int i) {
  const auto& w = OddWeights<L, Real>::of[i];
  e = w[0] * j.x + w[1] * j.y + w[2] * j.z;
}

/// What arrives at the nodes of a boundary row and what leaves them.
template <class L, class Real>
struct RowState {
  Pack<Real> arrived[L::Q], left[L::Q];
  ShiftedRow<Real> to[L::Q];  // odd steps
};

template <Parity parity, class L, class Real>
inline void gather_row(RowState<L, Real>& s, const TileSlots<L, Real>& t, int row,
                       const BoundaryRow<L>& cuts) {
  Real* at = t.own + row * tile_edge;
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {
    const int from = L::opposite(i);
    if constexpr (parity == Parity::even) {
      load(s.arrived[i], at + i * tile_nodes);
      continue;
    }
    s.to[i] = shifted_row(t, row, i);
    load_shifted<Real>(s.arrived[from], s.to[i].base, s.to[i].side, L::cx(i));
    load_lanes(s.arrived[from], at + from * tile_nodes, cuts.cut[from]);
  }
}

/// What the walls send back along i, in the lanes of `cut`; moves on to the next direction's links and adds
/// up what the lumen gains.
template <class L, class Real>
inline void reflect_lanes(Pack<Real>& back, const RowState<L, Real>& s, const Momentum<Pack<Real>>& j, int i,
                          RowLinks<L, Real>& links, Pack<Real>& gain) {
  const std::uint8_t cut = links.row->cut[i];
  WallLink<Pack<Real>> link{};
  expand(link.share, links.shares, cut);
  links.shares += std::popcount(cut);
  if (links.push) expand(link.push, links.push, cut), links.push += std::popcount(cut);
  Pack<Real> odd;
  odd_equilibrium<L, Real>(odd, j, i);
  const Pack<Real>& left = s.left[L::opposite(i)];
  Pack<Real> more{};
  reflect(back, link, AtLink<Pack<Real>>{s.arrived[i], left, odd});
  take_lanes<Real>(more, cut, back - left);
  gain += more;
}

/// Leaves what streams to fluid nodes where it does, and what meets the wall in the nodes' own slots, where
/// it waits for the next step. Slots of solid nodes are left alone; those beyond the tile may not be there.
/// Which directions are cut differs from row to row: a branch for each would be guessed wrong too often.
template <Parity parity, class L, class Real>
inline void scatter_row(const RowState<L, Real>& s, Real* at, std::uint8_t fluid, RowLinks<L, Real> links,
                        const Momentum<Pack<Real>>& j, Pack<Real>& gain) {
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {
    const auto streams = static_cast<std::uint8_t>(fluid & ~links.row->cut[L::opposite(i)]);
    if constexpr (parity == Parity::odd)
      store_shifted<Real>(s.to[i].base, s.to[i].side, s.left[i], L::cx(i), streams);
    else
      store_lanes<Real>(at + L::opposite(i) * tile_nodes, s.left[i], streams);
  }
  for (unsigned left = links.row->directions; left != 0; left &= left - 1) {
    const int i = std::countr_zero(left);
    Pack<Real> back;
    reflect_lanes(back, s, j, i, links, gain);
    store_lanes<Real>(at + i * tile_nodes, back, links.row->cut[i]);
  }
}

/// Mass in the balance of a tile during its step.
template <class Real>
struct TileMass {
  Pack<Real> excess;  // that each wall node gives up
  Pack<Real> gain{};  // what the links let in
};

template <Parity parity, class L, class Real, class Operator>
inline void boundary_row(const TileSlots<L, Real>& t, int row, std::uint8_t fluid,
                         const RowLinks<L, Real>& links, const Relaxation<Real>& rates, Operator op,
                         TileMass<Real>& mass) {
  Real* at = t.own + row * tile_edge;
  RowState<L, Real> s;
  Momentum<Pack<Real>> j;
  gather_row<parity>(s, t, row, *links.row);
  const Pack<Real> rest = s.arrived[0] - mass.excess;
  take_lanes<Real>(s.arrived[0], links.row->at_wall, rest);
  arriving_momentum<L>(j, s.arrived, rates.force);
  std::memcpy(s.left, s.arrived, sizeof s.left);
  op.template collide<L>(s.left, rates);
  scatter_row<parity>(s, at, fluid, links, j, mass.gain);
}

/// A tile that is stepped soon. The processor's own prefetching does not keep up with 19 short streams.
template <class L, class Real>
struct TileAhead {
  const Real* slots = nullptr;  // null at the end
  const std::uint8_t* fluid = nullptr;

  /// Into the second cache: the first is too small for two tiles.
  void fetch(int row) const {
    constexpr int rows_in_line = 64 / (tile_edge * int(sizeof(Real)));
    asm volatile("");  // or g++ sees a function without effect and drops it
    if (slots == nullptr || row % rows_in_line != 0) return;
    if ((fluid[row] | fluid[row + rows_in_line - 1]) == 0) return;
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) __builtin_prefetch(slots + i * tile_nodes + row * tile_edge, 1, 2);
  }
};

/// All rows of a tile; returns the mass that its links let in. `fluid`: bits of its 64 rows; each of its wall
/// nodes gives up `excess`.
template <Parity parity, class L, class Real, class Operator>
inline double step_tile(const TileSlots<L, Real>& t, const TileAhead<L, Real>& ahead,
                        const std::uint8_t* fluid, const BoundaryTile& tile,
                        const Boundary<L, Real>& boundary, double excess, const Relaxation<Real>& rates,
                        Operator op) {
  const BoundaryRow<L>* next = boundary.rows.data() + tile.first_row;
  const Real* push = boundary.push.empty() ? nullptr : boundary.push.data();
  TileMass<Real> mass{Pack<Real>{} + static_cast<Real>(excess)};
  for (int row = 0; row < 64; ++row) {
    ahead.fetch(row);
    if (fluid[row] == 0) continue;
    Real* at = t.own + row * tile_edge;
    if (tile.rows >> row & 1) {
      const RowLinks<L, Real> links{next, boundary.shares.data() + next->first_link,
                                    push ? push + next->first_link : nullptr};
      boundary_row<parity>(t, row, fluid[row], links, rates, op, mass);
      ++next;
    } else if (parity == Parity::even) {
      even_row<L>(at, rates, op);
    } else {
      odd_row(t, row, rates, op);
    }
  }
  double sum = 0;
  for (int x = 0; x < tile_edge; ++x) sum += double(mass.gain[x]);
  return sum;
}

/// For the k-th active tile of those before `last`.
template <class L, class Real>
inline TileAhead<L, Real> tile_ahead(const Sweep<L, Real>& s, std::size_t k, std::size_t last) {
  constexpr std::size_t tiles_ahead =
      2;  // box, tree: 0.64, 0.39 of the bandwidth with 1; 0.52, 0.32 with none
  if (k + tiles_ahead >= last) return {};
  const std::int32_t next = s.nodes->active_tiles[k + tiles_ahead];
  return {s.f + std::size_t(next) * L::Q * tile_nodes, &s.nodes->fluid_rows[std::size_t(next) * 64]};
}

template <Parity parity, class L, class Real, class Operator>
__attribute__((flatten)) void run_parity(const Sweep<L, Real>& s, std::size_t first, std::size_t last,
                                         Operator op) {
  std::vector<double>& now = s.boundary->let_in[parity == Parity::odd];
  const std::vector<double>& before = s.boundary->let_in[parity == Parity::even];
  for (std::size_t k = first; k < last; ++k) {
    const std::int32_t tile = s.nodes->active_tiles[k];
    const BoundaryTile& links = s.boundary->tiles[k];
    const double excess = links.wall_nodes > 0 ? excess_at(before, s.tiles->neighbours[tile]) : 0;
    const double gain = step_tile<parity>(TileSlots<L, Real>(s.f, *s.tiles, tile), tile_ahead(s, k, last),
                                          &s.nodes->fluid_rows[std::size_t(tile) * 64], links, *s.boundary,
                                          excess, s.rates, op);
    if (links.wall_nodes > 0) now[tile] = (gain - links.mass_per_step) / links.wall_nodes_around;
  }
}
