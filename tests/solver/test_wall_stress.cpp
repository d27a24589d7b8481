// The strain rate of a cell, and the stress on the wall from exact fields: what the fit itself is good for.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

#include "solver_cuda/kernels/wall_stress.hpp"
#include "solver_cuda/physics/initial_flow.hpp"
#include "solver_cuda/physics/strain_rate.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus::test {
namespace {

constexpr double mu = 4e-3;  // Pa s
constexpr Rheology<double> blood{.least = mu};
constexpr double single = 2e-6;  // distances and fields are stored in single precision
constexpr double none[3] = {};

template <class L>
void expect_strain_of_the_gradient() {
  const VelocityGradient G{Vec3{1e-3, 2e-3, -4e-3}, Vec3{5e-3, -3e-3, 7e-3}, Vec3{1e-3, 6e-3, 5e-3}};
  const Macro<double> m{0.02, 0.03, -0.05, 0.01};
  const double tau = 0.53;
  double f[L::Q];
  smooth_flow_populations<L>(m, G, tau * 1.02, f);  // -tau rho w (3 cc - I) : G

  const Stress<double> s = strain_rate<L>(f, m, none, 1 / tau);

  constexpr double trace = 3e-3, roundoff = 1e-15;
  EXPECT_NEAR(s.xx, G[0].x - trace / 3, roundoff);
  EXPECT_NEAR(s.yy, G[1].y - trace / 3, roundoff);
  EXPECT_NEAR(s.zz, G[2].z - trace / 3, roundoff);
  EXPECT_NEAR(s.xy, 0.5 * (G[0].y + G[1].x), roundoff);
  EXPECT_NEAR(s.xz, 0.5 * (G[0].z + G[2].x), roundoff);
  EXPECT_NEAR(s.yz, 0.5 * (G[1].z + G[2].y), roundoff);
}

TEST(StrainRate, IsTheSymmetricTracelessPartOfTheVelocityGradientInThePopulations) {
  expect_strain_of_the_gradient<D3Q19>();
  expect_strain_of_the_gradient<D3Q27>();
}

TEST(StrainRate, VanishesInAFluidThatIsAcceleratedAsAWhole) {
  const Relaxation<double> rates{1.4, 1.1, {1e-3, -5e-4, 2e-4}};
  double f[D3Q19::Q] = {};
  for (int step = 0; step < 100; ++step) collide_trt<D3Q19>(f, rates);  // streaming changes nothing
  const Macro<double> m = macro<D3Q19>(f, rates.force);

  const Stress<double> with = strain_rate<D3Q19>(f, m, rates.force, rates.omega_plus),
                       without = strain_rate<D3Q19>(f, m, none, rates.omega_plus);

  const double square = 1e-6;  // of the force, which is what one step leaves
  EXPECT_NEAR(with.xy, 0, square);
  EXPECT_NEAR(with.xx, 0, square);
  EXPECT_GT(std::abs(without.xy), 20 * square);
}

using Strain = std::function<VelocityGradient(const Vec3&)>;  // [1/s] at a position [m]

MacroFields fields_of(const SmallLumen& s, const Strain& gradient, float drho = 0) {
  MacroFields fields;
  for (auto* v : {&fields.vx, &fields.vy, &fields.vz}) v->assign(s.lattice.tiles.nodes(), 0.f);
  fields.drho.assign(s.lattice.tiles.nodes(), drho);
  fields.strain.assign(s.lattice.tiles.nodes(), StrainRate{});
  for (const Node n : s.fluid) {
    const VelocityGradient g = gradient(s.lattice.tiles.position(n));
    fields.strain[n] = {float(g[0].x),
                        float(g[1].y),
                        float(g[2].z),
                        float(0.5 * (g[0].y + g[1].x)),
                        float(0.5 * (g[0].z + g[2].x)),
                        float(0.5 * (g[1].z + g[2].y))};
  }
  return fields;
}

TEST(WallSamples, NormalsOfUnevenTrianglesOnASphereAreExact) {
  Surface s;
  s.points_m = {Vec3{0, 0, 1}};
  for (const double angle : {0.0, 0.2, 2.1, 2.3, 4.8}) {
    const double polar = 0.1 + 0.05 * angle;  // edges of 0.1 to 0.34
    s.points_m.push_back(
        {std::sin(polar) * std::cos(angle), std::sin(polar) * std::sin(angle), std::cos(polar)});
  }
  for (int k = 1; k <= 5; ++k) s.triangles.push_back({0, k, k % 5 + 1});
  constexpr double roundoff = 1e-14;
  EXPECT_NEAR(norm(wall_samples(s, {0}).outward[0] - Vec3{0, 0, 1}), 0, roundoff);
}

/// A point of the wall whose outward normal is -y.
WallSamples below(double y_cells) {
  return {{{0, y_cells * dx, 0}}, {{0, -1, 0}}, {1}};
}

/// u_x = slope (y + 2.5 cells) + curve (y + 2.5 cells)^2 [1/s, 1/(m s)] over a wall at y = -2.5 cells.
Strain shear_flow(double slope, double curve) {
  return [=](const Vec3& x) {
    return VelocityGradient{Vec3{0, slope + 2 * curve * (x.y + 2.5 * dx), 0}, Vec3{}, Vec3{}};
  };
}

TEST(WallStress, IsTheShearAndThePressureOfThePlaneFlowAtTheWall) {
  const SmallLumen s(cube(5));
  const WallStress stress =
      wall_stress(fields_of(s, shear_flow(10, -300), 0.03f), s.view(), below(-2.5), blood, 7);
  // Traction on the wall: mu du/dy along x, and p n.
  EXPECT_NEAR(stress.shear_pa[0], mu * 10, single);
  EXPECT_NEAR(stress.shear_pa[1], 0, single);
  EXPECT_NEAR(stress.traction_pa[0], mu * 10, single);
  EXPECT_NEAR(stress.traction_pa[1], -(7 + 1000.0 * 0.03 / 3), 1e-4);  // rho c_s^2 drho at 1 m/s per unit
}

TEST(WallStress, IsUnknownWhereFewerThanFourNodesAreNear) {
  const SmallLumen s(cube(3));
  const WallStress stress = wall_stress(fields_of(s, shear_flow(10, 0)), s.view(), below(-7.5), blood, 0);
  for (int a = 0; a < 3; ++a) {
    EXPECT_TRUE(std::isnan(stress.shear_pa[a]));
    EXPECT_TRUE(std::isnan(stress.traction_pa[a]));
  }
}

TEST(WallStress, DoesNotSeeAnotherVesselThatPassesBy) {
  SmallLumen s(cube(10));
  MacroFields fields = fields_of(s, shear_flow(10, 0));
  const WallSamples top{{{0, 5 * dx, 0}}, {{0, 1, 0}}, {1}};
  const WallStress alone = wall_stress(fields, s.view(), top, blood, 0);
  int added = 0;  // fluid behind a wall of two nodes, with a stress of its own
  for (Node n = tile_nodes; n < Node(s.lattice.tiles.nodes()); ++n)
    if (s.lattice.tiles.position(n).y > 6.9 * dx) {
      s.lattice.nodes.set_fluid(n, true);
      fields.strain[n] = {0, 0, 0, 1e3f, 0, 0};
      ++added;
    }
  ASSERT_GT(added, 100);
  EXPECT_EQ(wall_stress(fields, s.view(), top, blood, 0).shear_pa, alone.shear_pa);
}

TEST(WallStress, IsTheSameWithSharesThatWereKept) {
  const SmallLumen s(cube(5));
  const MacroFields first = fields_of(s, shear_flow(10, -300), 0.03f),
                    later = fields_of(s, shear_flow(-4, 90));
  WallShares kept;
  wall_stress(first, s.view(), below(-2.5), blood, 7, &kept);
  ASSERT_EQ(kept.size(), 1u);
  const WallStress found = wall_stress(later, s.view(), below(-2.5), blood, 7, &kept),
                   anew = wall_stress(later, s.view(), below(-2.5), blood, 7);
  EXPECT_EQ(found.shear_pa, anew.shear_pa);
  EXPECT_EQ(found.traction_pa, anew.traction_pa);
}

/// A pipe of `radius` cells that repeats along its axis, off the lattice.
Geometry periodic_pipe(double radius, const Vec3& direction = {1, 0, 0}) {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::pipe, .direction = direction, .radius_m = radius * dx};
  if (direction.y == 0) {
    g.shape->periodic = {true, false, false};
    g.shape->period_m = Vec3{16, 0, 0} * dx, g.shape->length_m = 16 * dx;
  } else {
    g.shape->periodic = {true, true, true};
    g.shape->period_m = direction * (8 * std::ceil(radius / 2) * dx);
  }
  return g;
}

