#include "solver_cuda/kernels/advance_shell.hpp"

#include <algorithm>
#include <cmath>

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

void add_pressure(const Shell& shell, double pressure_pa, std::vector<Vec3>& force_n) {
  for (const ShellTriangle& t : shell.triangles) {
    const Tangents f = tangents(t, shell.x_m.data());
    const Vec3 third = cross(f.along, f.across) * (pressure_pa * t.area_m2 / 3);
    for (const int n : t.nodes) force_n[std::size_t(n)] += third;
  }
}

/// Of M^-1 K, K by differences of the forces.
double stable_step_s(const Shell& shell) {
  constexpr int iterations = 60;
  // Where a step times a frequency is sqrt(3), 0.87 of the limit, the leapfrog method turns a shape by a
  // third of a circle, and forces of second order in the strain feed it step by step.
  constexpr double safe = 0.75;
  Shell moved = shell;
  const std::size_t nodes = shell.x_m.size();
  double size_m = 1e30;
  for (const ShellTriangle& t : shell.triangles) size_m = std::min(size_m, std::sqrt(t.area_m2));
  std::vector<Vec3> direction(nodes);
  ShellForces at_rest, forces;
  elastic_forces(shell, at_rest);
  for (std::size_t n = 0; n < nodes; ++n)  // of all frequencies
    direction[n] = {std::sin(12.9898 * double(n)), std::sin(78.233 * double(n) + 1),
                    std::sin(37.719 * double(n) + 2)};
  double rate2 = 0;
  for (int k = 0; k < iterations; ++k) {
    double longest = 0;
    for (std::size_t n = 0; n < nodes; ++n) {
      if (shell.held[n]) direction[n] = {};
      longest = std::max(longest, norm(direction[n]));
    }
    if (longest == 0) break;
    const double h = 1e-6 * size_m;
    for (std::size_t n = 0; n < nodes; ++n) {
      direction[n] = direction[n] / longest;
      moved.x_m[n] = shell.x_m[n] + direction[n] * h;
    }
    elastic_forces(moved, forces);
    double product = 0, before = 0;
    for (std::size_t n = 0; n < nodes; ++n) {
      const Vec3 next =
          shell.held[n] ? Vec3{} : (at_rest.on_nodes_n[n] - forces.on_nodes_n[n]) / (h * shell.mass_kg[n]);
      product += shell.mass_kg[n] * dot(direction[n], next),
          before += shell.mass_kg[n] * dot(direction[n], direction[n]);
      direction[n] = next;
    }
    rate2 = std::max(rate2, product / before);
  }
  return rate2 > 0 ? safe * 2 / std::sqrt(rate2) : 1e30;
}

void advance(Shell& shell, const ShellForces& forces, double step_s, double damping_1_s) {
  const double kept = (1 - 0.5 * damping_1_s * step_s) / (1 + 0.5 * damping_1_s * step_s),
               gained = step_s / (1 + 0.5 * damping_1_s * step_s);
  parallel_for(shell.x_m.size(), grain, [&](std::size_t n) {
    if (!shell.held[n])
      shell.v_m_s[n] = shell.v_m_s[n] * kept + forces.on_nodes_n[n] * (gained / shell.mass_kg[n]);
    shell.x_m[n] += shell.v_m_s[n] * step_s;
  });
  turn_edges(shell, forces, step_s);
}

void turn_edges(Shell& shell, const ShellForces& forces, double step_s) {
  parallel_for(shell.edges.size(), grain, [&](std::size_t e) {
    turn_edge(shell.edges[e], forces.on_edges_nm[e], step_s, shell.turn[e], shell.turn_1_s[e]);
  });
}

}  // namespace soleus
