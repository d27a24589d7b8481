// Reference figures that are not closed formulas, worked out from their definition.
#pragma once

#include <complex>
#include <functional>
#include <vector>

namespace soleus::verification {

/// Flow in a pipe under a gradient G cos(omega t) over the flow under a steady G, as a complex amplitude;
/// alpha = R sqrt(omega / nu). Womersley, J. Physiol. 127, 553 (1955), with the series of the Bessel
/// functions.
std::complex<double> womersley_flow(double alpha);
/// The same for the wall shear stress.
std::complex<double> womersley_shear(double alpha);

/// K (a^2 - a^-3/2) of a distended vein, Kc (1 - a^-3/2) of a collapsed one.
struct VeinLaw {
  double stiffness_pa = 2590, collapse_pa = 400;  // of a deep vein of the leg
  double pressure(double a) const;
  double slope(double a) const;
  double area_ratio(double transmural_pa) const;
};

/// Steady flow [m3/s] along an elastic tube under a pressure outside, of developed laminar friction and with
/// the momentum of a parabola:
///   dp/dx (1 - 4/3 u^2 / c^2) = -8 pi mu Q / A^2,   p = p_external + P(A / A0),   c^2 = A / rho dp/dA
struct StarlingResistor {
  VeinLaw law;
  double radius_m, length_m, viscosity_pa_s, density_kg_m3, external_pa;
  double flow(double upstream_pa, double downstream_pa) const;
};

/// A small wave in an elastic tube, of speed c0 = sqrt(A / rho dp/dA) without viscosity; the fluid itself
/// stores mass at its speed of sound.
struct ElasticTube {
  double radius_m, viscosity_m2_s, speed_m_s, sound_m_s;
};
/// When a sampled value first passes another, linear between samples; NaN where it does not.
double passes_s(const std::vector<double>& time_s, const std::vector<double>& y, double value);

/// Samples, every dt_s, of a wave at a place `path_m` further on, of which each frequency runs with
/// exp(-i k path), k of its omega > 0. The wave ends as it has come.
std::vector<double> wave_further_on(const std::function<std::complex<double>(double)>& wave_number_1_m,
                                    const std::vector<double>& wave, double dt_s, double path_m);
/// Of the tube's pressure:
///   k^2 = omega^2 (1 / c0^2 + 1 / c_s^2) / (F (1 - (omega R / c0)^2 / 8)),   F of Womersley (1955),
/// the last factor being what the fluid's motion across the tube adds, to second order.
std::vector<double> wave_further_on(const ElasticTube& tube, const std::vector<double>& wave, double dt_s,
                                    double path_m);

/// The pulse in an elastic tube, of radius R and hoop stiffness E h, within a rigid coaxial pipe that the
/// same fluid fills: whatever the tube's section A gains, the annulus A' loses, and so its inertia adds to
/// that of the fluid inside,
///   E h / R^2 xi = p - p',  A dp/dx = -i omega rho Q / F,  A' dp'/dx = -i omega rho Q' / F',
/// hence without viscosity (F = F' = 1), and where the fluid stores nothing, c0^2 = E h / (2 rho R) A' / (A +
/// A'). After Womersley, Phil. Mag. 46, 199 (1955), and for the annulus Lighthill, Waves in Fluids (1978),
/// ch. 2.
struct CoaxialTube {
  double radius_m, outer_radius_m, hoop_stiffness_n_m, density_kg_m3, viscosity_m2_s, sound_m_s;
  double speed_m_s() const;  // c0
  /// Of the slower of the two waves, the other being sound. With what motion across the tube adds: that of
  /// the potential flow inside and outside, I0 / (k R I1) and its like of the annulus.
  std::complex<double> wave_number_1_m(double omega_1_s) const;
};

/// Flow in a long tube whose radius changes as R^2 = R0^2 + 2 alpha nu t: u = nu z / R^2 g(r/R),
/// dp/dz = -rho nu^2 z K / R^4. Uchida & Aoki, J. Fluid Mech. 82, 371 (1977).
struct SimilarityFlow {
  double axis;           // g(0)
  double gradient;       // K
  double slope_at_wall;  // g'(1)
};
SimilarityFlow uchida_aoki(double alpha);

/// A sinusoidal wave that runs along a channel or a tube, its walls moving across only, in units of the mean
/// half width (radius) a and the wave speed c.
struct PeristalticWave {
  bool tube;
  double amplitude, length, reynolds;  // h = 1 + amplitude sin; lambda / a; a c / nu
};
/// Mean flow without a pressure rise, over c times the mean section (channel: half of it, tube: pi a^2), and
/// the rise over a wave length at which the flow stops, in units of mu c / a. For long waves without inertia
/// the formulas of Shapiro, Jaffrin & Weinberg, J. Fluid Mech. 37, 799 (1969); here the whole Navier-Stokes
/// equations, to about seven digits.
struct PeristalticPump {
  double free_flow, shut_off_rise;
};
PeristalticPump peristalsis(const PeristalticWave& wave);

/// Steady flow in a pipe of radius R under the gradient G: the stress is G r / 2 whatever the fluid; its
/// shear rate, integrated from the wall, gives the velocity and the flow.
class PipeProfile {
 public:
  /// `viscosity` [Pa s] of a shear rate [1/s].
  PipeProfile(const std::function<double(double)>& viscosity, double gradient_pa_m, double radius_m);
  double velocity(double r_m) const;
  double flow() const { return flow_m3_s_; }
  double wall_shear_rate() const { return wall_shear_rate_; }

 private:
  double radius_m_, flow_m3_s_ = 0, wall_shear_rate_ = 0;
  std::vector<double> velocity_m_s_;  // at r = R k / intervals
};

}  // namespace soleus::verification
