// What a passive scalar does in one cell: two relaxation times on seven directions.
// REFERENCES: Ginzburg, Adv. Water Resour. 28, 1171 (2005), two relaxation times for advection and
// dispersion, with the even term u_a^2 that takes away the numerical diffusion along the axes; Ginzburg, Adv.
// Water Resour. 28, 1196 (2005), its walls.
#pragma once

#include "solver_cuda/physics/velocity_set.hpp"

namespace soleus {

/// The first seven directions, for a scalar: rest and the six along the axes.
struct D3Q7 : Directions {
  static constexpr int Q = 7;
  SOLEUS_HD static constexpr double weight(int i) { return i == 0 ? 1.0 / 4 : 1.0 / 8; }
};

/// Square of the scalar's lattice speed of sound.
inline constexpr double scalar_cs2 = 1.0 / 4;

/// Rates in 1/step: the odd one sets the diffusivity, D = (1/odd - 1/2)/4; the even one is free.
template <class R>
struct ScalarRates {
  R odd, even;
};

inline ScalarRates<double> scalar_rates(double diffusivity) {
  constexpr double magic = 0.25;  // (1/odd - 1/2)(1/even - 1/2): the most stable
  const double half = diffusivity / scalar_cs2;
  return {1 / (half + 0.5), 1 / (magic / half + 0.5)};
}

/// Equilibrium of an amount per cell that moves with the velocity u.
template <class R>
SOLEUS_HD inline R scalar_equilibrium(int i, R amount, const R (&u)[3]) {
  const R u2 = u[0] * u[0] + u[1] * u[1] + u[2] * u[2];
  if (i == 0) return amount * (R(1 - 3 * scalar_cs2) - u2);
  const int a = (i - 1) / 2;
  const R along = (i & 1) != 0 ? u[a] : -u[a];
  return R(0.5) * amount * (R(scalar_cs2) + along * along + along);
}

/// Replaces the populations that arrived by those that leave; u in cells per step.
template <class R>
SOLEUS_HD inline void collide_scalar(R (&g)[D3Q7::Q], const R (&u)[3], const ScalarRates<R>& rates) {
  R amount = 0;
  for (int i = 0; i < D3Q7::Q; ++i) amount += g[i];
  g[0] += rates.even * (scalar_equilibrium(0, amount, u) - g[0]);
  for (int i = 1; i < D3Q7::Q; i += 2) {
    const R a = scalar_equilibrium(i, amount, u), b = scalar_equilibrium(i + 1, amount, u);
    const R even = rates.even * R(0.5) * ((a + b) - (g[i] + g[i + 1]));
    const R odd = rates.odd * R(0.5) * ((a - b) - (g[i] - g[i + 1]));
    g[i] += even + odd;
    g[i + 1] += even - odd;
  }
}

}  // namespace soleus
