// The passive scalar: dispersion in a pipe, and what walls that move do to it.
#pragma once

#include "tests/verification/run_case.hpp"

namespace soleus::verification {

/// Rate at which the first Fourier mode along a pipe of a tracer's mean over the section decays, over D k^2.
/// `peclet` is mean velocity times radius over D, `k_radius` the wave number times the radius. The slowest
/// eigenvalue of the transport across the section: as k goes to zero 1 + peclet^2 / 48 (Taylor 1953, Aris
/// 1956).
double dispersion_rate(double peclet, double k_radius);

struct Dispersion {
  double ours, exact;  // decay rate over D k^2
};
/// `offset`: of the lattice across the pipe, in cells.
Dispersion taylor_aris(const Vec3& offset);

struct ScalarInTube {
  double worst;        // of concentration - 1 in any cell at any frame
  double volume_left;  // of the tube, relative
};
/// Concentration one in the contracting tube.
ScalarInTube uniform_scalar_in_tube();

/// Largest change of the amount, relative, while a box half full of it moves through the lattice; and in the
/// contracting tube what is not accounted for by the openings.
double amount_error_in_box();
double amount_error_in_tube();

/// Age of the fluid in the closed box over the time, worst cell: error.
double age_error();

}  // namespace soleus::verification
