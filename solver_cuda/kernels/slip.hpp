// Faces that the fluid slips along: specular reflection.
#pragma once

#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/state/boundary.hpp"

namespace soleus {

/// Finds the pairs of links that a frictionless face makes exchange what they send back. A population that
/// leaves x along (t, -n), t along the face, arrives at x + t along (t, n); half-way bounce-back has left it
/// in the slot of (-t, n) at x, and in the slot of (t, n) at x + t what belongs there. A link straight at the
/// face, or whose neighbour along the face is no fluid, bounces back. The face lies half-way between nodes
/// wherever the case has it.
template <class L, class Real>
void link_slip(Boundary<L, Real>& boundary, const WallView& view);

/// After stream_collide.
template <class L, class Real>
void exchange_slip(Populations<L, Real>& f, const Boundary<L, Real>& boundary);

}  // namespace soleus
