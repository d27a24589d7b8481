#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"

namespace soleus::verification {
namespace {

constexpr double half_width_m = 4e-3, wave_length_m = 80e-3, wave_speed_m_s = 20e-3, amplitude = 0.4,
                 viscosity_m2_s = 1e-4;
constexpr double density_kg_m3 = 1000, lattice_viscosity = 0.05;

Peristalsis compare(const Run& run, double dx, double section_m2, double exact) {
  // While the wave moves by two cells every position of the wall between nodes occurs.
  const double from = run.time_s().back() - 2 * dx / wave_speed_m_s;
  const double flow =
      run.mean("momentum_x_kg_m_s", from) / (density_kg_m3 * wave_length_m) / (section_m2 * wave_speed_m_s);
  return {flow / exact - 1, run.last("fluid_mass_kg") / run.first("fluid_mass_kg") - 1};
}

}  // namespace

Peristalsis planar_peristalsis(int cells) {
  const double dx = half_width_m / cells, depth = 8 * dx, a2 = amplitude * amplitude;
  const Run run("peristalsis-planar",
                Settings{}
                    .grid(dx, lattice_viscosity, viscosity_m2_s)
                    .set("geometry.analytic.size", Vec3{wave_length_m, 0, depth}, "m")
                    .set("geometry.analytic.period", Vec3{wave_length_m, 0, depth}, "m"));
  return compare(run, dx, 2 * half_width_m * depth, 3 * a2 / (2 + a2));
}

Peristalsis tubular_peristalsis(int cells) {
  const double dx = half_width_m / cells, a2 = amplitude * amplitude;
  const Run run("peristalsis-tubular", Settings{}.grid(dx, lattice_viscosity, viscosity_m2_s));
  return compare(run, dx, std::numbers::pi * half_width_m * half_width_m,
                 a2 * (16 - a2) / (2 * (2 + 3 * a2)));
}

}  // namespace soleus::verification
