// What a test measured: checked, and printed as one line that scripts/validation-table.py turns into
// docs/validation.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace soleus::verification {

/// One grid of a convergence study.
struct Level {
  double cells;  // across
  double error;  // relative
};

/// Least-squares slope of -log(error) over log(cells).
double observed_order(const std::vector<Level>& levels);

/// How `ours` is compared: by ours / reference - 1, by ours - reference, or by being no less than the
/// tolerance.
enum class Difference { relative, absolute, at_least };

struct Result {
  std::string case_name{}, quantity{};
  double reference = 0, ours = 0;
  std::string unit{};  // of both; empty for pure numbers
  Difference difference = Difference::relative;
  double tolerance = 0;           // the benchmark's where it has one for this resolution
  std::optional<double> limit{};  // holds the test instead of the tolerance: tighter, or, where a benchmark
                                  // is not reached, what was measured and a margin
  std::string resolution{};       // "20 cells across"
  std::string source{};           // of the reference
  std::string backend = "cpu, single precision";
  std::vector<Level> levels{};  // of the convergence study behind an order
};

/// Prints a line `SOLEUS_RESULT {json}` and fails the test when the result is beyond its limit.
void report_result(const Result& result);

/// The result of a case whose measurement is a relative error.
Result with_error(Result result, double relative_error);

/// Prints the table of errors, reports the finest grid's as `finest` (whose reference times 1 + error is
/// ours; the error itself where the reference is zero) and, from two grids on, the observed order, which must
/// be at least `least_order`.
void report_levels(Result finest, const std::vector<Level>& levels, double least_order,
                   std::optional<double> benchmark_order = {});

}  // namespace soleus::verification
