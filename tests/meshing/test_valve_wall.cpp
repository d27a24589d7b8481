// The wall around a valve: bulge, dilatation and band on a straight and on a bent oval vein.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <numbers>

#include "meshing/intersections.hpp"
#include "meshing/quality.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/meshing/valve_sites.hpp"

namespace soleus {
namespace {

/// Volume that the wall's factor adds, by the midpoint rule: the exact section is an ellipse, and in a bend
/// what the outer side gains the inner one loses.
double added_volume(const ValveSite& site, const ValveShape& v) {
  constexpr int heights = 400, angles = 360;
  const HeightRange range = changed_heights(v);
  const double dz = (range.to_m - range.from_m) / heights, da = 2 * std::numbers::pi / angles;
  double sum = 0;
  for (int i = 0; i < heights; ++i)
    for (int k = 0; k < angles; ++k) {
      const double a = (k + 0.5) * da, r = site.radius(a),
                   f = wall_factor(v, range.from_m + (i + 0.5) * dz, a);
      sum += 0.5 * r * r * (f * f - 1) * da * dz;
    }
  return sum;
}

void expect_sound(const PatchedSurface& wall, const ValveSite& site) {
  const MeshQuality q = measure(wall.surface), before = measure(site.geometry.surface);
  std::cout << q.triangles << " triangles, smallest angle " << q.min_angle_deg << " deg, edge "
            << q.edge_mean_m / before.edge_mean_m << " of before, CoV " << q.edge_cov << "\n";
  EXPECT_TRUE(is_closed(wall.surface));
  EXPECT_EQ(q.euler, 2);
  EXPECT_TRUE(edge_faults(wall.surface).non_manifold.empty());
  EXPECT_TRUE(self_intersections(Bvh(wall.surface), 5).empty());
  EXPECT_GT(q.min_angle_deg, 20);
  EXPECT_NEAR(q.edge_mean_m / before.edge_mean_m, 1, 0.1);
  EXPECT_EQ(std::ranges::count(wall.cap, 0), std::ranges::count(site.geometry.cap, 0));
  EXPECT_EQ(std::ranges::count(wall.cap, 1), std::ranges::count(site.geometry.cap, 1));
}

void expect_volume(const ValveSite& site, const ValveShape& v) {
  const PatchedSurface wall = wall_of(site, v);

  expect_sound(wall, site);
  const double added = volume(wall.surface) - volume(site.geometry.surface), exact = added_volume(site, v);
  std::cout << "added volume " << added / exact << " of the exact one\n";
  EXPECT_NEAR(added / exact, 1, 0.02);
}

TEST(ValveWall, SinusOfAStraightVeinHasItsVolume) {
  expect_volume(straight_site(), healthy_valve({9e-3, 9e-3}, 0.45e-3));
}

TEST(ValveWall, SinusOfABentOvalVeinHasItsVolume) {
  const ValveSite site = bent_site();
  expect_volume(site, healthy_valve({site.diameter_m, 2 * site.across_m}, site.dx_m()));
}

TEST(ValveWall, DilatedAndBandedVeinsHaveTheirVolume) {
  const ValveShape v = healthy_valve({9e-3, 9e-3}, 0.45e-3);
  expect_volume(straight_site(), dilated(v, 1.2, 1e-3));
  expect_volume(straight_site(), banding(v, 0.8, 10e-3));
}

TEST(ValveWall, SinusIsWidestBehindTheCuspsAndNothingAtTheCommissures) {
  const ValveSite site = straight_site();
  const ValveShape v = healthy_valve({9e-3, 9e-3}, 0.45e-3);

  const Bvh wall(wall_of(site, v).surface);

  const double middle = 0.5 * v.sinus_length_m, half_pi = 0.5 * std::numbers::pi;
  for (const double side : {-1.0, 1.0})
    EXPECT_NEAR(wall_radius(wall, site.frame, middle, side * half_pi, 1), 1.3 * 4.5e-3, 0.03e-3);
  for (const double angle : {0.0, 2 * half_pi})
    EXPECT_NEAR(wall_radius(wall, site.frame, middle, angle, 1), 4.5e-3, 0.03e-3);
  EXPECT_NEAR(wall_radius(wall, site.frame, -1e-3, half_pi, 1), 4.5e-3, 0.03e-3);
  EXPECT_NEAR(wall_radius(wall, site.frame, v.sinus_length_m + 1e-3, half_pi, 1), 4.5e-3, 0.03e-3);
}

TEST(ValveWall, FactorHasContinuousSlopes) {
  const ValveShape v = dilated(healthy_valve({9e-3, 9e-3}, 0.45e-3), 1.2, 1e-3);
  constexpr double step = 1e-6;
  const auto slope = [&](double z, double a) {
    return (wall_factor(v, z + step, a) - wall_factor(v, z - step, a)) / (2 * step);
  };
  double largest_jump = 0;
  for (double z = -8e-3; z < 24e-3; z += 0.01e-3)
    largest_jump = std::max(largest_jump, std::abs(slope(z + 0.01e-3, 1.2) - slope(z, 1.2)));

  // The slope itself goes up to some 50 per metre; over 0.01 mm it changes by the curvature only.
  EXPECT_LT(largest_jump, 0.5);
}

TEST(ValveWall, MonocuspHasOneLobe) {
  ValveProportions p;
  p.leaflet.cusps = 1;
  const ValveShape v = healthy_valve({9e-3, 9e-3}, 0.45e-3, p);

  EXPECT_NEAR(wall_factor(v, 0.5 * v.sinus_length_m, 0.5 * std::numbers::pi), 1.3, 1e-12);
  EXPECT_DOUBLE_EQ(wall_factor(v, 0.5 * v.sinus_length_m, -0.5 * std::numbers::pi), 1);
}

TEST(ValveWall, OtherVeinsStayWhereTheyAre) {
  // A second pipe runs 13 mm beside the first; it is another closed surface.
  ValveSite site = straight_site();
  const Surface first = site.geometry.surface;
  const int points = int(first.points_m.size());
  for (const Vec3& p : first.points_m) site.geometry.surface.points_m.push_back(p + Vec3{0, 13e-3, 0});
  for (const auto& t : first.triangles)
    site.geometry.surface.triangles.push_back({t[0] + points, t[1] + points, t[2] + points});
  site.geometry.cap.insert(site.geometry.cap.end(), first.triangles.size(), -1);

  const PatchedSurface wall = wall_of(site, healthy_valve({9e-3, 9e-3}, 0.45e-3));

  double lowest = 1;
  for (const Vec3& p : wall.surface.points_m)
    if (p.y > 7e-3) lowest = std::min(lowest, p.y);
  EXPECT_NEAR(lowest, 8.5e-3, 0.05e-3);
}

TEST(ValveWall, NeighbourInTheWayIsRefused) {
  ValveSite site = straight_site();
  const Surface first = site.geometry.surface;
  const int points = int(first.points_m.size());
  for (const Vec3& p : first.points_m) site.geometry.surface.points_m.push_back(p + Vec3{0, 9.5e-3, 0});
  for (const auto& t : first.triangles)
    site.geometry.surface.triangles.push_back({t[0] + points, t[1] + points, t[2] + points});
  site.geometry.cap.insert(site.geometry.cap.end(), first.triangles.size(), -1);

  try {
    wall_of(site, healthy_valve({9e-3, 9e-3}, 0.45e-3));
    FAIL();
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), testing::MatchesRegex(
                              "test: the wall around the valve would run into another vein or itself near "
                              "\\([-0-9. ]+\\) mm; make the sinus smaller \\(sinus\\.diameter\\), or move "
                              "the valve\\."));
  }
}

TEST(ValveFrame, PlacesGoThereAndBack) {
  const ValveSite site = bent_site();
  for (const ValvePlace& p :
       {ValvePlace{1e-3, -2e-3, 3e-3}, ValvePlace{-3e-3, 1e-3, 14e-3}, ValvePlace{0, 0, 0}}) {
    const ValvePlace back = place_of(site.frame, point_of(site.frame, p));
    EXPECT_NEAR(back.x_m, p.x_m, 1e-9);
    EXPECT_NEAR(back.y_m, p.y_m, 1e-9);
    EXPECT_NEAR(back.z_m, p.z_m, 1e-9);
  }
}

TEST(ValveFrame, FollowsTheBendDownstream) {
  const ValveSite site = bent_site();

  // Abscissa 38 mm of a line of 60 mm, the middle of which is at the origin; downstream is -z here.
  const double angle = 8e-3 / 50e-3;
  const Vec3 exact = 50e-3 * Vec3{1 - std::cos(angle), 0, std::sin(angle)};
  EXPECT_LT(norm(point_of(site.frame, {}) - exact), 0.1e-3);
  EXPECT_LT(site.frame.downstream[200].z, -0.9);
}

}  // namespace
}  // namespace soleus
