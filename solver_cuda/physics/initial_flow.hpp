// The field at t = 0 of a verification case, and the populations of a smooth flow.
// REFERENCE: Taylor & Green, Proc. R. Soc. Lond. A 158, 499 (1937); the vortex in a plane is an exact
// solution of the Navier-Stokes equations.
#pragma once

#include <cmath>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/moments.hpp"
#include "solver_cuda/physics/traction.hpp"

namespace soleus {

struct FlowAtPoint {
  Vec3 velocity;
  double pressure = 0;
};

/// Vortices in the x-y plane at the phases k x and k y; any consistent units.
inline FlowAtPoint taylor_green(double kx, double ky, double amplitude, double density) {
  return {{-amplitude * std::cos(kx) * std::sin(ky), amplitude * std::sin(kx) * std::cos(ky), 0},
          -0.25 * density * amplitude * amplitude * (std::cos(2 * kx) + std::cos(2 * ky))};
}

/// The start of the three-dimensional vortex that decays through turbulence. REFERENCE: Brachet et al., J.
/// Fluid Mech. 130, 411 (1983).
inline FlowAtPoint taylor_green_3d(const Vec3& k, double amplitude, double density) {
  return {{amplitude * std::sin(k.x) * std::cos(k.y) * std::cos(k.z),
           -amplitude * std::cos(k.x) * std::sin(k.y) * std::cos(k.z), 0},
          density * amplitude * amplitude / 16 * (std::cos(2 * k.x) + std::cos(2 * k.y)) *
              (std::cos(2 * k.z) + 2)};
}

/// Equilibrium of `m` plus the off-equilibrium part of the velocity gradient G [1/step]:
/// f_neq = -tau w (3 c c - I) : G.
template <class L, class Real>
inline void smooth_flow_populations(const Macro<Real>& m, const VelocityGradient& gradient, double tau,
                                    Real (&f)[L::Q]) {
  for (int i = 0; i < L::Q; ++i) {
    const Vec3 c = L::c(i);
    double sum = 0;
    for (int a = 0; a < 3; ++a)
      for (int b = 0; b < 3; ++b) sum += (3 * c[a] * c[b] - (a == b)) * gradient[b][a];
    f[i] = equilibrium<L>(i, m) - static_cast<Real>(tau * L::weight(i) * sum);
  }
}

}  // namespace soleus
