#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"

namespace soleus::verification {

Box translating_box(const std::string& refill) {
  constexpr double speed_m_s = 0.02;
  const Run run("translating-box", Settings{}.set("solver.refill", refill));
  const VolumeField field = run.volume();
  double worst = 0, mean = 0, square = 0;
  for (const Vec3& u : field.u_m_s) worst = std::max(worst, norm(u - Vec3{speed_m_s, 0, 0}));
  for (const double p : field.p_pa) mean += p / static_cast<double>(field.p_pa.size());
  for (const double p : field.p_pa) square += (p - mean) * (p - mean);
  return {worst / speed_m_s, run.last("fluid_mass_kg") / run.first("fluid_mass_kg") - 1,
          std::sqrt(square / static_cast<double>(field.p_pa.size()))};
}

double piston(int cells) {
  constexpr double radius_m = 10e-3, density_kg_m3 = 1000, viscosity_m2_s = 5e-5, speed_m_s = 10e-3,
                   ramp_s = 0.2;
  const Run run("piston", Settings{}.grid(2 * radius_m / cells, 0.05, viscosity_m2_s));
  const double travel_m = speed_m_s * (run.time_s().back() - ramp_s / 2);
  const double displaced = std::numbers::pi * radius_m * radius_m * travel_m;
  const double stored = run.last("excess_mass_kg") / density_kg_m3;
  return (stored - run.last("inflow_volume_outlet_m3")) / displaced - 1;
}

}  // namespace soleus::verification
