#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"

namespace soleus::verification {

TaylorGreen taylor_green(int cells, const std::string& collision, double viscosity_m2_s, Settings more) {
  constexpr double side_m = 10e-3, velocity_m_s = 35e-3, density_kg_m3 = 1000;
  const double k = 2 * std::numbers::pi / side_m, dx = side_m / cells, lattice_velocity = 0.04 * 16 / cells;
  const double dt = lattice_velocity * dx / velocity_m_s, end = 1 / (2 * viscosity_m2_s * k * k);
  const Run run("taylor-green", more.set("solver.dx", dx, "m")
                                    .set("solver.dt", dt, "s")
                                    .set("solver.end_time", std::round(end / dt) * dt, "s")
                                    .set("output.interval", std::round(end / dt) * dt, "s")
                                    .set("geometry.analytic.size", Vec3{side_m, side_m, 8 * dx}, "m")
                                    .set("geometry.analytic.period", Vec3{side_m, side_m, 8 * dx}, "m")
                                    .set("fluid.viscosity", density_kg_m3 * viscosity_m2_s, "Pa s")
                                    .set("solver.magic", 1.0 / 12, "")
                                    .set("solver.collision", collision));
  const double decay = std::log(run.first("kinetic_energy_J") / run.last("kinetic_energy_J"));
  const double viscosity = decay / (4 * k * k * run.time_s().back());
  const VolumeField field = run.volume();
  double difference = 0, size = 0;
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3& x = field.x_m[n];
    const double factor = velocity_m_s * std::exp(-2 * viscosity_m2_s * k * k * field.time_s);
    const Vec3 exact{-factor * std::cos(k * x.x) * std::sin(k * x.y),
                     factor * std::sin(k * x.x) * std::cos(k * x.y), 0};
    const Vec3 d = field.u_m_s[n] - exact;
    difference += dot(d, d);
    size += dot(exact, exact);
  }
  return {viscosity / viscosity_m2_s - 1, std::sqrt(difference / size)};
}

double drifting_vortex(int cells, const Vec3& drift, Settings more) {
  constexpr double dx_m = 1e-3, dt_s = 1e-3, viscosity_m2_s = 0.01 * dx_m * dx_m / dt_s, density_kg_m3 = 1000;
  const double side_m = cells * dx_m, k = 2 * std::numbers::pi / side_m;
  const double end = std::round(1 / (2 * viscosity_m2_s * k * k) / dt_s) * dt_s;
  const Run run("taylor-green", more.set("solver.dx", dx_m, "m")
                                    .set("solver.dt", dt_s, "s")
                                    .set("solver.end_time", end, "s")
                                    .set("output.volume", "false")
                                    .set("geometry.analytic.size", Vec3{side_m, side_m, 8 * dx_m}, "m")
                                    .set("geometry.analytic.period", Vec3{side_m, side_m, 8 * dx_m}, "m")
                                    .set("fluid.viscosity", density_kg_m3 * viscosity_m2_s, "Pa s")
                                    .set("solver.initial_velocity", 0.01 * dx_m / dt_s, "m/s")
                                    .set("solver.initial_drift", drift * (dx_m / dt_s), "m/s")
                                    .set("solver.max_velocity", 0.11, "m/s")
                                    .set("solver.magic", 0.25, "")
                                    .set("solver.precision", "double"));
  // The energy of the drift itself stays: momentum^2 / (2 mass).
  const auto vortex_energy = [&](std::size_t n) {
    double square = 0;
    for (const char* p : {"momentum_x_kg_m_s", "momentum_y_kg_m_s", "momentum_z_kg_m_s"})
      square += run.column(p)[n] * run.column(p)[n];
    return run.column("kinetic_energy_J")[n] - square / (2 * run.column("fluid_mass_kg")[n]);
  };
  const std::size_t last = run.time_s().size() - 1;
  return std::log(vortex_energy(0) / vortex_energy(last)) / (4 * k * k * run.time_s()[last]);
}

}  // namespace soleus::verification
