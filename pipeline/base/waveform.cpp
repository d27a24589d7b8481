// REFERENCES: Ballard, Watenpaugh, Breit, Murthy, Holley & Hargens, J. Appl. Physiol. 84, 1976 (1998):
// pressure in the muscle of walkers and runners, a single peak late in stance in soleus, two in tibialis
// anterior of which the larger follows heel strike; Perry & Burnfield, Gait Analysis (2010), phases of the
// stride and of the muscles' activity.
#include "pipeline/base/waveform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <numbers>
#include <sstream>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/smooth_step.hpp"
#include "pipeline/base/statistics.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 8> waveform_names{"constant",  "sine",
                                                         "table",     "gait",
                                                         "tiptoe",    "plantar_flexion",
                                                         "sustained", "intermittent_compression"};
constexpr std::array<std::string_view, 2> pace_names{"walking", "running"};
constexpr std::array<std::string_view, 2> muscle_names{"push_off", "foot_lift"};

/// Times of a pulse [s].
struct Pulse {
  double period, rise, hold, fall;  // period 0: once
};

/// Ours: an unhurried rise on tiptoe, a brisk push of the foot, a sleeve around the calf.
Pulse usual_pulse(WaveformKind kind) {
  switch (kind) {
    case WaveformKind::tiptoe:
      return {2, 0.4, 0.4, 0.4};
    case WaveformKind::plantar_flexion:
      return {1, 0.2, 0.2, 0.2};
    case WaveformKind::intermittent_compression:
      return {20, 0.5, 3, 1};
    default:
      return {0, 0.5, 0, 0.5};
  }
}

bool is_pulse(WaveformKind kind) {
  return kind >= WaveformKind::tiptoe;
}

Pulse pulse_of(const Waveform& w) {
  const Pulse usual = usual_pulse(w.kind);
  return {w.kind == WaveformKind::sustained ? 0 : w.period_s.value_or(usual.period),
          w.rise_s.value_or(usual.rise), w.hold_s.value_or(usual.hold), w.fall_s.value_or(usual.fall)};
}

double pulse(const Waveform& w, double t) {
  if (t <= 0) return 0;
  const Pulse p = pulse_of(w);
  if (p.period > 0) t = std::fmod(t, p.period);
  if (t < p.rise) return smooth_step(t / p.rise);
  const bool stays = w.kind == WaveformKind::sustained && !w.hold_s;
  t -= p.rise + p.hold;
  return stays || t < 0 ? 1 : p.fall > 0 ? 1 - smooth_step(t / p.fall) : 0;
}

/// Up from `from` to `full`, level to `level`, down to `to`.
double hump(double x, double from, double full, double level, double to) {
  return x < full ? smooth_step((x - from) / (full - from)) : 1 - smooth_step((x - level) / (to - level));
}

/// `x`: part of the stride since heel strike, with stance to 0.60 as in walking. Calf active 10 to 55 %, its
/// pressure largest at 45 to 50 %; tibialis anterior 0 to 10 % and, half as strong (our choice), 60 to 95 %.
double walking(GaitMuscle muscle, double x) {
  constexpr double in_swing = 0.5;
  if (muscle == GaitMuscle::push_off) return hump(x, 0.10, 0.45, 0.50, 0.55);
  return hump(x, 0, 0.04, 0.06, 0.10) + in_swing * hump(x, 0.60, 0.70, 0.85, 0.95);
}

/// Stance is 60 % of the stride when walking, 35 to 40 % when running; stance and swing are each stretched.
double gait(const Waveform& w, double t) {
  constexpr double stance_walking = 0.60, stance_running = 0.375;
  if (t <= 0) return 0;
  const double stride_s = period_s(w), x = std::fmod(t, stride_s) / stride_s;
  if (w.pace == Pace::walking) return walking(w.muscle, x);
  return walking(w.muscle, x < stance_running ? x / stance_running * stance_walking
                                              : stance_walking + (x - stance_running) / (1 - stance_running) *
                                                                     (1 - stance_walking));
}

double table(const Waveform& w, double time_s) {
  const double first = w.table_time_s.front(), period = period_s(w);
  const double t =
      period > 0 ? first + std::fmod(std::fmod(time_s - first, period) + period, period) : time_s;
  return interpolate(w.table_time_s, w.table_factor, t);
}

/// Two numbers of a CSV line; false if it is not that.
bool parse_row(const std::string& line, double& time_s, double& value) {
  std::istringstream in(line);
  char comma = 0;
  return bool(in >> time_s >> comma >> value) && comma == ',' && (in >> std::ws).eof();
}

