// Two-relaxation-time collision with Guo's body force.
// REFERENCES: Ginzburg, Verhaeghe & d'Humieres, Commun. Comput. Phys. 3, 427 (2008); Guo, Zheng & Shi, PRE
// 65, 046308 (2002).
#pragma once

#include "solver_cuda/physics/rheology.hpp"

namespace soleus {

/// Rates in 1/step: `omega_plus` sets the viscosity, nu = (1/omega_plus - 1/2)/3; `omega_minus` is the free
/// odd rate. `force` is the force on one cell of unit density. A fluid that is not Newtonian takes the rates
/// of each cell from `rheology`.
template <class R>
struct Relaxation {
  R omega_plus, omega_minus, force[3];
  Rheology<R> rheology{};
};

/// Of a Newtonian fluid; of others that which their case names.
template <class R>
SOLEUS_HD inline R lattice_viscosity(const Relaxation<R>& rates) {
  return (1 / rates.omega_plus - R(0.5)) / 3;
}

/// omega_minus for the magic parameter (1/omega_plus - 1/2)(1/omega_minus - 1/2).
inline double odd_rate(double omega_plus, double magic) {
  return 1 / (0.5 + magic / (1 / omega_plus - 0.5));
}

/// Replaces the shifted pre-collision populations of one cell by the post-collision ones.
template <class L, class Model = Newtonian, class V, class R>
SOLEUS_HD inline void collide_trt(V (&f)[L::Q], const Relaxation<R>& p) {
  const Macro<V> m = macro<L>(f, p.force);
  const V rho = R(1) + m.drho;
  const V u2 = m.x * m.x + m.y * m.y + m.z * m.z;
  const V uF = m.x * p.force[0] + m.y * p.force[1] + m.z * p.force[2];
  using Rate = typename Model::template Rate<V, R>;
  Rate omega_plus = p.omega_plus + Rate{}, omega_minus = p.omega_minus + Rate{};
  if constexpr (std::is_same_v<Model, GeneralizedNewtonian>) {
    Model::set_rate(p.rheology, stress_off_equilibrium<L>(f, m, p.force), m.drho, omega_plus);
    Model::set_odd_rate(p.rheology, omega_plus, omega_minus);
  }
  const Rate keep_plus = R(1) - R(0.5) * omega_plus, keep_minus = R(1) - R(0.5) * omega_minus;
  const Rate half_plus = R(0.5) * omega_plus, half_minus = R(0.5) * omega_minus;
  // What equilibrium and force put into the even part of any direction is w (k + (a c.u + 9 keep c.F) c.u),
  // into the odd part w (b c.u + 3 keep c.F).
  const V k = omega_plus * (m.drho - R(1.5) * rho * u2) - R(3) * keep_plus * uF;
  const V a = R(4.5) * omega_plus * rho, b = R(3) * omega_minus * rho;
  f[0] += R(L::weight(0)) * k - omega_plus * f[0];
#pragma GCC unroll 13
  for (int i = 1; i < L::Q; i += 2) {
    const int o = i + 1;
    const R w = R(L::weight(i));
    V cu{};
    R cF = 0;
    along<L>(cu, i, m.x, m.y, m.z);
    along<L>(cF, i, p.force[0], p.force[1], p.force[2]);
    const V even = w * (k + (a * cu + R(9) * cF * keep_plus) * cu) - half_plus * (f[i] + f[o]);
    const V odd = w * (b * cu + R(3) * cF * keep_minus) - half_minus * (f[i] - f[o]);
    f[i] += even + odd;
    f[o] += even - odd;
  }
}

}  // namespace soleus
