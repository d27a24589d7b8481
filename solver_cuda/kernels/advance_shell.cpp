#include "solver_cuda/kernels/advance_shell.hpp"

#include <algorithm>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_clones.hpp"
#include "solver_cuda/backend/cpu_pack.hpp"

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

// Eight at a time, also the last ones: the same bits wherever a range ends. Free edges have nothing.
SOLEUS_CLONES void find_hinges(const ShellParts& parts, std::size_t first, std::size_t last) {
  constexpr std::size_t lanes = 8;
  constexpr Vec3 flat[4]{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, -1, 0}};
  for (std::size_t block = first; block < last; block += lanes) {
    const std::size_t count = std::min(lanes, last - block);
    Pack<double, lanes> x[4][3], angle, gradient[4][3];
    bool bends[lanes] = {};
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      Vec3 places[4];
      if (lane < count)
        bends[lane] = hinge_places(parts.edges[block + lane], parts.mirrors, parts.x_m, places);
      const Vec3* at = bends[lane] ? places : flat;
      for (int n = 0; n < 4; ++n) x[n][0][lane] = at[n].x, x[n][1][lane] = at[n].y, x[n][2][lane] = at[n].z;
    }
    hinge_angle(x, angle, gradient);
    for (std::size_t lane = 0; lane < count; ++lane) {
      HingeAngle& h = parts.hinges[block + lane];
      if (bends[lane])
        keep_hinge(h, parts.edges[block + lane], parts.mirrors, angle[lane],
                   [&](int n, int k) { return gradient[n][k][lane]; });
      else
        h = {};
    }
  }
}
SOLEUS_CLONES void find_curvatures(const ShellParts& parts, std::size_t first, std::size_t last) {
  for (std::size_t k = first; k < last; ++k) find_curvature(parts, k);
}
SOLEUS_CLONES ShellEnergy find_forces_of_triangles(const ShellParts& parts, const SheetMaterial& material,
                                                   std::size_t first, std::size_t last) {
  ShellEnergy sum;
  for (std::size_t k = first; k < last; ++k) sum += find_triangle_forces(parts, material, k);
  return sum;
}
SOLEUS_CLONES void find_forces_of_edges(const ShellParts& parts, std::size_t first, std::size_t last) {
  for (std::size_t e = first; e < last; ++e) find_edge_forces(parts, e);
}

}  // namespace

void elastic_forces(const Shell& shell, ShellForces& forces) {
  const std::size_t triangles = shell.triangles.size(), edges = shell.edges.size();
  forces.hinges.resize(edges), forces.curvatures.resize(triangles);
  forces.at_places_n.resize(3 * triangles + 4 * edges), forces.on_angles_nm.resize(3 * triangles);
  forces.on_edges_nm.resize(edges), forces.on_nodes_n.resize(shell.x_m.size());
  const ShellParts parts = parts_of(shell, forces);
  const auto over = [](std::size_t count, const auto& of_range) { parallel_ranges(count, grain, of_range); };
  over(edges, [&](std::size_t first, std::size_t last) { find_hinges(parts, first, last); });
  over(triangles, [&](std::size_t first, std::size_t last) { find_curvatures(parts, first, last); });
  constexpr std::size_t block = 64;  // added in order: the same bits for any number of threads
  std::vector<ShellEnergy> energies((triangles + block - 1) / block);
  parallel_for(energies.size(), 1, [&](std::size_t b) {
    energies[b] =
        find_forces_of_triangles(parts, shell.material, b * block, std::min(triangles, (b + 1) * block));
  });
  forces.energy = {};
  for (const ShellEnergy& e : energies) forces.energy += e;
  over(edges, [&](std::size_t first, std::size_t last) { find_forces_of_edges(parts, first, last); });
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
