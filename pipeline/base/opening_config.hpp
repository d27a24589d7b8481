// The `openings` section of a case. Meshing uses name and place, the solver the condition.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/fields.hpp"

namespace soleus {

enum class WaveformKind { constant, sine, table };

/// A dimensionless factor over time that multiplies the value of a condition.
///   constant  1
///   sine      offset + amplitude sin(2 pi t / period + phase)
///   table     two columns of a CSV file, time [s] and factor, linear in between, repeated with `period` if
///   given
struct Waveform {
  WaveformKind kind = WaveformKind::constant;
  double offset = 0;
  double amplitude = 1;
  double period_s = 0;
  double phase_rad = 0;
  std::filesystem::path file{};
  double ramp_s = 0;                                   // smooth rise from 0 to 1 at the start, 0: none
  std::vector<double> table_time_s{}, table_factor{};  // filled by load_table
};
void describe(Fields& f, Waveform& w);
/// Reads the CSV of a table waveform. Throws InputError naming the file and line.
void load_table(Waveform& w);
double factor(const Waveform& w, double time_s);

enum class OpeningKind { pressure, flow, velocity, closed };
enum class Profile { parabolic, uniform };
enum class OneWay { both, in, out };

struct OpeningConfig {
  std::string name;
  std::optional<Vec3>
      near_m;       // the open end nearest to this point; analytic shapes: may be left out, then `end` counts
  std::string end;  // analytic shapes: "start", "end", "left", "right"
  OpeningKind kind = OpeningKind::pressure;
  double pressure_pa = 0;           // kind pressure
  OneWay passage = OneWay::both;  // kind pressure: an ideal valve
  double flow_m3_s = 0;             // kind flow, positive into the lumen
  double velocity_m_s = 0;          // kind velocity: mean, positive into the lumen
  Profile profile = Profile::parabolic;
  Waveform waveform;
};
void describe(Fields& f, OpeningConfig& o);

}  // namespace soleus
