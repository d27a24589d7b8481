// The credibility sheet of a run. Limits and their reasons: docs/metrics.md.
#include <algorithm>
#include <cmath>

#include "pipeline/base/statistics.hpp"
#include "postprocess/metrics.hpp"

namespace soleus {

namespace {

using Column = std::vector<double>;

std::optional<double> number(const Flow& flow, const char* name) {
  const auto found = flow.numbers.find(name);
  if (found == flow.numbers.end()) return {};
  return found->second;
}

std::optional<double> largest(const std::vector<Cycle>& cycles, std::optional<Imbalance> Cycle::*kind) {
  std::optional<double> worst;
  for (const Cycle& c : cycles)
    if (c.*kind && (c.*kind)->relative) worst = std::max(worst.value_or(0), std::abs(*(c.*kind)->relative));
  return worst;
}

/// Disagreement between the volume the wall swept and the volume that left, relative to the swept volume.
std::optional<double> contraction_imbalance(const std::vector<Cycle>& cycles) {
  std::optional<double> worst;
  for (const Cycle& c : cycles)
    if (c.contraction && c.contraction->ejected_m3)
      worst = std::max(worst.value_or(0), std::abs(*c.contraction->ejected_m3 - c.contraction->swept_m3) /
                                              c.contraction->swept_m3);
  return worst;
}

/// Root mean square change of all opening flows from the last but one to the last cycle, relative to their
/// root mean square.
std::optional<double> periodicity(const Flow& flow, const std::vector<Cycle>& cycles) {
  if (cycles.size() < 2) return {};
  const Column& t = flow.series.time_s;
  const Cycle& last = cycles.back();
  const double period = flow.cycle_s;
  double change = 0, size = 0;
  for (const std::string& name : flow.openings) {
    const Column* q = column(flow, "flow_" + name + "_m3_s");
    if (!q) return {};
    constexpr int points = 200;
    for (int n = 0; n < points; ++n) {
      const double moment = last.start_s + (n + 0.5) / points * (last.end_s - last.start_s);
      const double now = interpolate(t, *q, moment), before = interpolate(t, *q, moment - period);
      change += (now - before) * (now - before);
      size += now * now;
    }
  }
  if (size == 0) return {};
  return std::sqrt(change / size);
}

double range(const Column& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *high - *low;
}

/// Volume that the lattice's compressibility takes up over a run, over the volume that walls move.
std::optional<double> stored_over_moved(const Flow& flow) {
  const Column *excess = column(flow, "excess_mass_kg"), *lumen = column(flow, "lumen_volume_m3");
  const auto density = number(flow, "density_kg_m3");
  if (!excess || !lumen || !density || excess->empty() || range(*lumen) <= 0) return {};
  return range(*excess) / *density / range(*lumen);
}

std::optional<double> highest_mach(const Flow& flow) {
  if (const Column* mach = column(flow, "max_mach"); mach && !mach->empty())
    return *std::max_element(mach->begin(), mach->end());
  return number(flow, "mach");
}

std::optional<double> grid_reynolds(const Flow& flow) {
  const auto dx = number(flow, "dx_m"), density = number(flow, "density_kg_m3"),
             viscosity = number(flow, "viscosity_Pa_s");
  const Column* velocity = column(flow, "peak_velocity_m_s");
  if (!dx || !density || !viscosity || !velocity) return {};
  return *density * *std::max_element(velocity->begin(), velocity->end()) * *dx / *viscosity;
}

std::optional<double> cells_across(const Flow& flow) {
  const auto dx = number(flow, "dx_m");
  std::optional<double> smallest;
  for (const std::string& name : flow.openings)
    if (const auto d = number(flow, ("opening_diameter_" + name + "_m").c_str()))
      smallest = std::min(smallest.value_or(*d), *d);
  if (!dx || !smallest) return {};
  return *smallest / *dx;
}

}  // namespace

bool Check::acceptable() const {
  return !value || ((!at_most || *value <= *at_most) && (!at_least || *value >= *at_least));
}

std::vector<Check> credibility(const Flow& flow, const std::vector<Cycle>& cycles) {
  return {
      {.name = "mass_imbalance",
       .meaning = "largest mass imbalance of a cycle, relative to the mass exchanged",
       .unit = "1",
       .value = largest(cycles, &Cycle::mass_imbalance),
       .at_most = 0.01},
      {.name = "volume_imbalance",
       .meaning = "largest volume imbalance of a cycle, relative to the volume exchanged",
       .unit = "1",
       .value = largest(cycles, &Cycle::volume_imbalance),
       .at_most = 0.02},
      {.name = "contraction_imbalance",
       .meaning =
           "largest difference of ejected and swept volume of a contraction, relative to the swept volume",
       .unit = "1",
       .value = contraction_imbalance(cycles),
       .at_most = 0.02},
      {.name = "lattice_compliance",
       .meaning = "volume that the lattice's compressible fluid stores per pressure, V / (rho c_s^2)",
       .unit = "m3/Pa",
       .value = number(flow, "lattice_compliance_m3_Pa")},
      {.name = "stored_over_moved",
       .meaning = "largest change of the volume so stored over the volume that walls move",
       .unit = "1",
       .value = stored_over_moved(flow)},
      {.name = "periodicity",
       .meaning = "change of the opening flows from the last but one to the last cycle, relative",
       .unit = "1",
       .value = periodicity(flow, cycles),
       .at_most = 0.05},
      {.name = "max_mach",
       .meaning = "highest lattice Mach number; the compressibility error grows with its square",
       .unit = "1",
       .value = highest_mach(flow),
       .at_most = 0.2},
      {.name = "tau",
       .meaning = "relaxation time in steps",
       .unit = "1",
       .value = number(flow, "tau"),
       .at_most = 2.0,
       .at_least = 0.502},
      {.name = "grid_reynolds",
       .meaning = "Reynolds number of a cell at the highest velocity",
       .unit = "1",
       .value = grid_reynolds(flow)},
      {.name = "cells_across",
       .meaning = "cells across the smallest opening's diameter",
       .unit = "1",
       .value = cells_across(flow),
       .at_least = fewest_cells_across},
      {.name = "fluid_cells",
       .meaning = "lattice cells in the lumen",
       .unit = "1",
       .value = number(flow, "cells")},
  };
}

}  // namespace soleus
