// A bounded least squares fit of any model: data with their uncertainties on one side, parameters between
// bounds on the other. Knows no leg.
//
// The sum of squares of (model - measured) / uncertainty is searched without derivatives, because figures of
// a model with valves and movements are continuous but not smooth everywhere. REFERENCES: Powell, Cambridge
// NA Report 2009/06, BOBYQA; Powell, Advances in Optimization and Numerical Analysis (1994), COBYLA, for a
// single parameter, which BOBYQA does not take; both by NLopt.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace soleus::study {

/// Searched between 0 and 1: linear, or by the logarithm where the upper bound is at least ten times the
/// lower one and that is above zero.
struct FitParameter {
  std::string name;
  double from = 0, to = 1, start = 0.5;
};
double value_at(const FitParameter& p, double part);
double part_at(const FitParameter& p, double value);

struct FitDatum {
  std::string name;
  double value = 0, sigma = 1;
};

/// What the model has for each datum at these values of the parameters; absent where it has none. Must give
/// the same for the same values, and may be called by several threads at once.
using Figures = std::vector<std::optional<double>>;
using Model = std::function<Figures(std::span<const double> values)>;

struct FitOptions {
  int starts = 3;
  int samples = 0;           // 0: eight for each parameter; none with a single start
  int most_runs = 300;       // of each search, for each parameter: a search that does not end
  double least_step = 1e-4;  // of a parameter's range: a search ends there
  /// Runs so far and the least sum of squares; calls do not overlap. What it throws ends the fit.
  std::function<void(int runs, double misfit)> told{};
};
/// About how many runs a fit takes.
int expected_runs(const FitOptions& o, std::size_t parameters);

enum class Bound { none, lower, upper };

struct Fit {
  std::vector<double> values;            // of the parameters
  std::vector<Bound> on_bound;           // of each
  Figures before, after;                 // of the data
  double misfit_before = 0, misfit = 0;  // sum of squares of residuals in uncertainties
  std::vector<std::vector<double>>
      jacobian;                        // [datum][parameter], uncertainties over the parameter's whole range
  std::vector<double> search_misfits;  // where each search ended: equal ones found the same place
  int runs = 0, failed = 0;            // evaluations, and those of them that gave no figures at all
};

/// (model - measured) / uncertainty of each datum. A figure that the model does not give counts as 100: no
/// fit ends there while another place gives it.
std::vector<double> residuals(std::span<const FitDatum> data, const Figures& figures);

/// Deterministic, whatever the number of threads. The model may throw NumericalError, which counts as no
/// figures; everything else that it throws ends the fit.
Fit fit(const Model& model, std::span<const FitParameter> parameters, std::span<const FitDatum> data,
        const FitOptions& options = {});

}  // namespace soleus::study
