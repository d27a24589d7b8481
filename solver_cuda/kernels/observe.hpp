// What the fluid does now, in SI: fields at the nodes, totals, and the stress on the wall.
#pragma once

#include <vector>

#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/kernels/move_wall.hpp"
#include "solver_cuda/scales.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

struct Totals {
  std::int64_t cells = 0;
  double mass_kg = 0;
  double excess_mass_kg = 0;  // of density above the reference: what the lattice's compressibility stores
  double peak_velocity_m_s = 0;
  double max_drho = 0;  // largest |density excess|, lattice units
  Vec3 momentum_kg_m_s{};
  double kinetic_energy_J = 0;
  bool finite = true;
  Node worst = 0;  // node of the peak velocity, or of the first non-finite value
  Totals& operator+=(const Totals& o);
};

/// Velocity [m/s] and density excess [lattice] of every stored node; zero in solid nodes. Filled by
/// observe().
struct Fields3 {
  std::vector<float> vx, vy, vz, drho;  // [nodes]
};

template <class Real>
Totals observe(Fields3& fields, const Populations<Real>& f, const Lattice& lattice, const Scales& scales,
               const Real (&force)[3]);

/// Stress of the fluid on the wall at surface points; NaN where fewer than four fluid nodes lie within three
/// cells.
struct WallStress {
  std::vector<float> shear_pa;     // [3 points] tangential traction, on the wall
  std::vector<float> traction_pa;  // [3 points] p n - mu (grad u + grad u^T) n, n out of the lumen
};

/// The velocity near a wall point is fitted by a quadratic polynomial that has the wall's velocity at the
/// point (least squares over the fluid nodes within three cells); its gradient there gives the viscous
/// stress. First order in dx as measured (docs/validation.md): the velocity itself is off by a part of dx^2
/// next to the wall.
WallStress wall_stress(const Fields3& fields, const Lattice& lattice, const std::vector<Vec3>& points_m,
                       const std::vector<Vec3>& outward, const std::vector<Vec3>& wall_velocity_m_s,
                       double viscosity_pa_s, const Scales& scales, double reference_pa);

}  // namespace soleus
