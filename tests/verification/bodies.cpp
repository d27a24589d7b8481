// Flow past bodies: sphere array, cylinders, sphere.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/verification/external.hpp"
#include "tests/verification/field_sampler.hpp"

namespace soleus::verification {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double density_kg_m3 = 1000, diameter_m = 10e-3;

/// Change of a column over the last tenth of the run, relative to its end.
double late_change(const Run& run, const std::string& column) {
  const std::vector<double>& values = run.column(column);
  return values[values.size() - 1 - values.size() / 10] / values.back() - 1;
}

std::string sphere_in_cell(double radius_m) {
  return fmt::format("[{{kind: sphere, center: 0 0 0 m, radius: {:.12g} m}}]", radius_m);
}

CylinderFlow measure_cylinder(const Run& run, const Vec3& center_m, double span_m) {
  constexpr double mean_m_s = 7e-3, dynamic_pa = density_kg_m3 * mean_m_s * mean_m_s;
  const double dx = run.flow().numbers.at("dx_m"), scale = 2 / (dynamic_pa * diameter_m * span_m);
  const VolumeField field = run.volume();
  const FieldSampler at(field, dx);
  const Vec3 front = center_m - Vec3{diameter_m / 2, 0, 0}, rear = center_m + Vec3{diameter_m / 2, 0, 0};
  std::vector<double> x, u;
  for (double d = dx; d < 3 * diameter_m; d += dx / 4) {
    x.push_back(d / diameter_m);
    u.push_back(at.velocity(rear + Vec3{d, 0, 0}).x);
  }
  return {run.last("force_x_N") * scale, run.last("force_y_N") * scale,
          (at.wall_pressure(front, {-1, 0, 0}) - at.wall_pressure(rear, {1, 0, 0})) / dynamic_pa,
          last_rise_through_zero(x, u), late_change(run, "force_x_N")};
}

}  // namespace

SphereArray sphere_array(double share, double tau, double expected) {
  constexpr double side_m = 32e-3, dx = 1e-3, viscosity_pa_s = 0.05, force_pa_m = 0.02;
  const double radius = side_m * std::cbrt(3 * share / (4 * pi));
  // The flow settles like exp(-t/T), T = (1 - c) L^2 / (6 pi (a/L) K nu).
  const double settling =
      (1 - share) * side_m * side_m / (6 * pi * expected * radius / side_m) * density_kg_m3 / viscosity_pa_s;
  const double end = 20 * settling;
  const Run run("sphere-array", Settings{}
                                    .grid(dx, (tau - 0.5) / 3, viscosity_pa_s / density_kg_m3)
                                    .set("geometry.analytic.obstacles", sphere_in_cell(radius))
                                    .set("solver.end_time", end, "s")
                                    .set("output.series_interval", end, "s"));
  const double cell_m3 = std::pow(side_m, 3);
  const double mean_m_s = run.last("momentum_x_kg_m_s") / density_kg_m3 / cell_m3;
  const double fluid_m3 = run.flow().numbers.at("cells") * std::pow(dx, 3);
  return {force_pa_m * cell_m3 / (6 * pi * viscosity_pa_s * radius * mean_m_s),
          run.last("force_x_N") / (force_pa_m * fluid_m3) - 1};
}

CylinderFlow cylinder_in_channel(int cells, Settings more) {
  const double dx = diameter_m / cells;
  const Run run("cylinder-channel", more.set("solver.dx", dx, "m")
                                        .set("solver.dt", 0.05 * dx / 10.5e-3, "s")
                                        .set("geometry.analytic.size", Vec3{0.22, 0.041, 8 * dx}, "m")
                                        .set("geometry.analytic.period", Vec3{0.22, 0.041, 8 * dx}, "m"));
  return measure_cylinder(run, {0.02, 0.02, 0}, 8 * dx);
}

CylinderFlow cylinder_in_duct(int cells, Settings more) {
  const double dx = diameter_m / cells;
  const Run run("cylinder-duct", more.set("solver.dx", dx, "m").set("solver.dt", 0.05 * dx / 15.75e-3, "s"));
  return measure_cylinder(run, {0.05, 0.02, 0.0205}, 0.041);
}

