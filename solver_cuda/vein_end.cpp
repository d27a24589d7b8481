#include "solver_cuda/vein_end.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soleus {

VeinEnd vein_end(const WallConfig& config, const Wall& wall, const Cap& cap) {
  VeinEnd vein{std::numbers::pi * cap.opening.radius_m * cap.opening.radius_m,
               cap.condition.beyond_m.value_or(usual_beyond_m)};
  if (!wall.motion().compliant()) return vein;
  const Stations& stations = wall.motion().stations();
  const auto away = [&](const Vec3& x) { return norm(x - cap.opening.center_m); };
  const auto nearest = std::ranges::min_element(stations.center_m, {}, away) - stations.center_m.begin();
  const TubeLaw law = law_of(config.law, stations.place(int(nearest)).branch);
  vein.elastic = VeinEnd::Elastic{law, law.area_ratio(config.law.imaged_at_pa), std::size_t(nearest)};
  return vein;
}

WaveEnd wave_end(const VeinEnd& vein, double resistance_pa_s_m3, const Scales& scales,
                 const StationAreas* areas) {
  const double rho = scales.density_kg_m3;
  double area_m2 = vein.area_m2, slowness2 = 3 / (scales.velocity_m_s() * scales.velocity_m_s());
  if (vein.elastic && areas) {
    const double ratio = areas->ratio[vein.elastic->station], a = ratio * vein.elastic->imaged;
    area_m2 *= ratio;
    slowness2 += rho / (a * vein.elastic->law.stiffness(a));
  }
  const double of_lattice = std::pow(scales.dx_m, 3) / (scales.dt_s * scales.pressure_pa() * cs2),
               inertance = rho * vein.beyond_m / (area_m2 * scales.dt_s);
  return wave_end(of_lattice * rho / (std::sqrt(slowness2) * area_m2), of_lattice * resistance_pa_s_m3,
                  of_lattice * inertance, 2);
}

}  // namespace soleus
