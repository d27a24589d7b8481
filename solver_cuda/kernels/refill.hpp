// What uncovered nodes hold.
#pragma once

#include <vector>

#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Gives uncovered nodes (ascending) populations: density of their fluid neighbours, velocity between wall
/// and fluid, off-equilibrium part of the next fluid node inwards (physics/refill.hpp).
template <class L, class Real>
void refill(Populations<L, Real>& f, const WallView& view, const std::vector<Node>& uncovered,
            RefillRule rule, const Real (&force)[3]);

}  // namespace soleus
