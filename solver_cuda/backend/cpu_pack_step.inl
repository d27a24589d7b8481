// A time step of the nodes of a pack on the CPU. Included by cpu_sweep.cpp once per instruction set, inside
// its namespace.

/// Where the streams of all directions begin.
template <class L, class Real>
struct Streams {
  Real* of[L::Q];
  explicit Streams(Populations<L, Real>& f) {
    for (int i = 0; i < L::Q; ++i) of[i] = f.stream(i);
  }
};

/// Nodes x that follow each other from a place.
template <class L, class Real>
struct PackSlots {
  Real* const* streams;
  std::int64_t place;
  const Stretch *first, *last;

  Real* own(int i) const { return streams[i] + place; }
};

/// The nodes x + c_i of a stretch. A copy, which no store into a population can change.
template <class L, class Real>
struct ShiftedSlots {
  Real* const* streams;
  std::int64_t places[9];
  Lanes lanes[3];

  ShiftedSlots(const PackSlots<L, Real>& t, const Stretch& s) : streams(t.streams) {
    for (int k = 0; k < 9; ++k) places[k] = t.place + s.lines[k];
    for (int k = 0; k < 3; ++k) lanes[k] = (Lanes(s.lanes[k]) >> (t.place % pack_nodes)) & all_lanes<Real>;
  }
  Real* at(int i) const { return streams[i] + places[1 + L::cy(i) + 3 * (1 + L::cz(i))] + L::cx(i); }
  Lanes along(int i) const { return lanes[1 + L::cx(i)]; }
  /// Only half of a pack may have no part in a stretch.
  bool none() const { return step_lanes<Real> < pack_nodes && (lanes[0] | lanes[1] | lanes[2]) == 0; }
};

template <class L, class Real, class Operator>
inline void even_pack(const PackSlots<L, Real>& t, const Relaxation<Real>& rates, Operator op) {
  StepPack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(g[i], t.own(i));
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store(t.own(L::opposite(i)), g[i]);
}

/// Slot i of x + c_i holds what arrives along opposite(i).
template <class L, class Real>
inline void gather_stretches(StepPack<Real> (&g)[L::Q], const PackSlots<L, Real>& t) {
  const ShiftedSlots<L, Real> first(t, *t.first);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(g[L::opposite(i)], first.at(i));
  for (const Stretch* k = t.first + 1; k < t.last; ++k) {
    const ShiftedSlots<L, Real> next(t, *k);
    if (next.none()) continue;
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) load_lanes(g[L::opposite(i)], next.at(i), next.along(i));
  }
}
/// Leaves the lanes streams(i) of what goes along i.
template <class L, class Real, class Streaming>
inline void scatter_stretches(const StepPack<Real> (&g)[L::Q], const PackSlots<L, Real>& t,
                              const Streaming& streaming) {
  for (const Stretch* k = t.first; k < t.last; ++k) {
    const ShiftedSlots<L, Real> to(t, *k);
    if (to.none()) continue;
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) store_lanes(to.at(i), g[i], streaming(i) & to.along(i));
  }
}

template <class L, class Real, class Operator>
inline void odd_pack(const PackSlots<L, Real>& t, const Relaxation<Real>& rates, Operator op) {
  StepPack<Real> g[L::Q];
  gather_stretches(g, t);
  op.template collide<L>(g, rates);
  if (t.last - t.first > 1) return scatter_stretches(g, t, [](int) { return all_lanes<Real>; });
  const ShiftedSlots<L, Real> to(t, *t.first);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store(to.at(i), g[i]);
}

/// The boundary of the nodes that are stepped at once, all or half of a boundary pack.
template <class L, class Real>
struct StepBoundary {
  const BoundaryPack<L>& pack;
  int first;                  // lane of the pack
  const Real *shares, *push;  // of the next direction's links; push may be null