namespace {

constexpr double swing_m_s = 35e-3, swing_period_s = 5 * diameter_m / swing_m_s;

/// Least squares of F / (rho U^2 D / 2 per span) = -Cd |u| u - Cm pi/2 D u' / U^2 with u in units of U, over
/// whole periods.
SwingingCylinder morison(const std::vector<double>& time_s, const std::vector<double>& force) {
  double dd = 0, di = 0, ii = 0, df = 0, fi = 0;
  const double rate = 2 * pi / swing_period_s;
  for (std::size_t k = 0; k < time_s.size(); ++k) {
    const double u = -std::cos(rate * time_s[k]), du = rate * std::sin(rate * time_s[k]);
    const double drag = -std::abs(u) * u, inertia = -pi / 2 * diameter_m / swing_m_s * du;
    dd += drag * drag, di += drag * inertia, ii += inertia * inertia;
    df += drag * force[k], fi += inertia * force[k];
  }
  const double det = dd * ii - di * di;
  return {(df * ii - fi * di) / det, (fi * dd - df * di) / det, 0, {}};
}

/// Rms of what the first nine harmonics leave, over the largest force.
double noise(const std::vector<double>& time_s, const std::vector<double>& force) {
  constexpr int harmonics = 9;
  std::vector<double> rest = force;
  const double n = double(force.size());
  for (int h = 0; h <= harmonics; ++h)
    for (const bool sine : {false, true}) {
      const auto wave = [&](double t) {
        return sine ? std::sin(2 * pi * h * t / swing_period_s) : std::cos(2 * pi * h * t / swing_period_s);
      };
      double sum = 0;
      for (std::size_t k = 0; k < force.size(); ++k) sum += force[k] * wave(time_s[k]);
      for (std::size_t k = 0; k < force.size(); ++k) rest[k] -= (h == 0 ? 1 : 2) * sum / n * wave(time_s[k]);
    }
  double square = 0, most = 0;
  for (const double r : rest) square += r * r;
  for (const double f : force) most = std::max(most, std::abs(f));
  return std::sqrt(square / n) / most;
}

SwingingCylinder measure_swing(const Run& run, double span_m) {
  const double scale = 2 / (density_kg_m3 * swing_m_s * swing_m_s * diameter_m * span_m);
  const double from = run.time_s().back() - 2 * swing_period_s * (1 - 1e-6);
  std::vector<double> time, force;
  for (std::size_t k = 0; k < run.time_s().size(); ++k)
    if (run.time_s()[k] > from) {
      time.push_back(run.time_s()[k]);
      force.push_back(run.column("force_x_N")[k] * scale);
    }
  SwingingCylinder found = morison(time, force);
  found.noise = noise(time, force);
  found.force.assign(force.end() - std::ptrdiff_t(force.size() / 2), force.end());
  return found;
}

/// Each pair of steps is a sample, 400 in a period: with every fifth of them the noise of the force alone
/// moved the coefficients by several per cent.
Settings swing_settings(int cells, Settings more) {
  const double dx = diameter_m / cells, dt = 0.05 * dx / swing_m_s;
  return more.set("solver.dx", dx, "m")
      .set("solver.dt", dt, "s")
      .set("output.series_interval", swing_period_s / (50 * cells), "s")
      .set("geometry.analytic.size", Vec3{0.2, 0.16, 8 * dx}, "m")
      .set("geometry.analytic.period", Vec3{0.2, 0.16, 8 * dx}, "m");
}

}  // namespace

SwingingCylinder oscillating_cylinder(int cells, Settings more) {
  const Run run("oscillating-cylinder", swing_settings(cells, std::move(more)));
  return measure_swing(run, 8 * diameter_m / cells);
}

double sphere_drag(double reynolds, int cells, Settings more) {
  constexpr double stream_m_s = 17.5e-3;
  const double dx = diameter_m / cells;
  const Run run("sphere-drag",
                more.set("solver.dx", dx, "m")
                    .set("solver.dt", 0.05 * dx / stream_m_s, "s")
                    .set("fluid.viscosity", density_kg_m3 * stream_m_s * diameter_m / reynolds, "Pa s"));
  const double area = pi * diameter_m * diameter_m / 4;
  return 2 * run.last("force_x_N") / (density_kg_m3 * stream_m_s * stream_m_s * area);
}

}  // namespace soleus::verification
