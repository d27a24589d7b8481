// What a node holds that the wall has uncovered. REFERENCE: Caiazzo, Prog. Comput. Fluid Dyn. 8, 3 (2008).
#pragma once

#include "solver_cuda/physics/moments.hpp"

namespace soleus {

/// Populations of an uncovered node, `depth` cells inside the wall. `at_wall` has the wall's velocity and the
/// density of the node's fluid neighbours; `next` are the populations of the fluid node `step` cells further
/// in. The velocity is interpolated linearly between the two; the off-equilibrium part is the next node's.
template <class L, class Real>
SOLEUS_HD inline void refill_cell(Real (&f)[L::Q], const Macro<Real>& at_wall, const Real (&next)[L::Q],
                                  const Real (&force)[3], double depth, double step) {
  const Macro<Real> inside = macro<L>(next, force);
  const Real t = static_cast<Real>(depth / (depth + step));
  const Macro<Real> here{at_wall.drho, at_wall.x + t * (inside.x - at_wall.x),
                         at_wall.y + t * (inside.y - at_wall.y), at_wall.z + t * (inside.z - at_wall.z)};
  for (int i = 0; i < L::Q; ++i) f[i] = equilibrium<L>(i, here) + (next[i] - equilibrium<L>(i, inside));
}

}  // namespace soleus
