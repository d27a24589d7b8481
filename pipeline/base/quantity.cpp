#include "pipeline/base/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/join.hpp"

namespace soleus {
namespace {

constexpr double mmhg = 133.322387415;  // Pa, conventional millimetre of mercury
constexpr double degree = std::numbers::pi / 180;

struct Unit {
  std::string_view text;
  double si;  // value of one unit
};

/// A dimension as users see it. The first unit is SI; `usual` are those that format_quantity may pick,
/// largest first.
struct Row {
  Dimension dimension;
  std::string_view name;
  std::string_view example;
  std::vector<Unit> units;
  std::vector<std::string_view> usual;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {Dimension::number, "number", "0.5 or 50 %", {{"", 1}, {"%", 0.01}}, {""}},
      {Dimension::length,
       "length",
       "8 mm or 0.8 cm",
       {{"m", 1}, {"mm", 1e-3}, {"cm", 1e-2}, {"um", 1e-6}},
       {"mm", "um"}},
      {Dimension::area_rate,
       "area rate",
       "50 mm2/s",
       {{"m2/s", 1}, {"mm2/s", 1e-6}, {"cm2/s", 1e-4}},
       {"mm2/s"}},
      {Dimension::volume,
       "volume",
       "12 mL or 12000 mm3",
       {{"m3", 1}, {"mL", 1e-6}, {"L", 1e-3}, {"mm3", 1e-9}, {"cm3", 1e-6}},
       {"mL"}},
      {Dimension::time,
       "time",
       "1 s or 250 ms",
       {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"min", 60}, {"h", 3600}},
       {"s", "ms", "us"}},
      {Dimension::angle, "angle", "30 deg or 0.5 rad", {{"rad", 1}, {"deg", degree}}, {"deg"}},
      {Dimension::velocity,
       "velocity",
       "0.3 m/s or 30 cm/s",
       {{"m/s", 1}, {"cm/s", 1e-2}, {"mm/s", 1e-3}},
       {"m/s", "mm/s"}},
      {Dimension::acceleration, "acceleration", "9.81 m/s2", {{"m/s2", 1}, {"cm/s2", 1e-2}}, {"m/s2"}},
      {Dimension::flow,
       "flow",
       "250 mL/min or 4 mL/s",
       {{"m3/s", 1}, {"mL/min", 1e-6 / 60}, {"mL/s", 1e-6}, {"L/min", 1e-3 / 60}, {"mm3/s", 1e-9}},
       {"mL/min"}},
      {Dimension::pressure,
       "pressure",
       "12 mmHg or 1.6 kPa",
       {{"Pa", 1}, {"kPa", 1e3}, {"mmHg", mmhg}, {"cmH2O", 98.0665}},
       {"mmHg", "Pa"}},
      {Dimension::pressure_gradient,
       "pressure gradient",
       "20 Pa/m or 0.1 mmHg/cm",
       {{"Pa/m", 1}, {"mmHg/cm", mmhg * 100}, {"N/m3", 1}},
       {"Pa/m"}},
      {Dimension::density,
       "density",
       "1060 kg/m3 or 1.06 g/mL",
       {{"kg/m3", 1}, {"g/cm3", 1e3}, {"g/mL", 1e3}},
       {"kg/m3"}},
      {Dimension::viscosity,
       "dynamic viscosity",
       "3.5 mPa s or 3.5 cP",
       {{"Pa s", 1}, {"mPa s", 1e-3}, {"cP", 1e-3}},
       {"mPa s"}},
      {Dimension::radiodensity, "radiodensity", "180 HU or (MR) 900 grey", {{"HU", 1}, {"grey", 1}}, {"HU"}},
  };
  return table;
}

const Row& row(Dimension dimension) {
  return rows()[std::size_t(dimension)];
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes a number off the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('+')) rest.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text = trimmed(rest.substr(std::size_t(end - rest.data())));
  return value;
}

/// Blanks inside a unit count as one: "Pa  s" is "Pa s".
std::string single_spaced(std::string_view unit) {
  std::string out;
  for (const char c : unit)
    if (c != ' ' || !out.ends_with(' ')) out += c;
  return out;
}