/// Points all around a pipe, at several places along it.
WallSamples around(double radius, const Vec3& direction) {
  WallSamples w;
  const Vec3 a = normalized(direction), e = any_perpendicular(a), f = cross(a, e);
  for (int k = 0; k < 200; ++k) {
    const double angle = 2 * std::numbers::pi * k * 0.6180339887;
    w.outward.push_back(e * std::cos(angle) + f * std::sin(angle));
    w.points_m.push_back(w.outward.back() * (radius * dx) + a * ((k % 7 - 3) * 0.37 * dx));
    w.area_m2.push_back(1);
  }
  return w;
}

/// grad u of u = a w(r), w' = slope(r/R), in a pipe along a.
Strain axial_flow(double radius, const Vec3& direction, const std::function<double(double)>& slope) {
  const Vec3 a = normalized(direction);
  return [=](const Vec3& x) {
    const Vec3 off = x - a * dot(x, a);
    const double r = norm(off), g = r > 0 ? slope(r / (radius * dx)) / r : 0;
    return VelocityGradient{off * (a.x * g), off * (a.y * g), off * (a.z * g)};
  };
}

/// Largest difference from the exact traction along the axis, -mu slope(1), over `scale`.
double worst(double radius, const Vec3& direction, const std::function<double(double)>& slope, double scale) {
  const SmallLumen s(periodic_pipe(radius, direction), {}, {}, {0, 0.13, 0.37});
  const WallStress found = wall_stress(fields_of(s, axial_flow(radius, direction, slope)), s.view(),
                                       around(radius, direction), blood, 0);
  double off = 0;
  for (std::size_t k = 0; k < found.shear_pa.size() / 3; ++k) {
    const Vec3 shear{found.shear_pa[3 * k], found.shear_pa[3 * k + 1], found.shear_pa[3 * k + 2]};
    const double error = norm(shear + normalized(direction) * (mu * slope(1))) / (mu * scale);
    off = std::isfinite(error) ? std::max(off, error) : error;
    if (!std::isfinite(error)) break;
  }
  return off;
}

