// What arrives through an opening: equilibrium of the given density and the node's velocity (pressure opening), or of the
// node's density and the given velocity (flow opening), plus the off-equilibrium part that carries the node's viscous stress. Rebuilding the whole population from density, velocity and stress
// keeps the opening stable at small viscosity and under flow reversal, where bounce-back and anti-bounce-back let odd ghost modes grow.
// REFERENCE: Latt, Chopard, Malaspinas, Deville & Michler, Phys. Rev. E 77, 056703 (2008), regularised boundaries.
#pragma once

#include "solver_cuda/physics/regularized.hpp"

namespace soleus {

/// Velocity and off-equilibrium momentum flux of the node inside the opening, before collision.
template <class Real>
struct OpenState {
  Macro<Real> macro;
  Stress<Real> off;
};

template <class Real>
SOLEUS_HD inline OpenState<Real> open_state(const Real (&arriving)[d3q19::Q], const Real (&force)[3]) {
  const Macro<Real> m = macro(arriving, force);
  return {m, stress_off_equilibrium(arriving, m, force)};
}

/// Shifted population that arrives along i from outside, where density and velocity are `outside`.
template <class Real>
SOLEUS_HD inline Real open_end(int i, const Macro<Real>& outside, const Stress<Real>& p) {
  const Real x = Real(d3q19::cx(i)), y = Real(d3q19::cy(i)), z = Real(d3q19::cz(i));
  const Real cc = x * x * p.xx + y * y * p.yy + z * z * p.zz + Real(2) * (x * y * p.xy + x * z * p.xz + y * z * p.yz);
  const Real off = Real(d3q19::weight(i)) * (Real(4.5) * cc - Real(1.5) * (p.xx + p.yy + p.zz));
  return equilibrium(i, outside) + off;
}

/// What a flow's correction adds to the population along i: the odd part of the equilibrium of the profile.
template <class Real>
SOLEUS_HD inline Real inflow_share(int i, const Real (&inward)[3], Real speed) {
  const Real c = Real(d3q19::cx(i)) * inward[0] + Real(d3q19::cy(i)) * inward[1] + Real(d3q19::cz(i)) * inward[2];
  return Real(6) * Real(d3q19::weight(i)) * c * speed;
}

}  // namespace soleus
