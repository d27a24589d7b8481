#include "postprocess/valve_metrics.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/statistics.hpp"
#include "postprocess/metrics.hpp"

namespace soleus {
namespace {

using Column = std::vector<double>;

/// Parts of the largest opening between which a valve is opening or closing.
constexpr double hardly_open = 0.1, nearly_open = 0.9;
/// Cusps that flutter in what falls back stop it for less than this, again and again.
constexpr double shortest_break_s = 0.1;
/// Orifice over the vein's area below which a valve is closed.
constexpr double closed_below = 0.02;

/// Swings of the volume that has passed count from this part of its largest rise on.
constexpr double least_swing = 0.1;

/// Concentration in a pocket from which on its blood can be told from fresh blood, over that of fresh blood.
constexpr double least_contrast = 1e-3;

/// Values over time, linear between samples.
struct Part {
  Column time_s, values;
};
Part within(const Column& t, const Column& values, double from_s, double to_s) {
  Part p{{from_s}, {interpolate(t, values, from_s)}};
  for (std::size_t k = 0; k < t.size(); ++k)
    if (t[k] > from_s && t[k] < to_s) p.time_s.push_back(t[k]), p.values.push_back(values[k]);
  p.time_s.push_back(to_s), p.values.push_back(interpolate(t, values, to_s));
  return p;
}

/// Where the line from sample k to the next crosses a value.
double crossing_s(const Part& p, std::size_t k, double value) {
  const double a = p.values[k], b = p.values[k + 1];
  return p.time_s[k] + (p.time_s[k + 1] - p.time_s[k]) * (value - a) / (b - a);
}

/// The same with a sample where it crosses a value: no interval lies on both sides.
Part split_at(const Part& p, double value) {
  Part s;
  for (std::size_t k = 0; k < p.values.size(); ++k) {
    s.time_s.push_back(p.time_s[k]), s.values.push_back(p.values[k]);
    if (k + 1 < p.values.size() && (p.values[k] - value) * (p.values[k + 1] - value) < 0)
      s.time_s.push_back(crossing_s(p, k, value)), s.values.push_back(value);
  }
  return s;
}

/// Volume of the intervals for which `counts`.
template <class Counts>
double volume(const Part& flow, const Counts& counts) {
  double sum = 0;
  for (std::size_t k = 0; k + 1 < flow.values.size(); ++k)
    if (counts(k)) sum += 0.5 * (flow.time_s[k + 1] - flow.time_s[k]) * (flow.values[k] + flow.values[k + 1]);
  return sum;
}

/// Sum of the rises between the lowest and the highest values around which a course swings by `least` or
/// more.
double rises(const Column& course, double least) {
  double sum = 0, lowest = course.front(), highest = course.front();
  bool rising = false;
  for (const double v : course) {
    if (rising && v > highest) highest = v;
    if (!rising && v < lowest) lowest = v;
    if (rising && highest - v >= least) sum += highest - lowest, lowest = v, rising = false;
    if (!rising && v - lowest >= least) highest = v, rising = true;
  }
  return rising ? sum + highest - lowest : sum;
}

double largest_rise(const Column& course) {
  double lowest = course.front(), largest = 0;
  for (const double v : course) lowest = std::min(lowest, v), largest = std::max(largest, v - lowest);
  return largest;
}

/// A valve that is shut by a column of blood rings: what swings through it and back is neither forward nor
/// back.
void measure_volumes(ValveMetrics& v, const Part& flow) {
  const Part turns = split_at(flow, 0);  // the volume's extremes lie between samples
  const Column passed = running_integral(turns.time_s, turns.values);
  const double largest = largest_rise(passed);
  v.forward_m3 = largest > 0 ? rises(passed, least_swing * largest) : 0;
  v.regurgitant_m3 = std::max(*v.forward_m3 - passed.back(), 0.0);
  if (*v.forward_m3 > 0) v.regurgitant_fraction = *v.regurgitant_m3 / *v.forward_m3;
}

/// Of stretches below a value, those that are less than a break apart being one.
double longest_below(const Part& of_column, double value) {
  const Part p = split_at(of_column, value);
  double longest = 0, from_s = 0, to_s = -1e30;
  for (std::size_t k = 0; k + 1 < p.values.size(); ++k) {
    if (p.values[k] + p.values[k + 1] >= 2 * value) continue;
    if (p.time_s[k] - to_s > shortest_break_s) from_s = p.time_s[k];
    to_s = p.time_s[k + 1];
    longest = std::max(longest, to_s - from_s);
  }
  return longest;
}

/// When an opening passes from hardly to nearly open and back. Nothing of a movement that the window cuts.
struct Movement {
  std::optional<double> opens_s, is_open_s, closes_s, is_closed_s;
};
Movement movement(const Part& opening, double largest) {
  const double low = hardly_open * largest, high = nearly_open * largest;
  Movement m;
  std::optional<double> rises_s;
  for (std::size_t k = 0; k + 1 < opening.values.size(); ++k) {
    const double a = opening.values[k], b = opening.values[k + 1];
    if (a < low && b >= low) rises_s = crossing_s(opening, k, low);
    if (a < high && b >= high && !m.is_open_s)
      m.is_open_s = crossing_s(opening, k, high), m.opens_s = rises_s;
    if (a >= high && b < high) m.closes_s = crossing_s(opening, k, high), m.is_closed_s.reset();
    if (a >= low && b < low && m.closes_s && !m.is_closed_s) m.is_closed_s = crossing_s(opening, k, low);
  }
  return m;
}

void measure_movement(ValveMetrics& v, const Part& opening, const Part& flow) {
  v.largest_opening = *std::ranges::max_element(opening.values);
  if (*v.largest_opening < closed_below) return;
  const Movement m = movement(opening, *v.largest_opening);
  if (m.opens_s && m.is_open_s) v.opening_time_s = *m.is_open_s - *m.opens_s;
  if (m.is_open_s && m.closes_s && *m.closes_s > *m.is_open_s) v.open_time_s = *m.closes_s - *m.is_open_s;
  if (!m.closes_s || !m.is_closed_s) return;
  v.closing_time_s = *m.is_closed_s - *m.closes_s;
  const Part q = split_at(within(flow.time_s, flow.values, *m.closes_s, *m.is_closed_s), 0);
  v.closing_volume_m3 = -volume(q, [&](std::size_t k) { return q.values[k] + q.values[k + 1] < 0; });
}

void measure_leakage(ValveMetrics& v, const Part& opening, const Part& flow) {
  double closed_s = 0;
  const double through = volume(flow, [&](std::size_t k) {
    const double q = flow.values[k] + flow.values[k + 1];
    const bool closed = std::max(opening.values[k], opening.values[k + 1]) < closed_below && q < 0;
    if (closed) closed_s += flow.time_s[k + 1] - flow.time_s[k];
    return closed;
  });
  if (closed_s > 0) v.leakage_m3_s = -through / closed_s;
}

/// How far the concentration in the pockets has come to that of what flows in.
std::optional<double> washout(const Flow& flow, const std::optional<Part>& scalar) {
  const auto fresh = flow.numbers.find("scalar_inflow");
  if (!scalar || fresh == flow.numbers.end()) return {};
  const double begin = scalar->values.front() - fresh->second, end = scalar->values.back() - fresh->second;
  if (std::abs(begin) < least_contrast * std::abs(fresh->second) || begin == 0) return {};
  return 1 - end / begin;
}

}  // namespace

ValveMetrics measure_valve(const Flow& flow, const std::string& name, double area_m2, double from_s,
                           double to_s) {
  const auto part = [&](const char* what) -> std::optional<Part> {
    const Column* values = column(flow, name + what);
    return values ? std::optional(within(flow.series.time_s, *values, from_s, to_s)) : std::nullopt;
  };
  const auto largest = [&](const char* what) -> std::optional<double> {
    const auto p = part(what);
    return p ? std::optional(*std::ranges::max_element(p->values)) : std::nullopt;
  };
  ValveMetrics v{.coaptation_height_m = largest("_coaptation_height_m"),
                 .strain = largest("_strain"),
                 .stress_pa = largest("_stress_Pa"),
                 .jet_m_s = largest("_jet_m_s")};
  v.pocket_washout = washout(flow, part("_pocket_scalar"));
  const auto q = part("_flow_m3_s"), opening = part("_opening_ratio");
  if (!q) return v;
  measure_volumes(v, *q);
  v.reflux_time_s = longest_below(*q, -least_reflux_m_s * area_m2);
  if (!opening) return v;
  measure_movement(v, *opening, *q);
  measure_leakage(v, *opening, *q);
  return v;
}

}  // namespace soleus
