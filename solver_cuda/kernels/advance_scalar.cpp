#include "solver_cuda/kernels/advance_scalar.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/moments.hpp"

namespace soleus {
namespace {

template <class Real>
Real total(const Real (&g)[D3Q7::Q]) {
  return std::accumulate(std::begin(g), std::end(g), Real(0));
}

template <class Real>
Real amount_at(const Populations<D3Q7, Real>& p, const Lattice& lattice, Node n) {
  Real g[D3Q7::Q];
  gather(p, lattice.tiles, lattice.nodes, n, g);
  return total(g);
}

/// Leaves what goes along i where the node beyond will find it; what meets a wall comes back along
/// opposite(i).
template <class Real>
void leave(Populations<D3Q7, Real>& p, const Lattice& lattice, Node n, const Real (&g)[D3Q7::Q]) {
  Real left[D3Q7::Q];
  for (int i = 0; i < D3Q7::Q; ++i) left[D3Q7::opposite(i)] = g[i];
  scatter(p, lattice.tiles, lattice.nodes, n, left);
}

template <class Real>
void sample_scalar_openings(Scalar<Real>& s, const Lattice& lattice, const auto& caps) {
  s.openings.resize(caps.size()), s.entered.resize(caps.size(), 0.0);
  for (std::size_t c = 0; c < caps.size(); ++c) {
    s.openings[c].clear();
    for (const auto& open : caps[c].nodes)
      s.openings[c].push_back(
          {amount_at(s.amount, lattice, open.node), amount_at(s.measure, lattice, open.node)});
  }
}

/// What waits for an open node was sent back as if by a wall.
template <class Real>
void fill_scalar_openings(Scalar<Real>& s, const auto& caps, const std::vector<OpeningState>& states) {
  for (std::size_t c = 0; c < caps.size(); ++c)
    for (std::size_t k = 0; k < caps[c].nodes.size() && !states[c].shut; ++k) {
      const auto& open = caps[c].nodes[k];
      const Real u[3] = {open.inside.x, open.inside.y, open.inside.z};
      const auto& in = caps[c].inward;
      const bool enters = u[0] * in[0] + u[1] * in[1] + u[2] * in[2] > 0;
      const auto& here = s.openings[c][k];
      const Real measure = enters ? Real(1) : here.measure, amount = enters ? s.inflow : here.amount;
      for (int i = 1; i < D3Q7::Q; ++i) {
        if (!(open.directions >> i & 1)) continue;
        Real& arriving = s.amount.at(open.node, i);
        const Real entering = scalar_equilibrium(i, amount, u);
        s.entered[c] += double(entering) - double(arriving);
        arriving = entering;
        s.measure.at(open.node, i) = scalar_equilibrium(i, measure, u);
      }
    }
}

/// Neighbours along the axes that are fluid and were not just uncovered; if there are none, along diagonals.
struct Neighbours {
  std::array<Node, 18> node{};
  int count = 0;
};
template <class Accept>
Neighbours neighbours(const Lattice& lattice, Node n, Accept&& accept) {
  Neighbours found;
  for (int i = 1; i < D3Q19::Q; ++i) {
    if (i == D3Q7::Q && found.count > 0) break;
    const Node m = lattice.tiles.neighbour(n, i);
    if (lattice.nodes.fluid(m) && accept(m)) found.node[found.count++] = m;
  }
  return found;
}

/// Before an even step everything lies in the node's own slots, whether it is fluid or not.
template <class Real>
Real& own(Populations<D3Q7, Real>& p, Node n, int i) {
  return p.at(n, i);
}
template <class Real>
Real& own(Cells<D3Q7, Real>& p, Node n, int i) {
  return p.at[p.find(n)].g[i];
}

template <template <class, class> class Store, class Real>
void give_away(Store<D3Q7, Real>& p, Node n, const Neighbours& to) {
  Real all = 0;
  for (int i = 0; i < D3Q7::Q; ++i) all += std::exchange(own(p, n, i), Real(0));
  for (int k = 0; k < to.count; ++k)
    for (int i = 0; i < D3Q7::Q; ++i) own(p, to.node[k], i) += Real(D3Q7::weight(i)) * all / Real(to.count);
}

template <template <class, class> class Store, class Real>
void take_part(Store<D3Q7, Real>& p, Node n, const Neighbours& from) {
  for (int k = 0; k < from.count; ++k)
    for (int i = 0; i < D3Q7::Q; ++i) {
      Real& theirs = own(p, from.node[k], i);
      const Real part = theirs / Real(from.count + 1);
      theirs -= part;
      own(p, n, i) += part;
    }
}

using Rows = std::vector<std::uint8_t>;

/// Nodes that are fluid in one and not in the other, ascending.
template <class Visit>
void each_lost(const Rows& from, const Rows& to, Visit&& visit) {
  for (std::size_t row = 0; row < from.size(); ++row)
    for (unsigned left = from[row] & ~unsigned(to[row]); left != 0; left &= left - 1)
      visit(static_cast<Node>(row * 8 + static_cast<std::size_t>(std::countr_zero(left))));
}

}  // namespace

template <class L, class Real>
void advance_scalar(Scalar<Real>& s, const Populations<L, Real>& f, const Lattice& lattice,
                    const Boundary<L, Real>& boundary, const Real (&force)[3]) {
  sample_scalar_openings(s, lattice, boundary.caps);
  parallel_for(lattice.nodes.active_tiles.size(), 4, [&](std::size_t k) {
    const Node first = lattice.nodes.active_tiles[k] * tile_nodes;
    for (Node n = first; n < first + tile_nodes; ++n) {
      if (!lattice.nodes.fluid(n)) continue;
      Real fluid[L::Q], amount[D3Q7::Q], measure[D3Q7::Q];
      gather(f, lattice.tiles, lattice.nodes, n, fluid);
      const Macro<Real> m = macro<L>(fluid, force);
      const Real u[3] = {m.x, m.y, m.z};
      gather(s.amount, lattice.tiles, lattice.nodes, n, amount);
      gather(s.measure, lattice.tiles, lattice.nodes, n, measure);
      collide_scalar(amount, u, s.rates);
      collide_scalar(measure, u, s.rates);
      // In the measure's own proportions: a concentration that is uniform grows uniformly.
      for (int i = 0; i < D3Q7::Q; ++i) amount[i] += s.source * measure[i];
      leave(s.amount, lattice, n, amount);
      leave(s.measure, lattice, n, measure);
    }
  });
  s.amount.next = s.measure.next = s.amount.next == Parity::even ? Parity::odd : Parity::even;
  fill_scalar_openings(s, boundary.caps, boundary.openings);
}

template <template <class> class Held, class Real>
void move_scalar(Held<Real>& s, const Lattice& lattice, const std::vector<std::uint8_t>& before) {
  const Rows& now = lattice.nodes.fluid_rows;
  const auto was_fluid = [&](Node n) { return (before[n >> 3] >> (n & 7) & 1) != 0; };
  each_lost(before, now, [&](Node n) {
    const Neighbours to = neighbours(lattice, n, [](Node) { return true; });
    if (to.count == 0) return;
    give_away(s.amount, n, to);
    give_away(s.measure, n, to);
  });
  each_lost(now, before, [&](Node n) {
    const Neighbours from = neighbours(lattice, n, was_fluid);
    take_part(s.amount, n, from);
    take_part(s.measure, n, from);
  });
}

std::vector<Node> scalar_moved_among(const Lattice& lattice, const std::vector<std::uint8_t>& before) {
  std::vector<Node> moved;
  const auto add = [&](Node n) { moved.push_back(n); };
  each_lost(before, lattice.nodes.fluid_rows, add);
  each_lost(lattice.nodes.fluid_rows, before, add);
  return with_fluid_neighbours(lattice, moved, D3Q19::Q);
}

template <class Real>
ScalarTotals observe_scalar(std::vector<float>& concentration, const Scalar<Real>& s,
                            const Lattice& lattice) {
  concentration.resize(lattice.tiles.populated_nodes());
  return parallel_sum(lattice.nodes.active_tiles.size(), ScalarTotals{}, [&](std::size_t k) {
    ScalarTotals t;
    const Node first = lattice.nodes.active_tiles[k] * tile_nodes;
    for (Node n = first; n < first + tile_nodes; ++n) {
      concentration[n] = 0;
      if (!lattice.nodes.fluid(n)) continue;
      const Real amount = amount_at(s.amount, lattice, n), measure = amount_at(s.measure, lattice, n);
      if (measure > 0) concentration[n] = static_cast<float>(amount / measure);
      t += ScalarTotals{double(amount), double(measure)};
    }
    return t;
  });
}

template void advance_scalar(Scalar<float>&, const Populations<D3Q19, float>&, const Lattice&,
                             const Boundary<D3Q19, float>&, const float (&)[3]);
template void advance_scalar(Scalar<double>&, const Populations<D3Q19, double>&, const Lattice&,
                             const Boundary<D3Q19, double>&, const double (&)[3]);
template void advance_scalar(Scalar<float>&, const Populations<D3Q27, float>&, const Lattice&,
                             const Boundary<D3Q27, float>&, const float (&)[3]);
template void advance_scalar(Scalar<double>&, const Populations<D3Q27, double>&, const Lattice&,
                             const Boundary<D3Q27, double>&, const double (&)[3]);
template void move_scalar(Scalar<float>&, const Lattice&, const std::vector<std::uint8_t>&);
template void move_scalar(Scalar<double>&, const Lattice&, const std::vector<std::uint8_t>&);
template void move_scalar(ScalarCells<float>&, const Lattice&, const std::vector<std::uint8_t>&);
template void move_scalar(ScalarCells<double>&, const Lattice&, const std::vector<std::uint8_t>&);
template ScalarTotals observe_scalar(std::vector<float>&, const Scalar<float>&, const Lattice&);
template ScalarTotals observe_scalar(std::vector<float>&, const Scalar<double>&, const Lattice&);

}  // namespace soleus
