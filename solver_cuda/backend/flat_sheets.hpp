// All sheets of a run one behind the other, numbered as one sheet: what a device is given.
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/physics/sheet_node.hpp"
#include "solver_cuda/state/immersed_sheet.hpp"

namespace soleus {

/// Where one of them lies.
struct SheetRange {
  SheetMaterial material{};
  Vec3 gravity_m_s2{};
  int first_node = 0, nodes = 0, first_triangle = 0, triangles = 0;
};

/// What of them stays as it is.
struct FlatSheets {
  std::vector<SheetRange> sheets;
  std::vector<ShellTriangle> triangles;
  std::vector<ShellEdge> edges;
  std::vector<Mirror> mirrors;
  std::vector<std::int32_t> first_of_node, of_node;      // as in Shell
  std::vector<std::int32_t> sheet_of_node, of_triangle;  // its sheet
  std::vector<double> mass_kg, fluid_mass_kg;            // [nodes]
  std::vector<std::uint8_t> held;                        // [nodes]
};
FlatSheets flatten(const std::vector<ImmersedSheet>& sheets);

/// What of them moves.
struct SheetsState {
  static constexpr std::size_t of_node = std::tuple_size_v<NodeState>, of_edge = std::tuple_size_v<EdgeState>;
  std::vector<Vec3> at_nodes;    // [of_node][nodes of all]
  std::vector<double> at_edges;  // [of_edge][edges of all]
};
SheetsState state_of(std::vector<ImmersedSheet>& sheets);
/// `at_nodes`, `at_edges`: as in SheetsState.
void put_state(std::vector<ImmersedSheet>& sheets, const Vec3* at_nodes, const double* at_edges);

/// The fields of NodeState in SheetsState::at_nodes, from `first` on.
inline SheetNodes fields_of_nodes(Vec3* first, std::size_t nodes) {
  const auto field = [&](std::size_t k) { return first + k * nodes; };
  return {.x_m = field(0),
          .v_m_s = field(1),
          .fluid_velocity_m_s = field(2),
          .fluid_velocity_before_m_s = field(3),
          .velocity_before_m_s = field(4),
          .force_n = field(5),
          .force_before_n = field(6),
          .slip_m = field(7),
          .slip_m_s = field(8)};
}

}  // namespace soleus
