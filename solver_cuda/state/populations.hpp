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

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/velocity_set.hpp"
#include "solver_cuda/state/large_pages.hpp"
#include "solver_cuda/state/lumen_nodes.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

enum class Parity { even, odd };  // which kind of step comes next

using Slot = std::size_t;  // 2^32 values are 17 GB, less than a GPU has

/// Index of population i of a node: [tile][direction][node of the tile].
template <class L>
SOLEUS_HD inline Slot slot(Node n, int i) {
  return (Slot(n / tile_nodes) * L::Q + Slot(i)) * Slot(tile_nodes) + Slot(n % tile_nodes);
}

template <class L, class Real>
struct Populations {
  std::vector<Real, LargePages<Real>> storage;  // shifted: f_i - w_i
  Parity next = Parity::even;

  /// At rest.
  explicit Populations(std::size_t tiles) : storage(tiles * L::Q * tile_nodes) {
    constexpr std::size_t per_tile = std::size_t(L::Q) * tile_nodes;
    parallel_ranges(tiles, 16, [&](std::size_t first, std::size_t last) {
      std::fill(data() + first * per_tile, data() + last * per_tile, Real(0));
    });
  }
  Real* data() { return storage.data(); }
  const Real* data() const { return storage.data(); }
};

/// Slot of the population that arrives at the fluid node n along i, `next` being the step to come.
template <class L>
inline Slot arriving(const Tiles& t, const LumenNodes& nodes, Parity next, Node n, int i) {
  if (next == Parity::even) return slot<L>(n, i);
  const Node from = t.neighbour(n, L::opposite(i));
  return nodes.fluid(from) ? slot<L>(from, L::opposite(i)) : slot<L>(n, i);
}

/// The shifted populations that arrive at a fluid node.
template <class L, class Real>
void gather(const Populations<L, Real>& f, const Tiles& t, const LumenNodes& nodes, Node n, Real (&g)[L::Q]) {
  for (int i = 0; i < L::Q; ++i) g[i] = f.data()[arriving<L>(t, nodes, f.next, n, i)];
}

template <class L, class Real>
void scatter(Populations<L, Real>& f, const Tiles& t, const LumenNodes& nodes, Node n,
             const Real (&g)[L::Q]) {
  for (int i = 0; i < L::Q; ++i) f.data()[arriving<L>(t, nodes, f.next, n, i)] = g[i];
}

}  // namespace soleus
