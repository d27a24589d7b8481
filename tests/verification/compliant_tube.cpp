#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {

namespace {

constexpr double density_kg_m3 = 1000, tube_area_m2 = std::numbers::pi * 25e-6;
constexpr double wave_step = 0.02, wave_path_m = 0.12, wave_radius_m = 4e-3,
                 wave_viscosity_m2_s = 5e-6;  // configs/verification/tube-wave; the step is of the pressure

}  // namespace

double tube_law_area(double transmural_pa) {
  return VeinLaw{}.area_ratio(transmural_pa);
}

double tube_law_wave_speed_m_s(double transmural_pa) {
  const double a = VeinLaw{}.area_ratio(transmural_pa);
  return std::sqrt(a / density_kg_m3 * VeinLaw{}.slope(a));
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

FlattenedTube flattened_tube(const std::string& cross_section, double external_pa) {
  const Run run("tube-static", Settings{}
                                   .set("openings.0.pressure", 0, "Pa")
                                   .set("wall.cross_section", cross_section)
                                   .set("wall.external_pressure", external_pa, "Pa")
                                   .set("wall.external_waveform", "{ramp: 0.3 s}"));
  const double first_m3 = run.first("lumen_volume_m3"), last_m3 = run.last("lumen_volume_m3");
  return {last_m3 / first_m3, run.last("inflow_volume_mouth_m3") / (last_m3 - first_m3),
          run.last("stations_at_residual_gap")};
}

double unrest_of_tube(double transmural_pa, const Settings& more) {
  constexpr double lumen_pa = 2000;
  Settings settings = more;
  const Run run("tube-static", settings.set("openings.0.pressure", lumen_pa, "Pa")
                                   .set("openings.0.waveform.ramp", 0, "s")
                                   .set("wall.external_pressure", lumen_pa - transmural_pa, "Pa")
                                   .set("wall.external_waveform", "{ramp: 0.1 s}")
                                   .set("solver.end_time", 0.4, "s"));
  const VeinMap& map = run.flow().vein_map.value();
  const std::size_t n = map.stations(), times = map.time_s.size();
  double most = 0;
  for (std::size_t t = times - times / 10; t + 1 < times; ++t)
    for (std::size_t k = 0; k < n; ++k) {
      const auto area = [&](std::size_t at) { return double(map.area_m2[at * n + k]); };
      most = std::max(most, std::abs(0.5 * (area(t - 1) + area(t + 1)) / area(t) - 1));
    }
  return most;
}

ImagedVein imaged_vein() {
  const Settings coarse = Settings{}.set("solver.dx", 0.7e-3, "m").set("solver.end_time", 0.5, "s");
  const auto left_m3 = [](const Run& run) {
    return -run.last("inflow_volume_above_m3") - run.last("inflow_volume_below_m3");
  };
  Settings contracted = coarse;
  contracted.set("wall.motion", "contraction")
      .set("wall.area_ratio_min", "0.4")
      .set("wall.rise", 0.5, "s")
      .set("wall.hold", 0, "s")
      .set("wall.fall", 0.5, "s")
      .set("wall.regions", "[{from: 15 mm, to: 39 mm, edge: 12 mm}]");
  return {left_m3(Run("vein-imaged", coarse)), left_m3(Run("vein-imaged", contracted))};
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

TubeWave tube_wave(int cells, double transmural_pa, double viscous_time_s) {
  const std::string mouth = fmt::format(
      "name: mouth, end: start, kind: pressure, pressure: {} Pa, waveform: {{kind: table, file: "
      "{}/configs/verification/"
      "tube-wave.csv}}",
      transmural_pa, SOLEUS_SOURCE);
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

ResistorFlow starling_resistor(double downstream_pa) {
  const std::string upstream = "{name: upstream, end: start, kind: pressure, pressure: 1.5 kPa}";
  const Run run("starling-resistor",
                Settings{}.set("openings", fmt::format("[{}, {{name: downstream, end: end, kind: pressure, "
                                                       "pressure: {} Pa}}]",
                                                       upstream, downstream_pa)));
  const auto pressure_pa = [&](const std::string& probe) {
    return run.flow().probes.columns.at("pressure_" + probe + "_Pa").back();
  };
  const StarlingResistor tube{{.collapse_pa = 200}, 5e-3, 0.04, 0.2, density_kg_m3, 1000};
  return {-run.last("flow_downstream_m3_s"), tube.flow(pressure_pa("in"), pressure_pa("out"))};
}

PumpStroke calf_pump(const Squeeze& squeeze) {
  constexpr double length_m = 0.04, radius_m = 5e-3, filling_pa = 1000, against_pa = 1500, gap_cells = 2;
  const double dx = 2 * radius_m / squeeze.cells, period_s = squeeze.period_s;
  const Run run("calf-pump", Settings{}
                                 .set("wall.external_pressure", squeeze.external_pa, "Pa")
                                 .set("wall.external_waveform.period", period_s, "s")
                                 .set("fluid.viscosity", squeeze.viscosity_pa_s, "Pa s")
                                 .set("solver.dx", dx, "m")
                                 .set("solver.dt", 0.04 * dx, "s")  // c_s = 14.4 m/s
                                 .set("solver.end_time", squeeze.cycles * period_s, "s"));
  const std::vector<double>&t = run.time_s(), &in = run.column("inflow_volume_below_m3"),
        &out = run.column("inflow_volume_above_m3"), &lumen = run.column("lumen_volume_m3");
  PumpStroke stroke{};
  std::size_t before = 0;
  for (std::size_t k = 1; k < t.size(); ++k) {
    if (std::fmod(t[k] + 1e-6, period_s) > 1e-3) continue;
    stroke.volume_m3.push_back(out[before] - out[k]);
    stroke.out_of_balance_m3.push_back(in[k] - in[before] + out[k] - out[before] - lumen[k] + lumen[before]);
    before = k;
  }
  const double filled = tube_law_area(filling_pa), residual = std::pow(gap_cells / squeeze.cells, 2),
               emptied = std::max(residual, tube_law_area(against_pa - squeeze.external_pa));
  stroke.exact_volume_m3 = length_m * tube_area_m2 * (filled - emptied);
  stroke.exact_ejection_fraction = 1 - emptied / filled;
  stroke.ejection_fraction = stroke.volume_m3.back() / (length_m * tube_area_m2 * filled);
  return stroke;
}

}  // namespace soleus::verification
