// REFERENCES: Dormand & Prince, J. Comput. Appl. Math. 6, 19 (1980), by Boost.Odeint, with dense output.
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

void record(Series& series, const Network& n, Dynamics& limb, const State& x, double t) {
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

template <class Item>
const std::vector<double>* of_name(const std::vector<Item>& items,
                                   const std::vector<std::vector<double>>& all, const std::string& name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  return found == items.end() ? nullptr : &all[std::size_t(found - items.begin())];
}

}  // namespace

std::vector<Column> columns(const Network& n) {
  std::vector<Column> all;
  for (std::size_t i = 0; i < n.compartments.size(); ++i) {
    const std::string& name = n.compartments[i].name;
    all.push_back({name + "_volume_m3", Shown::volume, i});
    all.push_back({name + "_pressure_Pa", Shown::pressure, i});
  }
  for (std::size_t k = 0; k < n.connections.size(); ++k) {
    const Connection& c = n.connections[k];
    all.push_back({c.name + "_flow_m3_s", Shown::flow, k});
    if (c.flow == Flow::valve) all.push_back({c.name + "_opening", Shown::opening, k});
  }
  return all;
}

const std::vector<double>* of_compartment(const Network& n, const std::vector<std::vector<double>>& all,
                                          const std::string& name) {
  return of_name(n.compartments, all, name);
}
const std::vector<double>* of_connection(const Network& n, const std::vector<std::vector<double>>& all,
                                         const std::string& name) {
  return of_name(n.connections, all, name);
}

Series simulate(const Network& n, const Schedule& schedule, const SimulationOptions& o) {
  Dynamics limb(n, schedule);
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
