#include "postprocess/compare_plots.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <set>

#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/chart.hpp"
#include "postprocess/compare.hpp"

namespace soleus {
namespace {

constexpr double ml = 1e6, mmhg = 1 / 133.322387415, cm = 100;

/// A column of the series over time, of every run that has it.
void draw_column(std::span<const ComparedRun> runs, const std::string& name, double per_si, Chart chart,
                 const std::filesystem::path& file) {
  int color = 0;
  for (const ComparedRun& run : runs) {
    if (const auto* values = column(run.flow, name)) {
      std::vector<double> shown(*values);
      for (double& v : shown) v *= per_si;
      chart.curves.push_back({legend(run.name), run.flow.series.time_s, std::move(shown), color});
    }
    ++color;
  }
  if (!chart.curves.empty()) draw(chart, file);
}

std::set<std::string> openings(std::span<const ComparedRun> runs) {
  std::set<std::string> all;
  for (const ComparedRun& run : runs) all.insert(run.flow.openings.begin(), run.flow.openings.end());
  return all;
}
std::set<std::string> valves(std::span<const ComparedRun> runs) {
  std::set<std::string> all;
  for (const ComparedRun& run : runs)
    for (const auto& [name, area] : run.flow.valves) all.insert(name);
  return all;
}

}  // namespace

void draw_comparison(std::span<const ComparedRun> runs, const std::filesystem::path& folder) {
  const OffscreenDisplay display;
  if (!display.available()) {
    spdlog::warn("The comparison has no plots: {}", display.reason());
    return;
  }
  const auto over_time = [](std::string title, std::string y_label, bool from_zero = false) {
    Chart chart{.title = std::move(title), .x_label = "time (s)", .y_label = std::move(y_label)};
    chart.from_zero = from_zero;
    return chart;
  };
  for (const std::string& name : openings(runs)) {
    draw_column(runs, fmt::format("flow_{}_m3_s", name), ml,
                over_time(fmt::format("Flow into the lumen at {}", legend(name)), "flow (mL/s)"),
                folder / fmt::format("flow_{}.png", name));
    draw_column(runs, fmt::format("pressure_{}_Pa", name), mmhg,
                over_time(fmt::format("Pressure at {}, without the hydrostatic part", legend(name)),
                          "pressure (mmHg)"),
                folder / fmt::format("pressure_{}.png", name));
  }
  for (const std::string& name : valves(runs)) {
    draw_column(
        runs, name + "_flow_m3_s", ml,
        over_time(fmt::format("Flow through valve {}, towards the heart", legend(name)), "flow (mL/s)"),
        folder / fmt::format("valve_flow_{}.png", name));
    draw_column(
        runs, name + "_opening_ratio", 1,
        over_time(fmt::format("Opening of valve {}", legend(name)), "orifice over the vein's area", true),
        folder / fmt::format("valve_opening_{}.png", name));
  }
  draw_column(runs, "wss_p50_Pa", 1,
              over_time("Wall shear stress, median over the wall", "wall shear stress (Pa)", true),
              folder / "wall_shear_stress.png");
  draw_column(runs, "peak_velocity_m_s", cm,
              over_time("Highest velocity in the lumen", "velocity (cm/s)", true),
              folder / "peak_velocity.png");
}

}  // namespace soleus
