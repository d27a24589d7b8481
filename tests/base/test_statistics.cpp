#include <gtest/gtest.h>

#include "pipeline/base/statistics.hpp"
#include "pipeline/base/vec3.hpp"

namespace soleus {
namespace {

TEST(Percentile, IsOneOfTheValuesAndNeedsNoOrder) {
  const std::vector<double> values{5, 1, 4, 2, 3};

  EXPECT_EQ(percentile(values, 0), 1);
  EXPECT_EQ(percentile(values, 0.5), 3);
  EXPECT_EQ(percentile(values, 0.99), 4);
  EXPECT_EQ(percentile(values, 1), 5);
}

TEST(Median, TakesTheUpperOfTwo) {
  EXPECT_EQ(median(std::vector<float>{4, 1}), 4);
  EXPECT_EQ(median(std::vector<float>{4, 1, 2}), 2);
}

TEST(WeightedPercentile, CountsWeightNotValues) {
  const std::vector<std::pair<double, double>> values{{1, 8}, {2, 1}, {3, 1}};

  EXPECT_EQ(weighted_percentile(values, 0.5), 1);
  EXPECT_EQ(weighted_percentile(values, 0.85), 2);
  EXPECT_EQ(weighted_percentile(values, 1), 3);
}

TEST(Interpolate, IsLinearBetweenRowsAndConstantBeyond) {
  const std::vector<double> x{1, 2, 4}, y{10, 20, 0};

  EXPECT_EQ(interpolate(x, y, 0), 10);
  EXPECT_EQ(interpolate(x, y, 1.25), 12.5);
  EXPECT_EQ(interpolate(x, y, 2), 20);
  EXPECT_EQ(interpolate(x, y, 3), 10);
  EXPECT_EQ(interpolate(x, y, 5), 0);
}

TEST(Interpolate, TakesPointsToo) {
  const std::vector<Vec3> line{{0, 0, 0}, {2, 4, 6}};

  EXPECT_EQ(interpolate({0, 1}, line, 0.5), (Vec3{1, 2, 3}));
}

}  // namespace
}  // namespace soleus
