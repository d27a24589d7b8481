#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"

namespace soleus::verification {
namespace {

constexpr double stiffness_pa = 2590, collapse_pa = 400;  // of a deep vein
constexpr double tube_area_m2 = std::numbers::pi * 25e-6;

double law_pa(double a) {
  return a >= 1 ? stiffness_pa * (a * a - std::pow(a, -1.5)) : collapse_pa * (1 - std::pow(a, -1.5));
}

}  // namespace

double tube_law_area(double transmural_pa) {
  double low = 0.01, high = 10;
  while (high - low > 1e-12) (law_pa(0.5 * (low + high)) < transmural_pa ? low : high) = 0.5 * (low + high);
  return low;
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

}  // namespace soleus::verification
