#include "tests/verification/scalar.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace soleus::verification {

double dispersion_rate(double peclet, double k_radius) {
  // Eigenvalues of D [C'' + C'/r] - i k u(r) C - D k^2 C, u = 2 um (1 - r^2), by finite volumes of equal
  // width; in units of D / R^2.
  constexpr int rings = 200;
  const double h = 1.0 / rings;
  Eigen::MatrixXcd transport = Eigen::MatrixXcd::Zero(rings, rings);
  for (int j = 0; j < rings; ++j) {
    const double r = (j + 0.5) * h, inner = j * h / (r * h * h),
                 outer = j + 1 < rings ? (j + 1) * h / (r * h * h) : 0;
    transport(j, j) = std::complex<double>(-inner - outer - k_radius * k_radius,
                                           -2 * k_radius * peclet * (1 - r * r - h * h / 4));
    if (j > 0) transport(j, j - 1) = inner;
    if (j + 1 < rings) transport(j, j + 1) = outer;
  }
  const Eigen::VectorXcd values = Eigen::ComplexEigenSolver<Eigen::MatrixXcd>(transport, false).eigenvalues();
  double slowest = 1e30;
  for (const std::complex<double>& v : values) slowest = std::min(slowest, -v.real());
  return slowest / (k_radius * k_radius);
}

namespace {

constexpr double pipe_radius_m = 4e-3, pipe_length_m = 32e-3;

/// Magnitude of the first Fourier mode along x of the concentration.
double first_mode(const VolumeField& field) {
  std::complex<double> sum = 0;
  for (std::size_t n = 0; n < field.x_m.size(); ++n)
    sum += field.concentration[n] * std::polar(1.0, 2 * std::numbers::pi * field.x_m[n].x / pipe_length_m);
  return std::abs(sum);
}

}  // namespace

Dispersion taylor_aris(const Vec3& offset) {
  constexpr double diffusivity_m2_s = 1.75e-6, early_s = 3.1;
  const Run run("taylor-aris", Settings{}.set("solver.lattice_offset", offset, ""));
  const std::vector<VolumeField> fields = run.volumes(early_s);
  const double k = 2 * std::numbers::pi / pipe_length_m;
  const double rate = std::log(first_mode(fields.front()) / first_mode(fields.back())) /
                      (fields.back().time_s - fields.front().time_s);
  const double mean_m_s = run.last("momentum_x_kg_m_s") / run.last("fluid_mass_kg");
  return {rate / (diffusivity_m2_s * k * k),
          dispersion_rate(mean_m_s * pipe_radius_m / diffusivity_m2_s, k * pipe_radius_m)};
}

namespace {

Settings carried(double initial, double inflow) {
  return Settings{}
      .set("scalar.diffusivity", 1e-5, "m2/s")
      .set("scalar.initial", initial, "")
      .set("scalar.inflow", inflow, "");
}

}  // namespace

ScalarInTube uniform_scalar_in_tube() {
  const Run run("contracting-tube", carried(1, 1).set("output.wall", "false"));
  double worst = 0;
  for (const VolumeField& field : run.volumes(0))
    for (const double c : field.concentration) worst = std::max(worst, std::abs(c - 1));
  return {worst, run.last("fluid_volume_m3") / run.first("fluid_volume_m3")};
}

double amount_error_in_box() {
  const Run run("translating-box", carried(1, 0)
                                       .set("scalar.initial_min", Vec3{-16e-3, -16e-3, -16e-3}, "m")
                                       .set("scalar.initial_max", Vec3{0, 16e-3, 16e-3}, "m"));
  double worst = 0;
  for (const double amount : run.column("scalar_amount_m3"))
    worst = std::max(worst, std::abs(amount / run.first("scalar_amount_m3") - 1));
  return worst;
}

double amount_error_in_tube() {
  const Run run("contracting-tube", carried(1, 0)
                                        .set("scalar.initial_min", Vec3{-40e-3, -10e-3, -10e-3}, "m")
                                        .set("scalar.initial_max", Vec3{5e-3, 10e-3, 10e-3}, "m")
                                        .set("output.volume", "false")
                                        .set("output.wall", "false"));
  double worst = 0;
  for (std::size_t k = 0; k < run.time_s().size(); ++k) {
    const double grown = run.column("scalar_amount_m3")[k] - run.first("scalar_amount_m3");
    const double entered = run.column("scalar_inflow_left_m3")[k] + run.column("scalar_inflow_right_m3")[k];
    worst = std::max(worst, std::abs(grown - entered) / run.first("scalar_amount_m3"));
  }
  return worst;
}

double age_error() {
  const Run run("translating-box", carried(0, 0).set("scalar.growth", 1, ""));
  const VolumeField field = run.volume();
  double worst = 0;
  for (const double age : field.concentration) worst = std::max(worst, std::abs(age / field.time_s - 1));
  return worst;
}

}  // namespace soleus::verification
