// Cases with published figures: each function runs one grid and returns what is compared.
#pragma once

#include <vector>

#include "tests/verification/run_case.hpp"

namespace soleus::verification {

struct SphereArray {
  double resistance;     // K in F = 6 pi mu a U K
  double force_balance;  // force on the sphere over the body force on all fluid, minus one
};
/// Spheres that fill `share` of the cell, on 32 cells along its side, at a relaxation time. The flow settles
/// the sooner, the larger the resistance that is `expected`.
SphereArray sphere_array(double share, double tau, double expected);

/// Coefficients of Schaefer & Turek: forces over rho U^2 D / 2 per span, pressure over rho U^2, with the mean
/// velocity U; length of the recirculation in diameters.
struct CylinderFlow {
  double drag, lift, pressure_drop, recirculation, drag_change;  // of the drag in the last tenth of the run
};
CylinderFlow cylinder_in_channel(int cells, Settings more = {});
CylinderFlow cylinder_in_duct(int cells, Settings more = {});

/// Extremes on the centre lines of the middle plane, over the lid's velocity and the side.
struct Cavity {
  double u_min, u_min_place, v_min, v_min_place, v_max, v_max_place, energy_change;
};
Cavity lid_driven_cavity(int cells, Settings more = {});

/// Place where the flow touches the wall again, over the step's height.
struct StepFlow {
  double reattachment, change;  // change: of the kinetic energy in the last tenth of the run
};
StepFlow backward_step(double reynolds, int cells, Settings more = {});

/// Morison's coefficients over the last two periods, and the rms of what is faster than the ninth harmonic
/// over the largest force.
struct SwingingCylinder {
  double drag, inertia, noise;
  std::vector<double> force;  // of the last period, over rho U^2 D / 2 per span
};
SwingingCylinder oscillating_cylinder(int cells, Settings more = {});

/// Drag coefficient of a sphere, `cells` across.
double sphere_drag(double reynolds, int cells, Settings more = {});

/// `cells` across the throat.
struct Nozzle {
  double worst_flow_error;  // over planes across the axis, against the inflow
  double pressure_drop;     // from z = -64 mm to the throat's exit, over rho U^2 / 2 of the throat
  double throat_centre;     // velocity on the axis at the throat's exit over the throat's mean
};
Nozzle fda_nozzle(int cells, Settings more = {});

/// `budget_error`: largest difference between the energy's decay and 2 nu times the enstrophy, over the
/// largest decay. Energies over the energy at the start, at t* = 1, 2, ... 10; decay in units of U^3 k, as
/// the literature has it.
struct Vortex3d {
  double budget_error, peak_decay, peak_time;
  std::vector<double> energy;
};
Vortex3d taylor_green_3d(int cells, double reynolds = 100, Settings more = {});

}  // namespace soleus::verification
