// What the fluid does now, in SI: fields at the nodes and totals.
#pragma once

#include <array>
#include <vector>

#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/physics/trt.hpp"
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

/// Strain rate [1/s]: xx, yy, zz, xy, xz, yz.
using StrainRate = std::array<float, 6>;

/// Velocity [m/s] and density excess [lattice] of every stored node; zero in solid nodes. Filled by
/// observe().
struct MacroFields {
  std::vector<float> vx, vy, vz, drho;  // [nodes]
  std::vector<StrainRate> strain;       // [nodes] filled by observe_strain(), empty before
};

template <class L, class Real>
Totals observe(MacroFields& fields, const Populations<L, Real>& f, const Lattice& lattice,
               const Scales& scales, const Real (&force)[3]);

/// The strain rate of the fluid nodes, which a wall stress needs. NaN next to an opening, where what arrives
/// is an equilibrium and carries none.
template <class L, class Real>
void observe_strain(MacroFields& fields, const Populations<L, Real>& f, const Lattice& lattice,
                    const Scales& scales, const Relaxation<Real>& rates);

}  // namespace soleus
