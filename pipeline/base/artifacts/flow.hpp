// What the solver hands to the report: time series at the openings, lumen figures, and where the fields lie
// on disk.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/vein_map.hpp"

namespace soleus {

/// Named columns over time, SI; `columns[name][k]` belongs to time_s[k].
struct Series {
  std::vector<double> time_s;
  std::map<std::string, std::vector<double>> columns;
};

/// Columns of the series (one pair per opening NAME):
///   flow_NAME_m3_s           volume flow, positive into the lumen
///   inflow_volume_NAME_m3    volume that entered since the start, every step counted
///   pressure_NAME_Pa         mean pressure over the opening, without the hydrostatic part
///   lumen_volume_m3          volume inside the wall
///   fluid_volume_m3, fluid_mass_kg
///   peak_velocity_m_s, max_mach
///   kinetic_energy_J; viscous_loss_W that viscosity turns into heat; stagnant_volume_m3, sheared by less
///   than 50 1/s wss_p05_Pa, wss_p50_Pa, wss_p95_Pa, wss_max_Pa    percentiles over the wall surface, area
///   weighted
/// and per valve NAME what solver_cuda/valve_recorder.hpp gives.
struct Flow {
  std::vector<std::string> openings;     // names
  std::map<std::string, double> valves;  // area of the vein at each [m2]
  Series series;
  Series limb;    // around the lumen: limb.csv of `soleus limb` and blood_volume_m3, of all of it; empty
                  // without one
  Series probes;  // area_NAME_m2, flow_NAME_m3_s (along the abscissa), pressure_NAME_Pa; empty without probes
  double cycle_s = 0;  // period of the drive, 0 if none
  std::map<std::string, double>
      numbers;  // dx_m, dt_s, tau, cells, steps, mach, mlups, wall_time_s, density_kg_m3, viscosity_Pa_s, ...
  std::map<std::string, std::string>
      texts;  // backend, collision, precision, case_hash, program; in a report also case, description
  std::filesystem::path
      volume_series;  // volume.pvd (velocity, pressure, lumen), relative to the solve folder; empty if none
  std::optional<VeinMap> vein_map;    // of an elastic wall
  std::filesystem::path wall_series;  // wall.pvd (displacement, wall_shear_stress, traction)
  // Over the last cycle: wall_mean.pvd (time-averaged wall shear stress and what goes with it),
  // volume_mean.pvd (velocity, shear_rate, stagnant_part); empty if none.
  std::filesystem::path wall_means{}, volume_means{};
};

/// Cells that should at least lie across a vessel: a parabola on fewer loses more than a few per cent of its
/// flow.
inline constexpr double fewest_cells_across = 8;

inline constexpr int flow_version = 1;
/// Writes flow.json, series.csv, with probes probes.csv, inside a limb limb.csv and of an elastic wall
/// vein_map.vti into `folder`.
void save(const Flow& flow, const std::filesystem::path& folder);
/// Throws InputError when a file is missing, of another version or inconsistent.
Flow load_flow(const std::filesystem::path& folder);

}  // namespace soleus
