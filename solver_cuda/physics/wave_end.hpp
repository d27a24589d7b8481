// How an opening lets its waves pass on into the vein behind it. REFERENCES: Stergiopulos, Westerhof &
// Westerhof, Am. J. Physiol. 276, H81 (1999): characteristic impedance beside an inertance, so that it acts
// on waves and not on steady flow; Alastruey, Parker, Peiro & Sherwin, Commun. Comput. Phys. 4, 317 (2008):
// lumped ends of vessels with waves.
#pragma once

#include "pipeline/base/hd.hpp"

namespace soleus {

/// What lies between an opening and the pressure that it leads to; in any units that go together, in a
/// lattice pressures as density excesses and flows as mass per step. A vein that goes on as it is has the
/// segment's impedance; what is behind it answers only when its blood has been sped up.
struct WaveEnd {
  double impedance = 0;   // Z = rho c / A of the segment; 0: not known
  double resistance = 0;  // R, also of steady flow
  double follows = 1;     // of a change of flow, the part that the inertance lets follow in an interval
};

/// With an inertance L, such as rho l / A of the vein behind.
SOLEUS_HD inline WaveEnd wave_end(double impedance, double resistance, double inertance, double interval) {
  const double more = impedance - resistance;
  return {impedance, resistance, more > 0 ? interval / (interval + inertance / more) : 1};
}

/// After an interval, of two steps of a lattice.
struct EndState {
  double answer = 0;     // pressure at the opening over the one that it leads to
  double slow_flow = 0;  // into the segment, what L lets follow
  double mass_in = 0;    // since the interval began
};

/// The state after an interval with so much flow into the segment. With p the pressure that the opening leads
/// to,
///
///   p + answer = p - R q - (Z - R) (q - q_slow),     dq_slow/dt = (q - q_slow) (Z - R) / L.
///
/// A wave meets Z and passes, steady flow meets R alone. What runs out of the segment, p + answer - Z q, is
/// that of the interval before; answer and q follow from it together, so that any R is stable. Intervals have
/// to be as short as steps: with half a millisecond, and a straight line through two of them, waves of a few
/// intervals came back amplified (a valve's segment rang with 60 mmHg). Without Z, the answer is -R q of the
/// flow before. Where R is above Z, it is R that the wave meets.
SOLEUS_HD inline void answer_waves(EndState& s, const WaveEnd& end, double flow) {
  const double z = end.impedance, r = end.resistance, more = z > r ? z - r : 0,
               lags = more * (1 - end.follows);
  s.slow_flow += end.follows * (flow - s.slow_flow);
  s.answer =
      z == 0 ? -r * flow : (z * lags * s.slow_flow + (r + lags) * (s.answer - z * flow)) / (z + r + lags);
}

/// At the end of a step: every second one ends an interval.
SOLEUS_HD inline void pass_on_waves(EndState& s, const WaveEnd& end, double mass_in, bool ends) {
  s.mass_in += mass_in;
  if (!ends) return;
  answer_waves(s, end, 0.5 * s.mass_in);
  s.mass_in = 0;
}

}  // namespace soleus
