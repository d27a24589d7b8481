// A time step of bricks of tiles on the CPU: rows of eight nodes, or two that continue each other, at once.
// Included by cpu_sweep.cpp once per instruction set, inside its namespace.

/// Where the streams of all directions begin.
template <class L, class Real>
struct Streams {
  Real* of[L::Q];
  explicit Streams(Populations<L, Real>& f) {
    for (int i = 0; i < L::Q; ++i) of[i] = f.stream(i);
  }
};

/// RowOrder::row of the rows of a tile and of those around it across x, or of the same in the tiles before
/// and after it.
struct RowsAround {
  static constexpr int edge = tile_edge + 2;
  std::int32_t at[edge * edge];

  void find(const RowOrder& order, const Tiles& tiles, int tile, int along_x) {
    for (int z = -1; z <= 8; ++z)
      for (int y = -1; y <= 8; ++y) find(order, tiles, tile, along_x, y, z);
  }
  /// Only the nine of around(row).
  void find_around(const RowOrder& order, const Tiles& tiles, int tile, int along_x, int row) {
    for (int k = 0; k < 9; ++k) find(order, tiles, tile, along_x, row % 8 + k % 3 - 1, row / 8 + k / 3 - 1);
  }
  const std::int32_t* around(int row) const { return at + 1 + row % 8 + edge * (1 + row / 8); }

 private:
  void find(const RowOrder& order, const Tiles& tiles, int tile, int along_x, int y, int z) {
    const int side = 1 + along_x + 3 * (1 + (y >> 3)) + 9 * (1 + (z >> 3));
    const int in_tile = (y & 7) + 8 * (z & 7);
    at[1 + y + edge * (1 + z)] = order.row[std::size_t(tiles.populated_neighbour(tile, side)) * 64 + in_tile];
  }
};
template <class L>
constexpr int line(int i) {
  return L::cy(i) + RowsAround::edge * L::cz(i);
}

/// A row of nodes x, and the rows of the nodes x + c_i.
template <class L, class Real>
struct RowSlots {
  Real* const* streams;
  const std::int32_t* lines;                 // of the row; those around it are line<L>(i) away
  const std::int32_t *before{}, *after{};    // the same in the next tiles along x where a line breaks off
  Lanes last = Lanes(1) << (tile_edge - 1);  // lane of the last node

  Real* own(int i) const { return streams[i] + lines[0]; }
  Real* shifted(int i) const { return streams[i] + lines[line<L>(i)] + L::cx(i); }
  bool seam() const { return before != nullptr; }
  /// At a seam, the lane of the node that has x + c_i beyond it, and where its row would begin.
  Lanes beyond(int i) const { return L::cx(i) > 0 ? last : L::cx(i) < 0 ? Lanes(1) : Lanes(0); }
  Real* shifted_beyond(int i) const {
    return streams[i] + L::cx(i) +
           (L::cx(i) > 0 ? after[line<L>(i)] - (last > 0x80 ? 2 : 1) * tile_edge
                         : before[line<L>(i)] + tile_edge);
  }
};

template <class L, class Real, class Operator>
inline void even_row(const RowSlots<L, Real>& t, const Relaxation<Real>& rates, Operator op) {
  StepPack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(g[i], t.own(i));
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store(t.own(L::opposite(i)), g[i]);
}

template <class L, class Real, class Operator>
inline void odd_row(const RowSlots<L, Real>& t, const Relaxation<Real>& rates, Operator op) {
  StepPack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i)  // slot i of x + c_i holds what arrives along opposite(i)
    load(g[L::opposite(i)], t.shifted(i));
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store(t.shifted(i), g[i]);
}

/// The links of the boundary rows that are stepped at once, and what their walls let through.
template <class L, class Real>
struct RowLinks {
  const BoundaryRow<L>* rows[step_rows<Real>];
  const Real *shares[step_rows<Real>], *push[step_rows<Real>];  // of each row's next link; push may be null
  std::uint16_t cut[L::Q];                                      // of all rows
  std::uint16_t at_wall = 0;
  std::uint32_t directions = 0;

