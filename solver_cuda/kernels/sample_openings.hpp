// What the fluid at the openings does when a step begins.
#pragma once

#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Notes density and velocity of the nodes at the openings; goes before the collision.
template <class L, class Real>
void sample_openings(Boundary<L, Real>& boundary, const Populations<L, Real>& f, const Tiles& tiles,
                     const LumenNodes& nodes, const Real (&force)[3]);

}  // namespace soleus
