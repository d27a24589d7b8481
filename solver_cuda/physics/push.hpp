// What a force that acts in a moment does to the populations of a cell: its equilibrium moves with the fluid,
// and what is off equilibrium stays. Half of a step's force before the collision and half after it make Guo's
// velocity, second order in time. REFERENCE: Kupershtokh, Medvedev & Karpov, Comput. Math. Appl. 58, 965
// (2009), the exact difference method; halves on either side as by Strang.
#pragma once

#include "solver_cuda/physics/moments.hpp"

namespace soleus {

/// Momentum given to one cell.
template <class V>
struct Push {
  V x, y, z;
};

/// Adds w_i (3 c.p + 9 (c.u)(c.p) - 3 u.p) to the shifted populations, u the mean of the velocities before
/// and after: the difference of their second-order equilibria. Returns density and the velocity after it.
template <class L, class V>
SOLEUS_HD inline Macro<V> push_cell(V (&f)[L::Q], const Push<V>& p) {
  using R = typename Arithmetic<V>::scalar;
  constexpr R none[3] = {};
  Macro<V> m = macro<L>(f, none);
  const V half_per_rho = R(0.5) / (R(1) + m.drho);
  const V x = m.x + p.x * half_per_rho, y = m.y + p.y * half_per_rho, z = m.z + p.z * half_per_rho;
  const V up = R(-3) * (x * p.x + y * p.y + z * p.z);
  f[0] += R(L::weight(0)) * up;
#pragma GCC unroll 13
  for (int i = 1; i < L::Q; i += 2) {
    const R w = R(L::weight(i));
    V cu{}, cp{};
    along<L>(cu, i, x, y, z);
    along<L>(cp, i, p.x, p.y, p.z);
    const V even = w * (up + R(9) * cu * cp), odd = (R(3) * w) * cp;
    f[i] += even + odd;
    f[i + 1] += even - odd;
  }
  m.x += (x - m.x) * R(2), m.y += (y - m.y) * R(2), m.z += (z - m.z) * R(2);
  return m;
}

}  // namespace soleus
