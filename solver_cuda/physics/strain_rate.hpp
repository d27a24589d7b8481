// How fast a cell is sheared, from its own populations: no differences between neighbours.
// REFERENCES: Skordos, Phys. Rev. E 48, 4823 (1993); Kruger, Varnik & Raabe, Phys. Rev. E 79, 046704 (2009),
// second order in space; Guo, Zheng & Shi (2002) for the force.
#pragma once

#include "solver_cuda/physics/regularized.hpp"

namespace soleus {

/// (grad u + grad u^T)/2 [1/step] without its trace, which vanishes in a liquid and relaxes at a rate of its
/// own. `f` are the populations that arrive, `m` their density and velocity; `omega` is the rate of the even
/// moments, whatever the collision does to the others.
template <class L, class V, class R>
SOLEUS_HD inline Stress<V> strain_rate(const V (&f)[L::Q], const Macro<V>& m, const R (&force)[3], R omega) {
  // Pi_neq = -2 rho c_s^2 / omega S (Chapman-Enskog)
  const V scale = R(-1.5) * omega / (R(1) + m.drho);
  const Stress<V> s = stress_off_equilibrium<L>(f, m, force);
  const V third = (s.xx + s.yy + s.zz) * R(1.0 / 3);
  return {scale * (s.xx - third), scale * (s.yy - third), scale * (s.zz - third),
          scale * s.xy,           scale * s.xz,           scale * s.yz};
}

}  // namespace soleus
