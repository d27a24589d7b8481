#include "pipeline/base/opening_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numbers>
#include <sstream>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/statistics.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 3> waveform_names{"constant", "sine", "table"};
constexpr std::array<std::string_view, 4> opening_names{"pressure", "flow", "velocity", "closed"};
constexpr std::array<std::string_view, 3> passage_names{"both", "in", "out"};
constexpr std::array<std::string_view, 2> profile_names{"parabolic", "uniform"};

/// Two numbers of a CSV line; false if it is not that.
bool parse_row(const std::string& line, double& time_s, double& value) {
  std::istringstream in(line);
  char comma = 0;
  return bool(in >> time_s >> comma >> value) && comma == ',' && (in >> std::ws).eof();
}

}  // namespace

void describe(Fields& f, Waveform& w) {
  f.choice(
      {"kind", "constant: 1; sine: offset + amplitude sin(2 pi t / period + phase); table: from a CSV file."},
      w.kind, waveform_names);
  f.number({"offset", "Mean of a sine."}, w.offset);
  f.number({"amplitude", "Amplitude of a sine."}, w.amplitude);
  f.quantity(
      {"period", "Period of a sine; a table is repeated with it, or ends with its last value if it is 0 s."},
      w.period_s, Dimension::time, {.min = 0});
  f.quantity({"phase", "Phase of a sine at t = 0."}, w.phase_rad, Dimension::angle);
  f.path({"file", "Table: CSV file of two columns, time in seconds and factor, linear in between."}, w.file);
  f.quantity({"ramp", "Smooth rise from 0 to the full value at the start; 0 s: none."}, w.ramp_s,
             Dimension::time, {.min = 0});
  if (w.kind == WaveformKind::sine && w.period_s <= 0)
    f.fault("period", "a sine needs a period above 0 s, for example 1 s.");
  if (w.kind == WaveformKind::table && w.file.empty())
    f.fault("file", "a table needs a CSV file of time [s] and factor.");
}

void load_table(Waveform& w) {
  std::ifstream in(w.file);
  if (!in) throw InputError(fmt::format("{}: cannot be opened for reading.", w.file.string()));
  w.table_time_s.clear();
  w.table_factor.clear();
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    double time_s = 0, value = 0;
    if (!parse_row(line, time_s, value)) {
      if (number == 1) continue;  // column names
      throw InputError(fmt::format("{}:{}: '{}' is not two numbers 'time in seconds, factor'.",
                                   w.file.string(), number, line));
    }
    if (!w.table_time_s.empty() && time_s <= w.table_time_s.back())
      throw InputError(fmt::format("{}:{}: time {} s does not come after {} s; times must increase.",
                                   w.file.string(), number, time_s, w.table_time_s.back()));
    w.table_time_s.push_back(time_s);
    w.table_factor.push_back(value);
  }
  if (w.table_time_s.size() < 2)
    throw InputError(
        fmt::format("{}: a table needs at least two rows 'time in seconds, factor'.", w.file.string()));
}

double factor(const Waveform& w, double time_s) {
  const double ramp = w.ramp_s > 0 && time_s < w.ramp_s
                          ? 0.5 - 0.5 * std::cos(std::numbers::pi * std::max(time_s, 0.0) / w.ramp_s)
                          : 1;
  switch (w.kind) {
    case WaveformKind::constant:
      return ramp;
    case WaveformKind::sine:
      return ramp *
             (w.offset + w.amplitude * std::sin(2 * std::numbers::pi * time_s / w.period_s + w.phase_rad));
    case WaveformKind::table:
      break;
  }
  const double first = w.table_time_s.front();
  const double t = w.period_s > 0
                       ? first + std::fmod(std::fmod(time_s - first, w.period_s) + w.period_s, w.period_s)
                       : time_s;
  return ramp * interpolate(w.table_time_s, w.table_factor, t);
}

void describe(Fields& f, OpeningConfig& o) {
  f.text({"name", "Name of the opening in all results, for example popliteal_outlet.", true}, o.name);
  f.vector({"near", "A point (LPS) near the opening: the nearest open end of the lumen gets this name."},
           o.near_m, Dimension::length);
  f.text({"end", "Analytic shapes: start or end; of a bifurcation start, left or right."}, o.end);
  f.choice({"kind", "What is prescribed: pressure, flow, velocity, or closed (a wall)."}, o.kind,
           opening_names);
  f.quantity({"pressure", "Kind pressure: mean pressure, without the hydrostatic part."}, o.pressure_pa,
             Dimension::pressure);
  f.choice({"passage",
            "Kind pressure: which way blood may pass; in (to the lumen) and out are those of an ideal valve, "
            "which shuts at once."},
           o.passage, passage_names);
  f.quantity({"flow", "Kind flow: volume flow, positive into the lumen."}, o.flow_m3_s, Dimension::flow);
  f.quantity({"velocity", "Kind velocity: mean velocity, positive into the lumen."}, o.velocity_m_s,
             Dimension::velocity);
  f.choice({"profile", "Shape of the velocity over the opening, for flow and velocity."}, o.profile,
           profile_names);
  f.section({"waveform", "Factor over time on the pressure, flow or velocity."}, o.waveform);
  if (o.passage != OneWay::both && o.kind != OpeningKind::pressure)
    f.fault("passage", "only an opening of kind pressure may be a valve; use passage: both.");
  if (!o.near_m && o.end.empty())
    f.fault("name", "an opening needs its place: near (a point) or, for analytic shapes, end.");
  if (!o.end.empty() && o.end != "start" && o.end != "end" && o.end != "left" && o.end != "right")
    f.fault("end", fmt::format("'{}' is not one of start, end, left, right.", o.end));
}

}  // namespace soleus
