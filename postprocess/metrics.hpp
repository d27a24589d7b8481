// Clinical figures of a run: what the pump ejected, how fast, at which wall shear stress, and how well the
// books balance. Definitions with formulas and sources: docs/metrics.md. SI.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/flow.hpp"
#include "postprocess/valve_metrics.hpp"

namespace soleus {

/// One fall of the lumen volume, from the last maximum before a cycle's minimum to the minimum.
struct Contraction {
  double start_s = 0, end_s = 0;
  double volume_before_m3 = 0, volume_after_m3 = 0;  // of the lumen
  double swept_m3 = 0;                               // before - after
  std::optional<double> ejected_m3{};                // net volume that left through the openings meanwhile
  std::optional<double> ejection_fraction{};         // ejected / before
};

/// What passed one opening during a cycle.
struct OpeningFigures {
  std::optional<double> volume_in_m3, volume_out_m3;  // into, out of the lumen; both positive
  std::optional<double> ejected_m3;                   // net, out of the lumen, during the contraction
  std::optional<double> pressure_mean_pa, pressure_min_pa, pressure_max_pa;
};

/// Change of what is inside minus what came in through the openings; 0 is a perfect book.
struct Imbalance {
  double amount = 0;  // kg or m3
  std::optional<double>
      relative;  // to what was exchanged: half the sum of what passed all openings, in and out
};

struct WallShearStress {
  std::optional<double> p05_pa, p50_pa, p95_pa;  // mean over the cycle of the percentiles over the wall
  std::optional<double> max_pa;                  // anywhere, at any time
};

/// Of the wall's area, over the last cycle: what solver_cuda/wall_means.hpp found while it ran.
struct WallMeansFigures {
  std::optional<double> shear_mean_pa, shear_p05_pa, shear_p50_pa, shear_p95_pa, low_shear_part;
  std::optional<double> oscillation_mean, oscillating_part, residence_p50_1_pa, transverse_mean_pa;
};

struct Cycle {
  double start_s = 0, end_s = 0;
  std::optional<double> lumen_volume_min_m3, lumen_volume_max_m3;
  std::optional<Contraction> contraction;
  std::map<std::string, OpeningFigures> openings;
  std::map<std::string, ValveMetrics> valves;
  std::optional<double> peak_velocity_m_s, peak_velocity_time_s;
  WallShearStress wall_shear_stress;
  WallMeansFigures wall_means;  // of the last cycle alone
  std::optional<double> viscous_loss_j, kinetic_energy_mean_j, stagnant_mean_m3;
  std::optional<Imbalance> mass_imbalance, volume_imbalance;
};

/// One line of the credibility sheet.
struct Check {
  std::string name, meaning, unit;
  std::optional<double> value{};
  std::optional<double> at_most{}, at_least{};  // recommended
  /// False only if the value is known and outside.
  bool acceptable() const;
};

struct Metrics {
  std::vector<Cycle>
      cycles;  // complete cycles; one that spans the run if the drive has no period or the run is shorter
  bool whole_run = false;  // the single "cycle" is the run
  std::vector<Check> credibility;
};

/// Throws InputError when the flow has no time series or its columns do not fit together.
Metrics measure(const Flow& flow);

/// The credibility sheet: what a reader needs to judge how far to trust the figures.
std::vector<Check> credibility(const Flow& flow, const std::vector<Cycle>& cycles);

/// Integral of `values` over [from_s, to_s] by the trapezoidal rule, linear between samples.
double integral(const std::vector<double>& time_s, const std::vector<double>& values, double from_s,
                double to_s);

/// Column of the series, null when the run did not record it.
const std::vector<double>* column(const Flow& flow, const std::string& name);

/// What the flow says of itself under this name, such as "case_hash"; empty when it says nothing.
std::string text(const Flow& flow, const std::string& name);

/// Volume that entered through an opening since the start, at every sample [m3]: the solver's own account
/// where it kept one (inflow_volume_NAME_m3, every step counted), else the running integral of the flow. None
/// if neither was recorded.
std::optional<std::vector<double>> entered_volume(const Flow& flow, const std::string& opening);

/// The same through all openings; zero for a closed lumen; none when one of them is unknown.
std::optional<std::vector<double>> entered_volume(const Flow& flow);

/// Running integral of `values` from the first sample, at every sample.
std::vector<double> running_integral(const std::vector<double>& time_s, const std::vector<double>& values);

}  // namespace soleus
