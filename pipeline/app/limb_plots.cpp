#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "pipeline/app/build_info.hpp"
#include "pipeline/app/limb_files.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "postprocess/chart.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus {
namespace {

using Values = std::vector<double>;
constexpr double per_ml = 1 / limb::ml, per_mmhg = 1 / limb::mmhg;

/// Every few samples of a long series: the chart has 1600 pixels.
Values thinned(const Values& v, double factor) {
  constexpr std::size_t most = 60000;
  const std::size_t stride = std::max<std::size_t>(1, v.size() / most);
  Values out;
  for (std::size_t k = 0; k < v.size(); k += stride) out.push_back(v[k] * factor);
  return out;
}

void add(Chart& chart, const std::string& name, const NamedLimb& l, const Values* values, double factor) {
  if (!values) return;
  chart.curves.push_back(
      {legend(name), thinned(l.run.series.time_s, 1), thinned(*values, factor), int(chart.curves.size())});
}

Chart over_time(const NamedLimb& l, const std::string& title, const std::string& y) {
  Chart chart{.title = title, .x_label = "time (s)", .y_label = y};
  chart.tint_name = "movement";
  for (const limb::Phase& p : l.run.schedule.phases)
    if (!limb::is_posture(p.kind)) chart.tinted.push_back({p.from_s, p.to_s});
  chart.texts["program"] = program_version();
  chart.texts["case"] = l.name;
  return chart;
}

/// Only what is around the last movements: flow in them is far above that at rest.
void look_closely(Chart& chart) {
  constexpr double before_s = 5, after_s = 15, longest_s = 30;
  if (chart.tinted.empty()) return;
  const Interval last = chart.tinted.back();
  const double end = last.to + after_s, start = std::max(last.from - before_s, end - longest_s - after_s);
  chart.tinted = {{std::max(last.from, start), last.to}};
  for (Curve& c : chart.curves) {
    Curve part{c.name, {}, {}, c.color};
    for (std::size_t k = 0; k < c.x.size(); ++k)
      if (c.x[k] >= start && c.x[k] <= end) part.x.push_back(c.x[k]), part.y.push_back(c.y[k]);
    c = std::move(part);
  }
  chart.title += ", around the last movements";
}

using Pictures = std::vector<std::pair<std::string, Chart>>;

Pictures of_one(const NamedLimb& l) {
  const auto& s = l.run.series;
  Pictures all;
  Chart calf = over_time(l, "Calf volume, as air plethysmography sees it", "volume of blood (mL)");
  const Values volume = limb::calf_volume(l.run.network, s);
  add(calf, "calf", l, &volume, per_ml);
  calf.from_zero = true;
  all.emplace_back("calf_volume.png", calf);
  Chart pressures = over_time(l, "Pressure in the veins, the blood's weight included", "pressure (mmHg)");
  for (const char* name : {"foot", "popliteal", "femoral", "right_atrium"})
    add(pressures, name, l, limb::of_compartment(l.run.network, s.pressure_pa, name), per_mmhg);
  all.emplace_back("pressures.png", pressures);
  Chart flows = over_time(l, "Flow towards the heart", "flow (mL/s)");
  for (const char* name : {"popliteal", "great_saphenous", "perforators", "femoral"})
    add(flows, name, l, limb::of_connection(l.run.network, l.run.series.flow_m3_s, name), per_ml);
  look_closely(flows);
  all.emplace_back("flows.png", flows);
  Chart deep = over_time(l, "Volume of the calf's veins", "volume of blood (mL)");
  for (const char* name : {"soleus", "gastrocnemius", "posterior_tibial", "superficial_calf"})
    add(deep, name, l, limb::of_compartment(l.run.network, s.volume_m3, name), per_ml);
  deep.from_zero = true;
  all.emplace_back("calf_veins.png", deep);
  return all;
}

Pictures of_several(std::span<const NamedLimb> limbs) {
  Chart calf = over_time(limbs[0], "Calf volume, as air plethysmography sees it", "volume of blood (mL)"),
        foot = over_time(limbs[0], "Pressure in a vein of the foot", "pressure (mmHg)"),
        flow = over_time(limbs[0], "Flow in the popliteal vein", "flow (mL/s)");
  for (const NamedLimb& l : limbs) {
    const Values volume = limb::calf_volume(l.run.network, l.run.series);
    add(calf, l.name, l, &volume, per_ml);
    add(foot, l.name, l, limb::of_compartment(l.run.network, l.run.series.pressure_pa, "foot"), per_mmhg);
    add(flow, l.name, l, limb::of_connection(l.run.network, l.run.series.flow_m3_s, "popliteal"), per_ml);
  }
  look_closely(flow);
  calf.from_zero = true;
  return {{"calf_volume.png", calf}, {"foot_pressure.png", foot}, {"popliteal_flow.png", flow}};
}

}  // namespace

void draw_limb(std::span<const NamedLimb> limbs, const std::filesystem::path& folder) {
  const OffscreenDisplay display;
  if (!display.available()) {
    spdlog::warn("The limb has no plots: {}", display.reason());
    return;
  }
  for (const auto& [file, chart] : limbs.size() == 1 ? of_one(limbs[0]) : of_several(limbs))
    if (!chart.curves.empty()) draw(chart, folder / file);
}

}  // namespace soleus
