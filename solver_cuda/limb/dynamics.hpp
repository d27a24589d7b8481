// The equations of the network: what follows from its state, and how fast that changes.
#pragma once

#include <array>
#include <vector>

#include "solver_cuda/limb/network.hpp"
#include "solver_cuda/limb/schedule.hpp"

namespace soleus::limb {

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

/// The flow of a connection goes from one compartment to another, so that their volumes keep their sum; what
/// leaves for a place outside the network is `drained`.
class Dynamics {
 public:
  /// Both must outlive it.
  Dynamics(const Network& n, const Schedule& s);

  const Network& network() const { return n_; }
  /// Filled as the body lies, all valves closed and nothing flowing.
  State start() const;
  const Instant& look(const State& x, double t);
  /// rate = dx/dt.
  void operator()(const State& x, State& rate, double t);
  double opening(std::size_t connection, const State& x) const;
  /// Places of a connection's flow and opening in the state; 0: it has no valve.
  std::size_t valve(std::size_t connection) const { return valve_[connection]; }
  /// Flow out of each compartment to a place outside the network [m3/s]; nothing at first.
  std::vector<double>& drained() { return drained_; }

 private:
  double drop(const Connection& c) const;
  double flow(std::size_t k, const State& x) const;
  double pumped(const Connection& heart) const;

  const Network& n_;
  const Schedule& s_;
  std::vector<std::size_t> valve_;
  std::size_t conductance_ = 0;
  std::vector<double> drained_;
  Instant now_;
};

/// Throws NumericalError with the time and the compartment when a volume is no longer a number.
void require_numbers(const Network& n, const State& x, double t);

/// Pressure of the column of blood between the right atrium and a compartment [Pa].
double column_pa(const Compartment& c, const PerPart& sines);

}  // namespace soleus::limb
