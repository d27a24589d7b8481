// Viscosity laws and the relaxation rate that follows from the stress of a cell.
#include <gtest/gtest.h>

#include <cmath>

#include "solver_cuda/backend/cpu_pack.hpp"
#include "solver_cuda/physics/cumulant.hpp"
#include "solver_cuda/physics/regularized.hpp"

namespace soleus {
namespace {

constexpr double roundoff = 64 * 2.3e-16;

/// In lattice units, of a cell of 0.3 mm and a step of 1 ms.
const Rheology<double> carreau{RheologyModel::carreau_yasuda, 0.03, 0.5, 3313, 0.3568, 1, 0, 0.1};
const Rheology<double> yasuda{RheologyModel::carreau_yasuda, 0.03, 0.5, 1902, 0.22, 0.625, 0, 0.1};
const Rheology<double> casson{RheologyModel::casson, 0.03, 0.8, 0, 1, 1, 5e-5, 0.1};

/// Stress off equilibrium of the shear flow du_x/dy at the rate omega: -(2 cs^2 / omega) rho S.
Stress<double> stress_of(double shear_rate, double omega, double drho) {
  return {0, 0, 0, -(1 + drho) * shear_rate / (3 * omega), 0, 0};
}

double rate_of(double viscosity) {
  return 1 / (0.5 + 3 * viscosity);
}

TEST(Elementary, LogarithmAndPowerOfTwoAreExactToTheirDigits) {
  for (const double x : {1e-30, 3e-7, 0.7, 0.70710678, 1.0, 1.5, 2.0, 1e9}) {
    double log = 0, back = 0;
    log2_of(x, log);
    exp2_of(log, back);
    EXPECT_NEAR(log, std::log2(x), 2e-12);
    EXPECT_NEAR(back / x, 1, 1e-11);
    float log_single = 0, back_single = 0;
    log2_of(float(x), log_single);
    exp2_of(log_single, back_single);
    EXPECT_NEAR(log_single, std::log2(x), 1e-7 * (1 + std::abs(std::log2(x))));
    EXPECT_NEAR(back_single / x, 1, 5e-6);
  }
}

TEST(Elementary, AngleOfADirectionIsExactToItsDigits) {
  for (const double turn : {-3.14159, -2.5, -1.6, -1e-3, 0.0, 1e-12, 0.3, 1.5707, 1.5709, 3.0, 3.14159})
    for (const double length : {1e-13, 1.0, 1e6}) {
      double angle = 0;
      angle_of(length * std::sin(turn), length * std::cos(turn), angle);
      EXPECT_NEAR(angle, turn, 4e-16 * (8 + std::abs(turn)));
    }
  double back = 0;
  angle_of(0.0, -1.0, back);
  EXPECT_NEAR(back, M_PI, 1e-15);
  Pack<double> sine{}, cosine{}, angle;
  for (int lane = 0; lane < 8; ++lane) sine[lane] = std::sin(lane - 3.0), cosine[lane] = std::cos(lane - 3.0);
  angle_of(sine, cosine, angle);
  for (int lane = 0; lane < 7; ++lane) EXPECT_NEAR(angle[lane], lane - 3.0, 4e-15);
}

TEST(Rheology, LawsHaveTheirHandNumbers) {
  // Cho & Kensey at 10 1/s: 0.00345 + 0.05255 (1 + 33.13^2)^(-0.3216) = 0.0089755 Pa s
  Rheology<double> blood{RheologyModel::carreau_yasuda, 3.45e-3, 0.056, 3.313, 0.3568, 1, 0, 0};
  EXPECT_NEAR(viscosity_at(blood, 10), 3.45e-3 + 0.05255 * std::pow(1 + 33.13 * 33.13, -0.3216), 1e-12);
  EXPECT_NEAR(viscosity_at(blood, 0), 0.056, 1e-12);
  EXPECT_NEAR(viscosity_at(blood, 1e9), 3.45e-3, 1e-6);
  // Casson at 4 1/s with 9 mPa and 1 mPa s: sqrt(stress) = 0.3 sqrt(0.1) + sqrt(0.004)
  Rheology<double> yielding{RheologyModel::casson, 1e-3, 0.02, 0, 1, 1, 9e-3, 0};
  EXPECT_NEAR(viscosity_at(yielding, 4), std::pow(std::sqrt(9e-3) + std::sqrt(4e-3), 2) / 4, roundoff);
  EXPECT_EQ(viscosity_at(yielding, 0.01), 0.02);
  EXPECT_EQ(viscosity_at({.least = 4e-3}, 7), 4e-3);
}

TEST(Rheology, ACellFindsTheRateOfItsShearRate) {
  for (const Rheology<double>& fluid : {carreau, yasuda, casson})
    for (const double shear_rate : {0.0, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2}) {
      const double nu = viscosity_at(fluid, shear_rate), omega = rate_of(nu);
      double found = 0;
      GeneralizedNewtonian::set_rate(fluid, stress_of(shear_rate, omega, 0.01), 0.01, found);
      EXPECT_NEAR((1 / found - 0.5) / (3 * nu), 1, 3e-6) << shear_rate;
    }
}

TEST(Rheology, TheTraceOfTheStressDoesNotShear) {
  double with = 0, without = 0;
  Stress<double> s = stress_of(1e-4, 1.2, 0);
  GeneralizedNewtonian::set_rate(carreau, s, 0.0, without);
  s.xx += 1e-3, s.yy += 1e-3, s.zz += 1e-3;
  GeneralizedNewtonian::set_rate(carreau, s, 0.0, with);
  EXPECT_NEAR(with, without, 1e-12);
}

/// Double and single precision, alone and in packs, find the same.
TEST(Rheology, LanesOfAPackFindWhatAScalarFinds) {
  for (const Rheology<double>& wide : {carreau, yasuda, casson}) {
    const auto f = [](double v) { return static_cast<float>(v); };
    const Rheology<float> fluid{wide.model,    f(wide.least),         f(wide.most),  f(wide.time),
                                f(wide.index), f(wide.half_exponent), f(wide.yield), f(wide.magic)};
    Stress<Pack<float>> s{};
    Pack<float> drho{}, omega{};
    for (int lane = 0; lane < tile_edge; ++lane) s.xy[lane] = f(-1e-7 * std::pow(8.0, lane));
    GeneralizedNewtonian::set_rate(fluid, s, drho, omega);
    for (int lane = 0; lane < tile_edge; ++lane) {
      double expected = 0;
      GeneralizedNewtonian::set_rate(wide, {0, 0, 0, double(s.xy[lane]), 0, 0}, 0.0, expected);
      EXPECT_NEAR((1 / omega[lane] - 0.5) / (1 / expected - 0.5), 1, 2e-5) << lane;
    }
  }
}

/// A cell of a fluid that is not Newtonian collides like one of a Newtonian fluid at the rate it finds.
template <class L, class Generalized, class Plain>
void expect_local_rate(Generalized generalized, Plain plain) {
  for (const Rheology<double>& fluid : {carreau, casson}) {
    double f[L::Q], g[L::Q];
    for (int i = 0; i < L::Q; ++i) f[i] = g[i] = L::weight(i) * 0.02 * std::sin(1.0 + 3 * i);
    Relaxation<double> rates{0, 0, {1e-4, 0, -2e-4}, fluid};
    const Macro<double> m = macro<L>(f, rates.force);
    GeneralizedNewtonian::set_rate(fluid, stress_off_equilibrium<L>(f, m, rates.force), m.drho,
                                   rates.omega_plus);
    rates.omega_minus = odd_rate(rates.omega_plus, fluid.magic);
    generalized(f, Relaxation<double>{1.9, 0.3, {1e-4, 0, -2e-4}, fluid});
    plain(g, rates);
    for (int i = 0; i < L::Q; ++i) EXPECT_NEAR(f[i], g[i], roundoff) << i;
  }
}

TEST(Rheology, EveryOperatorTakesTheLocalRate) {
  using Model = GeneralizedNewtonian;
  expect_local_rate<D3Q19>([](auto& f, const auto& r) { collide_trt<D3Q19, Model>(f, r); },
                           [](auto& f, const auto& r) { collide_trt<D3Q19>(f, r); });
  expect_local_rate<D3Q19>([](auto& f, const auto& r) { collide_regularized<D3Q19, Model>(f, r); },
                           [](auto& f, const auto& r) { collide_regularized<D3Q19>(f, r); });
  expect_local_rate<D3Q27>([](auto& f, const auto& r) { collide_cumulant<D3Q27, Model>(f, r); },
                           [](auto& f, const auto& r) { collide_cumulant<D3Q27>(f, r); });
}

}  // namespace
}  // namespace soleus
