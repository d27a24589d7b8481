#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "tests/verification/cases.hpp"

namespace soleus::verification {

namespace {

constexpr double stiffness_pa = 2590, collapse_pa = 400, density_kg_m3 = 1000,
                 tube_area_m2 = std::numbers::pi * 25e-6;  // configs: vein: deep
constexpr double wave_step = 0.02, wave_path_m = 0.12;  // of the pressure; configs/verification/tube-wave.csv

double law_pa(double a) {
  return a >= 1 ? stiffness_pa * (a * a - std::pow(a, -1.5)) : collapse_pa * (1 - std::pow(a, -1.5));
}

/// When a column first passes a value, linear between samples.
double passes_s(const Series& series, const std::string& column, double value) {
  const std::vector<double>&y = series.columns.at(column), &t = series.time_s;
  for (std::size_t k = 1; k < y.size(); ++k)
    if (y[k] >= value) return t[k - 1] + (t[k] - t[k - 1]) * (value - y[k - 1]) / (y[k] - y[k - 1]);
  return std::nan("");
}

}  // namespace

double tube_law_area(double transmural_pa) {
  double low = 0.01, high = 10;
  while (high - low > 1e-12) (law_pa(0.5 * (low + high)) < transmural_pa ? low : high) = 0.5 * (low + high);
  return low;
}

double tube_law_wave_speed_m_s(double transmural_pa) {
  const double a = tube_law_area(transmural_pa), h = 1e-6;
  return std::sqrt(a / density_kg_m3 * (law_pa(a + h) - law_pa(a - h)) / (2 * h));
}

StaticTube static_tube(double lumen_pa, double external_pa) {
  const std::string mouth = fmt::format(
      "name: mouth, end: start, kind: pressure, pressure: {} Pa, waveform: {{ramp: 0.3 s}}", lumen_pa);
  const Run run("tube-static",
                Settings{}
                    .set("openings", fmt::format("[{{{}}}, {{name: end, end: end, kind: closed}}]", mouth))
                    .set("wall.external_pressure", external_pa, "Pa")
                    .set("wall.external_waveform", "{ramp: 0.3 s}"));
  const std::vector<double>& area = run.flow().probes.columns.at("area_middle_m2");
  const auto [least, most] =
      std::minmax_element(area.end() - static_cast<std::ptrdiff_t>(area.size()) / 10, area.end());
  // What the lattice's fluid stores under the pressure entered as well.
  const auto& numbers = run.flow().numbers;
  const double sound_m_s = numbers.at("dx_m") / numbers.at("dt_s") / std::sqrt(3.0),
               gain_m3 = run.last("lumen_volume_m3") - run.first("lumen_volume_m3"),
               stored_m3 = run.last("lumen_volume_m3") * lumen_pa /
                           (numbers.at("density_kg_m3") * sound_m_s * sound_m_s);
  return {area.back() / tube_area_m2, (run.last("inflow_volume_mouth_m3") - stored_m3) / gain_m3,
          (*most - *least) / area.back()};
}

StandingTube standing_tube() {
  constexpr double mouth_pa = 1000, level_m = 0.3, half_length_m = 0.03, g = 9.81;
  const Run run("tube-standing", {});
  const auto last = [&](const std::string& column) { return run.flow().probes.columns.at(column).back(); };
  const auto at = [&](const std::string& probe, double abscissa_m) {
    return StandingTube::At{mouth_pa + density_kg_m3 * g * (level_m - (abscissa_m - half_length_m)),
                            last("area_" + probe + "_m2") / tube_area_m2};
  };
  return {at("low", 8e-3), at("middle", 30e-3), at("high", 52e-3), last("pressure_low_Pa") - mouth_pa};
}

ClosedTube closed_tube() {
  constexpr double dx_m = 2e-3, radius_m = 5e-3, gap_cells = 2;
  const Run run("tube-static",
                Settings{}
                    .set("solver.dx", dx_m, "m")
                    .set("solver.dt", 80e-6, "s")
                    .set("openings.0.pressure", 1000, "Pa")
                    .set("wall.muscles",
                         "[{name: soleus, pressure: 120 mmHg, regions: [{from: 6 mm, to: 14 mm, edge: "
                         "4 mm}], waveform: {kind: plantar_flexion}}]"));
  const auto& area = run.flow().probes.columns.at("area_middle_m2");
  const auto& numbers = run.flow().numbers;
  const double gap = gap_cells * dx_m / (2 * radius_m);
  return {*std::ranges::min_element(area) / tube_area_m2, gap * gap, numbers.at("residual_gap_stations_max"),
          run.last("stations_at_residual_gap"), numbers.at("residual_gap_first_s")};
}

TubeWave tube_wave(double transmural_pa, double viscous_time_s) {
  const Run run("tube-wave",
                Settings{}
                    .set("openings", fmt::format("[{{name: mouth, end: start, kind: pressure, pressure: {} "
                                                 "Pa, waveform: {{kind: table, file: tube-wave.csv}}}}, "
                                                 "{{name: end, end: end, kind: closed}}]",
                                                 transmural_pa))
                    .set("wall.tube_law.imaged_at", transmural_pa, "Pa")
                    .set("wall.tube_law.viscous_time", viscous_time_s, "s"));
  const Series& probes = run.flow().probes;
  const double half = transmural_pa * (1 + 0.5 * wave_step);
  TubeWave wave{};
  const std::vector<double>& far = probes.columns.at("pressure_far_Pa");
  for (std::size_t k = 1; k < far.size(); ++k)
    wave.steepest_1_s =
        std::max(wave.steepest_1_s, (far[k] - far[k - 1]) / (probes.time_s[k] - probes.time_s[k - 1]) /
                                        (wave_step * transmural_pa));
  wave.speed_m_s =
      wave_path_m / (passes_s(probes, "pressure_far_Pa", half) - passes_s(probes, "pressure_near_Pa", half));
  return wave;
}

}  // namespace soleus::verification
