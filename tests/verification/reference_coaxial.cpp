// Waves in an elastic tube within a rigid pipe, declared in reference.hpp.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/verification/reference.hpp"

namespace soleus::verification {
namespace {

using Complex = std::complex<double>;

/// Flow between two walls under a gradient that swings, over that of a fluid without viscosity:
///   F = 1 - mean of w,  w'' + w'/r = i omega / nu w,  w = 1 at the walls,
/// by finite volumes of equal widths; `inner` = 0 is a pipe.
Complex part_that_follows(double inner_m, double outer_m, double omega_1_s, double viscosity_m2_s) {
  constexpr int volumes = 4000;
  const double h = (outer_m - inner_m) / volumes;
  const Complex q = Complex(0, omega_1_s / viscosity_m2_s) * h * h;
  std::vector<Complex> factor(volumes), value(volumes);  // of Thomas's algorithm
  Complex sum = 0;
  double area = 0;
  for (int k = 0; k < volumes; ++k) {
    const double r = inner_m + (k + 0.5) * h, below = (r - h / 2) / r, above = (r + h / 2) / r;
    const bool first = k == 0, last = k == volumes - 1;
    const Complex diagonal = -(first ? 2 * below : below) - (last ? 2 * above : above) - q;
    const Complex right = -(first ? 2 * below : 0.0) - (last ? 2 * above : 0.0);
    const auto at = std::size_t(k);
    const Complex pivot = first ? diagonal : diagonal - below * factor[at - 1];
    factor[at] = (last ? 0.0 : above) / pivot;
    value[at] = (right - (first ? Complex(0) : below * value[at - 1])) / pivot;
  }
  for (int k = volumes - 1; k >= 0; --k) {
    const auto at = std::size_t(k);
    if (k + 1 < volumes) value[at] -= factor[at] * value[at + 1];
    const double r = inner_m + (k + 0.5) * h;
    sum += value[at] * r, area += r;
  }
  return 1.0 - sum / area;
}

/// Pressure at the tube over rho omega^2 R times its displacement, inside and outside together, over that of
/// long waves.
double motion_across(double k_1_m, double inner_m, double outer_m) {
  const double x = k_1_m * inner_m, y = k_1_m * outer_m, ratio = outer_m * outer_m / (inner_m * inner_m);
  const auto I = [](int n, double z) { return std::cyl_bessel_i(double(n), z); };
  const auto K = [](int n, double z) { return std::cyl_bessel_k(double(n), z); };
  const double inside = I(0, x) / (x * I(1, x)), outside = (I(0, x) * K(1, y) + K(0, x) * I(1, y)) /
                                                           (x * (I(1, y) * K(1, x) - I(1, x) * K(1, y)));
  return (inside + outside) / (2 / (x * x) * (1 + 1 / (ratio - 1)));
}

}  // namespace

double CoaxialTube::speed_m_s() const {
  const double part = 1 - radius_m * radius_m / (outer_radius_m * outer_radius_m);
  return std::sqrt(hoop_stiffness_n_m / (2 * density_kg_m3 * radius_m) * part);
}

/// With dQ/dx = -i omega (C (p - p') + A p / (rho c_s^2)) and the like outside, C = 2 pi R^3 / (E h): the
/// eigenvalues of the product of impedances and storages.
Complex CoaxialTube::wave_number_1_m(double omega_1_s) const {
  const double pi = std::numbers::pi, inside_m2 = pi * radius_m * radius_m,
               outside_m2 = pi * outer_radius_m * outer_radius_m - inside_m2,
               compliance = 2 * pi * std::pow(radius_m, 3) / hoop_stiffness_n_m,
               stored = 1 / (density_kg_m3 * sound_m_s * sound_m_s);
  const double long_1_m = omega_1_s / speed_m_s();
  double across = 1;
  for (int k = 0; k < 30; ++k)
    across = motion_across(std::min(long_1_m * std::sqrt(across), 20 / radius_m), radius_m, outer_radius_m);
  const Complex in = across * density_kg_m3 /
                     (inside_m2 * part_that_follows(0, radius_m, omega_1_s, viscosity_m2_s)),
                out = across * density_kg_m3 /
                      (outside_m2 * part_that_follows(radius_m, outer_radius_m, omega_1_s, viscosity_m2_s));
  const Complex a = in * (compliance + inside_m2 * stored), b = -in * compliance, c = -out * compliance,
                d = out * (compliance + outside_m2 * stored);
  const Complex mean = 0.5 * (a + d), root = std::sqrt(0.25 * (a - d) * (a - d) + b * c);
  const Complex first = mean + root, second = mean - root;
  return omega_1_s * std::sqrt(std::abs(first) > std::abs(second) ? first : second);
}

}  // namespace soleus::verification
