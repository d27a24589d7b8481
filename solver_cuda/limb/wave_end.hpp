// How the end of a segment that something else computes lets its waves pass on into the limb.
// REFERENCES: Stergiopulos, Westerhof & Westerhof, Am. J. Physiol. 276, H81 (1999): characteristic impedance
// beside an inertance, so that it acts on waves and not on steady flow; Alastruey, Parker, Peiro & Sherwin,
// Commun. Comput. Phys. 4, 317 (2008): lumped ends of vessels with waves.
#pragma once

namespace soleus::limb {

/// What lies behind an end. A vein that goes on as it is has the segment's impedance; its compartment answers
/// only when its blood has been sped up.
struct WaveEnd {
  double impedance_pa_s_m3 = 0;   // Z = rho c / A of the segment; 0: not known
  double inertance_pa_s2_m3 = 0;  // L = rho l / A of the vein until the compartment
};

/// At an exchange.
struct EndState {
  double pressure_pa = 0;     // that it has until the next
  double slow_flow_m3_s = 0;  // into the segment, what L lets follow
};

/// The state after an interval in which `flow_m3_s` flew into the segment:
///
///   p = level - R q - (Z - R) (q - q_slow),     dq_slow/dt = (q - q_slow) (Z - R) / L
///
/// with R the resistance of the limb's own vessel. A wave meets Z and passes, steady flow meets R alone. What
/// runs out of the segment, p - Z q, is that of the interval before; p and q follow from it together, so that
/// any R is stable. Intervals have to be as short as steps: with half a millisecond, and a straight line
/// through two of them, waves of a few intervals came back amplified (a valve's segment rang with 60 mmHg).
/// Without Z, p = level - R q of the flow before. Where R is above Z, it is R that the wave meets.
EndState next(const EndState& before, const WaveEnd& end, double resistance_pa_s_m3, double level_pa,
              double flow_m3_s, double interval_s);

}  // namespace soleus::limb