  void join() {
    const BoundaryRow<L>&a = *rows[0], &b = *rows[step_rows<Real> - 1];
    constexpr int shift = (step_rows<Real> - 1) * tile_edge;
    for (int i = 0; i < L::Q; ++i) cut[i] = static_cast<std::uint16_t>(a.cut[i] | b.cut[i] << shift);
    at_wall = static_cast<std::uint16_t>(a.at_wall | b.at_wall << shift);
    directions = a.directions | b.directions;
  }
};

/// The next links along i.
template <class L, class Real>
inline void next_links(WallLink<StepPack<Real>>& link, RowLinks<L, Real>& links, int i) {
  Pack<Real> share[step_rows<Real>], push[step_rows<Real>]{};
#pragma GCC unroll 2
  for (int r = 0; r < step_rows<Real>; ++r) {
    const Lanes cut = links.rows[r]->cut[i];
    expand(share[r], links.shares[r], cut), links.shares[r] += std::popcount(cut);
    if (links.push[r]) expand(push[r], links.push[r], cut), links.push[r] += std::popcount(cut);
  }
  join_rows<Real>(link.share, share), join_rows<Real>(link.push, push);
}

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
template <class L, class Real, class V>
inline void odd_equilibrium(V& e, const Momentum<V>& j, int i) {
  const auto& w = OddWeights<L, Real>::of[i];
  e = w[0] * j.x + w[1] * j.y + w[2] * j.z;
}

/// What arrives at the nodes of a boundary row and what leaves them, V a pack.
template <class L, class V>
struct RowState {
  V arrived[L::Q], left[L::Q];
};

template <Parity parity, class L, class Real>
inline void gather_row(RowState<L, StepPack<Real>>& s, const RowSlots<L, Real>& t,
                       const RowLinks<L, Real>& links) {
  if (parity == Parity::even) {
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) load(s.arrived[i], t.own(i));
    return;
  }
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(s.arrived[L::opposite(i)], t.shifted(i));
  if (t.seam()) {
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i)
      if (L::cx(i) != 0) load_lanes(s.arrived[L::opposite(i)], t.shifted_beyond(i), t.beyond(i));
  }
#pragma GCC unroll 27
  for (int i = 1; i < L::Q; ++i) load_lanes(s.arrived[i], t.own(i), links.cut[i]);
}

/// What the walls send back along i, in the lanes of `cut`; moves on to the next direction's links and adds
/// up what the lumen gains.
template <class L, class Real>
inline void reflect_lanes(StepPack<Real>& back, const RowState<L, StepPack<Real>>& s,
                          const Momentum<StepPack<Real>>& j, int i, const WallLink<StepPack<Real>>& link,
                          Lanes cut, StepPack<Real>& gain) {
  StepPack<Real> odd, more{};
  odd_equilibrium<L, Real>(odd, j, i);
  const StepPack<Real>& left = s.left[L::opposite(i)];
  reflect(back, link, AtLink<StepPack<Real>>{s.arrived[i], left, odd});
  take_lanes<Real>(more, cut, back - left);
  gain += more;
}

/// Leaves what streams to fluid nodes where it does, and what meets the wall in the nodes' own slots, where
/// it waits for the next step. The slots of other nodes are left alone. Which directions are cut differs from
/// row to row: a branch for each would be guessed wrong too often.
template <Parity parity, class L, class Real>
inline void scatter_row(const RowState<L, StepPack<Real>>& s, const RowSlots<L, Real>& t, Lanes fluid,
                        RowLinks<L, Real>& links, const Momentum<StepPack<Real>>& j, StepPack<Real>& gain) {
  const auto streams = [&](int i) { return fluid & ~Lanes(links.cut[L::opposite(i)]); };
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {
    if (parity == Parity::even)
      store_lanes(t.own(L::opposite(i)), s.left[i], streams(i));
    else
      store_lanes(t.shifted(i), s.left[i], t.seam() ? streams(i) & ~t.beyond(i) : streams(i));
  }
  if (parity == Parity::odd && t.seam()) {
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i)
      if (L::cx(i) != 0) store_lanes(t.shifted_beyond(i), s.left[i], streams(i) & t.beyond(i));
  }
  for (unsigned left = links.directions; left != 0; left &= left - 1) {
    const int i = std::countr_zero(left);
    const Lanes cut = links.cut[i];
    WallLink<StepPack<Real>> link;
    StepPack<Real> back;
    next_links(link, links, i);
    reflect_lanes<L, Real>(back, s, j, i, link, cut, gain);
    store_lanes(t.own(i), back, cut);
  }
}

