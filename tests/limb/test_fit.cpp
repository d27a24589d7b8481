// Fits of models that are written down here, and what is said of their parameters. No leg.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "solver_cuda/study/design.hpp"
#include "solver_cuda/study/fit.hpp"
#include "solver_cuda/study/identifiability.hpp"

namespace soleus::test {
namespace {

using study::FitDatum, study::FitParameter, study::Bound, study::Verdict;
using Values = std::span<const double>;

/// a exp(-k t) at three times: the time constant spans decades and is searched by its logarithm.
study::Figures decay(Values p) {
  study::Figures out;
  for (const double t : {0.0, 1.0, 4.0}) out.push_back(p[0] * std::exp(-p[1] * t));
  return out;
}
const std::vector<FitParameter> decay_parameters{{"a", 0, 10, 9}, {"k", 0.01, 10, 5}};

std::vector<FitDatum> data_of(const study::Figures& figures, double sigma) {
  std::vector<FitDatum> all;
  for (const auto& f : figures) all.push_back({"datum", *f, sigma});
  return all;
}

/// A search ends when the data are met to 1e-3 of their uncertainty, here 1e-5.
TEST(Fit, RecoversWhatTheDataWereMadeWith) {
  const std::vector<double> truth{3, 0.4};
  const auto data = data_of(decay(truth), 0.01);
  const study::Fit f = fit(decay, decay_parameters, data);
  EXPECT_NEAR(f.values[0], truth[0], 1e-4);
  EXPECT_NEAR(f.values[1], truth[1], 1e-4);
  EXPECT_GT(f.misfit_before, 1e4);
  EXPECT_LE(f.misfit, 3e-6);
  EXPECT_EQ(f.on_bound, (std::vector<Bound>{Bound::none, Bound::none}));
}

TEST(Fit, OfOneParameterRecoversIt) {
  const auto square = [](Values p) { return study::Figures{p[0] * p[0]}; };
  const study::Fit f =
      fit(square, std::vector<FitParameter>{{"x", 0, 5, 4}}, std::vector<FitDatum>{{"y", 4, 0.01}});
  EXPECT_NEAR(f.values[0], 2, 1e-4 * 5);  // where the search ends
}

TEST(Fit, GivesTheSameBitsOnAnyNumberOfThreads) {
  const auto data = data_of(decay(std::vector<double>{3, 0.4}), 0.01);
  const study::Fit one = fit(decay, decay_parameters, data);
  set_threads(3);
  const study::Fit three = fit(decay, decay_parameters, data);
  set_threads(1);
  EXPECT_EQ(one.values, three.values);
  EXPECT_EQ(one.jacobian, three.jacobian);
  EXPECT_EQ(one.runs, three.runs);
}

/// Two valleys, at 0.2 with a floor and at 0.8 without.
study::Figures two_valleys(Values p) {
  const double x = p[0];
  return {40 * (x - 0.2) * (x - 0.8), 2 * (0.8 - x), 0.0 * p[1]};
}

TEST(Fit, OfSeveralSearchesFindsTheDeeperValley) {
  const std::vector<FitParameter> parameters{{"x", 0, 1, 0.1}, {"y", 0, 1, 0.5}};
  const std::vector<FitDatum> data(3, FitDatum{"datum", 0, 1});
  EXPECT_LT(fit(two_valleys, parameters, data, {.starts = 1}).values[0], 0.5);
  const study::Fit several = fit(two_valleys, parameters, data, {.starts = 3});
  EXPECT_NEAR(several.values[0], 0.8, 1e-3);
  EXPECT_EQ(several.search_misfits.size(), 3u);
}

TEST(Fit, SaysWhichBoundHoldsAParameter) {
  const auto same = [](Values p) { return study::Figures{p[0], p[1]}; };
  const std::vector<FitParameter> parameters{{"low", 1, 2, 1.5}, {"high", 1, 2, 1.5}};
  const study::Fit f = fit(same, parameters, std::vector<FitDatum>{{"a", 0.5, 1}, {"b", 3, 1}});
  EXPECT_EQ(f.on_bound, (std::vector<Bound>{Bound::lower, Bound::upper}));
  EXPECT_NEAR(f.values[0], 1, 1e-3);
  EXPECT_NEAR(f.values[1], 2, 1e-3);
}

TEST(Fit, JacobianOfALinearModelIsItsMatrixOverUncertaintiesAndRanges) {
  const auto linear = [](Values p) { return study::Figures{3 * p[0] - p[1], 2 * p[1]}; };
  const std::vector<FitParameter> parameters{{"a", 0, 2, 1}, {"b", -1, 1, 0}};
  const study::Fit f = fit(linear, parameters, std::vector<FitDatum>{{"x", 3, 0.5}, {"y", 0, 0.1}});
  EXPECT_NEAR(f.jacobian[0][0], 3 * 2 / 0.5, 1e-9);
  EXPECT_NEAR(f.jacobian[0][1], -1 * 2 / 0.5, 1e-9);
  EXPECT_NEAR(f.jacobian[1][0], 0, 1e-9);
  EXPECT_NEAR(f.jacobian[1][1], 2 * 2 / 0.1, 1e-9);
}

TEST(Fit, GoesOnWhereTheModelFails) {
  const auto fragile = [](Values p) {
    if (p[0] > 0.7) throw NumericalError("too far");
    return study::Figures{p[0], p[1]};
  };
  const std::vector<FitParameter> parameters{{"x", 0, 1, 0.9}, {"y", 0, 1, 0.5}};
  const study::Fit f = fit(fragile, parameters, std::vector<FitDatum>{{"x", 0.4, 0.01}, {"y", 0.3, 0.01}});
  EXPECT_NEAR(f.values[0], 0.4, 1e-3);
  EXPECT_GT(f.failed, 0);
  EXPECT_FALSE(f.before[0]);
}

TEST(Fit, EndsWithWhateverElseTheModelThrows) {
  for (const int last : {3, 30}) {  // among the samples, in a search
    const auto stop = [last](int runs, double) {
      if (runs == last) throw Interrupted();
    };
    const auto data = data_of(decay(std::vector<double>{3, 0.4}), 1e-9);
    EXPECT_THROW(fit(decay, decay_parameters, data, {.told = stop}), Interrupted) << last;
  }
}

TEST(Fit, AFigureThatTheModelDoesNotGiveIsFarOff) {
  const std::vector<FitDatum> data{{"a", 1, 0.5}, {"b", 1, 0.5}};
  EXPECT_EQ(residuals(data, {2.0, {}}), (std::vector<double>{2, 100}));
}

TEST(FitParameter, IsSearchedByItsLogarithmOverADecadeAndMore) {
  EXPECT_DOUBLE_EQ(value_at(FitParameter{"a", 1, 100, 1}, 0.5), 10);
  EXPECT_DOUBLE_EQ(value_at(FitParameter{"a", 1, 9, 1}, 0.5), 5);
  EXPECT_DOUBLE_EQ(value_at(FitParameter{"a", 0, 100, 1}, 0.5), 50);
  const FitParameter p{"a", 0.001, 1, 0.1};
  EXPECT_DOUBLE_EQ(part_at(p, value_at(p, 0.3)), 0.3);
  EXPECT_EQ(value_at(p, 1), 1);
}

TEST(Identifiability, StandardErrorsAreThoseOfTheCovariance) {
  // J^T J = {{5, 4}, {4, 5}}, its inverse {{5, -4}, {-4, 5}} / 9, its eigenvalues 9 and 1
  const study::Identifiability i = study::identify({{2, 1}, {1, 2}});
  EXPECT_NEAR(i.parameters[0].standard_error, std::sqrt(5.0 / 9), 1e-12);
  EXPECT_NEAR(i.parameters[0].effect, std::sqrt(5.0), 1e-12);
  EXPECT_NEAR(i.parameters[0].correlation, -0.8, 1e-12);
  EXPECT_EQ(i.parameters[0].partner, 1u);
  EXPECT_NEAR(i.correlation[1][0], -0.8, 1e-12);
  EXPECT_NEAR(i.condition, 3, 1e-12);
  EXPECT_EQ(i.parameters[0].verdict, Verdict::weak);
}

TEST(Identifiability, AParameterWithoutEffectIsNotIdentifiable) {
  const study::Identifiability i = study::identify({{30, 0}, {0, 0}});
  EXPECT_EQ(i.parameters[0].verdict, Verdict::determined);
  EXPECT_EQ(i.parameters[1].verdict, Verdict::not_at_all);
  EXPECT_GT(i.parameters[1].standard_error, 1);
  EXPECT_EQ(i.condition, std::numeric_limits<double>::infinity());
}

TEST(Identifiability, ParametersWithTheSameEffectAreKnownOnlyTogether) {
  const study::Identifiability i = study::identify({{30, 30, 0}, {10, 10, 0}, {0, 0, 40}});
  EXPECT_EQ(i.parameters[0].verdict, Verdict::together);
  EXPECT_EQ(i.parameters[0].partner, 1u);
  EXPECT_NEAR(i.parameters[0].correlation, -1, 1e-6);
  EXPECT_EQ(i.parameters[2].verdict, Verdict::determined);
  EXPECT_NEAR(i.parameters[2].standard_error, 1.0 / 40, 1e-12);
}

/// How many of `count` equal strata of each dimension hold how many points.
std::vector<int> points_per_stratum(const study::Points& points, std::size_t dimension, int count) {
  std::vector<int> found(std::size_t(count), 0);
  for (const auto& p : points) ++found.at(std::size_t(p[dimension] * count));
  return found;
}

TEST(Design, SobolPointsFillEveryStratumOnce) {
  study::Points points = study::sobol(31, 5);
  points.push_back(std::vector<double>(5, 0.0));  // the origin, which the sequence leaves out
  for (std::size_t k = 0; k < 5; ++k)
    EXPECT_EQ(points_per_stratum(points, k, 32), std::vector<int>(32, 1)) << k;
}

TEST(Design, SobolPointsFillThePlaneToo) {
  study::Points points = study::sobol(15, 2);
  points.push_back({0, 0});
  std::vector<int> found(16, 0);
  for (const auto& p : points) ++found.at(std::size_t(4 * int(4 * p[0]) + int(4 * p[1])));
  EXPECT_EQ(found, std::vector<int>(16, 1));
}

TEST(Design, LatinHypercubeHasOnePointInEveryStratum) {
  const study::Points points = study::latin_hypercube(20, 3, 7);
  for (std::size_t k = 0; k < 3; ++k)
    EXPECT_EQ(points_per_stratum(points, k, 20), std::vector<int>(20, 1)) << k;
  EXPECT_EQ(points, study::latin_hypercube(20, 3, 7));
  EXPECT_NE(points, study::latin_hypercube(20, 3, 8));
  EXPECT_NE(points_per_stratum(points, 0, 3), (std::vector<int>{20, 0, 0}));
}

TEST(Design, FullFactorialHasEveryCombination) {
  const study::Points expected{{0, 0.5}, {0.5, 0.5}, {1, 0.5}};
  EXPECT_EQ(study::full_factorial(std::vector<int>{3, 1}), expected);
  EXPECT_EQ(study::full_factorial(std::vector<int>{2, 2}), (study::Points{{0, 0}, {0, 1}, {1, 0}, {1, 1}}));
}

}  // namespace
}  // namespace soleus::test
