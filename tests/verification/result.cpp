#include "tests/verification/result.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace soleus::verification {
namespace {

constexpr const char* difference_names[] = {"relative", "absolute", "at least"};

double difference_of(const Result& r) {
  return r.difference == Difference::relative ? r.ours / r.reference - 1 : r.ours - r.reference;
}

/// `0.0124` is written as 0.0124, not with the 17 digits that a double can have.
double short_digits(double value) {
  return std::isfinite(value) ? std::stod(fmt::format("{:.6g}", value)) : value;
}

void print_table(const std::string& title, const std::vector<Level>& levels) {
  fmt::print("{}\n  cells       error   order\n", title);
  for (std::size_t k = 0; k < levels.size(); ++k)
    if (k == 0)
      fmt::print("{:7g}  {:+10.3e}\n", levels[k].cells, levels[k].error);
    else
      fmt::print("{:7g}  {:+10.3e}  {:6.2f}\n", levels[k].cells, levels[k].error,
                 observed_order({levels[k - 1], levels[k]}));
}

}  // namespace

double observed_order(const std::vector<Level>& levels) {
  double x = 0, y = 0, xx = 0, xy = 0;
  for (const Level& level : levels) {
    const double a = std::log(level.cells), b = -std::log(std::abs(level.error));
    x += a, y += b, xx += a * a, xy += a * b;
  }
  const double n = static_cast<double>(levels.size());
  return (n * xy - x * y) / (n * xx - x * x);
}

void report_result(const Result& r) {
  nlohmann::ordered_json line{{"case", r.case_name},
                              {"quantity", r.quantity},
                              {"reference", short_digits(r.reference)},
                              {"ours", short_digits(r.ours)},
                              {"unit", r.unit},
                              {"difference", short_digits(difference_of(r))},
                              {"compared", difference_names[static_cast<int>(r.difference)]},
                              {"tolerance", r.tolerance},
                              {"limit", r.limit.value_or(r.tolerance)},
                              {"resolution", r.resolution},
                              {"backend", r.backend},
                              {"source", r.source}};
  for (const Level& level : r.levels)
    line["levels"].push_back({short_digits(level.cells), short_digits(level.error)});
  fmt::print("SOLEUS_RESULT {}\n", line.dump());
  const double bound = r.limit.value_or(r.tolerance);
  const std::string what = fmt::format("{}, {}, {}", r.case_name, r.quantity, r.resolution);
  if (r.difference == Difference::at_least)
    EXPECT_GE(r.ours, bound) << what;
  else
    EXPECT_LE(std::abs(difference_of(r)), bound) << what;
}

Result with_error(Result result, double relative_error) {
  result.ours = result.reference == 0 ? relative_error : result.reference * (1 + relative_error);
  if (result.reference == 0) result.difference = Difference::absolute;
  return result;
}

void report_levels(Result finest, const std::vector<Level>& levels, double least_order,
                   std::optional<double> benchmark_order) {
  print_table(finest.case_name + ", " + finest.quantity, levels);
  finest.resolution = fmt::format("{:g} cells across", levels.back().cells);
  report_result(with_error(finest, levels.back().error));
  std::string grids;
  for (const Level& level : levels) grids += fmt::format("{}{:g}", grids.empty() ? "" : ", ", level.cells);
  report_result({.case_name = finest.case_name,
                 .quantity = finest.quantity + ", observed order",
                 .reference = 2,
                 .ours = observed_order(levels),
                 .difference = Difference::at_least,
                 .tolerance = benchmark_order.value_or(least_order),
                 .limit = least_order,
                 .resolution = grids + " cells across",
                 .source = finest.source,
                 .backend = finest.backend,
                 .levels = levels});
}

}  // namespace soleus::verification
