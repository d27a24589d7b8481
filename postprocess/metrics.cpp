#include "postprocess/metrics.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/statistics.hpp"

namespace soleus {

namespace {

using Column = std::vector<double>;

/// A lumen whose volume changes by less than this fraction does not pump.
constexpr double least_contraction = 1e-3;
/// Samples within this fraction of the swing belong to the plateau of an extremum.
constexpr double plateau = 1e-6;
/// Cycle borders fall on samples within this fraction of a cycle.
constexpr double border = 1e-6;

void check_series(const Flow& flow) {
  const Column& t = flow.series.time_s;
  if (t.size() < 2)
    throw InputError(
        fmt::format("the flow's time series has {} samples; a report needs at least 2 (solve for longer, or "
                    "set a smaller output.series_interval).",
                    t.size()));
  for (const auto& [name, values] : flow.series.columns)
    if (values.size() != t.size())
      throw InputError(
          fmt::format("the flow's series column '{}' has {} values for {} times; solve the case again.", name,
                      values.size(), t.size()));
  for (std::size_t k = 1; k < t.size(); ++k)
    if (!(t[k] > t[k - 1]))
      throw InputError(fmt::format(
          "the flow's times do not increase at sample {} ({} s after {} s); solve the case again.", k + 1,
          t[k], t[k - 1]));
}

/// Samples [first, last] inside the window, borders included.
struct Range {
  std::size_t first, last;
};
Range samples(const Column& time_s, double from_s, double to_s) {
  const double slack = border * (to_s - from_s);
  const auto first = std::lower_bound(time_s.begin(), time_s.end(), from_s - slack);
  const auto last = std::upper_bound(time_s.begin(), time_s.end(), to_s + slack);
  return {std::size_t(first - time_s.begin()), std::size_t(last - time_s.begin()) - 1};
}

double mean(const Flow& flow, const Column& values, const Cycle& c) {
  return integral(flow.series.time_s, values, c.start_s, c.end_s) / (c.end_s - c.start_s);
}

double growth(const Column& time_s, const Column& values, double from_s, double to_s) {
  return interpolate(time_s, values, to_s) - interpolate(time_s, values, from_s);
}

/// Growth from sample to sample inside the window, its borders included.
Column increments(const Column& time_s, const Column& values, double from_s, double to_s) {
  Column steps;
  double last = interpolate(time_s, values, from_s);
  for (std::size_t k = 0; k < time_s.size(); ++k) {
    if (time_s[k] <= from_s || time_s[k] >= to_s) continue;
    steps.push_back(values[k] - last);
    last = values[k];
  }
  steps.push_back(interpolate(time_s, values, to_s) - last);
  return steps;
}

/// The contraction that ends at the cycle's smallest volume. Its start may lie in the cycle before: the
/// maximum is sought over one length of the cycle back from the minimum.
std::optional<Contraction> find_contraction(const Flow& flow, const Cycle& c) {
  const Column* volume = column(flow, "lumen_volume_m3");
  if (!volume) return {};
  const Column& t = flow.series.time_s;
  const Range cycle = samples(t, c.start_s, c.end_s);
  const double least = *std::min_element(&(*volume)[cycle.first], &(*volume)[cycle.last] + 1);
  const std::size_t lowest =
      std::size_t(std::find(&(*volume)[cycle.first], &(*volume)[cycle.last], least) - volume->data());
  const Range before = samples(t, t[lowest] - (c.end_s - c.start_s), t[lowest]);
  const double most = *std::max_element(&(*volume)[before.first], &(*volume)[lowest] + 1);
  const double swing = most - least;
  if (!(swing > least_contraction * most)) return {};

  std::size_t start = lowest, end = lowest;
  while ((*volume)[start] < most - plateau * swing) --start;
  while (end > start + 1 && (*volume)[end - 1] <= least + plateau * swing) --end;
  Contraction found{.start_s = t[start], .end_s = t[end], .volume_before_m3 = most, .volume_after_m3 = least};
  found.swept_m3 = swing;
  if (const auto entered = entered_volume(flow); entered && !flow.openings.empty()) {
    found.ejected_m3 = -growth(t, *entered, found.start_s, found.end_s);
    found.ejection_fraction = *found.ejected_m3 / most;
  }
  return found;
}

OpeningFigures measure_opening(const Flow& flow, const std::string& name, const Cycle& c) {
  const Column& t = flow.series.time_s;
  OpeningFigures figures;
  if (const auto entered = entered_volume(flow, name)) {
    // Direction by sample interval: one in which the flow turns counts with its sum.
    double in = 0, out = 0;
    for (const double step : increments(t, *entered, c.start_s, c.end_s))
      (step > 0 ? in : out) += std::abs(step);
    figures.volume_in_m3 = in;
    figures.volume_out_m3 = out;
    if (c.contraction)
      figures.ejected_m3 = -growth(t, *entered, c.contraction->start_s, c.contraction->end_s);
  }
  if (const Column* p = column(flow, "pressure_" + name + "_Pa")) {
    const Range r = samples(t, c.start_s, c.end_s);
    const auto [low, high] = std::minmax_element(&(*p)[r.first], &(*p)[r.last] + 1);
    figures.pressure_mean_pa = mean(flow, *p, c);
    figures.pressure_min_pa = *low;
    figures.pressure_max_pa = *high;
  }
  return figures;
}

/// Book-keeping over the cycle: what is inside grew, what came in is `weight` times the volume that entered.
std::optional<Imbalance> balance(const Flow& flow, const char* content, double weight, const Cycle& c) {
  const Column* inside = column(flow, content);
  const auto entered = entered_volume(flow);
  if (!inside || !entered) return {};
  const Column& t = flow.series.time_s;
  Imbalance b;
  b.amount = growth(t, *inside, c.start_s, c.end_s) - weight * growth(t, *entered, c.start_s, c.end_s);
  double exchanged = 0;
  for (const auto& [name, figures] : c.openings)
    exchanged += 0.5 * (*figures.volume_in_m3 + *figures.volume_out_m3);
  if (exchanged > 0) b.relative = b.amount / (weight * exchanged);
  return b;
}

std::vector<Cycle> cycles(const Flow& flow, bool& whole_run) {
  const double start = flow.series.time_s.front(), end = flow.series.time_s.back();
  const double period = flow.cycle_s;
  const int complete = period > 0 ? int(std::floor((end - start) / period + border)) : 0;
  whole_run = complete == 0;
  std::vector<Cycle> all(std::size_t(std::max(complete, 1)));
  for (std::size_t n = 0; n < all.size(); ++n) {
    all[n].start_s = whole_run ? start : start + double(n) * period;
    all[n].end_s = whole_run ? end : std::min(start + double(n + 1) * period, end);
  }
  return all;
}

void measure_cycle(const Flow& flow, Cycle& c) {
  const Column& t = flow.series.time_s;
  const Range r = samples(t, c.start_s, c.end_s);
  if (const Column* v = column(flow, "lumen_volume_m3")) {
    const auto [low, high] = std::minmax_element(&(*v)[r.first], &(*v)[r.last] + 1);
    c.lumen_volume_min_m3 = *low;
    c.lumen_volume_max_m3 = *high;
  }
  c.contraction = find_contraction(flow, c);
  for (const std::string& name : flow.openings) c.openings[name] = measure_opening(flow, name, c);
  for (const auto& [name, area_m2] : flow.valves)
    c.valves[name] = measure_valve(flow, name, area_m2, c.start_s, c.end_s);
  if (const Column* u = column(flow, "peak_velocity_m_s")) {
    const auto fastest = std::max_element(&(*u)[r.first], &(*u)[r.last] + 1);
    c.peak_velocity_m_s = *fastest;
    c.peak_velocity_time_s = t[std::size_t(fastest - u->data())];
  }
  WallShearStress& wss = c.wall_shear_stress;
  if (const Column* p05 = column(flow, "wss_p05_Pa")) wss.p05_pa = mean(flow, *p05, c);
  if (const Column* p50 = column(flow, "wss_p50_Pa")) wss.p50_pa = mean(flow, *p50, c);
  if (const Column* p95 = column(flow, "wss_p95_Pa")) wss.p95_pa = mean(flow, *p95, c);
  if (const Column* most = column(flow, "wss_max_Pa")) {
    double highest = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t k = r.first; k <= r.last; ++k) highest = std::fmax(highest, (*most)[k]);  // skips NaN
    wss.max_pa = highest;
  }
  if (const Column* loss = column(flow, "viscous_loss_W"))
    c.viscous_loss_j = integral(t, *loss, c.start_s, c.end_s);
  if (const Column* energy = column(flow, "kinetic_energy_J"))
    c.kinetic_energy_mean_j = mean(flow, *energy, c);
  if (const Column* still = column(flow, "stagnant_volume_m3")) c.stagnant_mean_m3 = mean(flow, *still, c);
  c.volume_imbalance = balance(flow, "lumen_volume_m3", 1, c);
  if (const auto density = flow.numbers.find("density_kg_m3"); density != flow.numbers.end())
    c.mass_imbalance = balance(flow, "fluid_mass_kg", density->second, c);
}

WallMeansFigures wall_means(const Flow& flow) {
  const auto number = [&](const char* name) -> std::optional<double> {
    const auto found = flow.numbers.find(name);
    return found == flow.numbers.end() ? std::nullopt : std::optional(found->second);
  };
  return {number("tawss_mean_Pa"),         number("tawss_p05_Pa"),        number("tawss_p50_Pa"),
          number("tawss_p95_Pa"),          number("low_shear_area_part"), number("osi_mean"),
          number("oscillating_area_part"), number("rrt_p50_1_Pa"),        number("transwss_mean_Pa")};
}

}  // namespace

