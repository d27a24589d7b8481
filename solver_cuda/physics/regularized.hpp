// Recursive regularised collision on D3Q19 with third-order Hermite terms: every moment that does not carry
// stress is rebuilt from density, velocity and stress, which removes the ghost modes that make BGK unstable
// at small viscosity. REFERENCES: Malaspinas, arXiv:1505.06900 (2015), recursion of the off-equilibrium
// moments; Jacob, Malaspinas & Sagaut, J. Turbul. 19, 1051 (2018), the D3Q19 set of third-order polynomials;
// Guo, Zheng & Shi (2002) for the force.
#pragma once

#include "solver_cuda/physics/trt.hpp"

namespace soleus {

/// Symmetric second-order tensor of one cell.
template <class V>
struct Stress {
  V xx, yy, zz, xy, xz, yz;
};

/// Off-equilibrium momentum flux sum_i (f_i - f_i^eq) c c + (uF + Fu)/2.
template <class L, class V, class R>
SOLEUS_HD inline Stress<V> stress_off_equilibrium(const V (&f)[L::Q], const Macro<V>& m,
                                                  const R (&force)[3]) {
  const V rho = R(1) + m.drho;
  const V p = m.drho * R(1.0 / 3);
  Stress<V> s{m.x * force[0] - p - rho * m.x * m.x,
              m.y * force[1] - p - rho * m.y * m.y,
              m.z * force[2] - p - rho * m.z * m.z,
              R(0.5) * (m.x * force[1] + m.y * force[0]) - rho * m.x * m.y,
              R(0.5) * (m.x * force[2] + m.z * force[0]) - rho * m.x * m.z,
              R(0.5) * (m.y * force[2] + m.z * force[1]) - rho * m.y * m.z};
#pragma GCC unroll 27
  for (int i = 1; i < L::Q; ++i) {
    const int x = L::cx(i), y = L::cy(i), z = L::cz(i);
    if (x != 0) s.xx += f[i];
    if (y != 0) s.yy += f[i];
    if (z != 0) s.zz += f[i];
    if (x * y != 0) s.xy += R(x * y) * f[i];
    if (x * z != 0) s.xz += R(x * z) * f[i];
    if (y * z != 0) s.yz += R(y * z) * f[i];
  }
  return s;
}

/// Third-order Hermite moments a_xxy, ... that D3Q19 supports, as the sums and differences it can tell apart.
template <class V>
struct ThirdOrder {
  V xxy, yzz, xzz, xyy, yyz, xxz;
};

template <class L, class V, class R>
SOLEUS_HD inline void collide_regularized(V (&f)[L::Q], const Relaxation<R>& p) {
  const Macro<V> m = macro<L>(f, p.force);
  const V rho = R(1) + m.drho;
  Stress<V> s = stress_off_equilibrium<L>(f, m, p.force);
  // The trace relaxes at once: a bulk viscosity of 1/9 damps sound, which a liquid does not have, and leaves
  // shear alone.
  const R keep = R(1) - p.omega_plus;
  const V bulk = (s.xx + s.yy + s.zz) * R(1.0 / 3);
  s.xx = (s.xx - bulk) * keep, s.yy = (s.yy - bulk) * keep, s.zz = (s.zz - bulk) * keep;
  s.xy *= keep, s.xz *= keep, s.yz *= keep;

  // a_abc = rho u_a u_b u_c + u_a s_bc + u_b s_ac + u_c s_ab (the recursion, eq. 3.16 of Malaspinas 2015)
  const ThirdOrder<V> a{rho * m.x * m.x * m.y + R(2) * m.x * s.xy + m.y * s.xx,
                        rho * m.y * m.z * m.z + R(2) * m.z * s.yz + m.y * s.zz,
                        rho * m.x * m.z * m.z + R(2) * m.z * s.xz + m.x * s.zz,
                        rho * m.x * m.y * m.y + R(2) * m.y * s.xy + m.x * s.yy,
                        rho * m.y * m.y * m.z + R(2) * m.y * s.yz + m.z * s.yy,
                        rho * m.x * m.x * m.z + R(2) * m.x * s.xz + m.z * s.xx};
  // Second-order moments after collision, equilibrium part and half the force included.
  const V xx = rho * m.x * m.x + s.xx, yy = rho * m.y * m.y + s.yy, zz = rho * m.z * m.z + s.zz;
  const V xy = rho * m.x * m.y + s.xy, xz = rho * m.x * m.z + s.xz, yz = rho * m.y * m.z + s.yz;
  const V trace = (xx + yy + zz) * R(1.0 / 3);
  const V jx = rho * m.x + R(0.5) * p.force[0], jy = rho * m.y + R(0.5) * p.force[1],
          jz = rho * m.z + R(0.5) * p.force[2];
  // Half of the force's second-order moment, uF + Fu, is in s before relaxation; the other half is added
  // after it.
  const V fxx = m.x * p.force[0], fyy = m.y * p.force[1], fzz = m.z * p.force[2];
  const V fxy = R(0.5) * (m.x * p.force[1] + m.y * p.force[0]),
          fxz = R(0.5) * (m.x * p.force[2] + m.z * p.force[0]),
          fyz = R(0.5) * (m.y * p.force[2] + m.z * p.force[1]);
  const V ftrace = (fxx + fyy + fzz) * R(1.0 / 3);

#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {
    const R x = R(L::cx(i)), y = R(L::cy(i)), z = R(L::cz(i));
    // 1/(2 cs^4) H2 : a2 = 4.5 (cc : a2) - 1.5 tr a2
    const V second = R(4.5) * (x * x * (xx + fxx) + y * y * (yy + fyy) + z * z * (zz + fzz)) +
                     R(9) * (x * y * (xy + fxy) + x * z * (xz + fxz) + y * z * (yz + fyz)) -
                     R(4.5) * (trace + ftrace);
    // H_aab = c_b (c_a^2 - 1/3); sums carry weight 3, differences 1, over 6 cs^6 (Jacob et al. 2018, eq. 17)
    const R hxxy = y * (x * x - R(1.0 / 3)), hyzz = y * (z * z - R(1.0 / 3));
    const R hxzz = x * (z * z - R(1.0 / 3)), hxyy = x * (y * y - R(1.0 / 3));
    const R hyyz = z * (y * y - R(1.0 / 3)), hxxz = z * (x * x - R(1.0 / 3));
    const V third = R(4.5) * (R(3) * ((hxxy + hyzz) * (a.xxy + a.yzz) + (hxzz + hxyy) * (a.xzz + a.xyy) +
                                      (hyyz + hxxz) * (a.yyz + a.xxz)) +
                              (hxxy - hyzz) * (a.xxy - a.yzz) + (hxzz - hxyy) * (a.xzz - a.xyy) +
                              (hyyz - hxxz) * (a.yyz - a.xxz));
    f[i] = R(L::weight(i)) * (m.drho + R(3) * (x * jx + y * jy + z * jz) + second + third);
  }
}

}  // namespace soleus
