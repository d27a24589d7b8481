// A passive scalar that the fluid carries: one step, its openings, and what happens when the wall moves.
#pragma once

#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/scalar.hpp"

namespace soleus {

/// Fills all fluid nodes at rest; `concentration(node)` is the concentration there.
template <class Real, class Concentration>
void fill_scalar(Scalar<Real>& s, const Lattice& lattice, Concentration&& concentration) {
  for (const std::int32_t tile : lattice.nodes.active_tiles)
    for (Node n = tile * tile_nodes; n < (tile + 1) * tile_nodes; ++n) {
      if (!lattice.nodes.fluid(n)) continue;
      Real amount[D3Q7::Q], measure[D3Q7::Q];
      const Real at_rest[3] = {}, c = concentration(n);
      for (int i = 0; i < D3Q7::Q; ++i) {
        measure[i] = scalar_equilibrium(i, Real(1), at_rest);
        amount[i] = c * measure[i];
      }
      scatter(s.amount, lattice.tiles, lattice.nodes, n, amount);
      scatter(s.measure, lattice.tiles, lattice.nodes, n, measure);
    }
}

/// One step with the velocity that the fluid has when the step begins: before stream_collide, after
/// sample_openings. Walls send back what meets them. Through an opening enters `inflow` where the fluid flows
/// in; where it flows out the concentration's gradient is zero.
template <class L, class Real>
void advance_scalar(Scalar<Real>& s, const Populations<L, Real>& f, const Lattice& lattice,
                    const Boundary<L, Real>& boundary, const Real (&force)[3]);

/// Before an even step, `before` being the fluid rows before the wall moved on: nodes that were covered give
/// all they hold to their neighbours, uncovered ones take an equal part of each neighbour. Nothing is gained
/// or lost; what a node without fluid neighbours holds waits there until it is fluid again. `Held`: Scalar or
/// ScalarCells.
template <template <class> class Held, class Real>
void move_scalar(Held<Real>& s, const Lattice& lattice, const std::vector<std::uint8_t>& before);

/// The nodes that move_scalar() reads and writes: those covered or uncovered and their fluid neighbours,
/// ascending.
std::vector<Node> scalar_moved_among(const Lattice& lattice, const std::vector<std::uint8_t>& before);

/// Concentration of every stored node, zero in solid ones.
template <class Real>
ScalarTotals observe_scalar(std::vector<float>& concentration, const Scalar<Real>& s, const Lattice& lattice);

}  // namespace soleus
