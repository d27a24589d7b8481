// What valves let through over a cycle, and how their cusps moved. Definitions: docs/metrics.md, "Valves".
// SI.
#pragma once

#include <optional>
#include <string>

#include "pipeline/base/artifacts/flow.hpp"

namespace soleus {

struct ValveMetrics {
  std::optional<double> forward_m3{}, regurgitant_m3{};  // towards the heart and back; rings count net
  std::optional<double> regurgitant_fraction{};          // regurgitant over forward
  std::optional<double>
      reflux_time_s{};  // longest in which blood falls back; breaks below 0.1 s do not count
  std::optional<double> largest_opening{};  // orifice over the vein's area
  std::optional<double> opening_time_s{}, open_time_s{}, closing_time_s{};
  std::optional<double> closing_volume_m3{};  // what falls back until it is closed
  std::optional<double> leakage_m3_s{};       // mean flow back while it is closed
  std::optional<double> pocket_washout{};     // part of what the pockets held that fresh blood has replaced
  std::optional<double> coaptation_height_m{}, strain{}, stress_pa{}, jet_m_s{};  // largest
};

/// Slower than this, as a mean over the vein, blood that falls back does not count as reflux: about what
/// duplex ultrasound sees.
inline constexpr double least_reflux_m_s = 0.01;

/// Of a valve with a name and the area of the vein at its station, over [from_s, to_s].
ValveMetrics measure_valve(const Flow& flow, const std::string& name, double area_m2, double from_s,
                           double to_s);

}  // namespace soleus