std::optional<double> unit_in_si(std::string_view unit, Dimension dimension) {
  const std::string spelling = single_spaced(unit);
  for (const Unit& u : row(dimension).units)
    if (u.text == spelling) return u.si;
  return std::nullopt;
}

std::string advice(Dimension dimension) {
  const std::string units = accepted_units(dimension);
  return fmt::format("write for example {}{}", example(dimension),
                     units.empty() ? "" : fmt::format(" (accepted units: {})", units));
}

[[noreturn]] void refuse(std::string_view text, std::string_view unit, bool is_number, Dimension dimension) {
  if (is_number && unit.empty())
    throw InputError(fmt::format("'{}' has no unit; {}", trimmed(text), advice(dimension)));
  const bool vowel = std::string_view("aeiou").find(name(dimension).front()) != std::string_view::npos;
  throw InputError(fmt::format("'{}' is not {} {}; {}", trimmed(text), vowel ? "an" : "a", name(dimension),
                               advice(dimension)));
}

std::string unit_pattern(Dimension dimension) {
  std::string alternatives;
  for (const Unit& u : row(dimension).units) {
    if (u.text.empty()) continue;
    std::string escaped;
    for (const char c : u.text) escaped += c == ' ' ? std::string(" +") : std::string(1, c);
    alternatives += (alternatives.empty() ? "" : "|") + escaped;
  }
  return fmt::format("({}){}", alternatives, row(dimension).units.front().text.empty() ? "?" : "");
}

constexpr std::string_view number_pattern = "[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?";

/// The first of the usual units in which the value is at least 0.1, else the last of them.
Unit usual_unit(double si, Dimension dimension) {
  Unit last{};
  for (const std::string_view text : row(dimension).usual) {
    last = {text, *unit_in_si(text, dimension)};
    if (si == 0 || std::abs(si) >= 0.0999999 * last.si) break;
  }
  return last;
}

}  // namespace

double parse_quantity(std::string_view text, Dimension dimension) {
  std::string_view rest = text;
  const std::optional<double> value = take_number(rest);
  const std::optional<double> unit = value ? unit_in_si(rest, dimension) : std::nullopt;
  if (!unit) refuse(text, rest, value.has_value(), dimension);
  return *value * *unit;
}

Vec3 parse_quantities(std::string_view text, Dimension dimension) {
  std::string_view rest = text;
  std::array<double, 3> values{};
  for (double& v : values) {
    const std::optional<double> value = take_number(rest);
    if (!value)
      throw InputError(
          fmt::format("'{}' is not three numbers{}; write for example '{}'", trimmed(text),
                      dimension == Dimension::number ? "" : " and a unit",
                      std::string(trimmed(fmt::format("12 -40.5 230 {}", row(dimension).usual.front())))));
    v = *value;
  }
  const std::optional<double> unit = unit_in_si(rest, dimension);
  if (!unit) refuse(text, rest, true, dimension);
  return Vec3{values[0], values[1], values[2]} * *unit;
}

std::string_view name(Dimension dimension) {
  return row(dimension).name;
}

std::string accepted_units(Dimension dimension) {
  if (dimension == Dimension::number) return {};
  std::vector<std::string_view> all;
  for (const Unit& u : row(dimension).units) all.push_back(u.text);
  return join(all);
}

std::string_view example(Dimension dimension) {
  return row(dimension).example;
}

std::string pattern(Dimension dimension) {
  return fmt::format("^ *{} *{} *$", number_pattern, unit_pattern(dimension));
}

std::string pattern_of_three(Dimension dimension) {
  return fmt::format("^ *{0} +{0} +{0} *{1} *$", number_pattern, unit_pattern(dimension));
}

std::string format_quantity(double si, Dimension dimension) {
  const Unit unit = usual_unit(si, dimension);
  return std::string(trimmed(fmt::format("{:.10g} {}", si / unit.si, unit.text)));
}

std::string format_quantities(const Vec3& si, Dimension dimension) {
  const Unit unit = usual_unit(norm(si), dimension);
  return std::string(trimmed(
      fmt::format("{:.10g} {:.10g} {:.10g} {}", si.x / unit.si, si.y / unit.si, si.z / unit.si, unit.text)));
}

}  // namespace soleus
