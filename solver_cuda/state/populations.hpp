// One copy of the populations, streamed in place by the AA pattern (Bailey, Myre, Walsh, Lilja & Saar, ICPP
// 2009).
//
// The population that arrives at node x along direction i from a fluid node lies in slot (x, i) after an odd
// step and in slot (x - c_i, opposite i) after an even one. What arrives from a node that is not fluid, off a
// wall or through an opening, waits in (x, i) after either: the slots of solid nodes hold nothing, and no
// node needs a solid neighbour's tile. A step touches only slots that belong to its node, so the order of
// nodes does not matter.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "solver_cuda/physics/velocity_set.hpp"
#include "solver_cuda/state/large_pages.hpp"
#include "solver_cuda/state/row_order.hpp"

namespace soleus {

enum class Parity { even, odd };  // which kind of step comes next

using Slot = std::size_t;  // 2^32 values are 17 GB, less than a GPU has

/// [direction][place of the node in its order].
template <class L, class Real>
struct Populations {
  const RowOrder* order;
  std::vector<Real, LargePages<Real>> storage;  // shifted: f_i - w_i
  Parity next = Parity::even;

  /// At rest.
  explicit Populations(const RowOrder& row_order) : order(&row_order), storage(row_order.places * L::Q) {
    const auto fill = [&](std::int64_t first, std::int64_t last) {
      for (int i = 0; i < L::Q; ++i) std::fill(stream(i) + first, stream(i) + last, Real(0));
    };
    parallel_bricks(*order, [&](std::size_t first, std::size_t last) {  // by the thread that steps them
      fill(order->bricks[first].begin, order->bricks[last].begin);
    });
    fill(0, order->bricks.front().begin);
    fill(order->bricks.back().begin, static_cast<std::int64_t>(order->places));
  }
  Real* data() { return storage.data(); }
  const Real* data() const { return storage.data(); }
  /// Populations i of all nodes.
  Real* stream(int i) { return data() + order->places * std::size_t(i); }
  const Real* stream(int i) const { return data() + order->places * std::size_t(i); }
  Real& at(Node n, int i) { return data()[slot(n, i)]; }
  const Real& at(Node n, int i) const { return data()[slot(n, i)]; }
  Slot slot(Node n, int i) const { return order->places * std::size_t(i) + std::size_t(order->place(n)); }
};

/// The population that arrives at the fluid node n along i lies in which node's slot along which direction,
/// `next` being the step to come.
struct Arriving {
  Node node;
  int i;
};
template <class L>
inline Arriving arriving(const Tiles& t, const LumenNodes& nodes, Parity next, Node n, int i) {
  if (next == Parity::even) return {n, i};
  const Node from = t.neighbour(n, L::opposite(i));
  return nodes.fluid(from) ? Arriving{from, L::opposite(i)} : Arriving{n, i};
}

/// The shifted populations that arrive at a fluid node.
template <class L, class Real>
void gather(const Populations<L, Real>& f, const Tiles& t, const LumenNodes& nodes, Node n, Real (&g)[L::Q]) {
  for (int i = 0; i < L::Q; ++i) {
    const Arriving from = arriving<L>(t, nodes, f.next, n, i);
    g[i] = f.at(from.node, from.i);
  }
}

/// What gather() reads, into the cache. Nodes of a plane across x lie far apart.
template <class L, class Real>
void fetch(const Populations<L, Real>& f, const Tiles& t, const LumenNodes& nodes, Node n) {
  for (int i = 0; i < L::Q; ++i) {
    const Arriving from = arriving<L>(t, nodes, f.next, n, i);
    __builtin_prefetch(&f.at(from.node, from.i));
  }
}

template <class L, class Real>
void scatter(Populations<L, Real>& f, const Tiles& t, const LumenNodes& nodes, Node n,
             const Real (&g)[L::Q]) {
  for (int i = 0; i < L::Q; ++i) {
    const Arriving from = arriving<L>(t, nodes, f.next, n, i);
    f.at(from.node, from.i) = g[i];
  }
}

}  // namespace soleus
