#include "solver_cuda/limb/coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/numeric/odeint.hpp>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/join.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

/// What of the whole's state belongs to a network of some of its connections.
State state_of(const Dynamics& part, const Dynamics& whole, const State& x) {
  State y = part.start();
  const std::size_t compartments = whole.network().compartments.size();
  std::copy_n(x.begin(), compartments, y.begin());
  y.back() = x.back();
  for (std::size_t k = 0; k < part.network().connections.size(); ++k)
    if (const std::size_t to = part.valve(k)) {
      const std::size_t from = whole.valve(connection(whole.network(), part.network().connections[k].name));
      y[to] = x[from], y[to + 1] = x[from + 1];
    }
  return y;
}

void integrate(Dynamics& dynamics, State& x, double from_s, double to_s, const SimulationOptions& o) {
  namespace odeint = boost::numeric::odeint;
  const auto stepper =
      odeint::make_controlled(o.relative, o.relative, o.longest_step_s, odeint::runge_kutta_dopri5<State>());
  odeint::integrate_adaptive(stepper, std::ref(dynamics), x, from_s, to_s, std::min(1e-3, to_s - from_s));
  require_numbers(dynamics.network(), x, to_s);
}

State settled(const Network& whole, const Schedule& schedule, const Dynamics& around,
              const SimulationOptions& o) {
  Dynamics alone(whole, schedule);
  State x = alone.start();
  if (o.settle_s > 0) integrate(alone, x, -o.settle_s, 0, o);
  return state_of(around, alone, x);
}

}  // namespace

bool is_replaced(const Connection& c, std::span<const Junction> at) {
  const auto joins = [&](std::size_t compartment) {
    return std::ranges::find(at, compartment, &Junction::compartment) != at.end();
  };
  return joins(c.from) && joins(c.to);
}

std::vector<Junction> junctions(const Network& n, std::span<const std::string> compartments) {
  std::vector<Junction> all;
  std::vector<std::string> names;
  for (const Compartment& c : n.compartments) names.push_back(c.name);
  for (const std::string& name : compartments) {
    const auto found = std::ranges::find(n.compartments, name, &Compartment::name);
    if (found == n.compartments.end())
      throw InputError(fmt::format("'{}' is no vessel of the limb; it has {}.", name, join(names)));
    const auto place = std::size_t(found - n.compartments.begin());
    if (std::ranges::find(all, place, &Junction::compartment) != all.end())
      throw InputError(
          fmt::format("two openings are joined to '{}' of the limb; join each to another vessel.", name));
    all.push_back({place, 0});
  }
  for (Junction& j : all) {
    double conductance = 0;
    for (const Connection& c : n.connections)
      if (is_replaced(c, all) && (c.from == j.compartment || c.to == j.compartment))
        conductance += 1 / c.resistance_pa_s_m3;
    if (conductance > 0) j.resistance_pa_s_m3 = 0.5 / conductance;
  }
  return all;
}

Network without_segment(const Network& n, std::span<const Junction> at) {
  Network rest = n;
  std::erase_if(rest.connections, [&](const Connection& c) { return is_replaced(c, at); });
  return rest;
}

Coupling::Coupling(const Network& whole, const Schedule& schedule, std::vector<Junction> at,
                   const SimulationOptions& options)
    : schedule_(schedule),
      at_(std::move(at)),
      options_(options),
      around_(without_segment(whole, at_)),
      dynamics_(around_, schedule_),
      state_(settled(whole, schedule_, dynamics_, options)),
      flow_m3_s_(at_.size(), 0.0) {}

void Coupling::advance(double to_s, std::span<const double> entered_m3) {
  for (std::size_t j = 0; j < at_.size(); ++j) {
    flow_m3_s_[j] = entered_m3[j] / (to_s - time_s_);
    dynamics_.drained()[at_[j].compartment] = flow_m3_s_[j];
  }
  integrate(dynamics_, state_, time_s_, to_s, options_);
  time_s_ = to_s;
}

std::vector<double> Coupling::pressures_pa() {
  const Instant& now = dynamics_.look(state_, time_s_);
  std::vector<double> all;
  for (std::size_t j = 0; j < at_.size(); ++j)
    all.push_back(now.level[at_[j].compartment] - at_[j].resistance_pa_s_m3 * flow_m3_s_[j]);
  return all;
}

double Coupling::volume_m3() const {
  double sum = 0;
  for (std::size_t i = 0; i < around_.compartments.size(); ++i) sum += state_[i] * ml;
  return sum;
}

}  // namespace soleus::limb
