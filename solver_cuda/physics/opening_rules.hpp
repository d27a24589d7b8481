// How a pressure opening holds its pressure, and an ideal valve opens and shuts.
#pragma once

#include "solver_cuda/physics/open_end.hpp"

namespace soleus {

/// Density excess and inward velocity, summed over the nodes of an opening.
struct Inside {
  double nodes = 0, drho = 0, inward = 0;

  SOLEUS_HD Inside& operator+=(const Inside& o) {
    nodes += o.nodes, drho += o.drho, inward += o.inward;
    return *this;
  }
};
template <class Real>
SOLEUS_HD inline Inside inside_at(const Macro<Real>& m, const Real (&inward)[3]) {
  return {1, double(m.drho), double(inward_velocity(m, inward))};
}
SOLEUS_HD inline Inside mean(const Inside& sum) {
  return sum.nodes > 0 ? Inside{1, sum.drho / sum.nodes, sum.inward / sum.nodes} : Inside{};
}

/// What passes through an opening in a step, summed over its links.
struct Exchange {
  double mass_in = 0;
  double shortfall = 0;  // of the density of what left and what arrives, together, to that of the outside
  double per_speed = 0;  // mass that a uniform inward velocity of one brings in

  SOLEUS_HD Exchange& operator+=(const Exchange& o) {
    mass_in += o.mass_in, shortfall += o.shortfall, per_speed += o.per_speed;
    return *this;
  }
};

/// Of one link; `in` arrives instead of what `left`.
template <class L, class Real>
SOLEUS_HD inline Exchange exchange(int i, const Macro<Real>& outside, const Real (&inward)[3], Real in,
                                   Real left) {
  const double even = 0.5 * (double(in) + double(open_end<L>(L::opposite(i), outside)));
  return {double(in) - double(left), 2 * even - double(in) - double(left),
          double(inflow_through<L>(i, inward, Real(1)))};
}

/// An ideal valve opens when the pressures, as density excesses, drive blood its way; `way` is 1 into the
/// lumen, -1 out of it, 0 both.
SOLEUS_HD inline void open_valve(OpeningState& s, int way, double drho_inside, double drho_outside) {
  if (s.shut && way * (drho_outside - drho_inside) > 0) s.beyond = 0, s.shut = false;
}

/// Inward velocity of what arrives, `inside` being the nodes' mean.
SOLEUS_HD inline double through(const OpeningState& s, const Inside& inside) {
  return inside.inward + s.beyond;
}

/// An opening's pressure is that of the outside when the velocity of what arrives is that of what leaves. The
/// nodes' mean velocity is 2 to 4 % off it, which makes a difference of pressures of 0.05 to 0.15 rho c_s u:
/// it is made good, over some steps. A valve shuts when the velocity turns.
SOLEUS_HD inline void follow_flow(OpeningState& s, int way, const Inside& inside, const Exchange& all) {
  constexpr double per_step = 0.05;
  if (all.per_speed > 0) s.beyond += per_step * 2 * all.shortfall / all.per_speed;
  if (way * through(s, inside) < 0) s.beyond = 0, s.shut = true;
}

}  // namespace soleus
