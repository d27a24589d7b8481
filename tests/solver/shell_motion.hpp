// Sheets by themselves over time: explicit steps under loads.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "solver_cuda/kernels/advance_shell.hpp"

namespace soleus::test {

/// Longest stable step [s] of advance() for small motions about where the sheet is now: 2 over the largest
/// natural frequency with the edges' own angles held, by power iteration, times 0.75, which leaves room for
/// theirs and for strains of some parts in a thousand. Of M^-1 K, K by differences of the forces.
inline double stable_step_s(const Shell& shell) {
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

/// A step of the leapfrog method: v at half steps, x at whole ones. `damping_1_s`: of the velocity, per mass.
/// Held nodes keep their velocity. The edges turn too.
inline void advance(Shell& shell, const ShellForces& forces, double step_s, double damping_1_s) {
  const double kept = (1 - 0.5 * damping_1_s * step_s) / (1 + 0.5 * damping_1_s * step_s),
               gained = step_s / (1 + 0.5 * damping_1_s * step_s);
  for (std::size_t n = 0; n < shell.x_m.size(); ++n) {
    if (!shell.held[n])
      shell.v_m_s[n] = shell.v_m_s[n] * kept + forces.on_nodes_n[n] * (gained / shell.mass_kg[n]);
    shell.x_m[n] += shell.v_m_s[n] * step_s;
  }
  turn_edges(shell, forces, step_s);
}

}  // namespace soleus::test
