// REFERENCES: van der Feen et al. (veno-arteriolar constriction on standing): Henriksen, Acta Physiol. Scand.
// Suppl. 450 (1977).
#include "solver_cuda/limb/dynamics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {

Dynamics::Dynamics(const Network& n, const Schedule& s) : n_(n), s_(s), drained_(n.compartments.size(), 0.0) {
  std::size_t next = n.compartments.size();
  for (const Connection& c : n.connections) {
    valve_.push_back(c.flow == Flow::valve ? next : 0);
    if (c.flow == Flow::valve) next += 2;
  }
  conductance_ = next;
  const std::size_t m = n.compartments.size();
  for (auto* values : {&now_.transmural, &now_.outside, &now_.pressure, &now_.level}) values->resize(m);
  now_.flow.resize(n.connections.size());
}

State Dynamics::start() const {
  State x(conductance_ + 1, 0.0);
  for (std::size_t i = 0; i < n_.compartments.size(); ++i)
    x[i] = volume_at(n_.compartments[i], n_.compartments[i].rest_pa) / ml;
  x[conductance_] = 1;
  return x;
}

const Instant& Dynamics::look(const State& x, double t) {
  now_.press = presses(s_, t);
  now_.sine = sines(s_, t);
  // Arterioles constrict when veins fill: calf flow in standing is 30 to 50 % below that in lying.
  constexpr double constriction = 0.4;
  now_.tone = 1 / (1 - constriction * (1 - std::clamp(now_.sine[std::size_t(Part::shank)], 0.0, 1.0)));
  for (std::size_t i = 0; i < n_.compartments.size(); ++i) {
    const Compartment& c = n_.compartments[i];
    double outside = c.outside_pa;
    for (std::size_t k = 0; k < press_count; ++k) outside += c.share[k] * now_.press[k];
    now_.outside[i] = outside;
    now_.transmural[i] = transmural_pressure(c, x[i] * ml);
    now_.pressure[i] = now_.transmural[i] + outside;
    now_.level[i] = now_.pressure[i] - column_pa(c, now_.sine);
  }
  for (std::size_t k = 0; k < n_.connections.size(); ++k)
    if (n_.connections[k].flow != Flow::heart) now_.flow[k] = flow(k, x);
  for (std::size_t k = 0; k < n_.connections.size(); ++k)
    if (n_.connections[k].flow == Flow::heart) now_.flow[k] = pumped(n_.connections[k]);
  return now_;
}

void Dynamics::operator()(const State& x, State& rate, double t) {
  look(x, t);
  rate.assign(x.size(), 0.0);
  for (std::size_t i = 0; i < drained_.size(); ++i) rate[i] -= drained_[i] / ml;
  for (std::size_t k = 0; k < n_.connections.size(); ++k) {
    const Connection& c = n_.connections[k];
    rate[c.from] -= now_.flow[k] / ml;
    rate[c.to] += now_.flow[k] / ml;
    if (c.flow != Flow::valve) continue;
    const double q = now_.flow[k], zeta = x[valve_[k] + 1], driving = drop(c);
    rate[valve_[k]] = acceleration(c.valve, zeta, driving, c.resistance_pa_s_m3, q) / ml;
    rate[valve_[k] + 1] = opening_rate(c.valve, zeta, driving - c.resistance_pa_s_m3 * q);
  }
  constexpr double onset_s = 3, decay_s = 20;
  const double target = exertion(s_, t), now = x[conductance_];
  rate[conductance_] = (target - now) / (target > now ? onset_s : decay_s);
}

double Dynamics::opening(std::size_t connection, const State& x) const {
  return valve_[connection] ? std::clamp(x[valve_[connection] + 1], 0.0, 1.0) : 1;
}

/// What drives blood through a connection [Pa]. Out of a collapsing vein it does not fall below the
/// pressure at which the vein's end is closed: what is downstream of a waterfall does not matter.
double Dynamics::drop(const Connection& c) const {
  const double whole = now_.level[c.from] - now_.level[c.to];
  if (!c.waterfall || whole <= 0) return whole;
  const Compartment& from = n_.compartments[c.from];
  const double edge = now_.outside[c.from] + closing_pressure(from.law) - column_pa(from, now_.sine);
  return std::min(whole, std::max(0.0, now_.level[c.from] - edge));
}

double Dynamics::flow(std::size_t k, const State& x) const {
  const Connection& c = n_.connections[k];
  switch (c.flow) {
    case Flow::valve:
      return x[valve_[k]] * ml;
    case Flow::microvessel:
      return std::max(0.0, drop(c)) / c.resistance_pa_s_m3 * now_.tone *
             (1 + c.hyperaemia * (x[conductance_] - 1));
    case Flow::filtration: {
      // Vessels before the capillaries take most of the drop, the more so in standing.
      constexpr double before_capillaries = 0.92;
      const double capillary =
          now_.pressure[c.from] +
          (1 - before_capillaries) * std::max(0.0, now_.level[c.arteries] - now_.level[c.from]);
      return (capillary - now_.transmural[c.to] - c.oncotic_pa) / c.resistance_pa_s_m3;
    }
    case Flow::lymph:
      return std::max(0.0, now_.transmural[c.from]) / c.resistance_pa_s_m3;
    default:
      return drop(c) / c.resistance_pa_s_m3;
  }
}

/// The reflex of the pressure in the arteries, taken as quick; the filling pressure limits it.
double Dynamics::pumped(const Connection& heart) const {
  constexpr double reflex_s = 2, limit_m3_s_pa = 2.5e-3 / 60 / mmhg, empty_pa = -4 * mmhg;
  double leaving = 0;
  for (std::size_t k = 0; k < n_.connections.size(); ++k)
    if (n_.connections[k].from == heart.to) leaving += now_.flow[k];
  const double asked = leaving + n_.compartments[heart.to].compliance_m3_pa *
                                     (heart.kept_pa - now_.transmural[heart.to]) / reflex_s;
  const double filled = limit_m3_s_pa * (now_.transmural[heart.from] - empty_pa);
  return std::max(0.0, std::min(asked, filled));
}

void require_numbers(const Network& n, const State& x, double t) {
  for (std::size_t i = 0; i < n.compartments.size(); ++i)
    if (!std::isfinite(x[i]))
      throw NumericalError(fmt::format("the limb failed at {:.3f} s: the volume of '{}' is not a number.", t,
                                       n.compartments[i].name));
}

double column_pa(const Compartment& c, const PerPart& sines) {
  double depth_m = 0;
  for (std::size_t i = 0; i < part_count; ++i) depth_m += c.below_heart_m[i] * sines[i];
  return blood_density_kg_m3 * gravity_m_s2 * depth_m;
}

}  // namespace soleus::limb
