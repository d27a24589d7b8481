// What is seen of the fluid, in SI: fields at the nodes and totals.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "solver_cuda/state/tiles.hpp"

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

  SOLEUS_HD Totals& operator+=(const Totals& o) {
    cells += o.cells;
    mass_kg += o.mass_kg;
    excess_mass_kg += o.excess_mass_kg;
    kinetic_energy_J += o.kinetic_energy_J;
    momentum_kg_m_s += o.momentum_kg_m_s;
    max_drho = max_drho < o.max_drho ? o.max_drho : max_drho;
    if (finite && (!o.finite || o.peak_velocity_m_s > peak_velocity_m_s)) worst = o.worst;
    peak_velocity_m_s = peak_velocity_m_s < o.peak_velocity_m_s ? o.peak_velocity_m_s : peak_velocity_m_s;
    finite = finite && o.finite;
    return *this;
  }
};

/// The totals of one fluid node: its density excess [lattice units] and velocity [m/s], and the mass of a
/// node at the reference density.
SOLEUS_HD inline Totals totals_of_node(Node node, double drho, const Vec3& velocity_m_s,
                                       double node_mass_kg) {
  const double mass = node_mass_kg * (1 + drho), speed = norm(velocity_m_s), sum = speed + mass;
  Totals t;
  t.cells = 1;
  t.mass_kg = mass;
  t.excess_mass_kg = node_mass_kg * drho;
  t.peak_velocity_m_s = speed;
  t.max_drho = drho < 0 ? -drho : drho;
  t.momentum_kg_m_s = velocity_m_s * mass;
  t.kinetic_energy_J = 0.5 * mass * speed * speed;
  t.finite = sum - sum == 0;  // neither infinite nor no number
  t.worst = node;
  return t;
}

/// Strain rate [1/s]: xx, yy, zz, xy, xz, yz.
using StrainRate = std::array<float, 6>;

/// Velocity [m/s] and density excess [lattice] of every node with populations; zero in solid nodes.
struct MacroFields {
  std::vector<float> vx, vy, vz, drho;  // [nodes]
  std::vector<StrainRate> strain;       // [nodes] only where a wall stress is asked for, empty before
  std::vector<float> concentration;     // [nodes] of the scalar, empty without one
};

/// What is asked of an observation.
enum class Observed { totals, fields, strain };  // each with those before it

}  // namespace soleus
