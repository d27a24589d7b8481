// The limb around a segment of vein that something else computes, such as the lattice: in its place of the
// network, with its flow as what leaves and enters the compartments at its ends.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "solver_cuda/limb/dynamics.hpp"
#include "solver_cuda/limb/simulate.hpp"

namespace soleus::limb {

/// Where the segment meets the network.
struct Junction {
  std::size_t compartment = 0;
  double resistance_pa_s_m3 = 0;  // between it and the segment's end: of the vessel that is not computed
};

/// Junctions at compartments, in this order; several may be at one, side by side. What the segment replaces,
/// the connections between them, keeps its resistance: half of it on either side, for an imaged segment is
/// short beside the vessel. Throws InputError where a name is none of a compartment.
std::vector<Junction> junctions(const Network& n, std::span<const std::string> compartments);

/// Whether the segment stands in a connection's place: it leads from junction to junction. Perforators and
/// collaterals stay where a vein does, too.
bool is_replaced(const Network& n, const Connection& c, std::span<const Junction> at);
/// The network without those.
Network without_segment(const Network& n, std::span<const Junction> at);

/// What a coupled limb knows of its past.
struct Memory {
  State state;
  std::vector<double> pending_m3;  // [junctions] taken since the limb's state
  double time_s = 0, solved_s = 0;
};

/// From time 0 of the schedule on; before that the limb has settled alone, with its own vessel in the
/// segment's place. Explicit in the exchange: pressures follow from what has flown.
class Coupling {
 public:
  Coupling(const Network& whole, const Schedule& schedule, std::vector<Junction> at,
           const SimulationOptions& options = {});
  // What it integrates refers to its parts.
  Coupling(const Coupling&) = delete;
  Coupling& operator=(const Coupling&) = delete;

  /// The segment has taken `entered_m3` [junctions] since the last call out of the compartments.
  void take(double until_s, std::span<const double> entered_m3);
  /// take(), and its compartments follow.
  void advance(double to_s, std::span<const double> entered_m3);
  double time_s() const { return time_s_; }
  const std::vector<Junction>& junctions() const { return at_; }
  /// Pressures of the vessels at the junctions [Pa], without the column of blood down to them: what would
  /// drive blood through the segment lying level. At its ends they are less by a flow's resistance.
  const std::vector<double>& levels_pa() const { return levels_pa_; }
  /// Of the network without what the segment replaces.
  const Network& around() const { return around_; }
  /// What limb.csv shows, of the compartments' last step [columns].
  std::vector<double> values(std::span<const Column> columns);
  Memory memory() const { return {state_, pending_m3_, time_s_, solved_s_}; }
  void recall(const Memory& m);
  /// All blood outside the segment, now [m3].
  double volume_m3() const;

 private:
  Schedule schedule_;
  std::vector<Junction> at_;
  SimulationOptions options_;
  Network around_;
  Dynamics dynamics_;
  State state_;
  std::vector<double> pending_m3_, levels_pa_;  // [junctions]
  double time_s_ = 0, solved_s_ = 0;            // of what has been taken, and of the compartments

  void look_at_levels();
};

}  // namespace soleus::limb
