// Recursive regularised collision with third-order Hermite terms: every moment that does not carry stress is
// rebuilt from density, velocity and stress, which removes the ghost modes that make a single relaxation time
// unstable at small viscosity. REFERENCES: Malaspinas, arXiv:1505.06900 (2015), recursion of the
// off-equilibrium moments; Jacob, Malaspinas & Sagaut, J. Turbul. 19, 1051 (2018), D3Q19; Guo, Zheng & Shi
// (2002) for the force.
#pragma once

#include "solver_cuda/physics/stress.hpp"
#include "solver_cuda/physics/trt.hpp"

namespace soleus {

/// Sets the moments of second and higher order to those of the Hermite series up to third order with the
/// coefficients `a` and `b`; m.drho and the momentum are those after the collision. Weights make the
/// diagonals of D3Q19 take a part of the third axis along.
template <class V>
SOLEUS_HD inline void set_hermite_series(RawMoments<D3Q19, V>& m, const Stress<V>& a,
                                         const ThirdOrder<V>& b) {
  using R = typename Arithmetic<V>::scalar;
  const V p = m.drho * R(cs2), x = m.x * R(cs2), y = m.y * R(cs2), z = m.z * R(cs2);
  m.xx = p + a.xx, m.yy = p + a.yy, m.zz = p + a.zz, m.xy = a.xy, m.xz = a.xz, m.yz = a.yz;
  m.xxy = y + b.xxy, m.xyy = x + b.xyy, m.xxz = z + b.xxz;
  m.xzz = x + b.xzz, m.yyz = z + b.yyz, m.yzz = y + b.yzz;
  const V rest = (p + a.xx + a.yy + a.zz) * R(1.0 / 3);
  m.xxyy = rest - R(0.5) * a.zz, m.xxzz = rest - R(0.5) * a.yy, m.yyzz = rest - R(0.5) * a.xx;
}

template <class V>
SOLEUS_HD inline void set_hermite_series(RawMoments<D3Q27, V>& m, const Stress<V>& a, const ThirdOrder<V>& b,
                                         const V& b_xyz) {
  using R = typename Arithmetic<V>::scalar;
  constexpr R third = R(1.0 / 3);
  set_hermite_series(static_cast<RawMoments<D3Q19, V>&>(m), a, b);
  m.xyz = b_xyz;
  const V p = m.drho * R(1.0 / 9), xx = a.xx * third, yy = a.yy * third, zz = a.zz * third;
  m.xxyy = p + xx + yy, m.xxzz = p + xx + zz, m.yyzz = p + yy + zz;
  m.xxyz = a.yz * third, m.xyyz = a.xz * third, m.xyzz = a.xy * third;
  m.xyyzz = m.x * R(1.0 / 9) + (b.xyy + b.xzz) * third;
  m.xxyzz = m.y * R(1.0 / 9) + (b.xxy + b.yzz) * third;
  m.xxyyz = m.z * R(1.0 / 9) + (b.xxz + b.yyz) * third;
  m.xxyyzz = (p + xx + yy + zz) * third;
}

template <class L, class Model = Newtonian, class V, class R>
SOLEUS_HD inline void collide_regularized(V (&f)[L::Q], const Relaxation<R>& p) {
  RawMoments<L, V> m = raw_moments<L>(f);
  const Macro<V> u = macro_of(m, p.force);
  const Stress<V> flux = momentum_flux(u), half_force = half_force_moments(u, p.force);
  Stress<V> s = off_equilibrium(m, flux, half_force);
  typename Model::template Rate<V, R> omega = p.omega_plus + typename Model::template Rate<V, R>{};
  Model::set_rate(p.rheology, s, m.drho, omega);
  const Macro<V> defect = cubic_defect(s, u, omega);
  relax(s, omega);
  s.xx -= defect.x, s.yy -= defect.y, s.zz -= defect.z;

  m.x += p.force[0], m.y += p.force[1], m.z += p.force[2];
  const ThirdOrder<V> b = recursion(u, flux, s);
  // Half of the force's second-order moment, uF + Fu, is in s before relaxation; the other half is added
  // after it.
  const Stress<V> a{flux.xx + s.xx + half_force.xx, flux.yy + s.yy + half_force.yy,
                    flux.zz + s.zz + half_force.zz, flux.xy + s.xy + half_force.xy,
                    flux.xz + s.xz + half_force.xz, flux.yz + s.yz + half_force.yz};
  if constexpr (L::Q == D3Q27::Q) {
    const V b_xyz = u.z * (flux.xy + s.xy) + u.y * s.xz + u.x * s.yz;
    set_hermite_series(m, a, b, b_xyz);
  } else {
    set_hermite_series(m, a, b);
  }
  set_populations<L>(f, m);
}

}  // namespace soleus
