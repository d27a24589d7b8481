// Area, pressure and flow along the veins over time.
#pragma once

#include <filesystem>
#include <vector>

namespace soleus {

/// At the stations of an elastic wall, about half a radius apart, one branch after the other. The wall's
/// state, from which a run could go on, is the area and its rate.
struct VeinMap {
  std::vector<int> branch;         // [stations] id in centerlines.vtp
  std::vector<double> abscissa_m;  // [stations]
  std::vector<double> time_s;      // [times]
  // [times][stations]; the flow counts along the abscissa, pressures without the hydrostatic part
  std::vector<float> area_m2{}, area_rate_m2_s{}, pressure_pa{}, flow_m3_s{};

  std::size_t stations() const { return branch.size(); }
};

/// Writes vein_map.vti: x counts stations, y times; what they are is in field data.
void save(const VeinMap& map, const std::filesystem::path& folder);
/// Throws InputError when the file is missing or damaged.
VeinMap load_vein_map(const std::filesystem::path& folder);

}  // namespace soleus
