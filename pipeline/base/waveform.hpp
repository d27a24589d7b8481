// A dimensionless factor over time that multiplies the value of a condition: of an opening, a body force, the
// pressure outside a vein.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "pipeline/base/fields.hpp"

namespace soleus {

enum class WaveformKind {
  constant,
  sine,
  table,
  gait,
  tiptoe,
  plantar_flexion,
  sustained,
  intermittent_compression
};
/// Which part of the stride is meant: that of soleus and gastrocnemius, or that of tibialis anterior.
enum class GaitMuscle { push_off, foot_lift };
enum class Pace { walking, running };

///   constant  1
///   sine      offset + amplitude sin(2 pi t / period + phase)
///   table     two columns of a CSV file, time [s] and factor, linear in between, repeated with `period` if
///   given
///   gait      a calf muscle's pressure over the stride of its leg, heel strike at `delay`; see waveform.cpp
///   tiptoe, plantar_flexion, intermittent_compression
///             pulses from 0 to 1 and back, `rise`, `hold` and `fall`, the first at `delay`, repeated
///   sustained one such pulse; without `hold` it stays
struct Waveform {
  WaveformKind kind = WaveformKind::constant;
  double offset = 0;
  double amplitude = 1;
  std::optional<double> period_s{};  // else 0, or that of the kind
  double phase_rad = 0;
  std::filesystem::path file{};
  double ramp_s = 0;                                   // smooth rise from 0 to 1 at the start, 0: none
  double cadence_per_min = 120;                        // gait: steps, of both legs
  Pace pace = Pace::walking;                           // gait
  GaitMuscle muscle = GaitMuscle::push_off;            // gait
  std::optional<double> rise_s{}, hold_s{}, fall_s{};  // pulses; else those of the kind
  double delay_s = 0;                                  // gait and pulses: 0 before
  std::vector<double> table_time_s{}, table_factor{};  // filled by load_table
};
void describe(Fields& f, Waveform& w);
/// Reads the CSV of a table waveform; nothing of another kind. Throws InputError naming the file and line.
void load_table(Waveform& w);
double factor(const Waveform& w, double time_s);
/// After which it repeats itself [s], 0: never.
double period_s(const Waveform& w);
/// The largest factor in size, reached or not.
double peak(const Waveform& w);

}  // namespace soleus
