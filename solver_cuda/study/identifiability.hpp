// What data say about the parameters that were fitted to them, from the Jacobian where the fit ended.
// REFERENCES: Bates & Watts, Nonlinear Regression Analysis and Its Applications (1988), standard errors;
// Belsley, Kuh & Welsch, Regression Diagnostics (1980), singular values and what varies together.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace soleus::study {

enum class Verdict {
  determined,
  weak,       // known to no better than a quarter of its range
  together,   // only in combination with another parameter
  not_at_all  // no datum notices it
};
std::string_view words(Verdict v);

struct Identified {
  double effect = 0;          // on all data together when it goes through its range, in uncertainties
  double standard_error = 0;  // in parts of its range; above 1: the data allow all of it
  std::optional<std::size_t> partner{};  // the parameter that it is most correlated with
  double correlation = 0;                // with that
  Verdict verdict = Verdict::determined;
};

struct Identifiability {
  std::vector<Identified> parameters;
  std::vector<std::vector<double>> correlation;  // [parameter][parameter]
  /// The largest over the smallest effect of a combination of parameters; infinite: a combination has none.
  double condition = 1;
};

/// `jacobian` [datum][parameter]: change of a datum in its uncertainties over the whole range of a parameter,
/// linear. At least one of each.
Identifiability identify(const std::vector<std::vector<double>>& jacobian);

}  // namespace soleus::study
