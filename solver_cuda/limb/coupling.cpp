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

bool is_replaced(const Network& n, const Connection& c, std::span<const Junction> at) {
  const auto is_joined = [&](std::size_t compartment) {
    return std::ranges::find(at, compartment, &Junction::compartment) != at.end();
  };
  const auto is_between = [&](const Connection& of) { return is_joined(of.from) && is_joined(of.to); };
  if (!is_between(c)) return false;
  return !c.apart || std::ranges::none_of(n.connections, [&](const Connection& other) {
    return !other.apart && is_between(other);
  });
}

std::vector<Junction> junctions(const Network& n, std::span<const std::string> compartments) {
  std::vector<Junction> all;
  std::vector<std::string> names;
  for (const Compartment& c : n.compartments) names.push_back(c.name);
  for (const std::string& name : compartments) {
    const auto found = std::ranges::find(n.compartments, name, &Compartment::name);
    if (found == n.compartments.end())
      throw InputError(fmt::format("'{}' is no vessel of the limb; it has {}.", name, join(names)));
    all.push_back({std::size_t(found - n.compartments.begin()), 0});
  }
  for (Junction& j : all) {
    double conductance = 0;
    for (const Connection& c : n.connections)
      if (is_replaced(n, c, all) && (c.from == j.compartment || c.to == j.compartment))
        conductance += 1 / c.resistance_pa_s_m3;
    const auto beside = double(std::ranges::count(all, j.compartment, &Junction::compartment));
    if (conductance > 0) j.resistance_pa_s_m3 = 0.5 * beside / conductance;
  }
  return all;
}

Network without_segment(const Network& n, std::span<const Junction> at) {
  Network rest = n;
  std::erase_if(rest.connections, [&](const Connection& c) { return is_replaced(n, c, at); });
  return rest;
}

Coupling::Coupling(const Network& whole, const Schedule& schedule, std::vector<Junction> at,
                   const SimulationOptions& options)
    : schedule_(schedule),
      at_(std::move(at)),
      options_(options),
      around_(without_segment(whole, at_)),
      dynamics_(around_, schedule_),
      state_(settled(whole, schedule_, dynamics_, options)) {
  const Instant& now = dynamics_.look(state_, 0);
  for (const Junction& j : at_) {
    const double level_pa = now.level[j.compartment];
    ends_.push_back({.pressure_pa = level_pa, .pressure_before_pa = level_pa});
  }
}

void Coupling::advance(double to_s, std::span<const double> entered_m3, std::span<const WaveEnd> waves) {
  const double interval_s = to_s - time_s_;
  for (const Junction& j : at_) dynamics_.drained()[j.compartment] = 0;
  for (std::size_t j = 0; j < at_.size(); ++j)
    dynamics_.drained()[at_[j].compartment] += entered_m3[j] / interval_s;
  integrate(dynamics_, state_, time_s_, to_s, options_);
  time_s_ = to_s;
  const Instant& now = dynamics_.look(state_, time_s_);
  for (std::size_t j = 0; j < at_.size(); ++j)
    ends_[j] = next(ends_[j], waves.empty() ? WaveEnd{} : waves[j], at_[j].resistance_pa_s_m3,
                    now.level[at_[j].compartment], entered_m3[j] / interval_s, interval_s);
}

std::vector<double> Coupling::pressures_pa() const {
  std::vector<double> all;
  for (const EndState& e : ends_) all.push_back(e.pressure_pa);
  return all;
}

std::vector<double> Coupling::levels_pa() {
  const Instant& now = dynamics_.look(state_, time_s_);
  std::vector<double> all;
  for (const Junction& j : at_) all.push_back(now.level[j.compartment]);
  return all;
}

std::vector<double> Coupling::values(std::span<const Column> columns) {
  const Instant& now = dynamics_.look(state_, time_s_);
  std::vector<double> all;
  for (const Column& c : columns) switch (c.what) {
      case Shown::volume:
        all.push_back(state_[c.index] * ml);
        break;
      case Shown::pressure:
        all.push_back(now.pressure[c.index]);
        break;
      case Shown::flow:
        all.push_back(now.flow[c.index]);
        break;
      default:
        all.push_back(dynamics_.opening(c.index, state_));
    }
  return all;
}

double Coupling::volume_m3() const {
  double sum = 0;
  for (std::size_t i = 0; i < around_.compartments.size(); ++i) sum += state_[i] * ml;
  return sum;
}

}  // namespace soleus::limb
