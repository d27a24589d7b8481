// Which links end at an opening, and the profile that belongs to an imposed flow.
#pragma once

#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/state/boundary.hpp"

namespace soleus {

/// Bit i is set when what arrives at the node along i comes through a cap that the link reaches before the
/// wall.
std::uint32_t open_directions(const WallView& view, Node n);

/// Finds the nodes at the openings. The profile is scaled so that its inflow over all links is one cell per
/// step, whatever flow is imposed: it also carries the correction of an opening at rest.
template <class L, class Real>
void link_openings(Boundary<L, Real>& boundary, const WallView& view);

}  // namespace soleus
