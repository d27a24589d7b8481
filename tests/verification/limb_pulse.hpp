// A pulse that leaves the lattice into the limb, limb-pulse.yaml.
#pragma once

#include "tests/verification/run_case.hpp"

namespace soleus::verification {

/// Pressures at the probe that a pulse makes, those of a run without it taken off: the largest, in size.
struct LimbPulse {
  double sent_pa;           // on its way to the limb
  double back_pa;           // of what comes back
  double back_entirely_pa;  // of what comes back from a vessel right behind the opening
};
/// `passed_s`: when the pulse has passed the probe and is not yet back.
LimbPulse limb_pulse(const Settings& settings, double passed_s);
void report_limb_pulse(const LimbPulse& p, const char* wave);

}  // namespace soleus::verification
