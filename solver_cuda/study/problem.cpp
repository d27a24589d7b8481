#include "solver_cuda/study/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/study/limb_numbers.hpp"

namespace soleus::study {
namespace {

/// What a measured figure is, and the widest range that a leg can have, in the unit of its FigureRow: about
/// twice beyond the published ranges of the worst diseases (docs/limb.md). Outside it the value is a slip of
/// the pen or of the unit.
struct Accepted {
  Dimension dimension;
  double low, high;
};
constexpr std::array<Accepted, measured_names.size()> accepted{{
    {Dimension::volume, 10, 600},     // venous_volume
    {Dimension::time, 1, 1200},       // filling_time
    {Dimension::flow, 0.05, 80},      // filling_index
    {Dimension::volume, 1, 400},      // ejected_volume
    {Dimension::number, 1, 100},      // ejection_fraction
    {Dimension::number, 0, 120},      // residual_fraction
    {Dimension::pressure, 20, 160},   // standing_pressure
    {Dimension::pressure, 0, 160},    // ambulatory_least
    {Dimension::pressure, 0, 160},    // ambulatory_pressure
    {Dimension::number, -20, 100},    // pressure_drop
    {Dimension::time, 0.3, 600},      // recovery_time
    {Dimension::velocity, 0.02, 3},   // popliteal_peak
    {Dimension::volume, 0.1, 200},    // forward_per_movement
    {Dimension::pressure, -40, 100},  // femoral_rise
    {Dimension::time, 0, 10},         // reflux_time: no more is watched
    {Dimension::volume, 0, 1000},     // reflux_volume
    {Dimension::velocity, 0, 3},      // reflux_peak
    {Dimension::flow, 20, 5000},      // venous_return
    {Dimension::flow, 1, 30},         // cardiac_output
    {Dimension::pressure, -10, 40},   // atrium_pressure
}};

const limb::FigureRow& figure_row(Measured figure) {
  const auto rows = limb::figure_rows();
  return *std::ranges::find(rows, measured_names[std::size_t(figure)], &limb::FigureRow::key);
}

/// Sentences of what is wrong, each with its key in front.
class Faults {
 public:
  void add(const std::string& key, const std::string& sentence) {
    all_.push_back(fmt::format("calibration.{}: {}", key, sentence));
  }
  /// The value of a text, or 0 and a fault.
  double quantity(const std::string& key, const std::string& text, Dimension d) {
    try {
      return parse_quantity(text, d);
    } catch (const InputError& e) {
      add(key, std::string(e.what()) + ".");
      return 0;
    }
  }
  std::size_t count() const { return all_.size(); }
  void raise() const {
    if (!all_.empty()) throw InputError(all_);
  }

 private:
  std::vector<std::string> all_;
};

Measurement measurement(const MeasurementConfig& c, std::size_t i, Faults& faults) {
  const std::string place = fmt::format("measured[{}]", i);
  const Accepted& a = accepted[std::size_t(c.figure)];
  Measurement m{&figure_row(c.figure), 0, 0};
  const std::size_t before = faults.count();
  m.value = faults.quantity(place + ".value", c.value, a.dimension);
  const double shown = m.value * m.figure->per_si;
  if (faults.count() == before && (shown < a.low || shown > a.high))
    faults.add(
        place + ".value",
        fmt::format("'{}' is out of the physiological range of {}; at least {:g} {} and at most {:g} {} "
                    "are accepted.",
                    c.value, m.figure->key, a.low, m.figure->unit, a.high, m.figure->unit));
  const std::size_t then = faults.count();
  m.uncertainty = faults.quantity(place + ".uncertainty", c.uncertainty, a.dimension);
  if (faults.count() == then && m.uncertainty <= 0)
    faults.add(place + ".uncertainty",
               fmt::format("'{}' must be above zero; it is how far a second measurement would lie from the "
                           "first.",
                           c.uncertainty));
  return m;
}

/// The numbers of the limb that a parameter drives; fewer when there are faults.
std::vector<LimbNumber> numbers(const ParameterConfig& c, const std::string& place,
                                const limb::LimbConfig& limb, std::set<std::string>& taken, Faults& faults) {
  std::vector<LimbNumber> all;
  if (c.keys.empty())
    faults.add(place + ".keys", "names no number of the limb; write for example [limb.muscle_pressure].");
  for (const std::string& key : c.keys) {
    try {
      const LimbNumber n = limb_number(limb, key);
      if (n.whole)
        faults.add(place + ".keys", fmt::format("'{}' is a whole number; only what changes smoothly is "
                                                "fitted.",
                                                key));
      else if (!taken.insert(key).second)
        faults.add(place + ".keys",
                   fmt::format("'{}' is named twice; each number follows one parameter.", key));
      else if (!all.empty() && n.dimension != all.front().dimension)
        faults.add(place + ".keys",
                   fmt::format("'{}' is a {} and '{}' a {}; keys of one parameter take the same "
                               "value.",
                               key, name(n.dimension), all.front().key, name(all.front().dimension)));
      else
        all.push_back(n);
    } catch (const InputError& e) {
      faults.add(place + ".keys", e.what());
    }
  }
  return all;
}

/// Value of one of the parameter's texts, which each of its numbers must accept.
double bound(const std::string& key, const std::string& text, std::span<const LimbNumber> all,
             Faults& faults) {
  const std::size_t before = faults.count();
  const double value = faults.quantity(key, text, all.front().dimension);
  for (const LimbNumber& n : all)
    if (faults.count() == before && !accepts(n, value))
      faults.add(key, fmt::format("{} does not take '{}'; {} is accepted.", n.key, text, shown_limits(n)));
  return value;
}

Parameter parameter(const ParameterConfig& c, std::size_t i, const limb::LimbConfig& limb,
                    std::set<std::string>& taken, Faults& faults) {
  const std::string place = fmt::format("parameters[{}]", i);
  Parameter p{c.keys, {}, Dimension::number};
  const std::vector<LimbNumber> all = numbers(c, place, limb, taken, faults);
  if (all.empty()) return p;
  p.fit.name = c.name.empty() ? c.keys.front() : c.name;
  p.dimension = all.front().dimension;
  const std::size_t before = faults.count();
  p.fit.from = bound(place + ".from", c.from, all, faults);
  p.fit.to = bound(place + ".to", c.to, all, faults);
  if (faults.count() == before && p.fit.from >= p.fit.to)
    faults.add(place + ".to",
               fmt::format("'{}' is not above from ('{}'); write the smaller bound as from.", c.to, c.from));
  if (faults.count() > before) return p;
  p.fit.start = value_at(p.fit, 0.5);
  const auto inside = [&](double v) { return v >= p.fit.from && v <= p.fit.to; };
  if (!c.start.empty()) {
    p.fit.start = faults.quantity(place + ".start", c.start, p.dimension);
    if (faults.count() == before && !inside(p.fit.start))
      faults.add(place + ".start",
                 fmt::format("'{}' lies outside the bounds '{}' and '{}'.", c.start, c.from, c.to));
  } else if (all.front().si && inside(*all.front().si)) {
    p.fit.start = *all.front().si;
  }
  return p;
}

template <class Item, class NameOf>
void require_different(const std::vector<Item>& items, std::string_view list, std::string_view key,
                       NameOf name_of, Faults& faults) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (const std::string name = name_of(items[i]); !name.empty() && !names.insert(name).second)
      faults.add(fmt::format("{}[{}].{}", list, i, key),
                 fmt::format("'{}' stands in this list twice; put what both say into one.", name));
}

}  // namespace

