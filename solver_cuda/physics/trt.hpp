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
  {
    const R w = R(L::weight(0));
    f[0] += omega_plus * (w * (m.drho - R(1.5) * rho * u2) - f[0]) - keep_plus * w * R(3) * uF;
  }
#pragma GCC unroll 13
  for (int i = 1; i < L::Q; i += 2) {
    const int o = i + 1;
    const R w = R(L::weight(i)), x = R(L::cx(i)), y = R(L::cy(i)), z = R(L::cz(i));
    const V cu = x * m.x + y * m.y + z * m.z;
    const R cF = x * p.force[0] + y * p.force[1] + z * p.force[2];
    const V even_eq = w * (m.drho + rho * (R(4.5) * cu * cu - R(1.5) * u2));
    const V odd_eq = R(3) * w * rho * cu;
    const V even =
        omega_plus * (even_eq - R(0.5) * (f[i] + f[o])) + keep_plus * w * (R(9) * cF * cu - R(3) * uF);
    const V odd = omega_minus * (odd_eq - R(0.5) * (f[i] - f[o])) + keep_minus * R(3) * w * cF;
    f[i] += even + odd;
    f[o] += even - odd;
  }
}

}  // namespace soleus
