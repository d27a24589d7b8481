// Cumulant collision on D3Q27: in the frame that moves with the fluid, what is left after a collision is a
// Gaussian whose covariance is pressure and relaxed stress; all cumulants of third and higher order are
// nothing. REFERENCE: Geier, Schoenherr, Pasquali & Krafczyk, Comput. Math. Appl. 70, 507 (2015), all rates
// but the first one.
#pragma once

#include "solver_cuda/physics/stress.hpp"
#include "solver_cuda/physics/trt.hpp"

namespace soleus {

/// Moments of a Gaussian about its mean, less those at rest; k[a + 3 b + 9 c] belongs to c_x^a c_y^b c_z^c.
/// Products are written out so that the large part, that of the pressure, cancels on paper and not in single
/// precision.
template <class V>
SOLEUS_HD inline void set_gaussian(V (&k)[27], const V& drho, const Stress<V>& s) {
  using R = typename Arithmetic<V>::scalar;
  constexpr R third = R(1.0 / 3), ninth = R(1.0 / 9);
  for (V& zero : k) zero = V{};
  const V per_rho = R(1) / (R(1) + drho), p = drho * third;
  k[0] = drho;
  k[2] = p + s.xx, k[6] = p + s.yy, k[18] = p + s.zz;
  k[4] = s.xy, k[10] = s.xz, k[12] = s.yz;
  // <xxyy> = <xx><yy> + 2 <xy><xy>, <xxyz> = <xx><yz> + 2 <xy><xz>, over rho
  const V xxyy = (s.xx * s.yy + R(2) * s.xy * s.xy) * per_rho;
  const V xxzz = (s.xx * s.zz + R(2) * s.xz * s.xz) * per_rho;
  const V yyzz = (s.yy * s.zz + R(2) * s.yz * s.yz) * per_rho;
  const V rest = p * third;
  k[8] = rest + (s.xx + s.yy) * third + xxyy;
  k[20] = rest + (s.xx + s.zz) * third + xxzz;
  k[24] = rest + (s.yy + s.zz) * third + yyzz;
  k[14] = s.yz * third + (s.xx * s.yz + R(2) * s.xy * s.xz) * per_rho;
  k[16] = s.xz * third + (s.yy * s.xz + R(2) * s.xy * s.yz) * per_rho;
  k[22] = s.xy * third + (s.zz * s.xy + R(2) * s.xz * s.yz) * per_rho;
  // <xxyyzz> = <xx><yyzz> + 2 <xy><xyzz> + 2 <xz><xyyz>, over rho
  k[26] = rest * third + (s.xx + s.yy + s.zz) * ninth + yyzz * third +
          (s.xx * ((s.yy + s.zz) * third + yyzz) + R(2) * (s.xy * k[22] + s.xz * k[16])) * per_rho;
}

/// Takes the moments along one axis (stride 1, 3 or 9) from about u to about rest.
template <int stride, class V>
SOLEUS_HD inline void shift_moments(V (&k)[27], const V& u) {
  using R = typename Arithmetic<V>::scalar;
  const V uu = u * u, u2 = R(2) * u;
#pragma GCC unroll 9
  for (int n = 0; n < 9; ++n) {
    constexpr int low = stride == 1 ? 3 : 1, high = stride == 9 ? 3 : 9;
    const int b = n % 3, c = n / 3, at = b * low + c * high;
    // moments of the fluid at rest along the other two axes, of which k is less
    const bool none = b == 1 || c == 1;
    const R at_rest = none ? R(0) : R((b == 2 ? cs2 : 1) * (c == 2 ? cs2 : 1));
    const V whole = none ? k[at] : k[at] + at_rest;
    k[at + 2 * stride] += u2 * k[at + stride] + uu * whole;
    k[at + stride] += u * whole;
  }
}

/// The force moves the mean: moments are taken about the velocity before it and put back about the one after.
template <class L, class Model = Newtonian, class V, class R>
SOLEUS_HD inline void collide_cumulant(V (&f)[L::Q], const Relaxation<R>& p) {
  static_assert(L::Q == D3Q27::Q, "a Gaussian needs all 27 moments");
  RawMoments<L, V> m = raw_moments<L>(f);
  const Macro<V> u = macro_of(m, p.force);
  Stress<V> s = off_equilibrium(m, momentum_flux(u), half_force_moments(u, p.force));
  typename Model::template Rate<V, R> omega = p.omega_plus + typename Model::template Rate<V, R>{};
  Model::set_rate(p.rheology, s, m.drho, omega);
  const Macro<V> defect = cubic_defect(s, u, omega);
  relax(s, omega);
  s.xx -= defect.x, s.yy -= defect.y, s.zz -= defect.z;

  V k[27];
  set_gaussian(k, m.drho, s);
  const V half_per_rho = R(0.5) / (R(1) + m.drho);
  shift_moments<1>(k, V(u.x + p.force[0] * half_per_rho));
  shift_moments<3>(k, V(u.y + p.force[1] * half_per_rho));
  shift_moments<9>(k, V(u.z + p.force[2] * half_per_rho));
  m.x = k[1], m.y = k[3], m.z = k[9];
  m.xx = k[2], m.yy = k[6], m.zz = k[18], m.xy = k[4], m.xz = k[10], m.yz = k[12];
  m.xxy = k[5], m.xyy = k[7], m.xxz = k[11], m.xzz = k[19], m.yyz = k[15], m.yzz = k[21], m.xyz = k[13];
  m.xxyy = k[8], m.xxzz = k[20], m.yyzz = k[24], m.xxyz = k[14], m.xyyz = k[16], m.xyzz = k[22];
  m.xyyzz = k[25], m.xxyzz = k[23], m.xxyyz = k[17], m.xxyyzz = k[26];
  set_populations<L>(f, m);
}

}  // namespace soleus
