// What a test measured: checked, and printed as one line that a script can turn into a table.
#pragma once

#include <optional>
#include <string>

namespace soleus::verification {

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
  std::string resolution{};  // "20 cells across"
  std::string source{};      // of the reference
  std::string backend = "cpu, single precision";
};

/// Prints a line `SOLEUS_RESULT {json}` and fails the test when the result is beyond its limit.
void report_result(const Result& result);

}  // namespace soleus::verification
