// One copy of the populations, streamed in place by the AA pattern (Bailey, Myre, Walsh, Lilja & Saar, ICPP
// 2009).
//
// The population that arrives at node x along direction i lies in slot (x, i) after an odd step and in slot
// (x - c_i, opposite i) after an even one; the one that leaves x along i lies where it arrives next: in (x +
// c_i, i) after an odd step and in (x, opposite i) after an even one. A step touches only the slots that
// belong to its node, so the order of nodes does not matter.
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/physics/velocity_set.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

enum class Parity { even, odd };  // which kind of step comes next

using Slot = std::uint32_t;

/// Index of population i of a node: [tile][direction][node of the tile].
template <class L>
inline Slot slot(Node n, int i) {
  return (Slot(n / tile_nodes) * L::Q + Slot(i)) * Slot(tile_nodes) + Slot(n % tile_nodes);
}

template <class L>
inline std::int32_t tile_of(Slot s) {
  return static_cast<std::int32_t>(s / (Slot(L::Q) * tile_nodes));
}

template <class L, class Real>
struct Populations {
  static constexpr int pad = 16;  // rows are read one value beyond their ends
  std::vector<Real> storage;      // shifted: f_i - w_i
  Parity next = Parity::even;

  explicit Populations(std::size_t tiles) : storage(tiles * L::Q * tile_nodes + 2 * pad, Real(0)) {}
  Real* data() { return storage.data() + pad; }
  const Real* data() const { return storage.data() + pad; }
};

/// Slot of the population that arrives at n along i, `next` being the step to come.
template <class L>
inline Slot arriving(const Tiles& t, Parity next, Node n, int i) {
  if (next == Parity::even) return slot<L>(n, i);
  return slot<L>(t.neighbour(n, L::opposite(i)), L::opposite(i));
}

/// Slot of the population that left n along i in the last step.
template <class L>
inline Slot left_along(const Tiles& t, Parity next, Node n, int i) {
  if (next == Parity::odd) return slot<L>(n, L::opposite(i));
  return slot<L>(t.neighbour(n, i), i);
}

/// The shifted populations that arrive at a node.
template <class L, class Real>
void gather(const Populations<L, Real>& f, const Tiles& t, Node n, Real (&g)[L::Q]) {
  for (int i = 0; i < L::Q; ++i) g[i] = f.data()[arriving<L>(t, f.next, n, i)];
}

template <class L, class Real>
void scatter(Populations<L, Real>& f, const Tiles& t, Node n, const Real (&g)[L::Q]) {
  for (int i = 0; i < L::Q; ++i) f.data()[arriving<L>(t, f.next, n, i)] = g[i];
}

}  // namespace soleus
