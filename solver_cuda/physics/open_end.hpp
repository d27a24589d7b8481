// What arrives through an opening: equilibrium of the given density and the node's velocity (pressure
// opening), or of the node's density and the given velocity (flow opening). Bounce-back and anti-bounce-back
// are exact for more flows, but let odd ghost modes grow at tau - 0.5 = 2e-3, and so does an added
// off-equilibrium part (tried: diverges within 0.4 s in a vein seven cells across); the equilibrium opening
// stays stable there and under flow reversal. REFERENCE: Mohamad & Succi, Eur. Phys. J. Spec. Top. 171, 213
// (2009).
#pragma once

#include "solver_cuda/physics/moments.hpp"
#include "solver_cuda/physics/wave_end.hpp"

namespace soleus {

/// Shifted population that arrives along i from outside, where density and velocity are `outside`.
template <class L, class Real>
SOLEUS_HD inline Real open_end(int i, const Macro<Real>& outside) {
  return equilibrium<L>(i, outside);
}

template <class Real>
SOLEUS_HD inline Real inward_velocity(const Macro<Real>& m, const Real (&inward)[3]) {
  return m.x * inward[0] + m.y * inward[1] + m.z * inward[2];
}

/// State outside an opening through which blood moves straight inwards at a given speed.
template <class Real>
SOLEUS_HD inline Macro<Real> outside_flow_opening(const Macro<Real>& inside, const Real (&inward)[3],
                                                  Real speed) {
  return {inside.drho, speed * inward[0], speed * inward[1], speed * inward[2]};
}

/// State outside a pressure opening. Blood that flows in comes from rest in a reservoir: straight, with the
/// velocity `through` of the whole opening (not below zero) instead of the node's own, and at the reservoir's
/// pressure less what accelerates it, p - rho u^2 / 2. A node's own velocity would feed on itself: with it
/// the demo's outlet jumped to 1 m/s when the flow turned. Where blood flows out it keeps its profile, moved
/// from the `mean` of the nodes to `through`. Backflow stabilisation: Bertoglio et al., Int. J. Numer. Meth.
/// Biomed. Eng. 34, e2918 (2018).
template <class Real>
SOLEUS_HD inline Macro<Real> outside_pressure_opening(const Macro<Real>& inside, const Real (&inward)[3],
                                                      Real drho, Real mean, Real through) {
  if (inward_velocity(inside, inward) <= 0) {
    const Real more = through - mean;
    return {drho, inside.x + more * inward[0], inside.y + more * inward[1], inside.z + more * inward[2]};
  }
  const Real u = through > 0 ? through : Real(0);
  return {drho - Real(1.5) * u * u, u * inward[0], u * inward[1], u * inward[2]};
}

/// Velocity of a parabolic profile over its mean, at the squared distance r2 from the axis of an opening of
/// radius R; zero outside.
SOLEUS_HD inline double parabolic_profile(double r2, double R) {
  const double v = 2 * (1 - r2 / (R * R));
  return v > 0 ? v : 0;
}

/// The same for a rectangle between walls: the product of the parabolas across its sides, at a point `d` from
/// its centre. Half sides of zero belong to axes without walls. Across two walls it is not the developed flow
/// of a duct but the profile that benchmarks prescribe.
SOLEUS_HD inline double rectangular_profile(const Vec3& d, const Vec3& half) {
  double v = 1;
  for (int a = 0; a < 3; ++a) {
    if (half[a] <= 0) continue;
    const double part = 1.5 * (1 - d[a] * d[a] / (half[a] * half[a]));
    v *= part > 0 ? part : 0;
  }
  return v;
}

/// What an inward velocity brings in along i: the odd part of its equilibrium. A flow opening is corrected in
/// this shape.
template <class L, class Real>
SOLEUS_HD inline Real inflow_through(int i, const Real (&inward)[3], Real speed) {
  const Real c = Real(L::cx(i)) * inward[0] + Real(L::cy(i)) * inward[1] + Real(L::cz(i)) * inward[2];
  return Real(6) * Real(L::weight(i)) * c * speed;
}

/// Of a pressure opening, from step to step.
struct OpeningState {
  double beyond = 0;  // inward velocity of what arrives, less the mean of the nodes
  bool shut = false;  // an ideal valve that is: what leaves is sent back as by a wall
  EndState end{};     // of one that leads on into a vein
};

}  // namespace soleus
