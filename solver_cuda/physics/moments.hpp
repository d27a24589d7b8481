// Density and momentum of one cell from its shifted populations f_i - w_i.
#pragma once

#include <type_traits>

#include "solver_cuda/physics/velocity_set.hpp"

namespace soleus {

/// The scalar behind an arithmetic type: float for float, and for a SIMD pack of floats.
template <class V>
using scalar_of = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;
template <class V>
struct Arithmetic {
  using scalar = scalar_of<V>;
};
template <>
struct Arithmetic<float> {
  using scalar = float;
};
template <>
struct Arithmetic<double> {
  using scalar = double;
};

/// Density excess rho - 1 and velocity in lattice units.
template <class V>
struct Macro {
  V drho, x, y, z;
};

/// c_i . (x, y, z). Spelled out: a compiler may not drop 0 x, which is not 0 for every x.
template <class L, class V>
SOLEUS_HD inline void along(V& sum, int i, const V& x, const V& y, const V& z) {
  const int cx = L::cx(i), cy = L::cy(i), cz = L::cz(i);
  if (cx != 0) sum = cx > 0 ? x : -x;
  if (cy != 0 && cx == 0) sum = cy > 0 ? y : -y;
  if (cy != 0 && cx != 0) sum = cy > 0 ? sum + y : sum - y;
  if (cz != 0 && cx == 0 && cy == 0) sum = cz > 0 ? z : -z;
  if (cz != 0 && (cx != 0 || cy != 0)) sum = cz > 0 ? sum + z : sum - z;
}

/// Velocity with half the force per cell added (Guo, Zheng & Shi, Phys. Rev. E 65, 046308 (2002), eq. 16).
template <class L, class V>
SOLEUS_HD inline Macro<V> macro(const V (&f)[L::Q], const typename Arithmetic<V>::scalar (&force)[3]) {
  using R = typename Arithmetic<V>::scalar;
  V drho = f[0], jx = f[0] * R(0), jy = jx, jz = jx;
#pragma GCC unroll 27
  for (int i = 1; i < L::Q; ++i) {
    drho += f[i];
    if (L::cx(i) != 0) jx += R(L::cx(i)) * f[i];
    if (L::cy(i) != 0) jy += R(L::cy(i)) * f[i];
    if (L::cz(i) != 0) jz += R(L::cz(i)) * f[i];
  }
  const V per_rho = R(1) / (R(1) + drho);
  return {drho, (jx + R(0.5) * force[0]) * per_rho, (jy + R(0.5) * force[1]) * per_rho,
          (jz + R(0.5) * force[2]) * per_rho};
}

/// Shifted second-order equilibrium of direction i: f_i^eq - w_i.
template <class L, class V>
SOLEUS_HD inline V equilibrium(int i, const Macro<V>& m) {
  using R = typename Arithmetic<V>::scalar;
  const V cu = R(L::cx(i)) * m.x + R(L::cy(i)) * m.y + R(L::cz(i)) * m.z;
  const V u2 = m.x * m.x + m.y * m.y + m.z * m.z;
  const V rho = R(1) + m.drho;
  return R(L::weight(i)) * (m.drho + rho * (R(3) * cu + R(4.5) * cu * cu - R(1.5) * u2));
}

}  // namespace soleus
