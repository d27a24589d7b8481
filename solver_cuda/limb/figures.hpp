// The figures that vascular laboratories report, as their protocols define them, in SI. docs/limb.md says
// what each means; one that the protocol does not give is absent.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "solver_cuda/limb/config.hpp"
#include "solver_cuda/limb/simulate.hpp"

namespace soleus::limb {

/// What flows back in one vein in the ten seconds after the last contraction.
struct Reflux {
  std::string vein;
  double duration_s = 0;  // with more than 5 cm/s backwards
  double volume_m3 = 0;
  double peak_m_s = 0;  // backwards, mean over the section
};

using Figure = std::optional<double>;
struct Figures {
  // air plethysmography
  Figure venous_volume_m3, filling_time_s, filling_index_m3_s, ejected_volume_m3, ejection_fraction,
      residual_fraction;
  // pressure in a vein of the foot
  Figure standing_pa, ambulatory_least_pa, ambulatory_pa, pressure_drop, recovery_time_s, movements_to_steady;
  Figure deep_recovery_s;  // of the volume of the calf's deep veins, to 90 %
  // flow; forward_per_movement of the popliteal vein, net
  Figure popliteal_peak_m_s, forward_per_movement_m3, femoral_rise_pa;
  Figure reflux_time_s, reflux_volume_m3, reflux_peak_m_s;  // popliteal, as in `refluxes`
  // in the last third of the longest phase
  Figure venous_return_m3_s, cardiac_output_m3_s, share_of_output, deep_stasis_s, deep_wall_shear_pa,
      deep_volume_m3, atrium_pa;
  Figure foot_capillary_pa, filtration_per_s, foot_filtration_per_s, tissue_rise_pa;
  std::vector<Reflux> refluxes;
};

struct LimbRun {
  Network network;
  Schedule schedule;
  Series series;
  Figures figures;
};

/// A case of the limb from its settings to its figures: what `soleus limb` does.
LimbRun run(const LimbConfig& c, const SimulationOptions& options = {});

Figures measure(const Network& n, const Schedule& s, const Series& series, const LimbConfig& c);

/// Volume under the cuff of the plethysmograph at each sample [m3].
std::vector<double> calf_volume(const Network& n, const Series& series);

/// How a figure is told: in the unit that laboratories use, with the range of healthy legs.
struct FigureRow {
  std::string_view key, label, unit;
  double per_si;  // value in `unit` over that in SI
  Figure Figures::*value;
  Figure low, high;  // in `unit`
  std::string_view source;
};
std::span<const FigureRow> figure_rows();

}  // namespace soleus::limb