/// Mass in the balance of a tile during its step.
template <class Real>
struct TileMass {
  Pack<Real> excess;  // that each wall node gives up
  Pack<Real> gain{};  // what the links let in
};

template <Parity parity, class L, class Real, class Operator>
inline void boundary_row(const RowSlots<L, Real>& t, Lanes fluid, RowLinks<L, Real>& links,
                         const Relaxation<Real>& rates, Operator op,
                         TileMass<Real>* const (&mass)[step_rows<Real>]) {
  RowState<L, StepPack<Real>> s;
  Momentum<StepPack<Real>> j;
  Pack<Real> excess[step_rows<Real>], gains[step_rows<Real>];
  for (int r = 0; r < step_rows<Real>; ++r) excess[r] = mass[r]->excess, gains[r] = mass[r]->gain;
  StepPack<Real> give, gain;
  join_rows<Real>(give, excess), join_rows<Real>(gain, gains);
  gather_row<parity>(s, t, links);
  const StepPack<Real> rest = s.arrived[0] - give;
  take_lanes<Real>(s.arrived[0], links.at_wall, rest);
  arriving_momentum<L>(j, s.arrived, rates.force);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) s.left[i] = s.arrived[i];
  op.template collide<L>(s.left, rates);
  scatter_row<parity>(s, t, fluid, links, j, gain);
  part_rows<Real>(gains, gain);
  for (int r = 0; r < step_rows<Real>; ++r) mass[r]->gain = gains[r];
}

/// A tile while its brick is stepped.
template <class L, class Real>
struct SteppedTile {
  std::int32_t tile;
  std::size_t active;         // its number among the active tiles
  const std::uint8_t* fluid;  // of its 64 rows
  std::uint64_t at_boundary, seams, joins;
  const BoundaryRow<L>* next;  // of its boundary rows
  TileMass<Real> mass;
  RowsAround rows;  // for odd steps
};

/// What the step of a brick needs.
template <class L, class Real>
struct SteppedBrick {
  SteppedTile<L, Real> tiles[Brick::most_tiles];
  int count = 0;
  const Tiles* lattice;
  const RowOrder* order;
  const Real *shares, *push;
  Relaxation<Real> rates;  // copies, which no store into a population can change
  Streams<L, Real> streams;
  BoundaryRow<L> inside{};  // of rows without links
  TileMass<Real> nowhere{};

  explicit SteppedBrick(const Sweep<L, Real>& s)
      : lattice(s.tiles),
        order(s.f->order),
        shares(s.boundary->shares.data()),
        push(s.boundary->push.empty() ? nullptr : s.boundary->push.data()),
        rates(s.rates),
        streams(*s.f) {}
};

template <Parity parity, class L, class Real>
inline void begin_brick(SteppedBrick<L, Real>& b, const Sweep<L, Real>& s, const Brick& brick) {
  const RowOrder& order = *b.order;
  const std::vector<double>& before = s.boundary->let_in[parity == Parity::even];
  b.count = brick.last - brick.first;
  for (int k = 0; k < b.count; ++k) {
    SteppedTile<L, Real>& t = b.tiles[k];
    t.active = std::size_t(order.active[brick.first + k]);
    t.tile = s.nodes->active_tiles[t.active];
    t.fluid = &s.nodes->fluid_rows[std::size_t(t.tile) * 64];
    const BoundaryTile& links = s.boundary->tiles[t.active];
    t.at_boundary = links.rows;
    t.seams = parity == Parity::odd ? order.seams[t.tile] : 0;
    t.joins = k + 1 < b.count && step_rows<Real> > 1 ? order.joins[t.tile] : 0;
    t.next = s.boundary->rows.data() + links.first_row;
    const double excess = links.wall_nodes > 0 ? excess_at(before, s.tiles->neighbours[t.tile]) : 0;
    t.mass = {Pack<Real>{} + static_cast<Real>(excess)};
    if (parity == Parity::odd) t.rows.find(order, *s.tiles, t.tile, 0);
  }
}

