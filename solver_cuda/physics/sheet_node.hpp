// What a node of a sheet and the fluid ask of each other in a step (kernels/advance_immersed.hpp says why).
#pragma once

#include <cstddef>
#include <cstdint>

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// A sheet that is carried along faster than this, in cells per step, is lost: faster than sound.
inline constexpr double most_cells_per_step = 0.6;
/// Also where it is not a number.
SOLEUS_HD inline bool torn_along(double cells_per_step) {
  return !(cells_per_step < most_cells_per_step);
}

/// Nodes of sheets, [nodes] each: state/immersed_sheet.hpp.
struct SheetNodes {
  Vec3 *x_m = nullptr, *v_m_s = nullptr;
  Vec3 *fluid_velocity_m_s = nullptr, *fluid_velocity_before_m_s = nullptr, *velocity_before_m_s = nullptr;
  Vec3 *force_n = nullptr, *force_before_n = nullptr, *slip_m = nullptr, *slip_m_s = nullptr;
  const double *mass_kg = nullptr, *fluid_mass_kg = nullptr;
  const std::uint8_t* held = nullptr;
};

/// The force on the fluid [N] of a time step that begins: `elastic_n` of the sheet ahead, `load_n` what else
/// acts on the node.
SOLEUS_HD inline void push_fluid(const SheetNodes& s, std::size_t n, const Vec3& elastic_n,
                                 const Vec3& load_n, const Vec3& gravity_m_s2, double dt_s) {
  constexpr double tied = 0.1;  // (frequency of a held node's tie times the step)^2
  if (s.held[n]) {
    const Vec3 slip_m = s.slip_m[n] + s.slip_m_s[n] * dt_s;
    s.force_n[n] = slip_m * (-tied * s.fluid_mass_kg[n] / (dt_s * dt_s));
    return;
  }
  const double fluid_kg = s.fluid_mass_kg[n], sheet_kg = s.mass_kg[n];
  const Vec3 others = (s.v_m_s[n] - s.velocity_before_m_s[n]) * (fluid_kg / dt_s) -
                      (s.force_n[n] + s.force_before_n[n]) * 0.5;  // m_f R
  const Vec3 asked = elastic_n + load_n + gravity_m_s2 * sheet_kg;
  s.force_before_n[n] = s.force_n[n];
  s.force_n[n] = (asked * fluid_kg - others * sheet_kg) / (sheet_kg + fluid_kg);
}

/// Moves on with the fluid's velocity there.
SOLEUS_HD inline void follow_fluid(const SheetNodes& s, std::size_t n, const Vec3& velocity_m_s,
                                   double dt_s) {
  s.velocity_before_m_s[n] = s.v_m_s[n];
  const Vec3 goes_m_s =
      velocity_m_s * 0.75 + s.fluid_velocity_m_s[n] * 0.5 - s.fluid_velocity_before_m_s[n] * 0.25;
  if (s.held[n]) {
    s.slip_m_s[n] = goes_m_s - s.v_m_s[n];
    s.slip_m[n] += s.slip_m_s[n] * dt_s;
  } else {
    s.v_m_s[n] = goes_m_s;
  }
  s.fluid_velocity_before_m_s[n] = s.fluid_velocity_m_s[n];
  s.fluid_velocity_m_s[n] = velocity_m_s;
  s.x_m[n] += s.v_m_s[n] * dt_s;
}

}  // namespace soleus
