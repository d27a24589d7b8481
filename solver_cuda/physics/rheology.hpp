// Viscosity as a function of the shear rate, and the relaxation rate that follows from the stress of a cell.
// REFERENCES: Cho & Kensey, Biorheology 28, 241 (1991), Carreau-Yasuda fit to blood; Casson, in Rheology of
// Disperse Systems (Pergamon, 1959), 84; O'Donovan & Tanner, J. Non-Newtonian Fluid Mech. 15, 75 (1984), a
// yield stress regularised by a cap of the viscosity.
#pragma once

#include "solver_cuda/physics/elementary.hpp"
#include "solver_cuda/physics/stress.hpp"

namespace soleus {

enum class RheologyModel { newtonian, carreau_yasuda, casson };

/// Any consistent units; in the solver kinematic lattice units, for the wall SI.
template <class R>
struct Rheology {
  RheologyModel model = RheologyModel::newtonian;
  R least = 0, most = 0;                     // viscosity at infinite shear rate, and its largest value
  R time = 0, index = 1, half_exponent = 1;  // Carreau-Yasuda: lambda, n, a/2
  R yield = 0;                               // Casson: yield stress
  R magic = 0;                               // of the two relaxation times, where the rates differ by cell
};

/// Carreau-Yasuda, least + (most - least) (1 + (time rate)^a)^((n - 1)/a), and its derivative by ln(rate).
template <class V, class R>
SOLEUS_HD inline void carreau_yasuda(const Rheology<R>& r, const V& rate_squared, V& viscosity, V& slope) {
  V one, power, y = rate_squared * (r.time * r.time);
  if (r.half_exponent != R(1)) {
    log2_of<V>(y + R(1e-30), power);
    exp2_of<V>(power * r.half_exponent, y);
  }
  log2_of<V>(y + R(1), one);
  exp2_of<V>(one * ((r.index - R(1)) / (R(2) * r.half_exponent)), power);
  const V part = (r.most - r.least) * power;
  viscosity = part + r.least;
  slope = part * (r.index - R(1)) * y / (y + R(1));
}

/// Viscosity at a shear rate. Casson: (sqrt(yield / rate) + sqrt(least))^2, at most `most`.
inline double viscosity_at(const Rheology<double>& r, double rate) {
  if (r.model == RheologyModel::newtonian) return r.least;
  if (r.model == RheologyModel::casson) {
    const double root = std::sqrt(r.yield) + std::sqrt(r.least * rate);
    return root * root < r.most * rate ? root * root / rate : r.most;
  }
  double viscosity, slope;
  carreau_yasuda(r, rate * rate, viscosity, slope);
  return viscosity;
}

/// The relaxation time of Carreau-Yasuda, tau = 1/2 + 3 nu(k / tau) with k the shear rate times tau. Newton's
/// method from the largest value; three steps leave less than 3e-6 of tau - 1/2.
template <class V, class R>
SOLEUS_HD inline void carreau_yasuda_rate(const Rheology<R>& r, const V& k_squared, V& omega) {
  const R shortest = R(0.5) + R(3) * r.least, longest = R(0.5) + R(3) * r.most;
  V tau = V{} + longest;
  for (int step = 0; step < 3; ++step) {
    V viscosity, slope;
    const V per_tau = R(1) / tau;
    carreau_yasuda<V>(r, k_squared * per_tau * per_tau, viscosity, slope);
    tau -= (tau - R(0.5) - R(3) * viscosity) / (R(1) + R(3) * slope * per_tau);
    tau = tau < shortest ? V{} + shortest : tau;
    tau = tau > longest ? V{} + longest : tau;
  }
  omega = R(1) / tau;
}

/// The rate of a Casson fluid: the stress (1 - omega/2) k/3 equals (sqrt(yield) + sqrt(least omega k))^2, a
/// quadratic for sqrt(omega); never below the rate of the largest viscosity.
template <class V, class R>
SOLEUS_HD inline void casson_rate(const Rheology<R>& r, const V& k_squared, V& omega) {
  const R lowest = R(1) / (R(0.5) + R(3) * r.most);
  V k, discriminant, root, cross;
  root_of<V>(k_squared, k);
  const V b = r.least * k, square = b + k * R(1.0 / 6);
  const V over = k * R(1.0 / 3) - r.yield;  // stress that a rate of nought would have, over the yield stress
  root_of<V>(b * r.yield, cross);
  root_of<V>(cross * cross + square * (over > R(0) ? over : V{}), discriminant);
  root = (discriminant - cross) / (square + R(1e-30));
  omega = root * root;
  omega = omega < lowest ? V{} + lowest : omega;
}

/// One viscosity everywhere: the rate is that of the case.
struct Newtonian {
  template <class V, class R>
  using Rate = R;
  template <class V, class R>
  SOLEUS_HD static void set_rate(const Rheology<R>&, const Stress<V>&, const V&, R&) {}
};

/// A viscosity that depends on the shear rate: each cell finds its rate from its own stress, without memory
/// of the step before. The shear rate is sqrt(2 S:S) = omega k with k = 3 sqrt(s:s / 2) / rho.
struct GeneralizedNewtonian {
  template <class V, class R>
  using Rate = V;
  template <class V, class R>
  SOLEUS_HD static void set_rate(const Rheology<R>& r, const Stress<V>& s, const V& drho, V& omega) {
    const V bulk = (s.xx + s.yy + s.zz) * R(1.0 / 3), per_rho = R(1) / (R(1) + drho);
    const V xx = s.xx - bulk, yy = s.yy - bulk, zz = s.zz - bulk;
    const V squared = (xx * xx + yy * yy + zz * zz + R(2) * (s.xy * s.xy + s.xz * s.xz + s.yz * s.yz)) *
                      (R(4.5) * per_rho * per_rho);
    if (r.model == RheologyModel::casson)
      casson_rate(r, squared, omega);
    else
      carreau_yasuda_rate(r, squared, omega);
  }
  template <class V, class R>
  SOLEUS_HD static void set_odd_rate(const Rheology<R>& r, const V& omega_plus, V& omega_minus) {
    const V half = R(1) / omega_plus - R(0.5);
    omega_minus = half / (R(0.5) * half + r.magic);
  }
};

}  // namespace soleus
