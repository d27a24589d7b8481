// A made-up run with figures known in closed form: a lumen that breathes, V = V0 + A cos(2 pi t / T).
#pragma once

#include <cmath>
#include <numbers>

#include "pipeline/base/artifacts/flow.hpp"

namespace soleus {

struct Breathing {
  double rest_m3 = 20e-6, amplitude_m3 = 5e-6, period_s = 1;
  int cycles = 2, samples_per_cycle = 400;
  double phase_rad = 0;
  double density_kg_m3 = 1060;
};

/// 70 % of the exchange passes `popliteal_outlet`, 30 % `tibial_inlet`, at constant pressures.
inline Flow breathing_flow(const Breathing& b) {
  Flow flow;
  flow.openings = {"popliteal_outlet", "tibial_inlet"};
  flow.cycle_s = b.period_s;
  flow.numbers = {{"density_kg_m3", b.density_kg_m3}, {"dx_m", 0.5e-3}, {"tau", 0.51}, {"cells", 120000}};
  flow.texts = {{"case", "calf"}, {"case_hash", "1f00"}, {"program", "soleus 0.1.0"}, {"backend", "cpu"}};
  flow.volume_series = "volume.pvd";
  flow.wall_series = "wall.pvd";
  auto& column = flow.series.columns;
  const double omega = 2 * std::numbers::pi / b.period_s;
  for (int k = 0; k <= b.cycles * b.samples_per_cycle; ++k) {
    const double t = k * b.period_s / b.samples_per_cycle, angle = omega * t + b.phase_rad;
    const double volume = b.rest_m3 + b.amplitude_m3 * std::cos(angle);
    const double inflow = -b.amplitude_m3 * omega * std::sin(angle);
    flow.series.time_s.push_back(t);
    column["lumen_volume_m3"].push_back(volume);
    column["fluid_volume_m3"].push_back(volume);
    column["fluid_mass_kg"].push_back(b.density_kg_m3 * volume);
    column["flow_popliteal_outlet_m3_s"].push_back(0.7 * inflow);
    column["flow_tibial_inlet_m3_s"].push_back(0.3 * inflow);
    column["pressure_popliteal_outlet_Pa"].push_back(1000 - 400 * std::sin(angle));
    column["pressure_tibial_inlet_Pa"].push_back(1200 + 300 * std::sin(angle));
    column["peak_velocity_m_s"].push_back(0.1 + 0.3 * std::abs(std::sin(angle)));
    column["max_mach"].push_back(0.05 + 0.1 * std::abs(std::sin(angle)));
    const double wss = 0.4 + 1.2 * std::abs(std::sin(angle));
    column["wss_p05_Pa"].push_back(0.2 * wss);
    column["wss_p50_Pa"].push_back(wss);
    column["wss_p95_Pa"].push_back(2.5 * wss);
    column["wss_max_Pa"].push_back(4 * wss);
  }
  return flow;
}

}  // namespace soleus
