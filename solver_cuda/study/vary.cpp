#include "solver_cuda/study/vary.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "pipeline/base/errors.hpp"

namespace soleus::study {
namespace {

constexpr std::string_view form =
    "write KEY=FROM:TO:COUNT, for example limb.muscle_pressure=40mmHg:200mmHg:5; with --samples leave COUNT "
    "out";

struct End {
  double value = 0;
  std::string unit;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<End> end_of_range(std::string_view text) {
  text = trimmed(text);
  End e;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), e.value);
  if (error != std::errc() || !std::isfinite(e.value)) return std::nullopt;
  e.unit = trimmed(text.substr(std::size_t(rest - text.data())));
  return e;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t end = 0; (end = text.find(at)) != std::string_view::npos; text.remove_prefix(end + 1))
    parts.push_back(text.substr(0, end));
  parts.push_back(text);
  return parts;
}

/// Throws InputError that names the option.
struct Refusal {
  std::string_view text;
  [[noreturn]] void operator()(std::string_view sentence) const {
    throw InputError(fmt::format("--vary {}: {}.", text, sentence));
  }
};

void read_count(Vary& v, std::string_view part, const Refusal& refuse) {
  part = trimmed(part);
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), v.count);
  if (error != std::errc() || end != part.data() + part.size())
    refuse(fmt::format("'{}' is no number of values; {}", part, form));
  if (v.count < 2 || v.count > 100000)
    refuse(fmt::format("'{}' values cannot be compared; at least 2 and at most 100000 are accepted", part));
}

void read_range(Vary& v, std::string_view from, std::string_view to, const Refusal& refuse) {
  const auto a = end_of_range(from), b = end_of_range(to);
  if (!a || !b) refuse(fmt::format("'{}' is no value with a unit; {}", trimmed(a ? to : from), form));
  v.from = a->value, v.to = b->value;
  v.unit = b->unit;
  if (!a->unit.empty() && a->unit != b->unit)
    refuse(fmt::format("the bounds are in '{}' and '{}'; write both in one unit", a->unit, b->unit));
  if (v.from >= v.to) refuse(fmt::format("'{}' is not below '{}'; write the smaller bound first", from, to));
}

}  // namespace

Vary parse_vary(std::string_view text) {
  const Refusal refuse{text};
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) refuse(form);
  Vary v;
  v.key = trimmed(text.substr(0, equals));
  std::vector<std::string_view> parts = split(text.substr(equals + 1), ':');
  if (parts.size() > 2 && trimmed(parts.back()) == "log") v.logarithmic = true, parts.pop_back();
  if (parts.size() < 2 || parts.size() > 3) refuse(form);
  read_range(v, parts[0], parts[1], refuse);
  if (parts.size() == 3) read_count(v, parts[2], refuse);
  if (v.logarithmic && v.from <= 0) refuse("steps of equal factors need bounds above zero; leave out ':log'");
  return v;
}

std::string text_of(const Vary& v) {
  std::string out = fmt::format("{}={:.10g}{}:{:.10g}{}", v.key, v.from, v.unit, v.to, v.unit);
  if (v.count > 0) out += fmt::format(":{}", v.count);
  if (v.logarithmic) out += ":log";
  return out;
}

double value_at(const Vary& v, double part) {
  return v.logarithmic ? v.from * std::pow(v.to / v.from, part) : v.from + part * (v.to - v.from);
}

std::string setting_at(const Vary& v, double part) {
  const std::string value = fmt::format("{:.10g}", value_at(v, part));
  return v.unit.empty() ? value : fmt::format("{} {}", value, v.unit);
}

void require_different_keys(std::span<const Vary> all) {
  std::set<std::string> keys;
  for (const Vary& v : all)
    if (!keys.insert(v.key).second)
      throw InputError(fmt::format("--vary {}: this key is varied twice; give it one range.", v.key));
}

}  // namespace soleus::study
