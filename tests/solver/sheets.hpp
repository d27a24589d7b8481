// Sheets for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"
#include "solver_cuda/kernels/advance_shell.hpp"

namespace soleus::test {

enum class Diagonals { one_way, crossed, random };

/// A rectangle in the plane z = 0, one corner at the origin, whose inner nodes are moved by up to `uneven` of
/// the distance between them.
inline Surface rectangle(double length_m, double width_m, int along, int across, Diagonals diagonals,
                         double uneven = 0) {
  Surface s;
  std::mt19937 random(7);
  std::uniform_real_distribution<double> away(-uneven, uneven);
  const double dx = length_m / along, dy = width_m / across;
  for (int j = 0; j <= across; ++j)
    for (int i = 0; i <= along; ++i) {
      const bool edge_x = i == 0 || i == along, edge_y = j == 0 || j == across;
      const double u = away(random), v = away(random);
      s.points_m.push_back({(i + (edge_x ? 0 : u)) * dx, (j + (edge_y ? 0 : v)) * dy, 0});
    }
  const auto node = [&](int i, int j) { return i + (along + 1) * j; };
  for (int j = 0; j < across; ++j)
    for (int i = 0; i < along; ++i) {
      const int a = node(i, j), b = node(i + 1, j), c = node(i + 1, j + 1), d = node(i, j + 1);
      const bool other = diagonals == Diagonals::crossed  ? (i + j) % 2 == 1
                         : diagonals == Diagonals::random ? random() % 2 == 1
                                                          : false;
      if (other) {
        s.triangles.push_back({a, b, d}), s.triangles.push_back({b, c, d});
      } else {
        s.triangles.push_back({a, b, c}), s.triangles.push_back({a, c, d});
      }
    }
  return s;
}

/// Damped until what is left of the forces on free nodes is a part of those that bend the sheet.
/// `add_loads(forces on the nodes)`. Returns whether it came to rest.
template <class AddLoads>
bool come_to_rest(Shell& sheet, double damping_1_s, double part, int most_steps, const AddLoads& add_loads) {
  const double step_s = stable_step_s(sheet);
  ShellForces forces;
  for (int step = 0; step < most_steps; ++step) {
    elastic_forces(sheet, forces);
    double elastic = 0, left = 0;
    for (const Vec3& f : forces.on_nodes_n) elastic = std::max(elastic, norm(f));
    add_loads(forces.on_nodes_n);
    for (std::size_t n = 0; n < sheet.x_m.size(); ++n)
      left = std::max(left, sheet.held[n] ? 0 : norm(forces.on_nodes_n[n]));
    if (step > 100 && left < part * elastic) return true;
    advance(sheet, forces, step_s, damping_1_s);
  }
  return false;
}

}  // namespace soleus::test
