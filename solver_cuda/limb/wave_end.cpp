#include "solver_cuda/limb/wave_end.hpp"

#include <algorithm>

namespace soleus::limb {

EndState next(const EndState& before, const WaveEnd& end, double resistance_pa_s_m3, double level_pa,
              double flow_m3_s, double interval_s) {
  const double z = end.impedance_pa_s_m3, r = resistance_pa_s_m3, more = std::max(0.0, z - r);
  const double follows = more > 0 ? interval_s / (interval_s + end.inertance_pa_s2_m3 / more) : 1;
  EndState s{.slow_flow_m3_s = before.slow_flow_m3_s + follows * (flow_m3_s - before.slow_flow_m3_s)};
  if (z == 0) {
    s.pressure_pa = level_pa - r * flow_m3_s;
    return s;
  }
  const double met = r + more * (1 - follows), source_pa = level_pa + (met - r) * s.slow_flow_m3_s;
  s.pressure_pa = (z * source_pa + met * (before.pressure_pa - z * flow_m3_s)) / (z + met);
  return s;
}

}  // namespace soleus::limb