  Lanes of_step(Lanes lanes) const { return lanes >> first & all_lanes<Real>; }
  Lanes cut(int i) const { return of_step(pack.cut[i]); }
  /// The next links along i.
  void next_links(WallLink<StepPack<Real>>& link, int i) {
    const unsigned all = pack.cut[i], before = all & ((1u << first) - 1);
    const int skipped = std::popcount(before), links = std::popcount(all);
    expand(link.share, shares + skipped, cut(i)), shares += links;
    link.push = StepPack<Real>{};
    if (push) expand(link.push, push + skipped, cut(i)), push += links;
  }
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
template <class L, class Real, class V>
inline void odd_equilibrium(V& e, const Momentum<V>& j, int i) {
  const auto& w = OddWeights<L, Real>::of[i];
  e = w[0] * j.x + w[1] * j.y + w[2] * j.z;
}

/// What arrives at nodes and what leaves them, V a pack.
template <class L, class V>
struct NodeState {
  V arrived[L::Q], left[L::Q];
};

template <Parity parity, class L, class Real>
inline void gather_pack(NodeState<L, StepPack<Real>>& s, const PackSlots<L, Real>& t,
                        const StepBoundary<L, Real>& boundary) {
  if (parity == Parity::even) {
#pragma GCC unroll 27
    for (int i = 0; i < L::Q; ++i) load(s.arrived[i], t.own(i));
    return;
  }
  gather_stretches(s.arrived, t);
  if (boundary.pack.directions == 0) return;
#pragma GCC unroll 27
  for (int i = 1; i < L::Q; ++i) load_lanes(s.arrived[i], t.own(i), boundary.cut(i));
}

/// What the walls send back along i, in the lanes of `cut`; adds up what the lumen gains.
template <class L, class Real>
inline void reflect_lanes(StepPack<Real>& back, const NodeState<L, StepPack<Real>>& s,
                          const Momentum<StepPack<Real>>& j, int i, const WallLink<StepPack<Real>>& link,
                          Lanes cut, StepPack<Real>& gain) {
  StepPack<Real> odd, more{};
  odd_equilibrium<L, Real>(odd, j, i);
  const StepPack<Real>& left = s.left[L::opposite(i)];
  reflect(back, link, AtLink<StepPack<Real>>{s.arrived[i], left, odd});
  take_lanes<Real>(more, cut, back - left);
  gain += more;
}

/// Leaves what streams to fluid nodes where it does. The slots of other nodes are left alone.
template <Parity parity, class L, class Real>
inline void scatter_pack(const NodeState<L, StepPack<Real>>& s, const PackSlots<L, Real>& t,
                         const StepBoundary<L, Real>& boundary) {
  const Lanes fluid = boundary.of_step(boundary.pack.fluid);
  const auto streams = [&](int i) { return fluid & ~boundary.cut(L::opposite(i)); };
  if (parity == Parity::odd) return scatter_stretches(s.left, t, streams);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store_own_lanes(t.own(L::opposite(i)), s.left[i], streams(i));
}

/// Leaves what meets walls in the nodes' own slots, where it waits for the next step: in odd steps among
/// slots that other nodes write. Which directions are cut differs from pack to pack: a branch for each would
/// be guessed wrong too often.
template <Parity parity, class L, class Real>
inline void reflect_pack(const NodeState<L, StepPack<Real>>& s, const PackSlots<L, Real>& t,
                         StepBoundary<L, Real>& boundary, const Momentum<StepPack<Real>>& j,
                         StepPack<Real>& gain) {
  for (unsigned left = boundary.pack.directions; left != 0; left &= left - 1) {
    const int i = std::countr_zero(left);
    const Lanes cut = boundary.cut(i);
    WallLink<StepPack<Real>> link;
    StepPack<Real> back;
    boundary.next_links(link, i);
    reflect_lanes<L, Real>(back, s, j, i, link, cut, gain);
    if (parity == Parity::even)
      store_own_lanes(t.own(i), back, cut);
    else
      store_lanes(t.own(i), back, cut);
  }
}

/// The push of sheets on nodes that follow each other, and where their velocity goes.
template <class Real>
struct BesideSheet {
  std::array<const Real*, 3> push{};  // null where there is no sheet
  std::array<Real*, 3> velocity{};
};

/// Half of the push, `lanes` being fluid; leaves the velocity that is then reached. A call of its own: few
/// packs are beside sheets, and in place it would be there for each operator and parity.
template <class L, class Real>
[[gnu::noinline]] void push_pack(StepPack<Real> (&f)[L::Q], const BesideSheet<Real>& sheet, Lanes lanes,
                                 const Real (&force)[3], bool tells_velocity) {
  Push<StepPack<Real>> p;
  load(p.x, sheet.push[0]), load(p.y, sheet.push[1]), load(p.z, sheet.push[2]);
  const Macro<StepPack<Real>> m = push_cell<L>(f, p);
  if (!tells_velocity) return;
  const StepPack<Real> half_per_rho = Real(0.5) / (Real(1) + m.drho);
  const StepPack<Real> u[3] = {m.x + force[0] * half_per_rho, m.y + force[1] * half_per_rho,
                               m.z + force[2] * half_per_rho};
  for (int a = 0; a < 3; ++a) {
    StepPack<Real> of_fluid{};
    take_lanes<Real>(of_fluid, lanes, u[a]);
    store(sheet.velocity[a], of_fluid);
  }
}

/// Nodes at walls, or some of them not fluid, or beside sheets. `excess` is what each gives up in the balance
/// of mass, `gain` what the walls let in. These see what arrived before the first half of a push and what
/// left after the second: were they to see one of the two alone, a force towards a wall would draw fluid out
/// of it.
template <Parity parity, class L, class Real, class Operator>
inline void boundary_pack(const PackSlots<L, Real>& t, StepBoundary<L, Real>& boundary,
                          const Relaxation<Real>& rates, Operator op, const BesideSheet<Real>& sheet,
                          const StepPack<Real>& excess, StepPack<Real>& gain) {
  NodeState<L, StepPack<Real>> s;
  Momentum<StepPack<Real>> j;
  gather_pack<parity>(s, t, boundary);
  s.arrived[0] -= excess;
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) s.left[i] = s.arrived[i];
  if (sheet.push[0])
    push_pack<L, Real>(s.left, sheet, boundary.of_step(boundary.pack.fluid), rates.force, true);
  arriving_momentum<L>(j, s.left, rates.force);
  op.template collide<L>(s.left, rates);
  if (sheet.push[0]) push_pack<L, Real>(s.left, sheet, 0, rates.force, false);
  scatter_pack<parity>(s, t, boundary);
  gain = StepPack<Real>{};
  reflect_pack<parity>(s, t, boundary, j, gain);
}
