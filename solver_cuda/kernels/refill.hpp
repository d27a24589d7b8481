// What uncovered nodes hold.
#pragma once

#include <vector>

#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/state/cells.hpp"

namespace soleus {

/// Gives uncovered nodes (ascending) populations: density of their fluid neighbours, velocity between wall
/// and fluid, off-equilibrium part of the next fluid node inwards (physics/refill.hpp).
/// `f`: Populations or Cells; with_fluid_neighbours() are read, `uncovered` written.
template <template <class, class> class Store, class L, class Real>
void refill(Store<L, Real>& f, const WallView& view, const std::vector<Node>& uncovered, RefillRule rule,
            const Real (&force)[3]);

}  // namespace soleus
