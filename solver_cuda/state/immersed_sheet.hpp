// Thin elastic sheets in the fluid, and what they remember of it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "solver_cuda/state/shell.hpp"

namespace soleus {

struct ImmersedSheet {
  std::string name;
  Shell shell;  // moves with the fluid; of its mass, what it weighs more than the fluid in its place
  Vec3 gravity_m_s2{};
  std::vector<double> fluid_mass_kg{};  // [nodes] of fluid that follows in a moment
  double moved_kg(std::size_t node) const { return shell.mass_kg[node] + fluid_mass_kg[node]; }
  // [nodes] Of the fluid in the last step and the one before; and the shell's, a step ago.
  std::vector<Vec3> fluid_velocity_m_s{}, fluid_velocity_before_m_s{}, velocity_before_m_s{};
  std::vector<Vec3> force_n{}, force_before_n{};  // [nodes] on the fluid, in the last step and the one before
  std::vector<Vec3> slip_m{}, slip_m_s{};  // [nodes] how far the fluid has gone past held ones, and goes
};

/// What of one moves, of its nodes and of its edges, in the order in which it is stored and lies on a device.
using NodeState = std::array<std::vector<Vec3>*, 9>;
using EdgeState = std::array<std::vector<double>*, 2>;
inline NodeState node_state(ImmersedSheet& s) {
  return {&s.shell.x_m,
          &s.shell.v_m_s,
          &s.fluid_velocity_m_s,
          &s.fluid_velocity_before_m_s,
          &s.velocity_before_m_s,
          &s.force_n,
          &s.force_before_n,
          &s.slip_m,
          &s.slip_m_s};
}
inline EdgeState edge_state(ImmersedSheet& s) {
  return {&s.shell.turn, &s.shell.turn_1_s};
}

/// To or from a checkpoint.
template <class Archive>
void serialize_state(Archive& a, ImmersedSheet& s) {
  for (std::vector<Vec3>* of_nodes : node_state(s)) a(*of_nodes);
  for (std::vector<double>* of_edges : edge_state(s)) a(*of_edges);
}

}  // namespace soleus
