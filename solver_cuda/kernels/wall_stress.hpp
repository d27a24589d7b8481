// Stress of the fluid on the wall.
#pragma once

#include "solver_cuda/geometry/wall_points.hpp"
#include "solver_cuda/kernels/observe.hpp"
#include "solver_cuda/physics/rheology.hpp"

namespace soleus {

/// At surface points; NaN where fewer than four fluid nodes lie within three cells.
struct WallStress {
  std::vector<float> shear_pa;     // [3 points] tangential traction, on the wall
  std::vector<float> traction_pa;  // [3 points] p n - mu (grad u + grad u^T) n, n out of the lumen
};

/// The velocity near a wall point is fitted by a quadratic polynomial that has the wall's velocity at the
/// point (least squares over the fluid nodes within three cells); its gradient there gives the viscous
/// stress. First order in dx as measured (docs/validation.md): the velocity itself is off by a part of dx^2
/// next to the wall. The viscosity is that of the
/// shear rate there [1/s]. `reference_pa` is added to the lattice's own pressure.
WallStress wall_stress(const MacroFields& fields, const Lattice& lattice, const WallSamples& samples,
                       const Scales& scales, const Rheology<double>& fluid, double reference_pa);

}  // namespace soleus
