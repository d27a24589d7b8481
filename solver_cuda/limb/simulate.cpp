// REFERENCES: Dormand & Prince, J. Comput. Appl. Math. 6, 19 (1980), by Boost.Odeint, with dense output; van
// der Feen et al. (veno-arteriolar constriction on standing): Henriksen, Acta Physiol. Scand. Suppl. 450
// (1977).
#include "solver_cuda/limb/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/numeric/odeint.hpp>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

namespace odeint = boost::numeric::odeint;

/// Volumes [mL], then flow [mL/s] and opening of each valve, then the muscles' conductance: all of order one
/// to a thousand, so that one absolute error serves them all.
using State = std::vector<double>;

/// What follows from the state at an instant, in SI.
struct Instant {
  std::array<double, press_count> press{};
  PerPart sine{};
  double tone = 1;  // conductance of microvessels that the posture leaves
  std::vector<double> transmural, outside, pressure,
      level;  // level: pressure less that of the blood's column
  std::vector<double> flow;
};

class Limb {
 public:
  Limb(const Network& n, const Schedule& s) : n_(n), s_(s) {
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

  /// Filled as the body lies, all valves closed and nothing flowing.
  State start() const {
    State x(conductance_ + 1, 0.0);
    for (std::size_t i = 0; i < n_.compartments.size(); ++i)
      x[i] = volume_at(n_.compartments[i], n_.compartments[i].rest_pa) / ml;
    x[conductance_] = 1;
    return x;
  }

  const Instant& look(const State& x, double t) {
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
      now_.level[i] = now_.pressure[i] - column(c);
    }
    for (std::size_t k = 0; k < n_.connections.size(); ++k)
      if (n_.connections[k].flow != Flow::heart) now_.flow[k] = flow(k, x);
    for (std::size_t k = 0; k < n_.connections.size(); ++k)
      if (n_.connections[k].flow == Flow::heart) now_.flow[k] = pumped(n_.connections[k]);
    return now_;
  }

  void operator()(const State& x, State& rate, double t) {
    look(x, t);
    rate.assign(x.size(), 0.0);
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

  double opening(std::size_t connection, const State& x) const {
    return valve_[connection] ? std::clamp(x[valve_[connection] + 1], 0.0, 1.0) : 1;
  }

 private:
  double column(const Compartment& c) const {
    return blood_density_kg_m3 * gravity_m_s2 * depth_m(c, now_.sine);
  }

  /// What drives blood through a connection [Pa]. Out of a collapsing vein it does not fall below the
  /// pressure at which the vein's end is closed: what is downstream of a waterfall does not matter.
  double drop(const Connection& c) const {
    const double whole = now_.level[c.from] - now_.level[c.to];
    if (!c.waterfall || whole <= 0) return whole;
    const Compartment& from = n_.compartments[c.from];
    const double edge = now_.outside[c.from] + closing_pressure(from.law) - column(from);
    return std::min(whole, std::max(0.0, now_.level[c.from] - edge));
  }

  double flow(std::size_t k, const State& x) const {
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
  double pumped(const Connection& heart) const {
    constexpr double reflex_s = 2, limit_m3_s_pa = 2.5e-3 / 60 / mmhg, empty_pa = -4 * mmhg;
    double leaving = 0;
    for (std::size_t k = 0; k < n_.connections.size(); ++k)
      if (n_.connections[k].from == heart.to) leaving += now_.flow[k];
    const double asked = leaving + n_.compartments[heart.to].compliance_m3_pa *
                                       (heart.kept_pa - now_.transmural[heart.to]) / reflex_s;
    const double filled = limit_m3_s_pa * (now_.transmural[heart.from] - empty_pa);
    return std::max(0.0, std::min(asked, filled));
  }

  const Network& n_;
  const Schedule& s_;
  std::vector<std::size_t> valve_;  // place of flow and opening in the state; 0: no valve
  std::size_t conductance_ = 0;
  Instant now_;
};

void record(Series& series, const Network& n, Limb& limb, const State& x, double t) {
  const Instant& now = limb.look(x, t);
  series.time_s.push_back(t);
  series.sine.push_back(now.sine);
  double total = 0;
  for (std::size_t i = 0; i < n.compartments.size(); ++i) {
    series.volume_m3[i].push_back(x[i] * ml);
    series.pressure_pa[i].push_back(now.pressure[i]);
    series.outside_pa[i].push_back(now.outside[i]);
    total += x[i] * ml;
  }
  series.total_m3.push_back(total);
  for (std::size_t k = 0; k < n.connections.size(); ++k) {
    series.flow_m3_s[k].push_back(now.flow[k]);
    series.opening[k].push_back(limb.opening(k, x));
  }
}

Series empty_series(const Network& n) {
  Series s;
  for (auto* values : {&s.volume_m3, &s.pressure_pa, &s.outside_pa}) values->resize(n.compartments.size());
  for (auto* values : {&s.flow_m3_s, &s.opening}) values->resize(n.connections.size());
  return s;
}

void require_numbers(const Network& n, const State& x, double t) {
  for (std::size_t i = 0; i < n.compartments.size(); ++i)
    if (!std::isfinite(x[i]))
      throw NumericalError(fmt::format("the limb failed at {:.3f} s: the volume of '{}' is not a number.", t,
                                       n.compartments[i].name));
}

}  // namespace

double depth_m(const Compartment& c, const PerPart& sine) {
  double depth = 0;
  for (std::size_t i = 0; i < part_count; ++i) depth += c.below_heart_m[i] * sine[i];
  return depth;
}

Series simulate(const Network& n, const Schedule& schedule, const SimulationOptions& o) {
  Limb limb(n, schedule);
  const auto rates = [&](const State& x, State& rate, double t) { limb(x, rate, t); };
  auto stepper = odeint::make_dense_output(o.relative, o.relative, o.longest_step_s,
                                           odeint::runge_kutta_dopri5<State>());
  constexpr double first_step_s = 1e-4, hair_s = 1e-9;
  Series series = empty_series(n);
  State x = limb.start(), at_sample = x;
  double t = -o.settle_s;
  long sample = 0;
  // From kink to kink of what drives the limb. The valves' own kinks, where the pressure across one changes
  // its sign, leave the rates continuous: the error control meets them with short steps.
  std::vector<double> ends = kinks(schedule);
  if (o.settle_s > 0) ends.insert(ends.begin(), 0.0);
  for (const double end : ends) {
    if (end - t < hair_s) continue;
    stepper.initialize(x, t, std::min(first_step_s, end - t));
    while (stepper.current_time() < end) {
      stepper.do_step(rates);
      ++series.steps;
      require_numbers(n, stepper.current_state(), stepper.current_time());
      for (; double(sample) * o.sample_s <= std::min(stepper.current_time(), end) + hair_s; ++sample) {
        const double when = double(sample) * o.sample_s;
        if (when < t) continue;
        stepper.calc_state(when, at_sample);
        record(series, n, limb, at_sample, when);
      }
    }
    stepper.calc_state(end, x);
    t = end;
  }
  return series;
}

}  // namespace soleus::limb
