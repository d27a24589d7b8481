#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {

namespace {

constexpr double stiffness_pa = 2590, collapse_pa = 400, density_kg_m3 = 1000,
                 tube_area_m2 = std::numbers::pi * 25e-6;  // configs: vein: deep
constexpr double wave_step = 0.02, wave_path_m = 0.12, wave_radius_m = 4e-3,
                 wave_viscosity_m2_s = 5e-6;  // configs/verification/tube-wave; the step is of the pressure

double law_pa(double a) {
  return a >= 1 ? stiffness_pa * (a * a - std::pow(a, -1.5)) : collapse_pa * (1 - std::pow(a, -1.5));
}

/// When a sampled value first passes another, linear between samples.
double passes_s(const std::vector<double>& time_s, const std::vector<double>& y, double value) {
  for (std::size_t k = 1; k < y.size(); ++k)
    if (y[k] >= value)
      return time_s[k - 1] + (time_s[k] - time_s[k - 1]) * (value - y[k - 1]) / (y[k] - y[k - 1]);
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

TubeWave tube_wave(int cells, double transmural_pa, double viscous_time_s) {
  const std::string mouth = fmt::format(
      "name: mouth, end: start, kind: pressure, pressure: {} Pa, waveform: {{kind: table, file: "
      "tube-wave.csv}}",
      transmural_pa);
  const double dx = 2 * wave_radius_m / cells, sound_m_s = 20;
  const Run run("tube-wave",
                Settings{}
                    .set("openings", fmt::format("[{{{}}}, {{name: end, end: end, kind: closed}}]", mouth))
                    .set("wall.tube_law.imaged_at", transmural_pa, "Pa")
                    .set("wall.tube_law.viscous_time", viscous_time_s, "s")
                    .set("solver.dx", dx, "m")
                    .set("solver.dt", dx / sound_m_s / std::sqrt(3.0), "s"));
  const Series& probes = run.flow().probes;
  const std::vector<double>&t = probes.time_s, &near = probes.columns.at("pressure_near_Pa"),
        &far = probes.columns.at("pressure_far_Pa");
  const double half = transmural_pa * (1 + 0.4 * wave_step);
  const std::vector<double> exact =
      wave_further_on({wave_radius_m, wave_viscosity_m2_s, tube_law_wave_speed_m_s(transmural_pa), sound_m_s},
                      near, t[1] - t[0], wave_path_m);
  const double left_s = passes_s(t, near, half);
  TubeWave wave{};
  wave.speed_m_s = wave_path_m / (passes_s(t, far, half) - left_s);
  wave.exact_speed_m_s = wave_path_m / (passes_s(t, exact, half) - left_s);
  for (std::size_t k = 1; k < far.size(); ++k)
    wave.steepest_1_s =
        std::max(wave.steepest_1_s, (far[k] - far[k - 1]) / (t[k] - t[k - 1]) / (wave_step * transmural_pa));
  return wave;
}

}  // namespace soleus::verification
