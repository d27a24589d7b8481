// How far a valve is open, of cusps whose figures can be told by hand.
#include "solver_cuda/valve_figures.hpp"

#include <gtest/gtest.h>

#include "tests/solver/sheets.hpp"

namespace soleus {
namespace {

constexpr double mm = 1e-3;

/// A vein of 8 mm along x (downstream), its first commissure along z; cusps of 7 mm x 6 mm stand along it.
Valve valve() {
  Valve v{.name = "valve", .cusps = {}, .figures = {}};
  v.figures.center_m = Vec3{30, 10, -5} * mm, v.figures.downstream = {1, 0, 0};
  v.figures.first_commissure = {0, 0, 1}, v.figures.diameter_m = 8 * mm, v.figures.rest_gap_m = 0.4 * mm;
  for (int k = 0; k < 2; ++k) {
    Cusp c;
    c.surface = test::rectangle(7 * mm, 6 * mm, 14, 12, test::Diagonals::random, 0.2);
    for (int n = 0; n < int(c.surface.points_m.size()); ++n)
      if (c.surface.points_m[std::size_t(n)].y > 6 * mm - 1e-9) c.free_edge.push_back(n);
    v.cusps.push_back(std::move(c)), v.figures.height_m.push_back(6 * mm);
  }
  return v;
}

/// Of cusp k, at a distance from the plane between the cusps (on its own side) that grows along the vein.
std::vector<Vec3> placed(const Valve& v, std::size_t k, double low_m, double high_m) {
  std::vector<Vec3> x;
  const Vec3 side = cross(v.figures.downstream, v.figures.first_commissure) * (k == 0 ? 1 : -1);
  for (const Vec3& p : v.cusps[k].surface.points_m)
    x.push_back(v.figures.center_m + Vec3{p.y, 0, p.x - 3.5 * mm} +
                side * (low_m + (high_m - low_m) * p.y / (6 * mm)));
  return x;
}

TEST(ValveOpening, OfParallelCuspsIsTheSlitBetweenThem) {
  const Valve v = valve();
  const auto a = placed(v, 0, 1.2 * mm, 1.2 * mm), b = placed(v, 1, 0.7 * mm, 0.7 * mm);
  const ValveOpening found = opening_of(v, {&a, &b});
  EXPECT_NEAR(found.orifice_m2, 7 * mm * 1.9 * mm, 0.03 * 7 * 1.9 * mm * mm);
  EXPECT_EQ(found.coaptation_area_m2, 0);
  EXPECT_EQ(found.coaptation_height_m, 0);
  ASSERT_EQ(found.free_edge_m.size(), 2u);
  EXPECT_NEAR(found.free_edge_m[0], 1.2 * mm, 1e-12);
  EXPECT_NEAR(found.free_edge_m[1], 0.7 * mm, 1e-12);
}

/// 1.6 gaps of 0.4 mm, 0.64 mm, are none; twice that is counted in full.
TEST(ValveOpening, GrowsFromNothingAsClosedCuspsPart) {
  const Valve v = valve();
  const auto free_mm = [&](double gap_mm) {
    const double half_m = 0.5 * gap_mm * mm;
    const auto a = placed(v, 0, half_m, half_m), b = placed(v, 1, half_m, half_m);
    return opening_of(v, {&a, &b}).orifice_m2 / (7 * mm * mm);
  };
  EXPECT_NEAR(free_mm(0.6), 0, 1e-12);
  EXPECT_NEAR(free_mm(0.8), 0.32, 0.03);
  EXPECT_NEAR(free_mm(1.2), 1.12, 0.03);
  EXPECT_NEAR(free_mm(1.3), 1.3, 0.03);
}

TEST(ValveOpening, OfClosedCuspsIsNothing) {
  const Valve v = valve();
  const auto a = placed(v, 0, 0.2 * mm, 0.2 * mm), b = placed(v, 1, 0.2 * mm, 0.2 * mm);
  const ValveOpening found = opening_of(v, {&a, &b});
  EXPECT_NEAR(found.orifice_m2, 0, 1e-12);
  EXPECT_NEAR(found.coaptation_area_m2, 42 * mm * mm, 0.04 * 42 * mm * mm);
  EXPECT_NEAR(found.coaptation_height_m, 6 * mm, 0.25 * mm);
}

/// Cusps that lean on each other in their upper half: where d_1 + d_2 < 1.6 gaps.
TEST(ValveOpening, CountsTheHeightOverWhichCuspsLieTogether) {
  const Valve v = valve();
  const auto a = placed(v, 0, 1.4 * mm, -1.0 * mm), b = placed(v, 1, 0.2 * mm, 0.2 * mm);
  const double height = 6 * mm * (1 - (1.4 - 0.44) / 2.4);
  EXPECT_NEAR(opening_of(v, {&a, &b}).coaptation_height_m, height, 0.25 * mm);
  EXPECT_NEAR(opening_of(v, {&a, &b}).least_gap_m, -0.8 * mm, 0.1 * mm);  // crossed
}

/// Cusps lean outwards: what is behind them lies in a pocket, what is between or over them does not.
TEST(ValvePockets, LieBehindTheCuspsBelowTheCommissures) {
  const Valve v = valve();
  const auto a = placed(v, 0, 1 * mm, 3 * mm), b = placed(v, 1, 1 * mm, 3 * mm);
  const auto at = [&](double side_mm, double along_mm) {  // side: to the first cusp; the plane y of a valve
    return v.figures.center_m +
           (Vec3{along_mm, 0, 0.3} + cross(v.figures.downstream, v.figures.first_commissure) * side_mm) * mm;
  };
  const std::vector<char> inside = in_pockets(
      v, {&a, &b},
      {at(1.9, 3), at(2.1, 3), at(-1.9, 3), at(-2.1, 3), at(2.1, 5), at(3.5, 6.5), at(2.1, -1), at(0, 3)});
  EXPECT_EQ(inside, (std::vector<char>{0, 1, 0, 1, 0, 0, 0, 0}));
}

TEST(ValveOpening, OfAMonocuspGoesToTheWall) {
  Valve v = valve();
  v.cusps.pop_back(), v.figures.height_m.pop_back();
  const auto a = placed(v, 0, 1 * mm, 1 * mm);
  double area = 0;  // between the cusp and the circle
  for (int k = 0; k < 700; ++k) {
    const double x = (-3.5 + (k + 0.5) * 0.01) * mm;
    area += 0.01 * mm * (1 * mm + std::sqrt(16 * mm * mm - x * x));
  }
  EXPECT_NEAR(opening_of(v, {&a}).orifice_m2, area, 0.02 * area);
}

}  // namespace
}  // namespace soleus
