// The one door between SI and lattice units.
#pragma once

namespace soleus {

struct Scales {
  double dx_m, dt_s, density_kg_m3;

  double velocity_m_s() const { return dx_m / dt_s; }  // of one lattice unit
  double pressure_pa() const { return density_kg_m3 * velocity_m_s() * velocity_m_s(); }
  double force_pa_m() const { return density_kg_m3 * dx_m / (dt_s * dt_s); }
  double flow_m3_s() const { return dx_m * dx_m * dx_m / dt_s; }
  /// What a volume of the lattice's fluid stores per pressure, V / (rho c_s^2).
  double compliance_m3_pa(double volume_m3) const { return 3 * volume_m3 / pressure_pa(); }

  /// Kinematic viscosity in lattice units, and the relaxation time it means.
  double viscosity(double pa_s) const { return pa_s / density_kg_m3 * dt_s / (dx_m * dx_m); }
  double tau(double pa_s) const { return 3 * viscosity(pa_s) + 0.5; }
};

}  // namespace soleus
