// The network over time.
#pragma once

#include <string>
#include <vector>

#include "solver_cuda/limb/dynamics.hpp"

namespace soleus::limb {

struct SimulationOptions {
  double sample_s = 0.01;  // between rows of the series
  double settle_s = 120;   // in the first posture before time 0, not recorded
  double relative = 1e-6;  // error of a step, of each state
  double longest_step_s = 0.02;
};

/// Series [compartment or connection][sample]. Connections without a valve have the opening 1.
struct Series {
  std::vector<double> time_s;
  std::vector<std::vector<double>> volume_m3, pressure_pa, outside_pa;  // of compartments
  std::vector<std::vector<double>> flow_m3_s, opening;                  // of connections
  std::vector<PerPart> sine;                                            // of the body's parts
  std::vector<double> total_m3;
  long steps = 0;
};

/// A column of limb.csv: volume and pressure of each compartment, flow of each connection, opening of each
/// valve, in this order.
enum class Shown { volume, pressure, flow, opening };
struct Column {
  std::string name;
  Shown what;
  std::size_t index;  // of the compartment or connection
};
std::vector<Column> columns(const Network& n);

/// What a series has of a compartment or a connection; null where the network has none of this name.
const std::vector<double>* of_compartment(const Network& n, const std::vector<std::vector<double>>& all,
                                          const std::string& name);
const std::vector<double>* of_connection(const Network& n, const std::vector<std::vector<double>>& all,
                                         const std::string& name);

/// The volume of all compartments is kept: every flow leaves one and enters another. Throws NumericalError
/// with the time and the compartment when a volume is no longer a number.
Series simulate(const Network& network, const Schedule& schedule, const SimulationOptions& options = {});

}  // namespace soleus::limb
