// The population that comes back along a link that the wall cuts.
// REFERENCES: Ginzburg, Verhaeghe & d'Humieres, Commun. Comput. Phys. 3, 519 (2008), the central linear
// interpolation (CLI); Ladd, J. Fluid Mech. 271, 285 (1994), momentum of a moving wall.
#pragma once

#include "solver_cuda/physics/velocity_set.hpp"

namespace soleus {

/// Coefficients of one link. The wall lies at fraction q in (0, 1] of the link from the fluid node towards
/// the solid one.
template <class Real>
struct WallLink {
  Real kappa;  // (1 - 2 q)/(1 + 2 q); 0 is half-way bounce-back
  Real push;   // momentum given by the moving wall
};

/// Direction i points from the wall into the fluid; `rho` is the density of the fluid at the wall, u_wall in
/// lattice units. Independent of the viscosity for a wall with a linear velocity profile; with fixed magic
/// parameter also for a parabolic one.
template <class L, class Real>
SOLEUS_HD inline WallLink<Real> wall_link(int i, double q, double rho, double c_dot_u_wall) {
  const Real w = Real(L::weight(i)), cut = Real(q), momentum = Real(rho * c_dot_u_wall);
  return {(Real(1) - Real(2) * cut) / (Real(1) + Real(2) * cut),
          Real(12) * w * momentum / (Real(1) + Real(2) * cut)};
}

/// Half-way bounce-back whatever q is: a staircase wall. Also used where no fluid node lies behind.
template <class L, class Real>
SOLEUS_HD inline WallLink<Real> halfway_link(int i, double rho, double c_dot_u_wall) {
  return {Real(0), Real(6) * Real(L::weight(i)) * Real(rho * c_dot_u_wall)};
}

/// `out`: population that left the node towards the wall; `behind`: the one that left the next fluid node,
/// away from the wall, in the same direction as `out`; `away`: the one that left the node in direction i. All
/// shifted, post-collision.
template <class Real>
SOLEUS_HD inline Real reflect(const WallLink<Real>& link, Real out, Real behind, Real away) {
  return out + link.kappa * (behind - away) + link.push;
}

}  // namespace soleus
