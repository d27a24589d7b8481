// Shapes of sections that give way.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "solver_cuda/geometry/cross_section.hpp"

namespace soleus {
namespace {

/// Polygon of a unit circle that is moved so: area and perimeter.
struct Outline {
  double area = 0, perimeter = 0;
};
Outline outline(const SectionScale& s) {
  constexpr int corners = 4000;
  const auto corner = [&](int k) {
    const double angle = 2 * std::numbers::pi * k / corners, u = std::cos(angle), v = std::sin(angle);
    return std::pair{s.across * u, s.closing_at(u * u) * v};
  };
  Outline o;
  for (int k = 0; k < corners; ++k) {
    const auto [x0, y0] = corner(k);
    const auto [x1, y1] = corner(k + 1);
    o.area += 0.5 * (x0 * y1 - x1 * y0), o.perimeter += std::hypot(x1 - x0, y1 - y0);
  }
  return o;
}

TEST(CrossSection, HasTheAreaThatIsAskedFor) {
  for (const CrossSection kind :
       {CrossSection::circle, CrossSection::flat, CrossSection::ellipse, CrossSection::two_lobed})
    for (const double area : {1.8, 1.0, 0.87, 0.7, 0.5, 0.33, 0.2, 0.05})
      EXPECT_NEAR(outline(SectionShape(kind).at(area)).area, area * std::numbers::pi, 1e-4 * area)
          << static_cast<int>(kind) << ", " << area;
}

TEST(CrossSection, ARingKeepsItsPerimeterOnceItIsFlat) {
  for (const CrossSection kind : {CrossSection::ellipse, CrossSection::two_lobed})
    for (const double area : {0.7, 0.5, 0.33, 0.2, 0.1})
      EXPECT_NEAR(outline(SectionShape(kind).at(area)).perimeter, 2 * std::numbers::pi, 5e-3) << area;
}

TEST(CrossSection, ChangesSmoothlyWithTheArea) {
  for (const CrossSection kind : {CrossSection::ellipse, CrossSection::two_lobed}) {
    const SectionShape shape(kind);
    double last = shape.at(1.1).thickness();
    for (double area = 1.099; area > 0.05; area -= 1e-3) {
      const double thickness = shape.at(area).thickness();
      EXPECT_LT(thickness, last) << area;
      EXPECT_LT(last - thickness, 2.5e-3) << area;
      last = thickness;
    }
  }
}

TEST(CrossSection, TwoLobesNearlyTouchInTheMiddle) {
  const SectionScale s = SectionShape(CrossSection::two_lobed).at(0.2);
  EXPECT_LT(s.thickness(), 0.05);
  EXPECT_GT(s.closing_at(0.6), 4 * s.thickness());
}

TEST(CrossSection, FindsTheAreaOfAThickness) {
  for (const CrossSection kind :
       {CrossSection::circle, CrossSection::flat, CrossSection::ellipse, CrossSection::two_lobed}) {
    const SectionShape shape(kind);
    for (const double thickness : {0.1, 0.3, 0.6, 0.95})
      EXPECT_NEAR(shape.at(shape.area_at(thickness)).thickness(), thickness, 1e-6) << thickness;
  }
}

/// A vein whose section is an ellipse that turns: its axes are found, of one sense.
TEST(CrossSection, IsFlattestAlongTheShortAxisOfTheVein) {
  Stations stations;
  constexpr int count = 40;
  stations.branches = {{0, count, 0, 1e-3}};
  stations.radius_m.assign(count, 4e-3), stations.center_m.assign(count, {});
  std::vector<WallOffset> wall;
  const auto turned = [](double abscissa_m) { return 0.3 + 0.4 * abscissa_m / 40e-3; };
  for (int k = 0; k < 39; ++k)
    for (int j = 0; j < 24; ++j) {
      const double angle = 2 * std::numbers::pi * j / 24, u = 5e-3 * std::cos(angle),
                   v = 3e-3 * std::sin(angle), turn = turned((k + 0.5) * 1e-3);
      wall.push_back({{k, k + 1, 0.5},
                      {0, u * std::cos(turn) - v * std::sin(turn), u * std::sin(turn) + v * std::cos(turn)}});
    }
  const std::vector<Vec3> axes = flattest_axes(stations, std::vector<Vec3>(count, {1, 0, 0}), wall);
  for (int k = 5; k < count - 5; ++k) {
    const double turn = turned(k * 1e-3);
    EXPECT_NEAR(std::abs(axes[std::size_t(k)].z * std::cos(turn) - axes[std::size_t(k)].y * std::sin(turn)),
                1, 1e-4);
    EXPECT_NEAR(axes[std::size_t(k)].x, 0, 1e-12);
    EXPECT_GT(dot(axes[std::size_t(k)], axes[std::size_t(k) - 1]), 0.99);
  }
}

}  // namespace
}  // namespace soleus
