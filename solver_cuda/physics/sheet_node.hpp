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

/// A sheet of more mass than this, as a part of the fluid's that follows it in a moment, moves by its own
/// inertia.
inline constexpr double most_carried = 0.3;
SOLEUS_HD inline bool is_heavy(double sheet_kg, double fluid_kg) {
  return sheet_kg > most_carried * fluid_kg;
}

/// Nodes of sheets, [nodes] each: state/immersed_sheet.hpp.
struct SheetNodes {
  Vec3 *x_m = nullptr, *v_m_s = nullptr;
  Vec3 *fluid_velocity_m_s = nullptr, *fluid_velocity_before_m_s = nullptr, *velocity_before_m_s = nullptr;
  Vec3 *force_n = nullptr, *force_before_n = nullptr, *slip_m = nullptr, *slip_m_s = nullptr;
  const double *mass_kg = nullptr, *fluid_mass_kg = nullptr;
  const std::uint8_t* held = nullptr;
};

/// The force on the fluid [N] of a marker that goes with it and is tied to a node of a sheet.
SOLEUS_HD inline Vec3 pull_of_marker(const SheetNodes& s, std::size_t n, double dt_s) {
  constexpr double tied = 0.1;  // (frequency of the tie times the step)^2
  const Vec3 slip_m = s.slip_m[n] + s.slip_m_s[n] * dt_s;
  return slip_m * (-tied * s.fluid_mass_kg[n] / (dt_s * dt_s));
}

/// The force on the fluid [N] of a time step that begins: `elastic_n` of the sheet ahead, `load_n` what else
/// acts on the node. Heavy nodes get the velocity with which they go through the step.
SOLEUS_HD inline void push_fluid(const SheetNodes& s, std::size_t n, const Vec3& elastic_n,
                                 const Vec3& load_n, const Vec3& gravity_m_s2, double dt_s) {
  const double fluid_kg = s.fluid_mass_kg[n], sheet_kg = s.mass_kg[n];
  const Vec3 asked = elastic_n + load_n + gravity_m_s2 * sheet_kg;
  if (s.held[n]) {
    s.force_n[n] = pull_of_marker(s, n, dt_s);
  } else if (is_heavy(sheet_kg, fluid_kg)) {
    s.force_n[n] = pull_of_marker(s, n, dt_s);
    s.v_m_s[n] += (asked - s.force_n[n]) * (dt_s / sheet_kg);
  } else {
    const Vec3 others = (s.v_m_s[n] - s.velocity_before_m_s[n]) * (fluid_kg / dt_s) -
                        (s.force_n[n] + s.force_before_n[n]) * 0.5;  // m_f R
    s.force_before_n[n] = s.force_n[n];
    s.force_n[n] = (asked * fluid_kg - others * sheet_kg) / (sheet_kg + fluid_kg);
  }
}

/// Moves on with the fluid's velocity there; held and heavy nodes by their own.
SOLEUS_HD inline void follow_fluid(const SheetNodes& s, std::size_t n, const Vec3& velocity_m_s,
                                   double dt_s) {
  s.velocity_before_m_s[n] = s.v_m_s[n];
  const Vec3 goes_m_s =
      velocity_m_s * 0.75 + s.fluid_velocity_m_s[n] * 0.5 - s.fluid_velocity_before_m_s[n] * 0.25;
  if (s.held[n] || is_heavy(s.mass_kg[n], s.fluid_mass_kg[n])) {
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
