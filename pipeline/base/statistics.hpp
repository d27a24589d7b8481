// Order statistics of samples, and tables read between their rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace soleus {

/// The value that `part` (0 to 1) of the others do not exceed, one of the values themselves; there must be
/// one.
template <class T>
T percentile(std::vector<T> values, double part) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// The value in the middle, the upper one of two.
template <class T>
T median(std::vector<T> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Percentile of values that count by their weight; `value_and_weight` ascends by value and is not empty.
inline double weighted_percentile(std::span<const std::pair<double, double>> value_and_weight, double part) {
  double total = 0, sum = 0;
  for (const auto& [value, weight] : value_and_weight) total += weight;
  for (const auto& [value, weight] : value_and_weight)
    if ((sum += weight) >= part * total) return value;
  return value_and_weight.back().first;
}

/// y at `at`, linear between the rows (x ascends), constant beyond the first and the last.
template <class T>
T interpolate(const std::vector<double>& x, const std::vector<T>& y, double at) {
  const auto right = std::upper_bound(x.begin(), x.end(), at);
  if (right == x.begin()) return y.front();
  if (right == x.end()) return y.back();
  const auto k = static_cast<std::size_t>(right - x.begin());
  const double part = (at - x[k - 1]) / (x[k] - x[k - 1]);
  return y[k - 1] + part * (y[k] - y[k - 1]);
}

}  // namespace soleus
