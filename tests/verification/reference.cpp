#include "tests/verification/reference.hpp"

#include <Eigen/Dense>
#include <array>
#include <boost/numeric/odeint.hpp>
#include <cmath>
#include <numbers>

namespace soleus::verification {
namespace {

/// J_n(z) = sum over k of (-1)^k (z/2)^(2k + n) / (k! (k + n)!).
std::complex<double> bessel(int n, std::complex<double> z) {
  std::complex<double> term = std::pow(z / 2.0, n) / std::tgamma(n + 1.0), sum = term;
  for (int k = 1; k < 200 && std::abs(term) > 1e-17 * std::abs(sum); ++k) {
    term *= -z * z / 4.0 / double(k * (k + n));
    sum += term;
  }
  return sum;
}

/// F, g = F'/eta, g'.
using Profile = std::array<double, 3>;

/// From the axis to the wall with
///   g'' + g'/eta + K = g^2 - (F/eta) g' - alpha (2 g + eta g'),
/// the momentum along the axis for u = nu z g/R^2, v = -nu F/(R eta), R dR/dt = alpha nu.
Profile at_wall(double alpha, double axis, double K) {
  namespace ode = boost::numeric::odeint;
  const auto derivative = [&](const Profile& y, Profile& d, double eta) {
    const auto [F, g, slope] = y;
    d[0] = eta * g;
    d[1] = slope;
    d[2] = eta > 0 ? g * g - F / eta * slope - alpha * (2 * g + eta * slope) - K - slope / eta
                   : (g * g - 2 * alpha * g - K) / 2;  // g'/eta tends to g''
  };
  Profile y{0, axis, 0};
  ode::integrate_adaptive(ode::make_controlled<ode::runge_kutta_dopri5<Profile>>(1e-12, 1e-12), derivative, y,
                          0.0, 1.0, 1e-3);
  return y;
}

}  // namespace

std::complex<double> womersley_flow(double alpha) {
  using namespace std::complex_literals;
  const std::complex<double> z = alpha * std::pow(1i, 1.5);
  return 8.0 / (1i * alpha * alpha) * (1.0 - 2.0 * bessel(1, z) / (z * bessel(0, z)));
}

std::complex<double> womersley_shear(double alpha) {
  using namespace std::complex_literals;
  const std::complex<double> z = alpha * std::pow(1i, 1.5);
  return 2.0 * bessel(1, z) / (z * bessel(0, z));
}

double VeinLaw::pressure(double a) const {
  return a >= 1 ? stiffness_pa * (a * a - std::pow(a, -1.5)) : collapse_pa * (1 - std::pow(a, -1.5));
}

double VeinLaw::slope(double a) const {
  const double collapsed = 1.5 * std::pow(a, -2.5);
  return a >= 1 ? stiffness_pa * (2 * a + collapsed) : collapse_pa * collapsed;
}

double VeinLaw::area_ratio(double transmural_pa) const {
  double low = 0.01, high = 10;
  while (high - low > 1e-12) (pressure(0.5 * (low + high)) < transmural_pa ? low : high) = 0.5 * (low + high);
  return low;
}

double StarlingResistor::flow(double upstream_pa, double downstream_pa) const {
  const double area_m2 = std::numbers::pi * radius_m * radius_m;
  const auto end_pa = [&](double flow_m3_s) {  // none where the flow would outrun its waves
    double a = law.area_ratio(upstream_pa - external_pa);
    constexpr int steps = 20000;
    for (int k = 0; k < steps; ++k) {
      const double u = flow_m3_s / (a * area_m2), c2 = a * law.slope(a) / density_kg_m3,
                   inertia = 1 - 4.0 / 3 * u * u / c2;
      if (inertia <= 0 || a < 0.02) return -1e9;
      a -= length_m / steps * 8 * std::numbers::pi * viscosity_pa_s * flow_m3_s /
           (std::pow(a * area_m2, 2) * inertia * law.slope(a));
    }
    return external_pa + law.pressure(a);
  };
  double low = 0, high = 1e-3;
  while (high - low > 1e-6 * high)
    (end_pa(0.5 * (low + high)) > downstream_pa ? low : high) = 0.5 * (low + high);
  return low;
}

std::vector<double> wave_further_on(const std::function<std::complex<double>(double)>& wave_number_1_m,
                                    const std::vector<double>& wave, double dt_s, double path_m) {
  using namespace std::complex_literals;
  const std::size_t n = 4 * wave.size(), half = n / 2;
  const auto turn = [&](std::size_t j, std::size_t k) {
    return std::polar(1.0, -2 * std::numbers::pi * double(j * k % n) / double(n));
  };
  std::vector<double> further(
      wave.size());  // of the change from sample to sample, so that it may end anywhere
  for (std::size_t k = 0; k < half; ++k) {
    const double omega = 2 * std::numbers::pi * double(k) / (double(n) * dt_s);
    std::complex<double> change = 0;
    for (std::size_t j = 1; j < wave.size(); ++j) change += (wave[j] - wave[j - 1]) * turn(j, k);
    if (k > 0) change *= std::exp(-1i * wave_number_1_m(omega) * path_m);
    for (std::size_t j = 0; j < wave.size(); ++j)
      further[j] += (k > 0 ? 2 : 1) / double(n) * (change * std::conj(turn(j, k))).real();
  }
  for (std::size_t j = 1; j < further.size(); ++j) further[j] += further[j - 1];
  for (double& p : further) p += wave.front();
  return further;
}

std::vector<double> wave_further_on(const ElasticTube& tube, const std::vector<double>& wave, double dt_s,
                                    double path_m) {
  using namespace std::complex_literals;
  const auto wave_number_1_m = [&](double omega) {
    const double alpha = tube.radius_m * std::sqrt(omega / tube.viscosity_m2_s),
                 across = std::min(0.5, std::pow(omega * tube.radius_m / tube.speed_m_s, 2) / 8);
    const std::complex<double> F = alpha < 25 ? womersley_flow(alpha) * 1i * alpha * alpha / 8.0
                                              : 1.0 - 2.0 / alpha * std::exp(-0.25i * std::numbers::pi);
    return omega *
           std::sqrt((std::pow(tube.speed_m_s, -2) + std::pow(tube.sound_m_s, -2)) / (F * (1 - across)));
  };
  return wave_further_on(wave_number_1_m, wave, dt_s, path_m);
}

SimilarityFlow uchida_aoki(double alpha) {
  // Newton's method on g(0) and K from Poiseuille flow, until g(1) = 0 (no slip) and F(1) = -alpha (the
  // wall).
  Eigen::Vector2d x(-4 * alpha, -16 * alpha);
  const auto miss = [&](const Eigen::Vector2d& at) {
    const Profile y = at_wall(alpha, at[0], at[1]);
    return Eigen::Vector2d(y[1], y[0] + alpha);
  };
  for (int k = 0; k < 20; ++k) {
    constexpr double h = 1e-5;
    Eigen::Matrix2d jacobian;
    for (int c = 0; c < 2; ++c) {
      const Eigen::Vector2d e = h * Eigen::Vector2d::Unit(c);
      jacobian.col(c) = (miss(x + e) - miss(x - e)) / (2 * h);
    }
    const Eigen::Vector2d step = jacobian.fullPivLu().solve(miss(x));
    x -= step;
    if (step.norm() < 1e-9) break;
  }
  return {x[0], x[1], at_wall(alpha, x[0], x[1])[2]};
}

PipeProfile::PipeProfile(const std::function<double(double)>& viscosity, double gradient_pa_m,
                         double radius_m)
    : radius_m_(radius_m) {
  constexpr int intervals = 4000;
  // The shear rate at which viscosity times rate is the stress, by bisection of its logarithm.
  const auto shear_rate = [&](double stress) {
    double low = 1e-12, high = 1e6;
    for (int k = 0; k < 100; ++k) {
      const double middle = std::sqrt(low * high);
      (viscosity(middle) * middle < stress ? low : high) = middle;
    }
    return low;
  };
  const double h = radius_m / intervals;
  velocity_m_s_.assign(intervals + 1, 0.0);
  for (int k = intervals - 1; k >= 0; --k) {
    const double r = (k + 0.5) * h, rate = shear_rate(gradient_pa_m * r / 2);
    velocity_m_s_[k] = velocity_m_s_[k + 1] + rate * h;
    flow_m3_s_ += std::numbers::pi * r * r * rate * h;  // by parts
  }
  wall_shear_rate_ = shear_rate(gradient_pa_m * radius_m / 2);
}

double PipeProfile::velocity(double r_m) const {
  const double at = r_m / radius_m_ * static_cast<double>(velocity_m_s_.size() - 1);
  const auto k = static_cast<std::size_t>(at);
  if (k + 1 >= velocity_m_s_.size()) return 0;
  return velocity_m_s_[k] + (at - static_cast<double>(k)) * (velocity_m_s_[k + 1] - velocity_m_s_[k]);
}

double passes_s(const std::vector<double>& time_s, const std::vector<double>& y, double value) {
  for (std::size_t k = 1; k < y.size(); ++k)
    if (y[k] >= value)
      return time_s[k - 1] + (time_s[k] - time_s[k - 1]) * (value - y[k - 1]) / (y[k] - y[k - 1]);
  return std::nan("");
}

}  // namespace soleus::verification
