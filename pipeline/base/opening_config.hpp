// The `openings` section of a case. Meshing uses name and place, the solver the condition.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/fields.hpp"
#include "pipeline/base/waveform.hpp"

namespace soleus {

enum class OpeningKind { pressure, flow, velocity, closed };
enum class Profile { parabolic, uniform };
enum class OneWay { both, in, out };

/// Of vein between an opening and the limb's vessel, where the case does not say; from the knee to the middle
/// of the thigh.
inline constexpr double usual_beyond_m = 0.2;

struct OpeningConfig {
  std::string name;
  std::optional<Vec3>
      near_m;       // the open end nearest to this point; analytic shapes: may be left out, then `end` counts
  std::string end;  // analytic shapes: "start", "end", "left", "right"
  OpeningKind kind = OpeningKind::pressure;
  double pressure_pa = 0;          // kind pressure
  std::string vessel;              // kind pressure: of the limb, whose pressure it is
  std::optional<double> beyond_m;  // vessel: of vein until there
  OneWay passage = OneWay::both;   // kind pressure: an ideal valve
  double flow_m3_s = 0;            // kind flow, positive into the lumen
  double velocity_m_s = 0;         // kind velocity: mean, positive into the lumen
  Profile profile = Profile::parabolic;
  Waveform waveform;
};
void describe(Fields& f, OpeningConfig& o);

}  // namespace soleus
