// What arrives through an opening: equilibrium of the given density and the node's velocity (pressure opening), or of the
// node's density and the given velocity (flow opening). Bounce-back and anti-bounce-back are exact for more flows, but let odd
// ghost modes grow at tau - 0.5 = 2e-3, and so does an added off-equilibrium part (tried: diverges within 0.4 s in a vein seven
// cells across); the equilibrium opening stays stable there and under flow reversal.
// REFERENCE: Mohamad & Succi, Eur. Phys. J. Spec. Top. 171, 213 (2009).
#pragma once

#include "solver_cuda/physics/moments.hpp"

namespace soleus {

/// Shifted population that arrives along i from outside, where density and velocity are `outside`.
template <class Real>
SOLEUS_HD inline Real open_end(int i, const Macro<Real>& outside) {
  return equilibrium(i, outside);
}

/// What a flow's correction adds to the population along i: the odd part of the equilibrium of the profile.
template <class Real>
SOLEUS_HD inline Real inflow_share(int i, const Real (&inward)[3], Real speed) {
  const Real c = Real(d3q19::cx(i)) * inward[0] + Real(d3q19::cy(i)) * inward[1] + Real(d3q19::cz(i)) * inward[2];
  return Real(6) * Real(d3q19::weight(i)) * c * speed;
}

}  // namespace soleus
