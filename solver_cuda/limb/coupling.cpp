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
      state_(settled(whole, schedule_, dynamics_, options)),
      pending_m3_(at_.size(), 0.0),
      levels_pa_(at_.size()) {
  look_at_levels();
}

void Coupling::take(double until_s, std::span<const double> entered_m3) {
  for (std::size_t j = 0; j < at_.size(); ++j) pending_m3_[j] += entered_m3[j];
  time_s_ = until_s;
}

void Coupling::advance(double to_s, std::span<const double> entered_m3) {
  take(to_s, entered_m3);
  for (const Junction& j : at_) dynamics_.drained()[j.compartment] = 0;
  for (std::size_t j = 0; j < at_.size(); ++j)
    dynamics_.drained()[at_[j].compartment] += pending_m3_[j] / (time_s_ - solved_s_);
  integrate(dynamics_, state_, solved_s_, time_s_, options_);
  solved_s_ = time_s_;
  std::ranges::fill(pending_m3_, 0.0);
  look_at_levels();
}

void Coupling::look_at_levels() {
  const Instant& now = dynamics_.look(state_, solved_s_);
  for (std::size_t j = 0; j < at_.size(); ++j) levels_pa_[j] = now.level[at_[j].compartment];
}

void Coupling::recall(const Memory& m) {
  state_ = m.state, pending_m3_ = m.pending_m3;
  time_s_ = m.time_s, solved_s_ = m.solved_s;
  look_at_levels();
}

std::vector<double> Coupling::values(std::span<const Column> columns) {
  const Instant& now = dynamics_.look(state_, solved_s_);
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
  for (const double taken : pending_m3_) sum -= taken;
  return sum;
}

}  // namespace soleus::limb
