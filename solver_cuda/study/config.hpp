// The section `calibration` of a case: what was measured of a person, and which numbers of the limb may be
// changed until the model says the same.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/base/fields.hpp"

namespace soleus::study {

/// The figures of `soleus limb` that a vascular laboratory measures.
enum class Measured {
  venous_volume,
  filling_time,
  filling_index,
  ejected_volume,
  ejection_fraction,
  residual_fraction,
  standing_pressure,
  ambulatory_least,
  ambulatory_pressure,
  pressure_drop,
  recovery_time,
  popliteal_peak,
  forward_per_movement,
  femoral_rise,
  reflux_time,
  reflux_volume,
  reflux_peak,
  venous_return,
  cardiac_output,
  atrium_pressure
};
inline constexpr std::array<std::string_view, 20> measured_names{
    "venous_volume",        "filling_time",      "filling_index",     "ejected_volume",
    "ejection_fraction",    "residual_fraction", "standing_pressure", "ambulatory_least",
    "ambulatory_pressure",  "pressure_drop",     "recovery_time",     "popliteal_peak",
    "forward_per_movement", "femoral_rise",      "reflux_time",       "reflux_volume",
    "reflux_peak",          "venous_return",     "cardiac_output",    "atrium_pressure"};

/// Values are texts here: their unit follows from the figure or the key, which problem.hpp knows.
struct MeasurementConfig {
  Measured figure = Measured::venous_volume;
  std::string value, uncertainty;
};
void describe(Fields& f, MeasurementConfig& c);

struct ParameterConfig {
  std::string name;  // empty: the first key
  std::vector<std::string> keys;
  std::string from, to, start;
};
void describe(Fields& f, ParameterConfig& c);

struct CalibrationConfig {
  std::vector<MeasurementConfig> measured;
  std::vector<ParameterConfig> parameters;
  int starts = 3, samples = 0;
};
void describe(Fields& f, CalibrationConfig& c);

}  // namespace soleus::study
