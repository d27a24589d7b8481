// Plates and strips that bend, against published and exact deflections.
// REFERENCES: [1] Sze, Liu & Lo, Finite Elem. Anal. Des. 40, 1551 (2004), table 1. [2] Timoshenko &
// Woinowsky-Krieger, Theory of Plates and Shells (McGraw-Hill 1959), tables 8 and 35.
#include <gtest/gtest.h>

#include "solver_cuda/geometry/make_shell.hpp"
#include "tests/solver/sheets.hpp"

namespace soleus {
namespace {

using test::come_to_rest;
using test::Diagonals;
using test::rectangle;

/// Twice as many squares of two triangles across as the benchmark has: with 16 by 1 deflections are 0.4 to
/// 0.7 % too large, and the smallest shortening, which goes with their square, 1.4 %.
TEST(Cantilever, BendsFarUnderAForceAtItsEnd) {
  constexpr int along = 20, across = 2;
  constexpr double length = 10, height = 0.1, young = 1.2e6, most = 4;
  const SheetMaterial sheet{.law = MembraneLaw::st_venant_kirchhoff,
                            .thickness_m = height,
                            .young_pa = young,
                            .poisson = 0,
                            .density_kg_m3 = young,
                            .bending_pa = young};
  Shell strip =
      make_shell(rectangle(length, 1, along, across, Diagonals::one_way), sheet,
                 {.held = {0, along + 1, 2 * along + 2},
                  .clamped = {{{0, along + 1}, {1, 0, 0}}, {{along + 1, 2 * along + 2}, {1, 0, 0}}}});
  const std::size_t ends[] = {along, 2 * along + 1, 3 * along + 2};
  const double shares[] = {0.25, 0.5, 0.25};
  const double slowest_1_s = 3.516 * height / (std::sqrt(12) * length * length);
  const struct {
    double part, back, up;
  } published[] = {
      {0.1, 0.103, 1.309}, {0.3, 0.763, 3.488}, {0.5, 1.604, 4.933}, {0.7, 2.370, 5.855}, {1, 3.286, 6.698}};
  for (const auto& p : published) {
    ASSERT_TRUE(come_to_rest(strip, 3 * slowest_1_s, 1e-6, 400000, [&](std::vector<Vec3>& force_n) {
      for (std::size_t k = 0; k < 3; ++k) force_n[ends[k]].z += shares[k] * p.part * most;
    }));
    const Vec3& tip = strip.x_m[ends[1]];
    const double up = tip.z, back = length - tip.x;
    EXPECT_NEAR(up / p.up, 1, 0.01) << p.part;
    EXPECT_NEAR(back / p.back, 1, 0.01) << p.part;
    std::printf("cantilever at %.1f of the load: up %.4f (%.3f), back %.4f (%.3f)\n", p.part, up, p.up, back,
                p.back);
  }
}

/// Deflection at the centre of a square plate under a uniform load, over the exact one [2].
double plate_deflection(int edge, bool clamped) {
  constexpr double height = 0.01;
  const auto node = [&](int i, int j) { return i + (edge + 1) * j; };
  ShellSupport support;
  for (int k = 0; k <= edge; ++k)
    for (const int n : {node(k, 0), node(k, edge), node(0, k), node(edge, k)}) support.held.push_back(n);
  for (int k = 0; k < edge && clamped; ++k) {
    support.clamped.push_back({{node(k, 0), node(k + 1, 0)}, {0, 1, 0}});
    support.clamped.push_back({{node(k, edge), node(k + 1, edge)}, {0, -1, 0}});
    support.clamped.push_back({{node(0, k), node(0, k + 1)}, {1, 0, 0}});
    support.clamped.push_back({{node(edge, k), node(edge, k + 1)}, {-1, 0, 0}});
  }
  const SheetMaterial sheet{.law = MembraneLaw::st_venant_kirchhoff,
                            .thickness_m = height,
                            .young_pa = 1,
                            .poisson = 0.3,
                            .density_kg_m3 = 1,
                            .bending_pa = 1 / (1 - 0.3 * 0.3)};
  Shell plate = make_shell(rectangle(1, 1, edge, edge, Diagonals::random, 0.2), sheet, support);
  const double d = sheet.bending_stiffness_nm(), pressure = 0.02 * d,
               slowest_1_s = (clamped ? 35.985 : 19.739) * std::sqrt(d / height);
  EXPECT_TRUE(come_to_rest(plate, 2 * slowest_1_s, 1e-4, 40000,
                           [&](std::vector<Vec3>& force_n) { add_pressure(plate, pressure, force_n); }));
  const double exact = (clamped ? 0.00126532 : 0.00406235) * pressure / d;
  return plate.x_m[std::size_t(node(edge / 2, edge / 2))].z / exact;
}

TEST(SquarePlate, BendsUnderAPressureAtSecondOrder) {
  for (const bool clamped : {false, true}) {
    const double coarse = plate_deflection(8, clamped) - 1, fine = plate_deflection(16, clamped) - 1;
    std::printf("plate, %s: %.4f at 8, %.4f at 16\n", clamped ? "clamped" : "on its edges", coarse, fine);
    EXPECT_GT(std::log2(coarse / fine), 1.8);
    EXPECT_LT(fine, clamped ? 0.09 : 0.015);
  }
}

}  // namespace
}  // namespace soleus
