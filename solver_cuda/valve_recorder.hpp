// What a run tells of its valves over time.
#pragma once

#include <vector>

#include "solver_cuda/probes.hpp"
#include "solver_cuda/snapshot.hpp"

namespace soleus {

/// Columns of the series, for each valve NAME with cusps:
///   NAME_orifice_m2, NAME_opening_ratio             of the cusps; over the vein's area at the station
///   NAME_coaptation_area_m2, NAME_coaptation_height_m
///   NAME_least_gap_m                                between the cusps; negative where they have crossed
///   NAME_free_edge_K_m                              of cusp K: from the plane between the cusps
///   NAME_strain, NAME_stress_Pa                     largest first principal ones of the cusps
///   NAME_pocket_scalar                              mean concentration behind the cusps as built
/// and for every valve, half a vein's diameter before its cusps and behind its sinus:
///   NAME_flow_m3_s                                  before, towards the heart
///   NAME_pressure_before_Pa, NAME_pressure_behind_Pa
///   NAME_jet_m_s                                    fastest blood between them
class ValveRecorder {
 public:
  explicit ValveRecorder(const Setup& setup);
  void sample(Series& series, const Snapshot& now) const;

 private:
  const Setup& setup_;
  std::vector<std::size_t> first_cusp_;       // [valves] in the run's sheets
  std::vector<double> along_;                 // [valves] 1 or -1: abscissae grow towards the heart or not
  Probes probes_;                             // two for each valve
  std::vector<std::vector<Node>> passage_{};  // [valves] nodes between them
  std::vector<std::vector<Node>> pockets_{};  // [valves] those behind the cusps as built
};

}  // namespace soleus
