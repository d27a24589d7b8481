// The force per area of a viscous fluid on a wall.
#pragma once

#include <array>
#include <cmath>

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// Rows are the components of u, columns the directions of the derivative.
using VelocityGradient = std::array<Vec3, 3>;

/// sqrt(2 S:S), S the symmetric part.
inline double shear_rate(const VelocityGradient& gradient) {
  double sum = 0;
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) sum += 0.5 * std::pow(gradient[a][b] + gradient[b][a], 2);
  return std::sqrt(sum);
}

struct Traction {
  Vec3 whole;  // p n - mu (G + G^T) n
  Vec3 shear;  // its part along the wall
};

/// `n` is the unit normal of the wall, out of the fluid. Any consistent units.
inline Traction wall_traction(const VelocityGradient& gradient, double pressure, double viscosity,
                              const Vec3& n) {
  Vec3 viscous;
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) viscous[a] += -viscosity * (gradient[a][b] + gradient[b][a]) * n[b];
  return {n * pressure + viscous, viscous - n * dot(n, viscous)};
}

}  // namespace soleus
