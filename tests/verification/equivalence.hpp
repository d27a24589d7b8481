// Pairs of runs that must agree without any reference.
#pragma once

#include <array>
#include <string>

#include "tests/verification/run_case.hpp"

namespace soleus::verification {

/// A turn or mirroring of the lattice onto itself: component a of the image is sign[a] times component
/// from[a].
struct Turn {
  std::array<int, 3> from{0, 1, 2};
  std::array<int, 3> sign{1, 1, 1};
  Vec3 operator()(const Vec3& v) const;
};

/// Largest differences between two fields at the same nodes, found by their position, over the largest
/// velocity and the range of the pressure. Nodes that only one of the fields has make it infinite.
struct FieldDifference {
  double velocity = 0, pressure = 0;
};
/// `first`, turned, against `second`; `period_m` along periodic axes, 0 along the others.
FieldDifference difference(const VolumeField& first, const Turn& turn, const VolumeField& second,
                           const Vec3& period_m);

/// Number of values of two fields that are not the same bits, positions included.
double differing_values(const VolumeField& a, const VolumeField& b);

/// Flow and velocity on the axis (by a fit) of a pipe that moves sideways, over those of the pipe at rest.
struct MovingFrame {
  double flow, axis_velocity;
  double across;  // worst difference of the fluid's velocity across the pipe from the wall's, over the wall's
};
MovingFrame translating_pipe();

/// Rate of the kinetic energy, power of what drives the fluid and viscous dissipation, means over time [W].
struct EnergyBudget {
  double rate_w, power_w, dissipation_w;
};
/// Over a period of the Womersley flow, at the instant of largest imbalance; driven by the body force.
EnergyBudget pulsating_pipe_budget();
/// Of the middle half of the contracting tube over the second half of the run; driven by its wall.
EnergyBudget contracting_tube_budget();

}  // namespace soleus::verification
