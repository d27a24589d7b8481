// Forces of a thin elastic sheet, and the way of its edges.
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

/// A step of the edges' own angles, which have no mass in a thin sheet: they follow with the one that makes
/// them as fast as the step allows, and are damped so that they do not ring.
void turn_edges(Shell& shell, const ShellForces& forces, double step_s);

}  // namespace soleus