const Column* column(const Flow& flow, const std::string& name) {
  const auto found = flow.series.columns.find(name);
  return found == flow.series.columns.end() ? nullptr : &found->second;
}

std::string text(const Flow& flow, const std::string& name) {
  const auto found = flow.texts.find(name);
  return found == flow.texts.end() ? "" : found->second;
}

std::optional<Column> entered_volume(const Flow& flow, const std::string& opening) {
  if (const Column* counted = column(flow, "inflow_volume_" + opening + "_m3")) return *counted;
  if (const Column* q = column(flow, "flow_" + opening + "_m3_s"))
    return running_integral(flow.series.time_s, *q);
  return {};
}

std::optional<Column> entered_volume(const Flow& flow) {
  Column sum(flow.series.time_s.size());
  for (const std::string& name : flow.openings) {
    const auto entered = entered_volume(flow, name);
    if (!entered) return {};
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += (*entered)[k];
  }
  return sum;
}

double integral(const Column& time_s, const Column& values, double from_s, double to_s) {
  double sum = 0, t = from_s, v = interpolate(time_s, values, from_s);
  for (auto k = std::size_t(std::upper_bound(time_s.begin(), time_s.end(), from_s) - time_s.begin());
       k < time_s.size() && time_s[k] < to_s; ++k) {
    sum += 0.5 * (time_s[k] - t) * (v + values[k]);
    t = time_s[k];
    v = values[k];
  }
  return sum + 0.5 * (to_s - t) * (v + interpolate(time_s, values, to_s));
}

Column running_integral(const Column& time_s, const Column& values) {
  Column sum(values.size());
  for (std::size_t k = 1; k < values.size(); ++k)
    sum[k] = sum[k - 1] + 0.5 * (time_s[k] - time_s[k - 1]) * (values[k] + values[k - 1]);
  return sum;
}

Metrics measure(const Flow& flow) {
  check_series(flow);
  Metrics m;
  m.cycles = cycles(flow, m.whole_run);
  for (Cycle& c : m.cycles) measure_cycle(flow, c);
  m.cycles.back().wall_means = wall_means(flow);
  m.credibility = credibility(flow, m.cycles);
  return m;
}

}  // namespace soleus
