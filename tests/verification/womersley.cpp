#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {

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
                                 .set("solver.end_time", 8 * period, "s"));
  // Least squares Q = a + b cos(omega t) + c sin(omega t) over the last period.
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  for (std::size_t k = 0; k < run.time_s().size(); ++k) {
    const double t = run.time_s()[k];
    if (t < 7 * period) continue;
    const Eigen::Vector3d basis(1, std::cos(omega * t), std::sin(omega * t));
    normal += basis * basis.transpose();
    right += basis * (run.column("momentum_x_kg_m_s")[k] / (density_kg_m3 * length));
  }
  const Eigen::Vector3d fit = normal.ldlt().solve(right);
  const double r2 = radius_m * radius_m;
  const double steady = std::numbers::pi * gradient_pa_m * r2 * r2 / (8 * density_kg_m3 * viscosity_m2_s);
  const std::complex<double> exact = womersley_flow(alpha), found(fit[1] / steady, -fit[2] / steady);
  return {std::abs(found) / std::abs(exact) - 1, std::arg(found / exact) * 180 / std::numbers::pi};
}

}  // namespace soleus::verification
