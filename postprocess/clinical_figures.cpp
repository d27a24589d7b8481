#include "postprocess/clinical_figures.hpp"

#include <fmt/format.h>

#include <cmath>

#include "postprocess/chart.hpp"

namespace soleus {
namespace {

constexpr double ml = 1e6, percent = 100, ms = 1e3, cm = 100, mm = 1e3, mmhg = 1 / 133.322387415;

template <class Of>
struct Definition {
  const char *name, *label, *unit;
  double per_si;
  std::optional<double> Of::*value;
  std::optional<double> usual_from{}, usual_to{};
  const char* source = "";
};

using Valve = ValveMetrics;
const Definition<Valve> of_valves[] = {
    {"regurgitant_fraction", "Regurgitant fraction", "%", percent, &Valve::regurgitant_fraction},
    {"regurgitant_volume", "Regurgitant volume", "mL", ml, &Valve::regurgitant_m3},
    {"forward_volume", "Forward volume", "mL", ml, &Valve::forward_m3},
    {"reflux_time",
     "Reflux time",
     "s",
     1,
     &Valve::reflux_time_s,
     {},
     0.5,
     "Labropoulos et al., J Vasc Surg 2003"},
    {"largest_opening", "Largest orifice over the vein's area", "%", percent, &Valve::largest_opening},
    {"opening_time", "Opening time", "ms", ms, &Valve::opening_time_s},
    {"closing_time", "Closing time", "ms", ms, &Valve::closing_time_s},
    {"closing_volume", "Volume that falls back while it closes", "mL", ml, &Valve::closing_volume_m3},
    {"leakage", "Leakage while closed", "mL/s", ml, &Valve::leakage_m3_s},
    {"coaptation_height", "Coaptation height", "mm", mm, &Valve::coaptation_height_m},
    {"jet_velocity", "Jet velocity", "cm/s", cm, &Valve::jet_m_s},
    {"pocket_washout", "Washout of the pockets", "%", percent, &Valve::pocket_washout},
    {"leaflet_strain", "Largest strain of the cusps", "%", percent, &Valve::strain}};

const Definition<OpeningFigures> of_openings[] = {
    {"volume_in", "Volume that enters", "mL", ml, &OpeningFigures::volume_in_m3},
    {"volume_out", "Volume that leaves", "mL", ml, &OpeningFigures::volume_out_m3},
    {"pressure_mean", "Mean pressure", "mmHg", mmhg, &OpeningFigures::pressure_mean_pa}};

const Definition<WallMeansFigures> of_walls[] = {
    {"tawss_mean", "Time-averaged wall shear stress", "Pa", 1, &WallMeansFigures::shear_mean_pa},
    {"low_shear_area", "Wall under less than 0.1 Pa", "%", percent, &WallMeansFigures::low_shear_part},
    {"osi_mean", "Oscillatory shear index", "", 1, &WallMeansFigures::oscillation_mean},
    {"transwss_mean", "Transverse wall shear stress", "Pa", 1, &WallMeansFigures::transverse_mean_pa},
    {"rrt_p50", "Relative residence time, median", "1/Pa", 1, &WallMeansFigures::residence_p50_1_pa}};

const Definition<Contraction> of_contractions[] = {
    {"ejected_volume", "Ejected volume", "mL", ml, &Contraction::ejected_m3},
    {"ejection_fraction", "Ejection fraction of the lumen", "%", percent, &Contraction::ejection_fraction}};

const Definition<Cycle> of_cycles[] = {
    {"peak_velocity", "Peak velocity", "cm/s", cm, &Cycle::peak_velocity_m_s},
    {"stagnant_volume_mean", "Blood sheared by less than 50 1/s", "mL", ml, &Cycle::stagnant_mean_m3},
    {"viscous_loss", "Viscous loss", "mJ", 1e3, &Cycle::viscous_loss_j}};

/// Reflux counts from 1 s on in the femoral and popliteal veins.
void widen_for_place(ClinicalFigure& f) {
  constexpr double of_large_veins_s = 1;
  for (const char* vein : {"popliteal", "femoral"})
    if (f.name == "reflux_time" && f.of.find(vein) != std::string::npos) f.usual_to = of_large_veins_s;
}

template <class Of, std::size_t count>
void add(std::vector<ClinicalFigure>& to, const Definition<Of> (&all)[count], const std::string& of,
         const Of& from) {
  for (const Definition<Of>& d : all) {
    const std::optional<double>& value = from.*d.value;
    if (!value || !std::isfinite(*value)) continue;
    to.push_back({d.name, of, d.label, d.unit, d.per_si, value, d.usual_from, d.usual_to, d.source});
    widen_for_place(to.back());
  }
}

}  // namespace

std::vector<ClinicalFigure> clinical_figures(const Cycle& cycle) {
  std::vector<ClinicalFigure> all;
  for (const auto& [name, valve] : cycle.valves) add(all, of_valves, name, valve);
  if (cycle.contraction) add(all, of_contractions, "", *cycle.contraction);
  add(all, of_walls, "", cycle.wall_means);
  add(all, of_cycles, "", cycle);
  for (const auto& [name, opening] : cycle.openings) add(all, of_openings, name, opening);
  return all;
}

std::string title(const ClinicalFigure& f) {
  return f.of.empty() ? f.label : f.label + ", " + legend(f.of);
}

std::string shown(const ClinicalFigure& f, double si) {
  return fmt::format("{:.3g}", si * f.per_si);
}

std::string usual(const ClinicalFigure& f) {
  if (f.usual_from && f.usual_to)
    return fmt::format("{} to {}", shown(f, *f.usual_from), shown(f, *f.usual_to));
  if (f.usual_to) return "up to " + shown(f, *f.usual_to);
  return f.usual_from ? "from " + shown(f, *f.usual_from) : "";
}

}  // namespace soleus
