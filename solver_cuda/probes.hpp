// Area, flow and pressure at chosen places of the vein.
#pragma once

#include <vector>

#include "solver_cuda/snapshot.hpp"

namespace soleus {

/// Nodes count by their distance s along the vein from the probe, with the weight (1 - |s| / h) / h over
/// h = 2 cells: a mean over sections that does not jump from node to node.
class Probes {
 public:
  /// Throws InputError naming a probe whose branch the geometry has not, or of which no fluid is near.
  Probes(const Setup& setup, const std::vector<ProbeConfig>& wanted);
  /// Appends the columns of an instant; nothing without probes.
  void sample(Series& to, const Snapshot& now) const;

 private:
  struct Probe {
    ProbeConfig config;
    double area_m2;  // of the geometry
    Vec3 along;      // unit vector
    std::vector<Node> nodes;
    std::vector<double> weights;  // [1/cell]
  };
  const Setup& setup_;
  std::vector<Probe> probes_;
};

}  // namespace soleus
