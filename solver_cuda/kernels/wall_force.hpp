// The force of the fluid on its wall, by momentum exchange.
// REFERENCES: Ladd, J. Fluid Mech. 271, 285 (1994); Wen, Zhang, Tu, Wang & Fang, J. Comput. Phys. 266, 161
// (2014), the form that does not depend on the frame.
#pragma once

#include "solver_cuda/choices.hpp"
#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/state/boundary.hpp"

namespace soleus {

/// Force [N] that the fluid exerts on all its wall or on the obstacles during the step to come:
///   F = sum over the links of c_o f*_o - c_i f_i + u_w m
/// with what leaves along o and comes back along i, u_w the wall's velocity at the link and m the mass that
/// it displaces there: what the links let through beyond that, f_i - f*_o - m, is taken back. Pressure counts
/// relative to the reference, since populations are shifted: a body that the fluid surrounds does not feel
/// the difference. Nothing is kept from the sweep; the collision of the nodes at the wall is done again, so
/// that steps without a sample cost nothing.
template <class L, class Real>
Vec3 wall_force(const Populations<L, Real>& f, const Boundary<L, Real>& boundary, const WallView& view,
                const Relaxation<Real>& rates, Collision collision, ForceOn part);

}  // namespace soleus