TEST(WallStress, IsExactForPoiseuilleFlowInAnyDirection) {
  const auto slope = [](double eta) { return -10 * eta; };
  EXPECT_LT(worst(6, {1, 0, 0}, slope, 10), 1e-5);
  EXPECT_LT(worst(6, {1, 2, 3}, slope, 10), 1e-5);
}

TEST(WallStress, IsKnownInAVeinOfThreeCells) {
  EXPECT_LT(worst(
                1.5, {1, 0, 0}, [](double eta) { return -10 * eta; }, 10),
            1e-4);
}

std::complex<double> bessel(int n, std::complex<double> z) {
  std::complex<double> term = std::pow(z / 2.0, n) / std::tgamma(n + 1.0), sum = term;
  for (int k = 1; k < 60; ++k) sum += term *= -z * z / 4.0 / double(k * (k + n));
  return sum;
}

TEST(WallStress, OfAWomersleyProfileConvergesWithSecondOrder) {
  // d/d eta of 1 - J0(z eta)/J0(z) at four phases, over the amplitude at the wall; alpha = 5
  const std::complex<double> z = 5.0 * std::exp(std::complex<double>(0, 0.75 * std::numbers::pi));
  const double amplitude = std::abs(z * bessel(1, z) / bessel(0, z));
  const auto worst_phase = [&](double radius) {
    double off = 0;
    for (int phase = 0; phase < 4; ++phase) {
      const std::complex<double> turn = std::exp(std::complex<double>(0, phase * std::numbers::pi / 4));
      const auto slope = [&](double eta) { return std::real(z * bessel(1, z * eta) / bessel(0, z) * turn); };
      off = std::max(off, worst(radius, {1, 0, 0}, slope, amplitude));
    }
    return off;
  };
  const double coarse = worst_phase(10), fine = worst_phase(20);
  EXPECT_LT(fine, 0.02);
  EXPECT_GT(std::log2(coarse / fine), 1.9) << coarse << " " << fine;
}

