#include "solver_cuda/kernels/advance_shell.hpp"

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 256;

ShellParts parts_of(const Shell& shell, ShellForces& forces) {
  return {.triangles = shell.triangles.data(),
          .edges = shell.edges.data(),
          .mirrors = shell.mirrors.data(),
          .triangle_count = shell.triangles.size(),
          .x_m = shell.x_m.data(),
          .turn = shell.turn.data(),
          .hinges = forces.hinges.data(),
          .curvatures = forces.curvatures.data(),
          .at_places_n = forces.at_places_n.data(),
          .on_angles_nm = forces.on_angles_nm.data(),
          .on_edges_nm = forces.on_edges_nm.data()};
}

}  // namespace

void elastic_forces(const Shell& shell, ShellForces& forces) {
  const std::size_t triangles = shell.triangles.size(), edges = shell.edges.size();
  forces.hinges.resize(edges), forces.curvatures.resize(triangles);
  forces.at_places_n.resize(3 * triangles + 4 * edges), forces.on_angles_nm.resize(3 * triangles);
  forces.on_edges_nm.resize(edges), forces.on_nodes_n.resize(shell.x_m.size());
  const ShellParts parts = parts_of(shell, forces);
  parallel_for(edges, grain, [&](std::size_t e) { find_hinge(parts, e); });
  parallel_for(triangles, grain, [&](std::size_t k) { find_curvature(parts, k); });
  forces.energy = parallel_sum(triangles, ShellEnergy{},
                               [&](std::size_t k) { return find_triangle_forces(parts, shell.material, k); });
  parallel_for(edges, grain, [&](std::size_t e) { find_edge_forces(parts, e); });
  parallel_for(shell.x_m.size(), grain, [&](std::size_t n) {
    forces.on_nodes_n[n] = force_on_node(parts, shell.first_of_node.data(), shell.of_node.data(), n);
  });
}

void turn_edges(Shell& shell, const ShellForces& forces, double step_s) {
  parallel_for(shell.edges.size(), grain, [&](std::size_t e) {
    turn_edge(shell.edges[e], forces.on_edges_nm[e], step_s, shell.turn[e], shell.turn_1_s[e]);
  });
}

}  // namespace soleus
