#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/app/calibration_files.hpp"
#include "pipeline/base/join.hpp"

namespace soleus {
namespace {

using study::Bound, study::Verdict;

/// Four digits and the unit people use.
std::string shown(double si, Dimension d) {
  if (!std::isfinite(si)) return "-";
  const std::string exact = format_quantity(si, d);
  const std::size_t blank = std::min(exact.find(' '), exact.size());
  return fmt::format("{:.4g}{}", std::stod(exact.substr(0, blank)), exact.substr(blank));
}

std::string shown(const std::optional<double>& value, double per_si) {
  return value ? fmt::format("{:.4g}", *value * per_si) : "-";
}

std::string measurements(const Calibration& c) {
  std::string out = fmt::format("{:<48}{:<8}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "measurement", "unit",
                                "measured", "+-", "before", "fitted", "sigmas");
  const auto left = residuals(study::fit_data(c.problem), c.fit.after);
  for (std::size_t i = 0; i < c.problem.measurements.size(); ++i) {
    const study::Measurement& m = c.problem.measurements[i];
    const double k = m.figure->per_si;
    out += fmt::format("{:<48}{:<8}{:>10}{:>10}{:>10}{:>10}{:>10}\n", m.figure->label, m.figure->unit,
                       shown(m.value, k), shown(m.uncertainty, k), shown(c.fit.before[i], k),
                       shown(c.fit.after[i], k), c.fit.after[i] ? fmt::format("{:.2f}", left[i]) : "-");
  }
  return out;
}

std::string bound_words(Bound b) {
  return b == Bound::none ? "" : b == Bound::lower ? ", on its lower bound" : ", on its upper bound";
}

std::string parameters(const Calibration& c) {
  std::size_t width = 12;
  for (const study::Parameter& p : c.problem.parameters) width = std::max(width, p.fit.name.size() + 2);
  std::string out = fmt::format("{:<{}}{:>14}{:>14}{:>14}{:>14}{:>14}  {}\n", "parameter", width, "from",
                                "to", "start", "fitted", "+-", "by the data");
  for (std::size_t k = 0; k < c.problem.parameters.size(); ++k) {
    const study::Parameter& p = c.problem.parameters[k];
    const auto show = [&](double si) { return shown(si, p.dimension); };
    out += fmt::format("{:<{}}{:>14}{:>14}{:>14}{:>14}{:>14}  {}{}\n", p.fit.name, width, show(p.fit.from),
                       show(p.fit.to), show(p.fit.start), show(c.fit.values[k]), show(standard_error(c, k)),
                       words(c.identifiability.parameters[k].verdict), bound_words(c.fit.on_bound[k]));
  }
  return out;
}

std::string on_bound(const study::Parameter& p, Bound b) {
  const bool low = b == Bound::lower;
  return fmt::format(
      "{} rests on its {} bound, {}: the measurements ask for {}. Widen the bound if a leg can have that, or "
      "look "
      "for what else differs in this leg.",
      p.fit.name, low ? "lower" : "upper", shown(low ? p.fit.from : p.fit.to, p.dimension),
      low ? "less" : "more");
}

std::string not_determined(const Calibration& c, std::size_t k) {
  const study::Identified& one = c.identifiability.parameters[k];
  const std::string& name = c.problem.parameters[k].fit.name;
  switch (one.verdict) {
    case Verdict::not_at_all:
      return fmt::format(
          "{} is not identifiable: over its whole range all measurements together change by {:.2g} "
          "uncertainties. "
          "Its value is where the search left it; leave it out, or measure what depends on it.",
          name, one.effect);
    case Verdict::together:
      return fmt::format(
          "{} is determined only together with {} (correlation {:.3f}): the measurements are the same along "
          "a line "
          "of both. Fix one of them, or measure what tells them apart.",
          name, c.problem.parameters[*one.partner].fit.name, one.correlation);
    default:
      return fmt::format(
          "{} is weakly determined: its standard error is {:.0f} % of its range. More or better measurements "
          "would "
          "tell.",
          name, 100 * std::min(one.standard_error, 1.0));
  }
}

std::string summary(const Calibration& c) {
  const auto data = int(c.problem.measurements.size()), fitted = int(c.problem.parameters.size());
  const auto same =
      std::ranges::count_if(c.fit.search_misfits, [&](double m) { return m <= c.fit.misfit * 1.01 + 0.01; });
  return fmt::format(
      "sum of squares {:.4g} before, {:.4g} fitted, of {} measurement{} by {} parameter{}; {} of {} searches "
      "end "
      "there; {} runs of the limb{}\n",
      c.fit.misfit_before, c.fit.misfit, data, data == 1 ? "" : "s", fitted, fitted == 1 ? "" : "s", same,
      c.fit.search_misfits.size(), c.fit.runs,
      c.fit.failed > 0 ? fmt::format(", {} of which failed", c.fit.failed) : "");
}

}  // namespace

double standard_error(const Calibration& c, std::size_t k) {
  constexpr double small = 1e-3;
  const study::FitParameter& p = c.problem.parameters[k].fit;
  const double part = c.identifiability.parameters[k].standard_error, at = part_at(p, c.fit.values[k]);
  if (part > 1) return std::numeric_limits<double>::infinity();
  const double low = std::max(0.0, at - small), high = std::min(1.0, at + small);
  return part * (value_at(p, high) - value_at(p, low)) / (high - low);
}

std::vector<std::string> findings(const Calibration& c) {
  constexpr double far = 2;  // uncertainties
  std::vector<std::string> all;
  for (std::size_t k = 0; k < c.problem.parameters.size(); ++k) {
    if (c.fit.on_bound[k] != Bound::none) all.push_back(on_bound(c.problem.parameters[k], c.fit.on_bound[k]));
    if (c.identifiability.parameters[k].verdict != Verdict::determined) all.push_back(not_determined(c, k));
  }
  const auto left = residuals(study::fit_data(c.problem), c.fit.after);
  for (std::size_t i = 0; i < left.size(); ++i) {
    const limb::FigureRow& row = *c.problem.measurements[i].figure;
    if (!c.fit.after[i])
      all.push_back(fmt::format("{}: the fitted limb does not give this figure.", row.label));
    else if (std::abs(left[i]) > far)
      all.push_back(fmt::format("{}: the fitted limb is {:.1f} uncertainties {} what was measured.",
                                row.label, std::abs(left[i]), left[i] > 0 ? "above" : "below"));
  }
  return all;
}

std::string calibration_table(const Calibration& c) {
  std::string out = measurements(c) + "\n" + parameters(c) + "\n" + summary(c);
  const auto all = findings(c);
  for (const std::string& sentence : all) out += sentence + "\n";
  if (all.empty()) out += "All parameters are determined, none rests on a bound.\n";
  return out;
}

}  // namespace soleus