/// A table that is repeated must go on from its end as it began.
void require_periodic(const Waveform& w) {
  constexpr double tolerance = 0.01, hair = 1e-9;
  const double period = w.period_s.value_or(0), span = w.table_time_s.back() - w.table_time_s.front();
  if (period <= 0) return;
  if (span > period * (1 + hair))
    throw InputError(
        fmt::format("{}: the table spans {:.4g} s, but is to be repeated after period: {:.4g} s; end the "
                    "table by then, or write period: {:.4g} s.",
                    w.file.string(), span, period, span));
  const auto [least, most] = std::ranges::minmax(w.table_factor);
  const double first = w.table_factor.front(), last = w.table_factor.back();
  if (span >= period * (1 - hair) && std::abs(last - first) > tolerance * (most - least))
    throw InputError(
        fmt::format("{}: the table begins with {:.4g} and ends one period ({:.4g} s) later with {:.4g}; one "
                    "that is repeated ends as it begins, within 1 % of its range.",
                    w.file.string(), first, period, last));
}

void describe_pulse(Fields& f, Waveform& w) {
  f.quantity({"rise", "Pulses: time from 0 to 1 (raised cosine); left out: that of the kind."}, w.rise_s,
             Dimension::time, {.min = 0});
  f.quantity({"hold", "Pulses: time at 1; left out: that of the kind, of sustained to the end."}, w.hold_s,
             Dimension::time, {.min = 0});
  f.quantity({"fall", "Pulses: time from 1 to 0 (raised cosine); left out: that of the kind."}, w.fall_s,
             Dimension::time, {.min = 0});
  f.quantity({"delay", "Gait and pulses: time of the first heel strike or pulse; 0 before."}, w.delay_s,
             Dimension::time, {.min = 0});
  if (!is_pulse(w.kind) || w.kind == WaveformKind::sustained) return;
  const Pulse p = pulse_of(w);
  if (p.rise + p.hold + p.fall > p.period)
    f.fault("period", fmt::format("rise + hold + fall = {:.4g} s do not fit into one period of {:.4g} s.",
                                  p.rise + p.hold + p.fall, p.period));
}

}  // namespace

void describe(Fields& f, Waveform& w) {
  f.choice(
      {"kind",
       "constant: 1; sine: offset + amplitude sin(2 pi t / period + phase); table: from a CSV file; gait: a "
       "calf muscle over the strides of its leg; pulses of tiptoe (every 2 s), plantar_flexion (1 s) or a "
       "sleeve's intermittent_compression (20 s, held for 3 s); sustained: rises once and stays."},
      w.kind, waveform_names);
  f.number({"offset", "Mean of a sine."}, w.offset);
  f.number({"amplitude", "Amplitude of a sine."}, w.amplitude);
  f.quantity({"period",
              "Period of a sine or of pulses (left out: that of the kind); a table is repeated with it, or "
              "ends with its last value without one."},
             w.period_s, Dimension::time, {.min = 0});
  f.quantity({"phase", "Phase of a sine at t = 0."}, w.phase_rad, Dimension::angle);
  f.path({"file", "Table: CSV file of two columns, time in seconds and factor, linear in between."}, w.file);
  f.quantity({"ramp", "Smooth rise from 0 to the full value at the start; 0 s: none."}, w.ramp_s,
             Dimension::time, {.min = 0});
  f.number({"cadence", "Gait: steps per minute of both legs; a leg's stride takes 120 / cadence seconds."},
           w.cadence_per_min, {.max = 300, .above = 0});
  f.choice({"pace", "Gait: walking (stance is 60 % of the stride) or running (37.5 %)."}, w.pace, pace_names);
  f.choice({"muscle",
            "Gait: push_off (soleus, gastrocnemius: one peak late in stance) or foot_lift (tibialis "
            "anterior: just after heel strike and, half as strong, in swing)."},
           w.muscle, muscle_names);
  describe_pulse(f, w);
  if (w.kind == WaveformKind::sine && w.period_s.value_or(0) <= 0)
    f.fault("period", "a sine needs a period above 0 s, for example 1 s.");
  if (w.kind == WaveformKind::table && w.file.empty())
    f.fault("file", "a table needs a CSV file of time [s] and factor.");
}

void load_table(Waveform& w) {
  if (w.kind != WaveformKind::table) return;
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
  require_periodic(w);
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
             (w.offset + w.amplitude * std::sin(2 * std::numbers::pi * time_s / *w.period_s + w.phase_rad));
    case WaveformKind::table:
      return ramp * table(w, time_s);
    case WaveformKind::gait:
      return ramp * gait(w, time_s - w.delay_s);
    default:
      return ramp * pulse(w, time_s - w.delay_s);
  }
}

double period_s(const Waveform& w) {
  if (w.kind == WaveformKind::gait) return 120 / w.cadence_per_min;
  return is_pulse(w.kind) ? pulse_of(w).period : w.period_s.value_or(0);
}

double peak(const Waveform& w) {
  if (w.kind == WaveformKind::sine) return std::abs(w.offset) + std::abs(w.amplitude);
  double most = w.kind == WaveformKind::table ? 0 : 1;
  for (const double f : w.table_factor) most = std::max(most, std::abs(f));
  return most;
}

}  // namespace soleus
