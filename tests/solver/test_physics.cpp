// Collision, links and openings of one cell, against hand numbers and theorems.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "solver_cuda/physics/initial_flow.hpp"
#include "solver_cuda/physics/open_end.hpp"
#include "solver_cuda/physics/opening_rules.hpp"
#include "solver_cuda/physics/refill.hpp"
#include "solver_cuda/physics/regularized.hpp"
#include "solver_cuda/physics/wall_link.hpp"

namespace soleus {
namespace {

constexpr double kRoundoff = 64 * 2.3e-16;

struct Cell {
  double f[D3Q19::Q];
};

Cell arbitrary_cell() {
  Cell c{};
  for (int i = 0; i < D3Q19::Q; ++i) c.f[i] = D3Q19::weight(i) * 0.02 * std::sin(1.0 + 3 * i);
  return c;
}

Macro<double> macro_without_force(const Cell& c) {
  const double none[3] = {};
  return macro<D3Q19>(c.f, none);
}

TEST(VelocitySet, WeightsAndMomentsAreIsotropicToFourthOrder) {
  double sum = 0, xx = 0, xxxx = 0, xxyy = 0;
  for (int i = 0; i < D3Q19::Q; ++i) {
    const double w = D3Q19::weight(i), x = D3Q19::cx(i), y = D3Q19::cy(i);
    sum += w, xx += w * x * x, xxxx += w * x * x * x * x, xxyy += w * x * x * y * y;
  }
  EXPECT_NEAR(sum, 1, kRoundoff);
  EXPECT_NEAR(xx, 1.0 / 3, kRoundoff);
  EXPECT_NEAR(xxxx, 1.0 / 3, kRoundoff);
  EXPECT_NEAR(xxyy, 1.0 / 9, kRoundoff);
}

TEST(VelocitySet, OppositeReversesEachDirection) {
  for (int i = 0; i < D3Q19::Q; ++i) {
    const int o = D3Q19::opposite(i);
    EXPECT_EQ(D3Q19::cx(o), -D3Q19::cx(i));
    EXPECT_EQ(D3Q19::cy(o), -D3Q19::cy(i));
    EXPECT_EQ(D3Q19::cz(o), -D3Q19::cz(i));
  }
}

TEST(Equilibrium, HandNumberOfARestingAndAMovingCell) {
  // rho = 1, u = (0.1, 0, 0): direction (1,0,0) has (1/18)(1 + 0.3 + 0.045 - 0.015) = 0.0738888..., shifted
  // by 1/18.
  EXPECT_NEAR(equilibrium<D3Q19>(1, Macro<double>{0, 0.1, 0, 0}), 0.33 / 18, kRoundoff);
  EXPECT_NEAR(equilibrium<D3Q19>(0, Macro<double>{0.03, 0, 0, 0}), 0.01, kRoundoff);
}

TEST(Trt, EqualsBgkWhenBothRatesAreOne) {
  Cell c = arbitrary_cell();
  const Macro<double> m = macro_without_force(c);

  collide_trt<D3Q19>(c.f, Relaxation<double>{1, 1, {}});

  for (int i = 0; i < D3Q19::Q; ++i) EXPECT_NEAR(c.f[i], equilibrium<D3Q19>(i, m), kRoundoff);
}

TEST(Regularized, RelaxesTheShearStressByOneMinusOmega) {
  Cell c = arbitrary_cell();
  for (int i = 1; i < D3Q19::Q; i += 2) c.f[i] = c.f[i + 1];  // at rest
  const double none[3] = {};
  const Stress<double> before = stress_off_equilibrium<D3Q19>(c.f, macro_without_force(c), none);

  collide_regularized<D3Q19>(c.f, Relaxation<double>{1.6, 1, {}});

  const Stress<double> after = stress_off_equilibrium<D3Q19>(c.f, macro_without_force(c), none);
  EXPECT_NEAR(after.xy, -0.6 * before.xy, kRoundoff);
  EXPECT_NEAR(after.xz, -0.6 * before.xz, kRoundoff);
  EXPECT_NEAR(after.xx - after.yy, -0.6 * (before.xx - before.yy), kRoundoff);
  EXPECT_NEAR(after.xx + after.yy + after.zz, 0, kRoundoff);  // sound is damped at once
}

TEST(Regularized, CarriesTheThirdOrderMomentOfTheFlow) {
  const Macro<double> m{0.01, 0.08, -0.05, 0.03};
  Cell c;
  for (int i = 0; i < D3Q19::Q; ++i) c.f[i] = equilibrium<D3Q19>(i, m);

  collide_regularized<D3Q19>(c.f, Relaxation<double>{1.9, 1, {}});

  double xxy = 0;
  for (int i = 0; i < D3Q19::Q; ++i) xxy += c.f[i] * D3Q19::cx(i) * D3Q19::cx(i) * D3Q19::cy(i);
  EXPECT_NEAR(xxy, 1.01 * (m.y / 3 + m.x * m.x * m.y), kRoundoff);
}

TEST(OddRate, GivesTheMagicParameter) {
  const double plus = 1 / 0.8, minus = odd_rate(plus, 3.0 / 16);
  EXPECT_NEAR((1 / plus - 0.5) * (1 / minus - 0.5), 3.0 / 16, kRoundoff);
}

TEST(WallLink, HalfwayWallAtRestIsBounceBack) {
  const WallLink<double> link = wall_link<D3Q19, double>(3, 0.5, 1, 0);
  EXPECT_EQ(reflect(link, AtLink<double>{9, 0.7, 5}), 0.7);
}

TEST(WallLink, AMovingWallGivesMomentumInProportionToTheDensity) {
  const WallLink<double> cut = wall_link<D3Q19, double>(1, 0.75, 1.03, 0.04),
                         halfway = halfway_link<D3Q19, double>(7, 1.03, 0.04);
  const double gamma = (1 - (1 - 1 / 1.5) / 5) / 0.75;  // of reflect()
  EXPECT_NEAR(cut.push, gamma * 3.0 / 18 * 1.03 * 0.04, kRoundoff);
  EXPECT_NEAR(halfway.push, 6.0 / 36 * 1.03 * 0.04, kRoundoff);
}

/// Couette flow at any cut and any viscosity: populations of a linear profile come back as the profile
/// demands.
TEST(WallLink, IsExactForLinearFlowAtAnyCut) {
  const int i = 3;  // from the wall into the fluid
  const double w = D3Q19::weight(i), slope = 1e-3, u_wall = 0.02;
  const auto odd = [&](double distance) { return 3 * w * (u_wall + slope * distance); };  // of direction i
  for (const double tau : {0.501, 0.9, 3.0})
    for (const double q : {0.05, 0.3, 0.5, 0.8, 1.0}) {
      const double neq = -3 * w * tau * slope;  // even off-equilibrium part before collision
      const double post = neq * (1 - 1 / tau), e = odd(q);
      const AtLink<double> f{neq + e, post - e, e};
      EXPECT_NEAR(reflect(wall_link<D3Q19, double>(i, q, 1, u_wall), f), neq + e, kRoundoff)
          << "q = " << q << ", tau = " << tau;
    }
}

/// With an odd off-equilibrium part n alone (a pressure gradient or force at rest) what comes back is n less
/// gamma q (2 - omega) n, so that only (1/omega - 1/2) counts.
TEST(WallLink, TakesTheOddOffEquilibriumPartSoThatTheViscosityDoesNotMatter) {
  for (const double q : {0.2, 0.5, 0.7, 1.0})
    for (const double omega : {0.1, 1.0, 1.9}) {
      const double n = 0.01, gamma = q < 0.5 ? 2 : (1 - (1 - 0.5 / q) / 5) / q;
      const AtLink<double> f{n, -(1 - omega) * n, 0};
      const double back = reflect(wall_link<D3Q19, double>(3, q, 1, 0), f);
      EXPECT_NEAR((n - back) / gamma, 2 * q * (1 / omega - 0.5) * omega * n, kRoundoff) << q;
    }
}

TEST(OpenEnd, InflowIsStraightAtTheVelocityOfTheOpeningAndPaysItsDynamicPressure) {
  const double inward[3] = {0, 0, 1};
  const Macro<double> inflow{0, 0.02, 0.01, 0.3}, outflow{0, 0.02, 0.01, -0.1};
  const Macro<double> in = outside_pressure_opening(inflow, inward, 0.05, 0.2, 0.1);
  EXPECT_NEAR(in.drho, 0.05 - 1.5 * 0.01, kRoundoff);
  EXPECT_EQ(in.x, 0);
  EXPECT_NEAR(in.z, 0.1, kRoundoff);
  const Macro<double> eddy = outside_pressure_opening(inflow, inward, 0.05, -0.2, -0.1);
  EXPECT_EQ(eddy.z, 0);  // inflow at one node of an opening through which blood leaves
  const Macro<double> out = outside_pressure_opening(outflow, inward, 0.05, -0.12, -0.1);
  EXPECT_EQ(out.drho, 0.05);
  EXPECT_EQ(out.x, 0.02);
  EXPECT_NEAR(out.z, -0.08, kRoundoff);
}

/// What passes an opening across which the inside's density and velocity differ from the outside's.
Exchange exchanged(const Macro<double>& inside, const Macro<double>& outside) {
  const double inward[3] = {0, 0, 1};
  Exchange sum;
  for (int i = 1; i < D3Q19::Q; ++i)
    if (D3Q19::cz(i) > 0)
      sum += exchange<D3Q19>(i, outside, inward, equilibrium<D3Q19>(i, outside),
                             equilibrium<D3Q19>(D3Q19::opposite(i), inside));
  return sum;
}

TEST(OpenEnd, WhatArrivesFollowsWhatLeavesUntilThePressureIsThatOfTheOutside) {
  const Macro<double> outside{0.05, 0, 0, 0.1};
  const auto change = [&](const Macro<double>& inside) {
    OpeningState s;
    follow_flow(s, 0, {1, inside.drho, 0.1}, exchanged(inside, outside));
    return s.beyond;
  };
  EXPECT_NEAR(change({0.05, 0, 0, 0.1}), 0, 1e-15);
  EXPECT_GT(change({0.05, 0, 0, 0.11}), 0);  // the inside draws more than arrives
  EXPECT_LT(change({0.06, 0, 0, 0.1}), 0);   // its pressure is too high
  EXPECT_NEAR(exchanged(outside, outside).mass_in, 0.1 * 1.05, 1e-12);
}

TEST(OpenEnd, AValveShutsWhenTheFlowTurnsAndOpensUnderPressureItsWay) {
  const Macro<double> backwards{0, 0, 0, -0.1};
  const Inside mean{1, 0, -0.1};
  OpeningState in, both, out;
  follow_flow(in, 1, mean, exchanged(backwards, backwards));
  follow_flow(both, 0, mean, exchanged(backwards, backwards));
  follow_flow(out, -1, mean, exchanged(backwards, backwards));
  EXPECT_TRUE(in.shut);
  EXPECT_FALSE(both.shut);
  EXPECT_FALSE(out.shut);
  open_valve(in, 1, 0.02, 0.01);
  EXPECT_TRUE(in.shut);
  open_valve(in, 1, 0.01, 0.02);
  EXPECT_FALSE(in.shut);
  EXPECT_EQ(in.beyond, 0);
}

TEST(OpenEnd, AParabolicProfileHasTwiceItsMeanOnTheAxisAndNothingAtTheRim) {
  EXPECT_EQ(parabolic_profile(0, 3), 2);
  EXPECT_NEAR(parabolic_profile(4.5, 3), 1, kRoundoff);
  EXPECT_EQ(parabolic_profile(10, 3), 0);
}

TEST(Refill, ANodeOnTheWallMovesWithItAndKeepsTheStressOfTheNextNode) {
  const double none[3] = {};
  Cell next = arbitrary_cell(), found;
  refill_cell<D3Q19>(found.f, Macro<double>{0.02, 0.05, 0, 0}, next.f, none, 0, 1);
  const Macro<double> m = macro_without_force(found);
  EXPECT_NEAR(m.drho, 0.02, kRoundoff);
  EXPECT_NEAR(m.x, 0.05, kRoundoff);
  const Stress<double> s = stress_off_equilibrium<D3Q19>(found.f, m, none),
                       of_next = stress_off_equilibrium<D3Q19>(next.f, macro_without_force(next), none);
  EXPECT_NEAR(s.xy, of_next.xy, kRoundoff);
}

TEST(Traction, OfShearFlowAlongAWallIsViscosityTimesGradient) {
  // u_x = 10 y, the wall below: its normal out of the fluid is -y.
  const Traction t = wall_traction({Vec3{0, 10, 0}, Vec3{}, Vec3{}}, 7, 4e-3, {0, -1, 0});
  EXPECT_NEAR(t.shear.x, 0.04, kRoundoff);
  EXPECT_NEAR(t.shear.y, 0, kRoundoff);
  EXPECT_NEAR(t.whole.x, 0.04, kRoundoff);
  EXPECT_NEAR(t.whole.y, -7, kRoundoff);
}

TEST(InitialFlow, CarriesTheStressOfItsVelocityGradient) {
  // Pi_xy = -(tau / 3) (du_x/dy + du_y/dx) before collision
  const Macro<double> m{0.01, 0.02, 0.03, 0};
  Cell c;
  smooth_flow_populations<D3Q19>(m, {Vec3{0, 2e-3, 0}, Vec3{1e-3, 0, 0}, Vec3{}}, 0.8, c.f);
  const double none[3] = {};
  EXPECT_NEAR(macro_without_force(c).y, 0.03, kRoundoff);
  EXPECT_NEAR(stress_off_equilibrium<D3Q19>(c.f, m, none).xy, -0.8 / 3 * 3e-3, kRoundoff);
}

TEST(InitialFlow, TaylorGreenVorticesMeetAtTheCorner) {
  const FlowAtPoint p = taylor_green(0, std::numbers::pi / 2, 2, 1000);
  EXPECT_NEAR(p.velocity.x, -2, kRoundoff);
  EXPECT_NEAR(p.velocity.y, 0, kRoundoff);
  EXPECT_NEAR(p.pressure, 0, 1000 * kRoundoff);
}

}  // namespace
}  // namespace soleus