Problem problem(const CalibrationConfig& c, const limb::LimbConfig& limb) {
  Faults faults;
  Problem p{{}, {}, limb, {}};
  if (c.measured.empty())
    faults.add("measured",
               "no measurement is given; write for example - {figure: venous_volume, value: 110 mL, "
               "uncertainty: 8 mL}.");
  if (c.parameters.empty())
    faults.add("parameters",
               "no parameter is given; write for example - {keys: [limb.muscle_pressure], from: 40 mmHg, to: "
               "250 mmHg}.");
  std::set<std::string> taken;
  for (std::size_t i = 0; i < c.measured.size(); ++i)
    p.measurements.push_back(measurement(c.measured[i], i, faults));
  for (std::size_t i = 0; i < c.parameters.size(); ++i)
    p.parameters.push_back(parameter(c.parameters[i], i, limb, taken, faults));
  require_different(
      c.measured, "measured", "figure",
      [](const MeasurementConfig& m) { return std::string(measured_names[std::size_t(m.figure)]); }, faults);
  require_different(
      c.parameters, "parameters", "name", [](const ParameterConfig& one) { return one.name; }, faults);
  if (!c.measured.empty() && c.parameters.size() > c.measured.size())
    faults.add(
        "parameters",
        fmt::format("{} parameters cannot be fitted to {} measurement{}; give as many measurements, or "
                    "let one parameter have several keys.",
                    c.parameters.size(), c.measured.size(), c.measured.size() == 1 ? "" : "s"));
  faults.raise();
  return p;
}

limb::LimbConfig limb_with(const Problem& p, std::span<const double> values) {
  std::vector<std::string> keys;
  std::vector<double> all;
  for (std::size_t k = 0; k < p.parameters.size(); ++k)
    for (const std::string& key : p.parameters[k].keys) keys.push_back(key), all.push_back(values[k]);
  return with_numbers(p.limb, keys, all);
}

Figures measure(const Problem& p, const limb::LimbConfig& limb) {
  const limb::Figures f = limb::run(limb, p.simulation).figures;
  Figures out;
  for (const Measurement& m : p.measurements) out.push_back(f.*m.figure->value);
  return out;
}

void require_given(const Problem& p, const Figures& before) {
  Faults faults;
  for (std::size_t i = 0; i < p.measurements.size(); ++i)
    if (!before[i])
      faults.add(
          fmt::format("measured[{}].figure", i),
          fmt::format("the protocol of the case does not give '{}' ({}); change limb.protocol to what was "
                      "done with the person, or leave the figure out.",
                      p.measurements[i].figure->key, p.measurements[i].figure->label));
  faults.raise();
}

Model model(const Problem& p) {
  return [p](std::span<const double> values) { return measure(p, limb_with(p, values)); };
}

std::vector<FitParameter> fit_parameters(const Problem& p) {
  std::vector<FitParameter> all;
  for (const Parameter& one : p.parameters) all.push_back(one.fit);
  return all;
}

std::vector<FitDatum> fit_data(const Problem& p) {
  std::vector<FitDatum> all;
  for (const Measurement& m : p.measurements)
    all.push_back({std::string(m.figure->key), m.value, m.uncertainty});
  return all;
}

}  // namespace soleus::study
