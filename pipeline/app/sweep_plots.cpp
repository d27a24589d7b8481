#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/app/build_info.hpp"
#include "pipeline/app/sweep_files.hpp"
#include "pipeline/base/files.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/chart.hpp"

namespace soleus {
namespace {

double length(const study::Effect& e) {
  return std::abs(e.high - e.low);
}

/// Bars under each other, the longest at the top; the rule is the mean of all runs.
Chart tornado(const Sweep& s, const SweptFigure& f) {
  constexpr double half_thickness = 0.35;
  Chart chart{.title = f.label + ": each parameter alone",
              .x_label = f.unit.empty() ? f.label : fmt::format("{} ({})", f.label, f.unit),
              .y_label = "parameters, the largest effect at the top"};
  chart.note = fmt::format("{} runs; parameters without their interactions make {:.0f} % of the variance",
                           f.effects.runs, 100 * f.effects.together);
  std::vector<std::size_t> order(f.effects.parameters.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::size_t k) { return length(f.effects.parameters[k]); });
  for (std::size_t place = 0; place < order.size(); ++place) {
    const study::Effect& e = f.effects.parameters[order[place]];
    const study::Vary& v = s.options.vary[order[place]];
    const double y = double(order.size() - place), low = y - half_thickness, high = y + half_thickness;
    // VTK draws no area of two points.
    const std::vector<double> along{std::min(e.low, e.high), 0.5 * (e.low + e.high), std::max(e.low, e.high)};
    const std::string name =
        fmt::format(" {}, {} to {}: {:.0f} %", v.key, setting_at(v, 0), setting_at(v, 1), 100 * e.share);
    chart.bands.push_back({name, along, {low, low, low}, {high, high, high}, int(place)});
  }
  chart.rules = {f.effects.mean};
  chart.texts["program"] = program_version();
  chart.texts["case"] = s.base.info.name;
  return chart;
}

}  // namespace

void draw_sweep(const Sweep& s, const std::vector<SweptFigure>& figures) {
  constexpr double too_little = 1e-6;  // of the figure: nothing to see
  const OffscreenDisplay display;
  if (!display.available()) {
    spdlog::warn("The sweep has no plots: {}", display.reason());
    return;
  }
  const std::filesystem::path folder = s.options.folder / "plots";
  make_writable_folder(folder);
  for (const SweptFigure& f : figures) {
    double most = 0;
    for (const study::Effect& e : f.effects.parameters) most = std::max(most, length(e));
    if (most > too_little * std::abs(f.effects.mean))
      draw(tornado(s, f), folder / fmt::format("{}.png", f.key));
  }
}

}  // namespace soleus
