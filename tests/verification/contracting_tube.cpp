#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {
namespace {

constexpr double radius_m = 10e-3, length_m = 80e-3, viscosity_m2_s = 1e-4, density_kg_m3 = 1000, alpha = -1,
                 ramp_s = 70e-3;
constexpr double read_within_m = length_m / 4;  // half of the way from the middle to the openings

/// Velocity on the axis over nu x / R^2: least squares u R^2 / nu = x (g0 + g2 eta^2 + g4 eta^4) within half
/// of the radius.
double center_gradient(const VolumeField& field, double radius) {
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3& x = field.x_m[n];
    const double e2 = (x.y * x.y + x.z * x.z) / (radius * radius);
    if (std::abs(x.x) > read_within_m || e2 > 0.25) continue;
    const Eigen::Vector3d basis(x.x, x.x * e2, x.x * e2 * e2);
    normal += basis * basis.transpose();
    right += basis * (field.u_m_s[n].x * radius * radius / viscosity_m2_s);
  }
  return normal.ldlt().solve(right)[0];
}

/// K of p = p0 - rho nu^2 K x^2 / (2 R^4) + b eta^2.
double pressure_gradient(const VolumeField& field, double radius) {
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  const double scale = density_kg_m3 * viscosity_m2_s * viscosity_m2_s / (2 * std::pow(radius, 4));
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3& x = field.x_m[n];
    if (std::abs(x.x) > read_within_m) continue;
    const Eigen::Vector3d basis(1, -scale * x.x * x.x, (x.y * x.y + x.z * x.z) / (radius * radius));
    normal += basis * basis.transpose();
    right += basis * field.p_pa[n];
  }
  return normal.ldlt().solve(right)[1];
}

/// Wall shear stress over mu nu x / R^3, least squares through the origin.
double wall_gradient(const WallField& wall, double radius) {
  double numerator = 0, denominator = 0;
  for (std::size_t n = 0; n < wall.x_m.size(); ++n) {
    const double x = wall.x_m[n].x;
    if (std::abs(x) > read_within_m) continue;
    numerator += x * wall.shear_pa[n].x;
    denominator += x * x;
  }
  return numerator / denominator * std::pow(radius, 3) / (density_kg_m3 * viscosity_m2_s * viscosity_m2_s);
}

/// Scatter of the flow through one end over the second half of the run, where the exact flow is constant.
double flow_noise(const Run& run) {
  const double half = run.time_s().back() / 2, mean = run.mean("flow_right_m3_s", half);
  double square = 0;
  int n = 0;
  for (std::size_t k = 0; k < run.time_s().size(); ++k)
    if (run.time_s()[k] >= half) square += std::pow(run.column("flow_right_m3_s")[k] / mean - 1, 2), ++n;
  return std::sqrt(square / n);
}

}  // namespace

Contraction contracting_tube(int cells, double lattice_viscosity) {
  const Run run("contracting-tube", Settings{}.grid(radius_m / cells, lattice_viscosity, viscosity_m2_s));
  const double end = run.time_s().back();
  const double displaced = -std::numbers::pi * 2 * alpha * viscosity_m2_s * (end - ramp_s / 2) * length_m;
  const double out = -run.last("inflow_volume_left_m3") - run.last("inflow_volume_right_m3");
  const double stored = run.last("excess_mass_kg") / density_kg_m3;
  // The normalised profile is steady; its mean over the second half averages out what sound the start leaves.
  const auto radius = [](double t) {
    return std::sqrt(radius_m * radius_m + 2 * alpha * viscosity_m2_s * (t - ramp_s / 2));
  };
  double center = 0, pressure = 0, shear = 0;
  const std::vector<VolumeField> fields = run.volumes(end / 2);
  for (const VolumeField& f : fields) {
    center += center_gradient(f, radius(f.time_s)) / static_cast<double>(fields.size());
    pressure += pressure_gradient(f, radius(f.time_s)) / static_cast<double>(fields.size());
  }
  const std::vector<WallField> walls = run.walls(end / 2);
  for (const WallField& w : walls)
    shear += wall_gradient(w, radius(w.time_s)) / static_cast<double>(walls.size());
  const SimilarityFlow exact = uchida_aoki(alpha);
  return {(out + stored) / displaced - 1, center / exact.axis - 1, pressure / exact.gradient - 1,
          shear / -exact.slope_at_wall - 1, flow_noise(run)};
}

}  // namespace soleus::verification
