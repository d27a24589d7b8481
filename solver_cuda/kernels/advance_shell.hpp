// A thin elastic sheet over time: its forces, and explicit steps under loads.
#pragma once

#include <vector>

#include "solver_cuda/physics/shell_forces.hpp"
#include "solver_cuda/state/shell.hpp"

namespace soleus {

/// Minus the gradient of the energy, in one order of summation for any number of threads.
struct ShellForces {
  std::vector<Vec3> on_nodes_n;     // [nodes]
  std::vector<double> on_edges_nm;  // [edges] on their own angles
  ShellEnergy energy;
  // On the way to them, kept for their memory.
  std::vector<HingeAngle> hinges;       // [edges]
  std::vector<PlaneTensor> curvatures;  // [triangles], less those at rest [1/m]
  std::vector<Vec3> at_places_n;        // [Shell::of_node counts them]
  std::vector<double> on_angles_nm;     // [triangles * 3] of a triangle with its edges
};
void elastic_forces(const Shell& shell, ShellForces& forces);

/// Adds the force of a pressure [Pa], positive along the normals of the triangles, as they lie now.
void add_pressure(const Shell& shell, double pressure_pa, std::vector<Vec3>& force_n);

/// Longest stable step [s] of advance() for small motions about where the sheet is now: 2 over the largest
/// natural frequency with the edges' own angles held, by power iteration, times 0.75, which leaves room for
/// theirs and for strains of some parts in a thousand.
double stable_step_s(const Shell& shell);

/// A step of the leapfrog method: v at half steps, x at whole ones. `damping_1_s`: of the velocity, per mass.
/// Held nodes keep their velocity. The edges turn too.
void advance(Shell& shell, const ShellForces& forces, double step_s, double damping_1_s);

/// Only the edges' own angles, which have no mass in a thin sheet: they follow with the one that makes them
/// as fast as the step allows, and are damped so that they do not ring.
void turn_edges(Shell& shell, const ShellForces& forces, double step_s);

}  // namespace soleus