template <Parity parity, class L, class Real>
inline void end_brick(const SteppedBrick<L, Real>& b, const Sweep<L, Real>& s) {
  std::vector<double>& now = s.boundary->let_in[parity == Parity::odd];
  for (int k = 0; k < b.count; ++k) {
    const SteppedTile<L, Real>& t = b.tiles[k];
    const BoundaryTile& links = s.boundary->tiles[t.active];
    if (links.wall_nodes == 0) continue;
    double gain = 0;
    for (int x = 0; x < tile_edge; ++x) gain += double(t.mass.gain[x]);
    now[t.tile] = (gain - links.mass_per_step) / links.wall_nodes_around;
  }
}

/// Lines of memory that come sixteen after those of a row: the processor's own prefetching does not follow so
/// many streams.
template <Parity parity, class L, class Real>
inline void fetch_ahead(const RowSlots<L, Real>& t) {
  constexpr int ahead = 16 * 64 / int(sizeof(Real));
  asm volatile("");  // or g++ sees a function without effect and drops it
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i)
    __builtin_prefetch((parity == Parity::even ? t.own(i) : t.shifted(i)) + ahead, 1, 2);
}

/// Rows r of the tiles first <= k < first + rows of a brick, two at most.
template <Parity parity, class L, class Real, class Operator>
inline void step_rows_of(SteppedBrick<L, Real>& b, int first, int rows, int r, Operator op) {
  SteppedTile<L, Real>&t = b.tiles[first], &last = b.tiles[first + rows - 1];
  RowsAround before, after;
  RowSlots<L, Real> at{
      b.streams.of, parity == Parity::even ? &b.order->row[std::size_t(t.tile) * 64 + r] : t.rows.around(r)};
  fetch_ahead<parity>(at);
  if ((t.seams | last.seams) >> r & 1) {
    before.find_around(*b.order, *b.lattice, t.tile, -1, r);
    after.find_around(*b.order, *b.lattice, last.tile, 1, r);
    at.before = before.around(r), at.after = after.around(r);
    at.last = Lanes(1) << (rows * tile_edge - 1);
  }
  Lanes fluid = t.fluid[r];
  if (rows > 1) fluid |= Lanes(last.fluid[r]) << tile_edge;
  const bool boundary = ((t.at_boundary | last.at_boundary) >> r & 1) || at.seam();
  if (boundary || fluid != all_lanes<Real>) {
    RowLinks<L, Real> links;
    TileMass<Real>* mass[step_rows<Real>];
    for (int k = 0; k < step_rows<Real>; ++k) {
      const bool linked = k < rows && b.tiles[first + k].at_boundary >> r & 1;
      const BoundaryRow<L>* row = linked ? b.tiles[first + k].next++ : &b.inside;
      links.rows[k] = row, links.shares[k] = b.shares + row->first_link;
      links.push[k] = b.push ? b.push + row->first_link : nullptr;
      mass[k] = k < rows ? &b.tiles[first + k].mass : &b.nowhere;
    }
    links.join();
    boundary_row<parity>(at, fluid, links, b.rates, op, mass);
  } else if (parity == Parity::even) {
    even_row(at, b.rates, op);
  } else {
    odd_row(at, b.rates, op);
  }
}

/// All rows of some bricks. What the links of a tile let in is added up row after row of the tile.
template <Parity parity, class L, class Real, class Operator>
__attribute__((flatten)) void run_parity(const Sweep<L, Real>& s, std::size_t first, std::size_t last,
                                         Operator op) {
  SteppedBrick<L, Real> b(s);
  for (std::size_t k = first; k < last; ++k) {
    begin_brick<parity>(b, s, s.f->order->bricks[k]);
    for (int r = 0; r < 64; ++r)
      for (int tile = 0; tile < b.count; ++tile) {
        if (b.tiles[tile].fluid[r] == 0) continue;
        const bool joined = b.tiles[tile].joins >> r & 1;
        step_rows_of<parity>(b, tile, joined ? 2 : 1, r, op);
        tile += joined;
      }
    end_brick<parity>(b, s);
  }
}
