// A thin elastic sheet: triangles whose edges may turn, each with one angle of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/physics/shell_element.hpp"

namespace soleus {

struct Shell {
  SheetMaterial material;
  std::vector<Vec3> x_m, v_m_s;        // [nodes]
  std::vector<double> mass_kg;         // [nodes]
  std::vector<std::uint8_t> held;      // [nodes] moved by others
  std::vector<double> turn, turn_1_s;  // [edges] their own angles, and how fast they change
  std::vector<ShellTriangle> triangles;
  std::vector<ShellEdge> edges;
  std::vector<Mirror> mirrors;
  // Where a node lies, one node's places after the other's, so that sums over them have one order: 3 t + k in
  // triangle t, 3 triangles + 4 e + k at edge e (its two nodes, and the opposite ones).
  std::vector<std::int32_t> first_of_node, of_node;  // [nodes + 1], [places]
};

}  // namespace soleus
