// What --vary says, and effects of parameters on figures whose dependence is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/limb/figures.hpp"
#include "solver_cuda/study/effects.hpp"
#include "solver_cuda/study/limb_numbers.hpp"
#include "solver_cuda/study/vary.hpp"

namespace soleus::test {
namespace {

using study::Effects, study::Points;

std::string refusal(const std::string& text) {
  try {
    study::parse_vary(text);
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Vary, ReadsRangesWithUnits) {
  const study::Vary v = study::parse_vary("limb.muscle_pressure=20mmHg:60 mmHg:5");
  EXPECT_EQ(v.key, "limb.muscle_pressure");
  EXPECT_EQ(v.count, 5);
  EXPECT_EQ(setting_at(v, 0), "20 mmHg");
  EXPECT_EQ(setting_at(v, 0.25), "30 mmHg");
  EXPECT_EQ(setting_at(v, 1), "60 mmHg");
  EXPECT_EQ(text_of(v), "limb.muscle_pressure=20mmHg:60mmHg:5");
}

TEST(Vary, ReadsFactorsAndRangesWithoutACount) {
  const study::Vary v = study::parse_vary("limb.paths.popliteal.leak=0.01:1:log");
  EXPECT_TRUE(v.logarithmic);
  EXPECT_EQ(v.count, 0);
  EXPECT_DOUBLE_EQ(value_at(v, 0.5), 0.1);
  EXPECT_EQ(setting_at(v, 0.5), "0.1");
  EXPECT_EQ(text_of(study::parse_vary("a=-1:2.5:3")), "a=-1:2.5:3");
  EXPECT_EQ(study::parse_vary("a=1:2mm").unit, "mm");
}

TEST(Vary, RefusesWhatItCannotRead) {
  const std::string form =
      "write KEY=FROM:TO:COUNT, for example limb.muscle_pressure=40mmHg:200mmHg:5; with --samples leave "
      "COUNT out.";
  EXPECT_EQ(refusal("height"), "--vary height: " + form);
  EXPECT_EQ(refusal("a=1"), "--vary a=1: " + form);
  EXPECT_EQ(refusal("a=one:2:3"), "--vary a=one:2:3: 'one' is no value with a unit; " + form);
  EXPECT_EQ(refusal("a=1:2:x"), "--vary a=1:2:x: 'x' is no number of values; " + form);
  EXPECT_EQ(refusal("a=1:2:1"),
            "--vary a=1:2:1: '1' values cannot be compared; at least 2 and at most 100000 are accepted.");
  EXPECT_EQ(refusal("a=2mm:1mm:3"),
            "--vary a=2mm:1mm:3: '2mm' is not below '1mm'; write the smaller bound first.");
  EXPECT_EQ(refusal("a=1mm:2cm:3"),
            "--vary a=1mm:2cm:3: the bounds are in 'mm' and 'cm'; write both in one unit.");
  EXPECT_EQ(refusal("a=0:1:3:log"),
            "--vary a=0:1:3:log: steps of equal factors need bounds above zero; leave out ':log'.");
}

TEST(Vary, RefusesTheSameKeyTwice) {
  const std::vector<study::Vary> twice(2, study::parse_vary("a=1:2:3"));
  EXPECT_THROW(study::require_different_keys(twice), InputError);
}

std::vector<std::optional<double>> values(const Points& points, double (*f)(const std::vector<double>&)) {
  std::vector<std::optional<double>> all;
  for (const auto& p : points) all.emplace_back(f(p));
  return all;
}

double sum(const std::vector<double>& p) {
  return 10 + 4 * p[0] - 3 * p[1] * p[1];
}

/// Shares of a sum of uniform variables: variances 16/12 and 9 (1/5 - 1/9).
TEST(Effects, OfASumAreThoseOfItsTerms) {
  const Points points = study::sobol(63, 3);
  const Effects e = *study::first_order(points, values(points, sum));
  EXPECT_NEAR(e.parameters[0].high - e.parameters[0].low, 4, 1e-9);
  EXPECT_NEAR(e.parameters[1].high - e.parameters[1].low, -3, 1e-9);
  EXPECT_NEAR(e.parameters[2].high - e.parameters[2].low, 0, 1e-9);
  const double a = 16.0 / 12, b = 9 * (1.0 / 5 - 1.0 / 9);
  EXPECT_NEAR(e.parameters[0].share, a / (a + b), 0.02);  // 63 points for the integral
  EXPECT_NEAR(e.parameters[1].share, b / (a + b), 0.02);
  EXPECT_NEAR(e.together, 1, 1e-9);
  EXPECT_NEAR(e.parameters[0].share + e.parameters[1].share + e.parameters[2].share, 1, 1e-9);
  // The mean of the others is that of the points, 10 + 4/2 - 1 but for what 63 points leave of it.
  EXPECT_NEAR(e.parameters[0].low, 10 - 1, 0.05);
}

TEST(Effects, OfAGridAreTheSame) {
  const Points points = study::full_factorial(std::vector<int>{2, 3, 2});
  const Effects e = *study::first_order(points, values(points, sum));
  EXPECT_NEAR(e.parameters[0].high - e.parameters[0].low, 4, 1e-9);
  EXPECT_NEAR(e.parameters[1].high - e.parameters[1].low, -3, 1e-9);
}

TEST(Effects, LeaveInteractionsOver) {
  const Points points = study::full_factorial(std::vector<int>{5, 5});
  const auto product = [](const std::vector<double>& p) { return (p[0] - 0.5) * (p[1] - 0.5); };
  const Effects e = *study::first_order(points, values(points, product));
  EXPECT_NEAR(e.parameters[0].share, 0, 1e-9);
  EXPECT_NEAR(e.together, 0, 1e-9);
}

TEST(Effects, OfAFigureThatStaysTheSameAreNone) {
  const Points points = study::sobol(16, 2);
  const Effects e =
      *study::first_order(points, values(points, [](const std::vector<double>&) { return 95.0; }));
  EXPECT_EQ(e.parameters[0].share, 0);
  EXPECT_NEAR(e.parameters[0].high, 95, 1e-9);
}

TEST(Effects, DoNotReachBeyondTheRunsThatHaveTheFigure) {
  const Points points = study::full_factorial(std::vector<int>{5});
  auto some = values(points, [](const std::vector<double>& p) { return 8 * p[0]; });
  some[4] = std::nullopt;
  const Effects e = *study::first_order(points, some);
  EXPECT_EQ(e.runs, 4);
  EXPECT_NEAR(e.parameters[0].high, 6, 1e-9);
  for (auto& v : some) v = std::nullopt;
  EXPECT_FALSE(study::first_order(points, some));
}

/// Standing, the foot's pressure is that of the column of blood: rho g times 1.15 m at a height of 1.75 m,
/// and the right atrium's.
TEST(Effects, OfHeightOnStandingPressureIsThatOfTheColumn) {
  const Points points = study::full_factorial(std::vector<int>{3});
  std::vector<std::optional<double>> above_the_atrium;
  for (const auto& p : points) {
    limb::LimbConfig c;
    c.protocol = {{.kind = limb::PhaseKind::standing, .duration_s = 5}};
    c.height_m = 1.5 + 0.5 * p[0];
    c.calf_volume_m3 = 2.2e-3;  // the same flow at any height
    c.breath_pa = 0;
    const limb::Figures f = limb::run(c, {.sample_s = 0.05}).figures;
    above_the_atrium.push_back(*f.standing_pa - *f.atrium_pa);
  }
  const Effects e = *study::first_order(points, above_the_atrium);
  const double column = 1060 * 9.81 * 1.15 / 1.75 * 0.5;
  EXPECT_NEAR((e.parameters[0].high - e.parameters[0].low) / column, 1,
              3e-3);  // what drives the blood is 0.3 mmHg
  EXPECT_NEAR(e.parameters[0].share, 1, 1e-6);
}

}  // namespace
}  // namespace soleus::test
