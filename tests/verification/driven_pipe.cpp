#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/verification/cases.hpp"

namespace soleus::verification {

DrivenPipe driven_pipe(const std::string& condition, double flow_m3_s, const Vec3& body_force_pa_m) {
  constexpr double density_kg_m3 = 1000, reference_flow_m3_s = 1e-6;
  const Run run("driven-pipe",
                Settings{}
                    .set("openings", fmt::format("[{{name: driven, end: start, {}}}, {{name: free, end: end, "
                                                 "kind: pressure, pressure: 0 Pa}}]",
                                                 condition))
                    .set("fluid.body_force", body_force_pa_m, "Pa/m"));
  DrivenPipe worst{};
  const double reference_m3 = reference_flow_m3_s * run.time_s().back();
  for (std::size_t k = 0; k < run.time_s().size(); ++k) {
    const double in = run.column("inflow_volume_driven_m3")[k];
    const double grown_m3 = (run.column("fluid_mass_kg")[k] - run.first("fluid_mass_kg")) / density_kg_m3;
    const double unaccounted = grown_m3 - in - run.column("inflow_volume_free_m3")[k];
    worst.inflow_error =
        std::max(worst.inflow_error, std::abs(in - flow_m3_s * run.time_s()[k]) / reference_m3);
    worst.mass_error = std::max(worst.mass_error, std::abs(unaccounted) / reference_m3);
  }
  worst.peak_velocity_m_s = run.last("peak_velocity_m_s");
  return worst;
}

Jet jet(Settings more) {
  constexpr double inlet_peak_m_s = 2.1, shut_s = 0.08;
  const Run run("pipe-jet", more);
  const std::vector<double>& energy = run.column("kinetic_energy_J");
  Jet found{std::ranges::max(run.column("peak_velocity_m_s")) / inlet_peak_m_s,
            energy.back() / std::ranges::max(energy), true};
  for (std::size_t k = 1; k < energy.size(); ++k)
    if (run.time_s()[k - 1] >= shut_s) found.dies_away = found.dies_away && energy[k] < energy[k - 1];
  return found;
}

double unrest_of_thin_vein(const Settings& settings) {
  const Run run("thin-vein", settings);
  const double end_s = run.time_s().back();
  double least = run.last("kinetic_energy_J"), most = least;
  for (std::size_t k = 0; k < run.time_s().size(); ++k) {
    if (run.time_s()[k] < 0.75 * end_s) continue;
    const double energy = run.column("kinetic_energy_J")[k];
    least = std::min(least, energy), most = std::max(most, energy);
  }
  return most / least - 1;
}

}  // namespace soleus::verification
