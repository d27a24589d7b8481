#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/geometry/stations.hpp"
#include "solver_cuda/geometry/tube_law.hpp"

namespace soleus {
namespace {

constexpr double mmHg = 133.322;

TubeLaw law(VeinClass vein, TubeLawForm form = TubeLawForm::measured) {
  TubeLawConfig c;
  c.vein = vein, c.form = form;
  return TubeLaw(c);
}

TEST(TubeLaw, HasTheMeasuredAreasOfLegVeins) {
  // Vasa 35, 59 (2006): area grows linearly, per mmHg by 0.0312 of that at rest in the femoral vein, 0.0147
  // in a deep vein of the leg, 0.0118 in the great saphenous vein.
  const std::pair<VeinClass, double> veins[] = {
      {VeinClass::femoral, 0.0312}, {VeinClass::deep, 0.0147}, {VeinClass::superficial, 0.0118}};
  for (const auto& [vein, per_mmHg] : veins)
    for (const double p : {10.0, 20.0, 30.0, 45.0, 67.0})
      EXPECT_NEAR(law(vein).area_ratio(p * mmHg), 1 + per_mmHg * p, 0.05 * (1 + per_mmHg * p)) << p;
}

TEST(TubeLaw, OfMuscularSinusesFillsAsTheCalf) {
  // 20 mL and 90 mL (1 - exp(-p / 32 mmHg)) more
  for (const double p : {10.0, 30.0, 67.0})
    EXPECT_NEAR(law(VeinClass::muscular).area_ratio(p * mmHg), 1 + 4.5 * (1 - std::exp(-p / 32)), 0.35) << p;
}

TEST(TubeLaw, DiffersBetweenBranches) {
  TubeLawConfig c;
  c.branches = {{.branch = 4, .vein = VeinClass::superficial, .stiffness_pa = {}},
                {.branch = 2, .vein = VeinClass::deep, .stiffness_pa = 5000}};
  EXPECT_EQ(law_of(c, 1).distension_pa, 2590);
  EXPECT_EQ(law_of(c, 4).distension_pa, 3230);
  EXPECT_EQ(law_of(c, 2).distension_pa, 5000);
}

TEST(TubeLaw, OfTheUsualExponentIsTooStiffForLegVeins) {
  EXPECT_NEAR(law(VeinClass::deep, TubeLawForm::power).area_ratio(60 * mmHg), 1.27, 0.01);
  EXPECT_NEAR(law(VeinClass::deep, TubeLawForm::power).stiffness(1), law(VeinClass::deep).stiffness(1.0),
              1e-9);
}

TEST(TubeLaw, CollapsesSoftly) {
  // 0.4 kPa (1 - a^-1.5) = -40 mmHg
  EXPECT_NEAR(law(VeinClass::deep).area_ratio(-40 * mmHg), std::pow(1 + 40 * mmHg / 400, -2.0 / 3), 1e-9);
}

TEST(TubeLaw, KnowsItsSlope) {
  TubeLawConfig c;
  c.tethering_pa = 2000;
  for (const TubeLawForm form : {TubeLawForm::measured, TubeLawForm::power}) {
    c.form = form;
    const TubeLaw t(c);
    for (const double a : {0.2, 0.7, 1.2, 2.5}) {
      const double h = 1e-5 * a;
      EXPECT_NEAR(t.stiffness(a), (t.pressure(a + h) - t.pressure(a - h)) / (2 * h), 1e-5 * t.stiffness(a));
      EXPECT_NEAR(t.area_ratio(t.pressure(a)), a, 1e-9);
    }
  }
}

TEST(TubeLaw, HasNoAreaBeyondReason) {
  EXPECT_THROW(law(VeinClass::deep).area_ratio(-1e9), NumericalError);
  EXPECT_THROW(law(VeinClass::deep).area_ratio(1e9), NumericalError);
}

TEST(Stations, LieHalfARadiusApartAndInterpolate) {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::tapered_pipe, .radius_m = 4e-3, .end_radius_m = 2e-3, .length_m = 20e-3};
  const Stations s = make_stations(g);
  ASSERT_EQ(s.count(), 11u);
  EXPECT_DOUBLE_EQ(s.radius_m[5], 3e-3);
  EXPECT_NEAR(s.center_m[10].x, 10e-3, 1e-15);
  const Stations::Between b = s.at(0, 7e-3);
  EXPECT_EQ(b.first, 3);
  EXPECT_NEAR(b.t, 0.5, 1e-12);
  StationAreas areas{0, std::vector<double>(11, 1.0), std::vector<double>(11, 0.0)};
  areas.ratio[4] = 2, areas.rate_1_s[3] = -1;
  EXPECT_NEAR(areas.at(b, 0.5), 0.5 * (0.5 + 2), 1e-12);
  EXPECT_NEAR(areas.at(s.at(0, 1.0), 0), 1, 1e-12);  // beyond the end
}

}  // namespace
}  // namespace soleus
