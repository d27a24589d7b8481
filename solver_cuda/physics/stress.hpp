// What the operators in moment space share: velocity and stress from raw moments, the relaxation of the
// stress, the recursion for the moments that carry no information of their own.
// REFERENCES: Guo, Zheng & Shi, Phys. Rev. E 65, 046308 (2002), force; Malaspinas, arXiv:1505.06900 (2015),
// recursion; Geier, Schoenherr, Pasquali & Krafczyk, Comput. Math. Appl. 70, 507 (2015), the cubic defect.
#pragma once

#include "solver_cuda/physics/raw_moments.hpp"

namespace soleus {

/// Symmetric second-order tensor of one cell.
template <class V>
struct Stress {
  V xx, yy, zz, xy, xz, yz;
};

/// Third-order moments that both sets have.
template <class V>
struct ThirdOrder {
  V xxy, xyy, xxz, xzz, yyz, yzz;
};

template <class V>
SOLEUS_HD inline Macro<V> macro_of(const RawMoments<D3Q19, V>& m,
                                   const typename Arithmetic<V>::scalar (&force)[3]) {
  using R = typename Arithmetic<V>::scalar;
  const V per_rho = R(1) / (R(1) + m.drho);
  return {m.drho, (m.x + R(0.5) * force[0]) * per_rho, (m.y + R(0.5) * force[1]) * per_rho,
          (m.z + R(0.5) * force[2]) * per_rho};
}

/// (uF + Fu)/2.
template <class V, class R>
SOLEUS_HD inline Stress<V> half_force_moments(const Macro<V>& u, const R (&force)[3]) {
  const R x = R(0.5) * force[0], y = R(0.5) * force[1], z = R(0.5) * force[2];
  return {u.x * force[0],    u.y * force[1],    u.z * force[2],
          u.x * y + u.y * x, u.x * z + u.z * x, u.y * z + u.z * y};
}

/// rho u u.
template <class V>
SOLEUS_HD inline Stress<V> momentum_flux(const Macro<V>& u) {
  using R = typename Arithmetic<V>::scalar;
  const V rho = R(1) + u.drho, x = rho * u.x, y = rho * u.y, z = rho * u.z;
  return {x * u.x, y * u.y, z * u.z, x * u.y, x * u.z, y * u.z};
}

/// Off-equilibrium momentum flux sum_i (f_i - f_i^eq) c c + (uF + Fu)/2: the second moments about u, less
/// pressure, freed of the force.
template <class V>
SOLEUS_HD inline Stress<V> off_equilibrium(const RawMoments<D3Q19, V>& m, const Stress<V>& flux,
                                           const Stress<V>& half_force) {
  using R = typename Arithmetic<V>::scalar;
  const V p = m.drho * R(cs2);
  return {m.xx - p - flux.xx + half_force.xx, m.yy - p - flux.yy + half_force.yy,
          m.zz - p - flux.zz + half_force.zz, m.xy - flux.xy + half_force.xy,
          m.xz - flux.xz + half_force.xz,     m.yz - flux.yz + half_force.yz};
}

template <class L, class V, class R>
SOLEUS_HD inline Stress<V> stress_off_equilibrium(const V (&f)[L::Q], const Macro<V>& u,
                                                  const R (&force)[3]) {
  return off_equilibrium(raw_moments<L>(f), momentum_flux(u), half_force_moments(u, force));
}

/// Shear relaxes with omega (a scalar or one rate per lane). The trace relaxes at once: a bulk viscosity of
/// 1/9 damps sound, which a liquid does not have, and leaves shear alone.
template <class V, class Rate>
SOLEUS_HD inline void relax(Stress<V>& s, const Rate& omega) {
  using R = typename Arithmetic<V>::scalar;
  const Rate keep = R(1) - omega;
  const V bulk = (s.xx + s.yy + s.zz) * R(1.0 / 3);
  s.xx = (s.xx - bulk) * keep, s.yy = (s.yy - bulk) * keep, s.zz = (s.zz - bulk) * keep;
  s.xy *= keep, s.xz *= keep, s.yz *= keep;
}

/// What the third-order flux lacks because the lattice cannot tell c_a^3 from c_a, times the relaxation: to
/// be taken from the relaxed diagonal stress; `s` is the one before. Without it a fluid that is stretched
/// while it moves at u has a viscosity 3 u^2 too low. Geier et al. 2015, eq. 58-63, with a bulk rate of one.
template <class V, class Rate>
SOLEUS_HD inline Macro<V> cubic_defect(const Stress<V>& s, const Macro<V>& u, const Rate& omega) {
  using R = typename Arithmetic<V>::scalar;
  // rho du_a/da = -(3/2) omega (s_aa - trace/3) - trace/2
  const Rate shear = R(-1.5) * omega;
  const V rest = (s.xx + s.yy + s.zz) * (R(0.5) * omega - R(0.5));
  const V x = u.x * u.x * (shear * s.xx + rest), y = u.y * u.y * (shear * s.yy + rest),
          z = u.z * u.z * (shear * s.zz + rest);
  const Rate of_shear = R(3) - R(1.5) * omega;
  const V of_bulk = (x + y + z) * (R(0.5) * omega - R(0.5));  // 3/2 - of_shear, over 3
  return {V{}, of_shear * x + of_bulk, of_shear * y + of_bulk, of_shear * z + of_bulk};
}

/// rho u_a u_b u_c + u_a s_bc + u_b s_ac + u_c s_ab (eq. 3.16 of Malaspinas 2015): third moments whose part
/// about u is nothing.
template <class V>
SOLEUS_HD inline ThirdOrder<V> recursion(const Macro<V>& u, const Stress<V>& flux, const Stress<V>& s) {
  using R = typename Arithmetic<V>::scalar;
  const V xx = flux.xx + s.xx, yy = flux.yy + s.yy, zz = flux.zz + s.zz;
  const V xy = R(2) * s.xy, xz = R(2) * s.xz, yz = R(2) * s.yz;
  return {u.y * xx + u.x * xy, u.x * yy + u.y * xy, u.z * xx + u.x * xz,
          u.x * zz + u.z * xz, u.z * yy + u.y * yz, u.y * zz + u.z * yz};
}

}  // namespace soleus
