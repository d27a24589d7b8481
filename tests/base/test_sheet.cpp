// Forms of thin sheets.
#include "pipeline/base/artifacts/sheet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace soleus {
namespace {

SheetForm tube_along(const Vec3& axis) {
  SheetForm form;
  form.kind = SheetKind::tube, form.along = axis, form.size_m = {0.03, 0, 0};
  form.radius_m = 5e-3, form.edge_length_m = 5e-4;
  return form;
}

TEST(Sheet, TubeIsOpenAtItsEndsAndFacesOutwards) {
  SheetForm form = tube_along({0, 1, 0});
  form.held = SheetHeld::border;
  const Sheet tube = make_sheet("tube", form);
  double area_m2 = 0;
  for (int t = 0; t < int(tube.rest.triangles.size()); ++t) {
    const Vec3 across = triangle_area_vector(tube.rest, t);
    Vec3 outwards = tube.rest.points_m[std::size_t(tube.rest.triangles[std::size_t(t)][0])];
    outwards.y = 0;
    area_m2 += norm(across);
    EXPECT_GT(dot(across, outwards), 0);
  }
  EXPECT_NEAR(area_m2 / (2 * std::numbers::pi * 5e-3 * 0.03), 1, 2e-3);
  const auto ring = std::size_t(std::lround(2 * std::numbers::pi * 5e-3 / 5e-4));
  EXPECT_EQ(tube.held.size(), 2 * ring);
  for (const int n : tube.held) EXPECT_NEAR(std::abs(tube.rest.points_m[std::size_t(n)].y), 0.015, 1e-12);
}

TEST(Sheet, TubeStartsWithItsBulge) {
  SheetForm form = tube_along({1, 0, 0});
  form.bulge = {.height = 0.1, .at_m = 5e-3, .length_m = 4e-3};
  const Sheet tube = make_sheet("tube", form);
  for (std::size_t n = 0; n < tube.start_m.size(); ++n) {
    const Vec3 &x = tube.start_m[n], &rest = tube.rest.points_m[n];
    const double from_top = (x.x - 5e-3) / 4e-3;
    EXPECT_NEAR(std::hypot(x.y, x.z) / 5e-3, 1 + 0.1 * std::exp(-from_top * from_top), 1e-12);
    EXPECT_NEAR(std::hypot(rest.y, rest.z), 5e-3, 1e-15);
  }
}

}  // namespace
}  // namespace soleus
