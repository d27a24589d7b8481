// Measurements of the cases with a valve.
#pragma once

#include "tests/verification/run_case.hpp"

namespace soleus::verification {

/// valve-cycle.yaml.
struct ValveCycle {
  double most_open, open_at_end;  // orifice over the vein's area
  double stroke_m3;               // largest net volume that came in from the calf
  double leak_m3_s;               // mean from 0.45 s on, when it is closed
};
ValveCycle valve_cycle();

/// valve-closed.yaml under a back-pressure, with `cells` across the vein.
struct ClosedValve {
  double leaked_m3;     // in the half second in which the pressure stays
  double coaptation_m;  // height over which the cusps lie on each other at the end
  double least_gap_m;   // of the cusps at any time; not above zero: they have passed through each other
  double most_open;     // orifice over the vein's area while the pressure stays
  double strain;        // largest of the cusps
};
ClosedValve closed_valve(double pressure_pa, int cells, Settings more = {});
inline constexpr double beat_stroke_m3 = 7.1e-6;  // net, of a beat at rest (valve-lurie.yaml with 130 Pa)
/// Prints and checks it.
ClosedValve report_closed_valve(double pressure_pa, int cells);

/// valve-lurie.yaml with `cells` across the vein. SI.
struct ValveBeat {
  double opening_s;               // from 2 to 98 % of the largest opening
  double closing_s;               // from nine tenths of it down to a tenth
  double most_open;               // orifice over the vein's area
  double flow_when_closing_m3_s;  // as the opening falls below nine tenths of the largest
  double closing_volume_m3;       // that falls back while it closes
  double flutter_m;      // of both free edges together to one side and the other while open, peak to peak
  double jet_over_mean;  // mean velocities: in the orifice over that in the vein, at the largest flow
};
ValveBeat valve_beat(int cells);
void report_valve_beat(int cells);

}  // namespace soleus::verification
