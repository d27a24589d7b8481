// A time step of bricks of tiles on the CPU, pack after pack. Included by cpu_sweep.cpp once per instruction
// set, inside its namespace.

/// Mass in the balance of a tile while its brick is stepped.
template <class Real>
struct TileMass {
  Real excess;      // that each wall node gives up
  Pack<Real> gain;  // what the links let in, by the place of the nodes in their rows
};

/// What the step of a brick needs.
template <class L, class Real>
struct SteppedBrick {
  const Sweep<L, Real>& sweep;
  const RowOrder& order;
  const Boundary<L, Real>& boundary;
  Relaxation<Real> rates;  // a copy, which no store into a population can change
  Streams<L, Real> streams;
  std::size_t brick = 0;
  const BoundaryPack<L>* next = nullptr;  // of the brick's boundary packs
  BoundaryPack<L> no_links{.fluid = 0xffff};
  TileMass<Real> mass[Brick::most_tiles];

  explicit SteppedBrick(const Sweep<L, Real>& s)
      : sweep(s), order(*s.f->order), boundary(*s.boundary), rates(s.rates), streams(*s.f) {}
  std::size_t active(std::int32_t k) const { return std::size_t(order.active[k]); }
  bool beside(std::size_t pack) const { return sweep.immersed && sweep.immersed->beside.has(pack); }
};

template <Parity parity, class L, class Real>
inline void begin_brick(SteppedBrick<L, Real>& b, std::size_t brick) {
  const std::vector<double>& before = b.boundary.let_in[parity == Parity::even];
  b.brick = brick;
  b.next = &b.boundary.packs[b.boundary.which.rank(b.order.first_pack(brick))];
  const Brick& of = b.order.bricks[brick];
  for (std::int32_t k = of.first; k < of.last; ++k) {
    const std::int32_t tile = b.sweep.nodes->active_tiles[b.active(k)];
    const bool at_wall = b.boundary.tiles[b.active(k)].wall_nodes > 0;
    const double excess = at_wall ? excess_at(before, b.sweep.tiles->neighbours[tile]) : 0;
    b.mass[k - of.first] = {static_cast<Real>(excess), Pack<Real>{}};
  }
}

template <Parity parity, class L, class Real>
inline void end_brick(const SteppedBrick<L, Real>& b) {
  std::vector<double>& now = b.sweep.boundary->let_in[parity == Parity::odd];
  const Brick& of = b.order.bricks[b.brick];
  for (std::int32_t k = of.first; k < of.last; ++k) {
    const BoundaryTile& tile = b.boundary.tiles[b.active(k)];
    if (tile.wall_nodes == 0) continue;
    double gain = 0;
    for (int x = 0; x < tile_edge; ++x) gain += double(b.mass[k - of.first].gain[x]);
    now[b.sweep.nodes->active_tiles[b.active(k)]] = (gain - tile.mass_per_step) / tile.wall_nodes_around;
  }
}

/// Lines of memory that come sixteen after those of a pack: the processor's own prefetching does not follow
/// so many streams.
template <Parity parity, class L, class Real>
inline void fetch_ahead(const PackSlots<L, Real>& t) {
  constexpr int line = 64 / int(sizeof(Real)), ahead = 16 * line;
  if (t.place % line != 0) return;
  const ShiftedSlots<L, Real> shifted(t, *t.first);
  asm volatile("");  // or g++ sees a function without effect and drops it
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i)
    __builtin_prefetch((parity == Parity::even ? t.own(i) : shifted.at(i)) + ahead, 1, 2);
}

