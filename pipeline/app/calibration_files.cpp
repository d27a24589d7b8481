#include "pipeline/app/calibration_files.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/app/build_info.hpp"
#include "pipeline/base/csv.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/join.hpp"
#include "pipeline/base/yaml_writer.hpp"

namespace soleus {
namespace {

using json = nlohmann::ordered_json;
using study::Bound;

/// A case with nothing but a limb.
struct LimbCase {
  CaseInfo info;
  limb::LimbConfig limb;
};
void describe(Fields& f, LimbCase& c) {
  f.section({"case", ""}, c.info);
  f.section({"limb", ""}, c.limb);
}

std::string fitted_case(const Calibration& c, const CaseInfo& info) {
  const LimbCase fitted{{info.name + "-fitted", info.description}, limb_with(c.problem, c.fit.values)};
  return fmt::format(
             "# A limb that `soleus calibrate` fitted to what was measured of '{}' ({}). `soleus limb` takes "
             "this "
             "file\n# as it is; the section limb may stand in any case that has a lumen.\n",
             info.name, program_version()) +
         as_yaml(fitted);
}

std::string_view word(Bound b) {
  return b == Bound::none ? "none" : b == Bound::lower ? "lower" : "upper";
}

/// The SI unit, which is the first of those that are accepted.
std::string unit(Dimension d) {
  const std::string all = accepted_units(d);
  return all.substr(0, all.find(','));
}

json number(double v) {
  return std::isfinite(v) ? json(v) : json();
}
json number(const std::optional<double>& v, double per_si) {
  return v ? json(*v * per_si) : json();
}

json measurements(const Calibration& c) {
  json all = json::array();
  const auto left = residuals(study::fit_data(c.problem), c.fit.after);
  for (std::size_t i = 0; i < c.problem.measurements.size(); ++i) {
    const study::Measurement& m = c.problem.measurements[i];
    const double k = m.figure->per_si;
    all.push_back({{"figure", m.figure->key},
                   {"unit", m.figure->unit},
                   {"measured", m.value * k},
                   {"uncertainty", m.uncertainty * k},
                   {"before", number(c.fit.before[i], k)},
                   {"fitted", number(c.fit.after[i], k)},
                   {"residual_in_uncertainties", c.fit.after[i] ? json(left[i]) : json()}});
  }
  return all;
}

json parameters(const Calibration& c) {
  json all = json::array();
  for (std::size_t k = 0; k < c.problem.parameters.size(); ++k) {
    const study::Parameter& p = c.problem.parameters[k];
    const study::Identified& one = c.identifiability.parameters[k];
    all.push_back({{"name", p.fit.name},
                   {"keys", p.keys},
                   {"unit", unit(p.dimension)},
                   {"from", p.fit.from},
                   {"to", p.fit.to},
                   {"start", p.fit.start},
                   {"fitted", c.fit.values[k]},
                   {"standard_error", number(standard_error(c, k))},
                   {"on_bound", word(c.fit.on_bound[k])},
                   {"identifiability", words(one.verdict)},
                   {"effect_in_uncertainties", one.effect}});
  }
  return all;
}

std::string cell(const json& value) {
  if (value.is_null()) return "";
  if (value.is_array()) {
    std::vector<std::string> words = value;
    return join(words, " ");
  }
  return value.is_string() ? value.get<std::string>() : fmt::format("{:.10g}", value.get<double>());
}

/// Objects with the same keys as rows under a heading.
std::string csv(const json& rows) {
  std::vector<std::string> heading;
  for (const auto& [name, ignored] : rows.front().items()) heading.push_back(name);
  std::string out = csv_row(heading);
  for (const json& row : rows) {
    std::vector<std::string> cells;
    for (const auto& [name, value] : row.items()) cells.push_back(cell(value));
    out += csv_row(cells);
  }
  return out;
}

}  // namespace

void write_calibration(const Calibration& c, const CaseInfo& info, const std::filesystem::path& folder) {
  json j = {{"case", info.name},
            {"program", program_version()},
            {"measurements", measurements(c)},
            {"parameters", parameters(c)},
            {"correlation", c.identifiability.correlation},
            {"jacobian", c.fit.jacobian},
            {"condition", number(c.identifiability.condition)},
            {"sum_of_squares_before", c.fit.misfit_before},
            {"sum_of_squares", c.fit.misfit},
            {"sum_of_squares_of_searches", c.fit.search_misfits},
            {"runs", c.fit.runs},
            {"failed_runs", c.fit.failed},
            {"findings", findings(c)}};
  write_file(folder / "measurements.csv", csv(j["measurements"]));
  write_file(folder / "parameters.csv", csv(j["parameters"]));
  write_file(folder / "fitted.yaml", fitted_case(c, info));
  write_file(folder / "calibration.json", j.dump(2) + "\n");
}

}  // namespace soleus
