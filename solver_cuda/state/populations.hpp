// One copy of the populations, streamed in place by the AA pattern (Bailey, Myre, Walsh, Lilja & Saar, ICPP
// 2009).
//
// The population that arrives at node x along direction i lies in slot (x, i) after an odd step and in slot
// (x - c_i, opposite i) after an even one; the one that leaves x along i lies where it arrives next: in (x +
// c_i, i) after an odd step and in (x, opposite i) after an even one. A step touches only the 19 slots that
// belong to its node, so the order of nodes does not matter.
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/physics/d3q19.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

enum class Parity { even, odd };  // which kind of step comes next

using Slot = std::uint32_t;

/// Index of population i of a node: [tile][direction][node of the tile].
inline Slot slot(Node n, int i) {
  return (Slot(n / tile_nodes) * d3q19::Q + Slot(i)) * Slot(tile_nodes) + Slot(n % tile_nodes);
}

inline std::int32_t tile_of(Slot s) {
  return static_cast<std::int32_t>(s / (Slot(d3q19::Q) * tile_nodes));
}

template <class Real>
struct Populations {
  static constexpr int pad = 16;  // rows are read one value beyond their ends
  std::vector<Real> storage;      // shifted: f_i - w_i
  Parity next = Parity::even;

  explicit Populations(std::size_t tiles) : storage(tiles * d3q19::Q * tile_nodes + 2 * pad, Real(0)) {}
  Real* data() { return storage.data() + pad; }
  const Real* data() const { return storage.data() + pad; }
};

/// Slot of the population that arrives at n along i, `next` being the step to come.
inline Slot arriving(const Tiles& t, Parity next, Node n, int i) {
  if (next == Parity::even) return slot(n, i);
  return slot(t.neighbour(n, d3q19::opposite(i)), d3q19::opposite(i));
}

/// Slot of the population that left n along i in the last step.
inline Slot left_along(const Tiles& t, Parity next, Node n, int i) {
  if (next == Parity::odd) return slot(n, d3q19::opposite(i));
  return slot(t.neighbour(n, i), i);
}

/// The 19 shifted populations that arrive at a node.
template <class Real>
void gather(const Populations<Real>& f, const Tiles& t, Node n, Real (&g)[d3q19::Q]) {
  for (int i = 0; i < d3q19::Q; ++i) g[i] = f.data()[arriving(t, f.next, n, i)];
}

template <class Real>
void scatter(Populations<Real>& f, const Tiles& t, Node n, const Real (&g)[d3q19::Q]) {
  for (int i = 0; i < d3q19::Q; ++i) f.data()[arriving(t, f.next, n, i)] = g[i];
}

}  // namespace soleus