/// Mass that the nodes of a boundary pack give up, each the share of its tile.
template <class L, class Real>
inline void excess_of_pack(StepPack<Real> (&excess)[pack_nodes / step_lanes<Real>],
                           const SteppedBrick<L, Real>& b, std::size_t pack, Lanes wall_nodes) {
  for (StepPack<Real>& part : excess) part = StepPack<Real>{};
  if (wall_nodes == 0) return;
  b.order.for_each_row(b.brick, pack, [&](const RowOfBrick& row, int lane) {
    const Lanes at_wall = lanes_of_row(row.nodes, lane) & wall_nodes;
    const StepPack<Real> of_tile = StepPack<Real>{} + b.mass[row.tile].excess;
    for (int k = 0; k < pack_nodes / step_lanes<Real>; ++k)
      take_lanes<Real>(excess[k], at_wall >> (k * step_lanes<Real>)&all_lanes<Real>, of_tile);
  });
}
/// What the walls of a pack let in, to the tiles. `gain`: of node 0 and those before and after the pack.
template <class L, class Real>
inline void add_gain(SteppedBrick<L, Real>& b, std::size_t pack, const Real* gain) {
  b.order.for_each_row(b.brick, pack, [&](const RowOfBrick& row, int lane) {
    Pack<Real> all, of_row{};
    load(all, gain + lane);
    take_lanes<Real>(of_row, row.nodes, all);
    b.mass[row.tile].gain += of_row;
  });
}

/// From a place on; nothing where no sheet is near.
template <class Real>
inline BesideSheet<Real> beside_sheet(ImmersedFields<Real>* fields, std::int64_t place) {
  if (!fields) return {};
  BesideSheet<Real> at;
  for (std::size_t a = 0; a < 3; ++a)
    at.push[a] = fields->push[a].data() + place, at.velocity[a] = fields->velocity[a].data() + place;
  return at;
}

/// `immersed`: null where the pack is not beside a sheet.
template <Parity parity, class L, class Real, class Operator>
inline void step_boundary_pack(SteppedBrick<L, Real>& b, const BoundaryPack<L>& links,
                               ImmersedFields<Real>* immersed, PackSlots<L, Real> at, Operator op) {
  const std::size_t pack = std::size_t(at.place / pack_nodes), link = links.first_link;
  const Real* shares = b.boundary.shares.data() + link;
  const Real* push = b.boundary.push.empty() ? nullptr : b.boundary.push.data() + link;
  StepPack<Real> excess[pack_nodes / step_lanes<Real>], gain;
  Real gains[tile_edge + pack_nodes + tile_edge] = {};
  excess_of_pack(excess, b, pack, links.at_wall);
  for (int first = 0; first < pack_nodes; first += step_lanes<Real>, at.place += step_lanes<Real>) {
    fetch_ahead<parity>(at);
    StepBoundary<L, Real> boundary{links, first, shares, push};
    if (boundary.of_step(links.fluid) == 0) continue;
    boundary_pack<parity>(at, boundary, b.rates, op, beside_sheet(immersed, at.place),
                          excess[first / step_lanes<Real>], gain);
    store(gains + tile_edge + first, gain);
  }
  if (links.at_wall != 0) add_gain(b, pack, gains + tile_edge);
}

template <Parity parity, class L, class Real, class Operator>
inline void step_pack(SteppedBrick<L, Real>& b, std::size_t pack, Operator op) {
  const std::uint32_t* stretch = &b.order.first_stretch[pack];
  const Stretch* stretches = b.order.stretches.data();
  PackSlots<L, Real> at{b.streams.of, std::int64_t(pack) * pack_nodes, stretches + stretch[0],
                        stretches + stretch[1]};
  const bool at_boundary = b.boundary.which.has(pack), beside = b.beside(pack);
  if (at_boundary || beside) {
    const BoundaryPack<L>& links = at_boundary ? *b.next++ : b.no_links;
    return step_boundary_pack<parity>(b, links, beside ? b.sweep.immersed : nullptr, at, op);
  }
  for (int first = 0; first < pack_nodes; first += step_lanes<Real>, at.place += step_lanes<Real>) {
    fetch_ahead<parity>(at);
    if (parity == Parity::even)
      even_pack(at, b.rates, op);
    else
      odd_pack(at, b.rates, op);
  }
}

/// All packs of some bricks. What the links of a tile let in is added up row after row of the tile.
template <Parity parity, class L, class Real, class Operator>
__attribute__((flatten)) void run_parity(const Sweep<L, Real>& s, std::size_t first, std::size_t last,
                                         Operator op) {
  SteppedBrick<L, Real> b(s);
  for (std::size_t k = first; k < last; ++k) {
    begin_brick<parity>(b, k);
    for (std::size_t pack = b.order.first_pack(k); pack < b.order.first_pack(k + 1); ++pack)
      step_pack<parity>(b, pack, op);
    end_brick<parity>(b);
  }
}
