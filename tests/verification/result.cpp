#include "tests/verification/result.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace soleus::verification {
namespace {

constexpr const char* difference_names[] = {"relative", "absolute", "at least"};

}  // namespace

void report_result(const Result& r) {
  const double difference =
      r.difference == Difference::relative ? r.ours / r.reference - 1 : r.ours - r.reference;
  const double limit = r.limit.value_or(r.tolerance);
  const nlohmann::ordered_json line{{"case", r.case_name},
                                    {"quantity", r.quantity},
                                    {"reference", r.reference},
                                    {"ours", r.ours},
                                    {"unit", r.unit},
                                    {"difference", difference},
                                    {"compared", difference_names[static_cast<int>(r.difference)]},
                                    {"tolerance", r.tolerance},
                                    {"limit", limit},
                                    {"resolution", r.resolution},
                                    {"backend", r.backend},
                                    {"source", r.source}};
  fmt::print("SOLEUS_RESULT {}\n", line.dump());
  const std::string what = fmt::format("{}, {}, {}", r.case_name, r.quantity, r.resolution);
  if (r.difference == Difference::at_least)
    EXPECT_GE(r.ours, limit) << what;
  else
    EXPECT_LE(std::abs(difference), limit) << what;
}

}  // namespace soleus::verification
