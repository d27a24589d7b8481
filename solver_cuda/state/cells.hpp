// Populations of some nodes, taken out of a lattice that the host cannot reach: what arrives at them before
// an even step, when it lies in the nodes' own slots.
#pragma once

#include <algorithm>
#include <vector>

#include "solver_cuda/state/populations.hpp"

namespace soleus {

template <class L, class Real>
struct Cell {
  Real g[L::Q];
};

template <class L, class Real>
struct Cells {
  std::vector<Node> nodes;  // ascending
  std::vector<Cell<L, Real>> at;

  std::size_t find(Node n) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(nodes, n) - nodes.begin());
  }
};

/// As of Populations, for code that is a template over where populations lie.
template <class L, class Real>
void gather(const Cells<L, Real>& cells, const Tiles&, const LumenNodes&, Node n, Real (&g)[L::Q]) {
  const Cell<L, Real>& cell = cells.at[cells.find(n)];
  std::copy(cell.g, cell.g + L::Q, g);
}

template <class L, class Real>
void scatter(Cells<L, Real>& cells, const Tiles&, const LumenNodes&, Node n, const Real (&g)[L::Q]) {
  std::copy(g, g + L::Q, cells.at[cells.find(n)].g);
}

}  // namespace soleus
