// What the fluid does now, in SI: fields at the nodes and totals.
#pragma once

#include <vector>

#include "solver_cuda/geometry/voxelize.hpp"
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
struct MacroFields {
  std::vector<float> vx, vy, vz, drho;  // [nodes]
};

template <class L, class Real>
Totals observe(MacroFields& fields, const Populations<L, Real>& f, const Lattice& lattice,
               const Scales& scales, const Real (&force)[3]);

}  // namespace soleus
