// Valves that the bulges of a lumen's wall suggest, as the list `geometry.valves` of a case has them.
#pragma once

#include <string>
#include <vector>

#include "meshing/sinuses.hpp"
#include "meshing/valve_config.hpp"

namespace soleus {

struct ValveSuggestion {
  ValveConfig valve;
  SinusBulge bulge;
  Vec3 station_m{};
  double vein_m = 0;                // diameter at the station
  std::vector<std::string> faults;  // why such a valve cannot be built; empty: it can
};

struct SuggestionScales {
  double detail_m = 0;  // size of the voxels that the lumen was made from, or else of its triangles
  double dx_m = 0;      // lattice that the case has
};
/// Blood is taken to flow home towards abscissa 0. Bulges of the valves that are there are left out.
std::vector<ValveSuggestion> suggest_valves(const Geometry& g, const std::vector<ValveConfig>& there,
                                            const SuggestionScales& scales);

/// To be pasted into the section `geometry` of the case; what cannot be built is a comment.
std::string yaml_text(const std::vector<ValveSuggestion>& suggestions);

}  // namespace soleus
