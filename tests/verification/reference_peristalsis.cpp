// Peristalsis in the frame of the wave, where the flow is steady: Newton's method on the Navier-Stokes
// equations in stream-function form, Fourier modes along the wave, Chebyshev polynomials across. REFERENCE
// for the collocation matrices: Trefethen, Spectral Methods in MATLAB (SIAM 2000), chapters 3, 6 and 11.
#include <Eigen/Dense>
#include <cmath>
#include <numbers>

#include "tests/verification/reference.hpp"

namespace soleus::verification {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
constexpr double pi = std::numbers::pi;
constexpr int along = 32,
              across = 12;  // collocation points; twice as many change the figures by less than 1e-7

/// Derivative of a function with period 2 pi at `n` equidistant points, n even.
MatrixXd fourier_derivative(int n) {
  MatrixXd D = MatrixXd::Zero(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      if (i != j) D(i, j) = 0.5 * ((i - j) % 2 ? -1 : 1) / std::tan(pi * (i - j) / n);
  return D;
}

/// Points eta in (0, 1], the first one 1, and what an even function's derivative (odd) and an odd function's
/// derivative (even) are there; an even function's value at eta = 0.
struct HalfChebyshev {
  VectorXd eta, at_axis;
  MatrixXd of_even, of_odd;
};
HalfChebyshev half_chebyshev(int n) {
  const int all = 2 * n, last = all - 1;
  VectorXd x(all), c(all);
  for (int k = 0; k < all; ++k)
    x[k] = std::cos(pi * k / last), c[k] = (k == 0 || k == last ? 2 : 1) * (k % 2 ? -1 : 1);
  MatrixXd D(all, all);
  for (int i = 0; i < all; ++i)
    for (int j = 0; j < all; ++j) D(i, j) = i == j ? 0 : c[i] / c[j] / (x[i] - x[j]);
  for (int i = 0; i < all; ++i) D(i, i) = -D.row(i).sum();
  const MatrixXd left = D.topLeftCorner(n, n), mirrored = D.topRightCorner(n, n).rowwise().reverse();
  VectorXd weights(n);  // barycentric, folded: x_k and -x_k
  double total = 0;
  for (int k = 0; k < n; ++k) {
    const double a = 1 / (c[k] * (0 - x[k])), b = 1 / (c[last - k] * (0 + x[k]));
    weights[k] = a + b, total += a + b;
  }
  return {x.head(n), weights / total, left + mirrored, left - mirrored};
}

/// Everything in units of the mean half width (radius) and the wave speed.
class Wave {
 public:
  explicit Wave(const PeristalticWave& w) : w_(w), m_(w.tube ? 2 : 1) {
    const int N = along * across;
    const HalfChebyshev y = half_chebyshev(across);
    const MatrixXd d_xi = fourier_derivative(along) * (2 * pi / w.length);
    h_.resize(N), y_.resize(N), slope_.resize(N);
    MatrixXd D_xi = MatrixXd::Zero(N, N), even = D_xi, odd = D_xi;
    for (int i = 0; i < along; ++i)
      for (int j = 0; j < across; ++j) {
        const int at = index(i, j);
        const double phase = 2 * pi * i / along;
        h_[at] = 1 + w.amplitude * std::sin(phase);
        slope_[at] = w.amplitude * std::cos(phase) * 2 * pi / w.length;
        y_[at] = y.eta[j] * h_[at];
        for (int k = 0; k < along; ++k) D_xi(at, index(k, j)) = d_xi(i, k);
        for (int k = 0; k < across; ++k)
          even(at, index(i, k)) = y.of_even(j, k) / h_[at], odd(at, index(i, k)) = y.of_odd(j, k) / h_[at];
      }
    axis_ = MatrixXd::Zero(along, N);
    for (int i = 0; i < along; ++i)
      for (int j = 0; j < across; ++j) axis_(i, index(i, j)) = y.at_axis[j];
    const VectorXd stretch = y_.cwiseProduct(slope_).cwiseQuotient(h_);
    dy_ = even;
    dx_ = D_xi - stretch.asDiagonal() * even;
    // d/dx twice, d2/dy2 + (n/y) d/dy of an even function.
    dxx_ = dx_ * dx_;
    dyy_ = odd * even;
    per_y_ = y_.cwiseInverse().asDiagonal() * even;
    L_ = dxx_ + dyy_ + (m_ + 1) * per_y_;
    LL_ = L_ * L_, dx_L_ = dx_ * L_, dy_L_ = dy_ * L_;
  }

  /// Mean flow in the laboratory's frame and pressure rise over a wave length for the flux q of the wave's
  /// frame.
  struct Pumping {
    double flow, rise;
  };
  Pumping at_flux(double q) const {
    VectorXd chi = VectorXd::Zero(y_.size());  // stream function = y^m chi
    for (int iteration = 0; iteration < 30; ++iteration) {
      const VectorXd change = newton_step(chi, q);
      chi -= change;
      if (change.cwiseAbs().maxCoeff() < 1e-11) break;
    }
    const VectorXd viscous = axis_ * ((dxx_ + dyy_ + (m_ - 1) * per_y_) * velocity(chi));
    const double moving = w_.tube ? 0.5 * (1 + 0.5 * w_.amplitude * w_.amplitude) : 1;
    return {w_.tube ? 2 * (q + moving) : q + moving, viscous.mean() * w_.length};
  }

 private:
  const PeristalticWave& w_;
  double m_;
  VectorXd h_, y_, slope_;
  MatrixXd axis_, dx_, dy_, dxx_, dyy_, per_y_, L_, LL_, dx_L_, dy_L_;
  static int index(int i, int j) { return i * across + j; }
  VectorXd velocity(const VectorXd& chi) const { return m_ * chi + y_.cwiseProduct(dy_ * chi); }

  /// Vorticity y^(m-1) zeta, zeta = L chi, is carried along and diffuses: L L chi = Re (u zeta_x + v zeta_y +
  /// [v zeta / y]), the last term in a channel only. At the wall the stream function is the flux, the
  /// velocity along it -1.
  VectorXd newton_step(const VectorXd& chi, double q) const {
    const double lost = 2 - m_, Re = w_.reynolds;
    const VectorXd zeta = L_ * chi, u = velocity(chi), chi_x = dx_ * chi, v = -y_.cwiseProduct(chi_x);
    const VectorXd zx = dx_ * zeta, zy = dy_ * zeta, yzx = y_.cwiseProduct(zx);
    VectorXd residual =
        LL_ * chi - Re * (u.cwiseProduct(zx) + v.cwiseProduct(zy) - lost * chi_x.cwiseProduct(zeta));
    MatrixXd J = LL_ - Re * (yzx.asDiagonal() * dy_ + u.asDiagonal() * dx_L_ + v.asDiagonal() * dy_L_);
    J += Re * ((y_.cwiseProduct(zy) + lost * zeta).asDiagonal() * dx_ + lost * (chi_x.asDiagonal() * L_));
    J.diagonal() -= Re * m_ * zx;
    for (int i = 0; i < along; ++i) {
      const int wall = index(i, 0), next = index(i, 1);
      J.row(wall).setZero(), J(wall, wall) = 1;
      residual[wall] = chi[wall] - q / std::pow(h_[wall], m_);
      J.row(next) = y_[wall] * dy_.row(wall), J(next, wall) += m_;
      residual[next] = u[wall] + 1;
    }
    return J.partialPivLu().solve(residual);
  }
};

}  // namespace

PeristalticPump peristalsis(const PeristalticWave& wave) {
  // The pressure rise is linear in the flux without inertia and nearly so with it: a secant finds each zero.
  const Wave solution(wave);
  const auto zero = [](const auto& value_at, double a, double b) {
    double fa = value_at(a), fb = value_at(b);
    for (int k = 0; k < 20 && std::abs(fb) > 1e-10; ++k) {
      const double next = b - fb * (b - a) / (fb - fa);
      a = b, fa = fb, b = next, fb = value_at(b);
    }
    return b;
  };
  const double free = zero([&](double q) { return solution.at_flux(q).rise; }, -0.5, -0.3);
  const double shut = zero([&](double q) { return solution.at_flux(q).flow; }, -0.5, -0.3);
  return {solution.at_flux(free).flow, solution.at_flux(shut).rise};
}

}  // namespace soleus::verification
