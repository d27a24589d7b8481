// The passive scalar on lattices that can be counted by hand.
#include <gtest/gtest.h>

#include "solver_cuda/kernels/advance_scalar.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus {
namespace {

TEST(ScalarEquilibrium, HasTheMomentsOfAnAmountThatMoves) {
  const double u[3] = {0.03, -0.02, 0.05};
  double amount = 0, flux[3] = {}, second[3] = {};
  for (int i = 0; i < D3Q7::Q; ++i) {
    const double e = scalar_equilibrium(i, 2.0, u);
    amount += e;
    for (int a = 0; a < 3; ++a) flux[a] += D3Q7::c(i)[a] * e, second[a] += D3Q7::c(i)[a] * D3Q7::c(i)[a] * e;
  }
  EXPECT_NEAR(amount, 2, 1e-15);
  for (int a = 0; a < 3; ++a) {
    EXPECT_NEAR(flux[a], 2 * u[a], 1e-15);
    EXPECT_NEAR(second[a], 2 * (scalar_cs2 + u[a] * u[a]), 1e-15);
  }
}

TEST(ScalarRates, SetTheDiffusivity) {
  EXPECT_DOUBLE_EQ(scalar_rates(0.125).odd, 1);
  EXPECT_DOUBLE_EQ(scalar_rates(0.125).even, 1);
  const ScalarRates<double> r = scalar_rates(1e-3);
  EXPECT_NEAR((1 / r.odd - 0.5) * scalar_cs2, 1e-3, 1e-15);
  EXPECT_NEAR((1 / r.odd - 0.5) * (1 / r.even - 0.5), 0.25, 1e-12);
}

/// A closed cube of 3^3 nodes of fluid at rest; only the node in its corner holds the scalar. With both rates
/// one a quarter stays and an eighth goes along each axis.
struct CornerOfACube : testing::Test {
  test::SmallLumen s{test::cube(3)};
  Populations<D3Q19, double> fluid{s.order};
  Boundary<D3Q19, double> closed{s.order};
  Scalar<double> scalar{s.order};
  std::vector<float> c;
  const Node corner = s.at(-1, -1, -1), beside = s.at(0, -1, -1), diagonal = s.at(0, 0, -1);
  const double force[3] = {};

  CornerOfACube() {
    const ScalarRates<double> r = scalar_rates(0.125);
    scalar.rates = {r.odd, r.even};
    fill_scalar(scalar, s.lattice, [&](Node n) { return n == corner ? 1.0 : 0.0; });
  }
  ScalarTotals observe() { return observe_scalar(c, scalar, s.lattice); }
  void step() {
    advance_scalar(scalar, fluid, s.lattice, closed, force);
    fluid.next = scalar.amount.next;
  }
};

TEST_F(CornerOfACube, SpreadsAndComesBackFromWalls) {
  EXPECT_DOUBLE_EQ(observe().amount, 1);
  step();
  EXPECT_NEAR(observe().amount, 1, 1e-15);
  EXPECT_NEAR(c[corner], 0.25 + 3 * 0.125, 1e-7);
  EXPECT_NEAR(c[beside], 0.125, 1e-7);
  EXPECT_NEAR(c[diagonal], 0, 1e-7);
  step();
  EXPECT_NEAR(observe().amount, 1, 1e-15);
  EXPECT_NEAR(c[corner], 0.625 * 0.625 + 3 * 0.125 * 0.125, 1e-7);
  EXPECT_NEAR(c[diagonal], 2 * 0.125 * 0.125, 1e-7);
}

TEST_F(CornerOfACube, GrowsEverywhereAlike) {
  scalar.source = 0.5;
  step();
  step();
  const ScalarTotals t = observe();
  EXPECT_NEAR(t.amount, 1 + 27, 1e-13);
  EXPECT_NEAR(t.measure, 27, 1e-13);
}

TEST_F(CornerOfACube, GivesToItsNeighboursWhenTheWallCoversIt) {
  const std::vector<std::uint8_t> before = s.lattice.nodes.fluid_rows;
  s.lattice.nodes.set_fluid(corner, false);
  move_scalar(scalar, s.lattice, before);
  const ScalarTotals t = observe();
  EXPECT_NEAR(t.amount, 1, 1e-15);
  EXPECT_NEAR(t.measure, 27, 1e-13);
  EXPECT_NEAR(c[beside], (1.0 / 3) / (1 + 1.0 / 3), 1e-7);
}

TEST_F(CornerOfACube, TakesFromItsNeighboursWhenTheWallUncoversIt) {
  std::vector<std::uint8_t> before = s.lattice.nodes.fluid_rows;
  s.lattice.nodes.set_fluid(corner, false);
  move_scalar(scalar, s.lattice, before);
  before = s.lattice.nodes.fluid_rows;
  s.lattice.nodes.set_fluid(corner, true);
  move_scalar(scalar, s.lattice, before);
  const ScalarTotals t = observe();
  EXPECT_NEAR(t.amount, 1, 1e-15);
  EXPECT_NEAR(t.measure, 27, 1e-13);
  EXPECT_NEAR(c[corner], 0.25, 1e-7);  // a quarter of each of three neighbours: amount 1/4, measure 1
}

}  // namespace
}  // namespace soleus
