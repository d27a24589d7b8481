#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {

namespace {

/// A sum of a + b cos(omega t) + c sin(omega t) fitted to samples by least squares: b - i c.
class Harmonic {
 public:
  explicit Harmonic(double omega) : omega_(omega) {}
  void add(double time_s, double value) {
    const Eigen::Vector3d basis(1, std::cos(omega_ * time_s), std::sin(omega_ * time_s));
    normal_ += basis * basis.transpose();
    right_ += basis * value;
  }
  std::complex<double> amplitude() const {
    const Eigen::Vector3d fit = normal_.ldlt().solve(right_);
    return {fit[1], -fit[2]};
  }

 private:
  double omega_;
  Eigen::Matrix3d normal_ = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right_ = Eigen::Vector3d::Zero();
};

double degrees(const std::complex<double>& z) {
  return std::arg(z) * 180 / std::numbers::pi;
}

}  // namespace

Womersley womersley(int cells) {
  constexpr double radius_m = 4e-3, viscosity_m2_s = 3.5e-6, density_kg_m3 = 1000, alpha = 5,
                   gradient_pa_m = 17.5;
  const double dx = 2 * radius_m / cells, length = 8 * dx;
  const double omega = alpha * alpha * viscosity_m2_s / (radius_m * radius_m),
               period = 2 * std::numbers::pi / omega;
  const Run run("womersley", Settings{}
                                 .grid(dx, 0.1, viscosity_m2_s)
                                 .set("fluid.body_force", Vec3{gradient_pa_m, 0, 0}, "Pa/m")
                                 .set("fluid.body_force_waveform.period", period, "s")
                                 .set("geometry.analytic.length", length, "m")
                                 .set("geometry.analytic.size", Vec3{length, 0, 0}, "m")
                                 .set("geometry.analytic.period", Vec3{length, 0, 0}, "m")
                                 .set("geometry.edge_length", std::max(dx, 0.25e-3), "m")
                                 .set("output.wall", "true")
                                 .set("output.interval", period / 16, "s")
                                 .set("output.series_interval", period / 16, "s")
                                 .set("solver.end_time", 8 * period, "s"));
  Harmonic flow(omega), shear(omega);  // of the last period
  for (std::size_t k = 0; k < run.time_s().size(); ++k)
    if (run.time_s()[k] >= 7 * period)
      flow.add(run.time_s()[k], run.column("momentum_x_kg_m_s")[k] / (density_kg_m3 * length));
  for (const WallField& wall : run.walls(7 * period)) {
    double sum = 0;
    for (const Vec3& s : wall.shear_pa) sum += s.x;
    shear.add(wall.time_s, sum / static_cast<double>(wall.shear_pa.size()));
  }
  const double r2 = radius_m * radius_m;
  const double steady = std::numbers::pi * gradient_pa_m * r2 * r2 / (8 * density_kg_m3 * viscosity_m2_s);
  const std::complex<double> flow_ratio = flow.amplitude() / steady / womersley_flow(alpha),
                             shear_ratio =
                                 shear.amplitude() / (gradient_pa_m * radius_m / 2) / womersley_shear(alpha);
  return {std::abs(flow_ratio) - 1, degrees(flow_ratio), std::abs(shear_ratio) - 1, degrees(shear_ratio)};
}

PulsatingFlow flow_driven_womersley(int cells) {
  constexpr double radius_m = 4e-3, viscosity_m2_s = 3.5e-6, viscosity_pa_s = 3.5e-3, alpha = 5,
                   flow_m3_s = 1e-7, within_m = 4e-3;
  const double dx = 2 * radius_m / cells, omega = alpha * alpha * viscosity_m2_s / (radius_m * radius_m),
               period = 2 * std::numbers::pi / omega;
  // A lattice viscosity of 0.005 at 20 cells: sound must pass the pipe in a small part of a period.
  const Run run("womersley-flow", Settings{}
                                      .grid(dx, 0.1 / cells, viscosity_m2_s)
                                      .set("output.interval", period / 16, "s")
                                      .set("solver.end_time", 4 * period, "s"));
  // -dp/dx and flow of the last period, least squares and mean over the middle of the pipe.
  Harmonic gradient(omega), flow(omega);
  for (const VolumeField& field : run.volumes(3 * period)) {
    double n = 0, x = 0, p = 0, xx = 0, xp = 0, u = 0;
    for (std::size_t k = 0; k < field.x_m.size(); ++k) {
      const double at = field.x_m[k].x;
      if (std::abs(at) > within_m) continue;
      n += 1, x += at, p += field.p_pa[k], xx += at * at, xp += at * field.p_pa[k], u += field.u_m_s[k].x;
    }
    gradient.add(field.time_s, -(n * xp - x * p) / (n * xx - x * x));
    flow.add(field.time_s, u * dx * dx * dx / (2 * within_m));
  }
  const double steady = 8 * viscosity_pa_s * flow_m3_s / (std::numbers::pi * std::pow(radius_m, 4));
  // What sound adds on the way from the opening, L from the free end: cos(k L / 2) / cos(k L), where
  // k^2 c^2 (i alpha^2 W / 8) = omega^2.
  constexpr double length_m = 40e-3;
  const double dt = 0.1 / cells * dx * dx / viscosity_m2_s, sound_m_s = dx / dt / std::sqrt(3.0);
  const std::complex<double> inertia = std::complex<double>(0, alpha * alpha / 8) * womersley_flow(alpha),
                             k_length = omega * length_m / sound_m_s / std::sqrt(inertia),
                             in_the_middle = flow.amplitude() / flow_m3_s,
                             passed = in_the_middle * std::cos(k_length) / std::cos(0.5 * k_length),
                             ratio = gradient.amplitude() / steady / in_the_middle * womersley_flow(alpha);
  return {std::abs(passed) - 1, degrees(passed), std::abs(ratio) - 1, degrees(ratio)};
}

}  // namespace soleus::verification
