#include "postprocess/plots.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <algorithm>
#include <ranges>

#include "pipeline/base/offscreen_display.hpp"
#include "pipeline/base/progress.hpp"
#include "postprocess/chart.hpp"
#include "postprocess/vein_map_plot.hpp"

namespace soleus {

namespace {

// The units that clinicians use.
constexpr double ml_per_min = 6e7;          // per m3/s
constexpr double ml = 1e6;                  // per m3
constexpr double mmhg = 1 / 133.322387415;  // per Pa
constexpr double cm_per_s = 100;            // per m/s

std::vector<double> scaled(const std::vector<double>& values, double factor) {
  std::vector<double> result(values);
  for (double& v : result) v *= factor;
  return result;
}

struct Plot {
  const char* file;
  Chart chart;
};

/// Axis, cycles and contractions that all charts share.
Chart over_time(const Metrics& metrics, std::string title, std::string y_label) {
  Chart chart{.title = std::move(title), .x_label = "time (s)", .y_label = std::move(y_label)};
  chart.tint_name = "contraction";
  for (const Cycle& c : metrics.cycles) {
    if (c.contraction) chart.tinted.push_back({c.contraction->start_s, c.contraction->end_s});
    if (!metrics.whole_run && &c != &metrics.cycles.front()) chart.rules.push_back(c.start_s);
  }
  return chart;
}

/// Of openings or valves.
template <class Names>
void per_name(std::vector<Plot>& plots, const Flow& flow, const Names& names, const char* file, Chart chart,
              const std::string& before, const std::string& after, double factor) {
  int color = 0;
  for (const std::string& name : names) {
    if (const auto* values = column(flow, fmt::format("{}{}{}", before, name, after)))
      chart.curves.push_back({legend(name), flow.series.time_s, scaled(*values, factor), color});
    ++color;
  }
  if (!chart.curves.empty()) plots.push_back({file, std::move(chart)});
}

void lumen_volume(std::vector<Plot>& plots, const Flow& flow, const Metrics& metrics) {
  const auto* volume = column(flow, "lumen_volume_m3");
  if (!volume) return;
  Chart chart = over_time(metrics, "Lumen volume", "volume (mL)");
  if (const auto& last = metrics.cycles.back().contraction; last && last->ejection_fraction)
    chart.note = fmt::format("last contraction: {:.3g} mL ejected, ejection fraction {:.0f} %",
                             *last->ejected_m3 * ml, *last->ejection_fraction * 100);
  chart.curves.push_back({"lumen", flow.series.time_s, scaled(*volume, ml)});
  plots.push_back({"lumen_volume.png", std::move(chart)});
}

void wall_shear_stress(std::vector<Plot>& plots, const Flow& flow, const Metrics& metrics) {
  const auto *p05 = column(flow, "wss_p05_Pa"), *p50 = column(flow, "wss_p50_Pa"),
             *p95 = column(flow, "wss_p95_Pa");
  if (!p05 || !p50 || !p95) return;
  Chart chart = over_time(metrics, "Wall shear stress over the wall surface", "wall shear stress (Pa)");
  chart.bands.push_back({"5th to 95th percentile", flow.series.time_s, *p05, *p95});
  chart.curves.push_back({"median", flow.series.time_s, *p50});
  chart.from_zero = true;
  plots.push_back({"wall_shear_stress.png", std::move(chart)});
}

void peak_velocity(std::vector<Plot>& plots, const Flow& flow, const Metrics& metrics) {
  const auto* velocity = column(flow, "peak_velocity_m_s");
  if (!velocity) return;
  Chart chart = over_time(metrics, "Highest velocity in the lumen", "velocity (cm/s)");
  chart.curves.push_back({"peak velocity", flow.series.time_s, scaled(*velocity, cm_per_s)});
  chart.from_zero = true;
  plots.push_back({"peak_velocity.png", std::move(chart)});
}

void volume_balance(std::vector<Plot>& plots, const Flow& flow, const Metrics& metrics) {
  const auto* volume = column(flow, "lumen_volume_m3");
  const auto entered = entered_volume(flow);
  if (!volume || !entered || flow.openings.empty()) return;
  std::vector<double> change(*volume);
  for (double& v : change) v -= volume->front();
  std::vector<double> difference(change);
  for (std::size_t k = 0; k < difference.size(); ++k) difference[k] -= (*entered)[k];
  Chart chart = over_time(metrics, "Volume balance", "volume since the start (mL)");
  chart.curves.push_back({"change of the lumen volume", flow.series.time_s, scaled(change, ml), 0});
  chart.curves.push_back({"entered through the openings", flow.series.time_s, scaled(*entered, ml), 1});
  chart.curves.push_back({"difference", flow.series.time_s, scaled(difference, ml), 6});
  plots.push_back({"volume_balance.png", std::move(chart)});
}

}  // namespace

void draw_plots(const Flow& flow, const Metrics& metrics, const std::filesystem::path& folder) {
  const OffscreenDisplay display;
  if (!display.available()) {
    spdlog::warn("The report has no plots: {}", display.reason());
    return;
  }
  std::vector<Plot> plots;
  per_name(plots, flow, flow.openings, "flows.png",
           over_time(metrics, "Flow into the lumen", "flow (mL/min)"), "flow_", "_m3_s", ml_per_min);
  per_name(plots, flow, flow.openings, "pressures.png",
           over_time(metrics, "Pressure at the openings, without the hydrostatic part", "pressure (mmHg)"),
           "pressure_", "_Pa", mmhg);
  per_name(plots, flow, flow.valves | std::views::keys, "valve_flow.png",
           over_time(metrics, "Flow through valves, towards the heart", "flow (mL/s)"), "", "_flow_m3_s", ml);
  Chart opening = over_time(metrics, "Opening of valves", "orifice over the vein's area");
  opening.from_zero = true;
  per_name(plots, flow, flow.valves | std::views::keys, "valve_opening.png", std::move(opening), "",
           "_opening_ratio", 1);
  lumen_volume(plots, flow, metrics);
  wall_shear_stress(plots, flow, metrics);
  peak_velocity(plots, flow, metrics);
  volume_balance(plots, flow, metrics);

  std::map<std::string, std::string> texts;
  for (const char* name : {"case_hash", "program"})
    if (const std::string said = text(flow, name); !said.empty()) texts[name] = said;
  constexpr std::size_t most_maps = 8;
  const std::vector<int> branches =
      flow.vein_map ? branches_to_draw(*flow.vein_map, most_maps) : std::vector<int>{};
  Progress progress("plots", double(plots.size() + branches.size()), "plots");
  double drawn = 0;
  for (Plot& plot : plots) {
    plot.chart.texts = texts;
    draw(plot.chart, folder / plot.file);
    progress.update(++drawn);
  }
  for (const int branch : branches) {
    draw(*flow.vein_map, branch, texts, folder / fmt::format("vein_map_{}.png", branch));
    progress.update(++drawn);
  }
}

}  // namespace soleus
