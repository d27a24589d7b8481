#include "solver_cuda/limb/laws.hpp"

#include <algorithm>
#include <cmath>

#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

constexpr double least = 0.02, most = 0.999;  // of V0 and of dV, where the straight lines begin

double collapse_stiffness_pa(const VeinLaw& law) {
  return 2.0 / 3 * law.stiffness_pa * law.unstressed_m3 / law.capacity_m3;
}

}  // namespace

double transmural_pressure(const VeinLaw& law, double volume_m3) {
  const double v0 = law.unstressed_m3;
  if (volume_m3 >= v0) {
    const double x = (volume_m3 - v0) / law.capacity_m3;
    if (x <= most) return -law.stiffness_pa * std::log1p(-x);
    return law.stiffness_pa * (-std::log1p(-most) + (x - most) / (1 - most));
  }
  const double kc = collapse_stiffness_pa(law), y = volume_m3 / v0, at = std::max(y, least);
  const double power = 1 / (at * std::sqrt(at));
  return kc * (1 - power + 1.5 * power / at * (y - at));
}

double volume_at(const VeinLaw& law, double transmural_pa) {
  if (transmural_pa >= 0)
    return law.unstressed_m3 - law.capacity_m3 * std::expm1(-transmural_pa / law.stiffness_pa);
  return law.unstressed_m3 * std::pow(1 - transmural_pa / collapse_stiffness_pa(law), -2.0 / 3);
}

double closing_pressure(const VeinLaw& law) {
  constexpr double power = 3.953;  // 0.4^(-3/2)
  return collapse_stiffness_pa(law) * (1 - power);
}

double orifice_area(const ValveLaw& law, double zeta) {
  return law.open_area_m2 * (law.leak + std::clamp(zeta, 0.0, 1.0) * (1 - law.leak));
}

double opening_rate(const ValveLaw& law, double zeta, double drop_pa) {
  return drop_pa > 0 ? (1 - zeta) * law.opening_per_pa_s * drop_pa : zeta * law.closing_per_pa_s * drop_pa;
}

double acceleration(const ValveLaw& law, double zeta, double drop_pa, double resistance_pa_s_m3,
                    double flow_m3_s) {
  const double area = orifice_area(law, zeta);
  // The inertia may not let the flow answer faster than this, a fiftieth of a movement: narrow or obstructed
  // ways would make the equations stiff for nothing.
  constexpr double least_answer_s = 4e-3;
  const double inertance =
      std::max(blood_density_kg_m3 * law.length_m / area, least_answer_s * resistance_pa_s_m3);
  const double bernoulli = blood_density_kg_m3 / (2 * area * area);
  return (drop_pa - resistance_pa_s_m3 * flow_m3_s - bernoulli * flow_m3_s * std::abs(flow_m3_s)) / inertance;
}

}  // namespace soleus::limb
