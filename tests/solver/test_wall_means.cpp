// Figures of a wall's shear stress over time, against integrals that are known.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "solver_cuda/wall_means.hpp"

namespace soleus {
namespace {

constexpr int instants = 200;
constexpr double pi = std::numbers::pi;

/// Of one point of a wall whose normal is z, a stress over one period of `phase`.
template <class Stress>
WallMeans means_of(const Stress& stress) {
  std::vector<std::vector<float>> all;
  for (int k = 1; k <= instants; ++k) {
    const Vec3 t = stress(2 * pi * k / instants);
    all.push_back({float(t.x), float(t.y), float(t.z)});
  }
  const Vec3 outward{0, 0, 1};
  return wall_means(all, {&outward, 1});
}

TEST(WallMeans, OfASteadyStressAreItself) {
  const WallMeans m = means_of([](double) { return Vec3{0.3, 0.4, 0}; });
  EXPECT_NEAR(m.shear_pa[0], 0.5, 1e-6);
  EXPECT_NEAR(m.oscillation[0], 0, 1e-6);
  EXPECT_NEAR(m.residence_1_pa[0], 2, 1e-5);
  EXPECT_NEAR(m.transverse_pa[0], 0, 1e-6);
}

/// |a + cos|, a < 1, has the mean 2/pi (sqrt(1 - a^2) + a asin a).
TEST(WallMeans, OfAStressThatReversesHaveItsOscillation) {
  constexpr double a = 0.3;
  const double size = 2 / pi * (std::sqrt(1 - a * a) + a * std::asin(a));
  const WallMeans m = means_of([](double phase) { return Vec3{a + std::cos(phase), 0, 0}; });
  EXPECT_NEAR(m.shear_pa[0], size, 1e-3);
  EXPECT_NEAR(m.oscillation[0], 0.5 * (1 - a / size), 1e-3);
  EXPECT_NEAR(m.residence_1_pa[0], 1 / a, 1e-4);
  EXPECT_NEAR(m.residence_1_pa[0], 1 / ((1 - 2 * m.oscillation[0]) * m.shear_pa[0]), 1e-4);
}

TEST(WallMeans, OfAStressThatTurnsRoundHaveNoMean) {
  const WallMeans m = means_of([](double phase) { return Vec3{std::cos(phase), std::sin(phase), 0}; });
  EXPECT_NEAR(m.shear_pa[0], 1, 1e-6);
  EXPECT_NEAR(m.oscillation[0], 0.5, 1e-6);
}

TEST(WallMeans, TransverseIsWhatLiesAcrossTheMean) {
  const WallMeans m = means_of([](double phase) { return Vec3{1, 0.5 * std::cos(phase), 0}; });
  EXPECT_NEAR(m.transverse_pa[0], 0.5 * 2 / pi, 1e-3);
  const WallMeans along = means_of([](double phase) { return Vec3{1 + 0.5 * std::cos(phase), 0, 0}; });
  EXPECT_NEAR(along.transverse_pa[0], 0, 1e-6);
}

TEST(WallMeans, AreUnknownWhereTheStressOnceWas) {
  const WallMeans m = means_of([](double phase) {
    return Vec3{phase > 3 && phase < 3.1 ? std::numeric_limits<double>::quiet_NaN() : 1.0, 0, 0};
  });
  EXPECT_TRUE(std::isnan(m.shear_pa[0]));
  EXPECT_TRUE(std::isnan(m.oscillation[0]));
}

TEST(WallMeans, SummaryWeighsByArea) {
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  const WallMeans m{.shear_pa = {0.05F, 0.2F, unknown, 0.4F},
                    .oscillation = {0.3F, 0.1F, unknown, 0.0F},
                    .residence_1_pa = {50, 6, unknown, 2.5F},
                    .transverse_pa = {0, 0.1F, unknown, 0}};
  const std::vector<double> area_m2{1, 2, 5, 1};
  const WallMeansSummary s = summary(m, area_m2);
  EXPECT_NEAR(s.shear_mean_pa, (0.05 + 0.4 + 0.4) / 4, 1e-7);
  EXPECT_NEAR(s.shear_p50_pa, 0.2, 1e-7);
  EXPECT_NEAR(s.low_shear_part, 0.25, 1e-12);
  EXPECT_NEAR(s.oscillating_part, 0.25, 1e-12);
  EXPECT_NEAR(s.oscillation_mean, 0.5 / 4, 1e-7);
  EXPECT_NEAR(s.transverse_mean_pa, 0.05, 1e-7);
}

}  // namespace
}  // namespace soleus