TEST(WallStress, OfATubeThatDrawsInConvergesWithSecondOrder) {
  // u_x = x g, u_r = -(1/r) integral of g r, g = 1 - eta^4: the wall moves with u_r(R) = -R/3
  const auto error = [](double radius) {
    const double R = radius * dx;
    const auto gradient = [=](const Vec3& x) {
      const double r2 = (x.y * x.y + x.z * x.z) / (R * R);
      const double g = 1 - r2 * r2, dg = -4 * r2 / (R * R);              // g'/r
      const double h = -(0.5 - r2 * r2 / 6), dh = 2 * r2 / (3 * R * R);  // u_r/r and its derivative over r
      return VelocityGradient{Vec3{g, x.x * dg * x.y, x.x * dg * x.z},
                              Vec3{0, h + dh * x.y * x.y, dh * x.y * x.z},
                              Vec3{0, dh * x.y * x.z, h + dh * x.z * x.z}};
    };
    const SmallLumen s(periodic_pipe(radius), {}, {}, {0, 0.13, 0.37});
    WallSamples w = around(radius, {1, 0, 0});
    const WallStress found = wall_stress(fields_of(s, gradient), s.view(), w, blood, 0);
    double off = 0;
    for (std::size_t k = 0; k < w.points_m.size(); ++k)
      off = std::max(off, std::abs(found.shear_pa[3 * k] - mu * 4 * w.points_m[k].x / R) / (mu * 4));
    return off;
  };
  const double coarse = error(10), fine = error(20);
  EXPECT_LT(fine, 0.01);
  EXPECT_GT(std::log2(coarse / fine), 1.9) << coarse << " " << fine;
}

TEST(ObserveStrain, IsUnknownWhereAnOpeningSendsEquilibriumIn) {
  const SmallLumen s(pipe(), {}, driven(1));
  const Macro<double> m{0, 0.05, 0, 0};
  const VelocityGradient G{Vec3{0, 0.02, 0}, Vec3{}, Vec3{}};
  double g[D3Q19::Q];
  smooth_flow_populations<D3Q19>(m, G, 0.8, g);
  Populations<D3Q19, double> f(s.order);
  for (const Node n : s.fluid) scatter(f, s.lattice.tiles, s.lattice.nodes, n, g);
  MacroFields fields;
  observe_strain(fields, f, s.lattice, scales, {1 / 0.8, 1, {}});
  EXPECT_TRUE(std::isnan(fields.strain[s.at(-1.5, 0, 0)][3]));
  EXPECT_NEAR(fields.strain[s.at(-0.5, 0, 0)][3], 0.01 / dt, single / dt);
  EXPECT_NEAR(fields.strain[s.at(-0.5, 0, 0)][4], 0, single / dt);
}

}  // namespace
}  // namespace soleus::test
