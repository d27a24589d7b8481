// How far a valve is open, from where its cusps lie.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/valves.hpp"

namespace soleus {

/// Of the vein at the station, as a circle.
double vein_area_m2(const ValveFigures& f);

struct ValveOpening {
  double orifice_m2 = 0;            // free of cusps, seen along the vein
  double coaptation_area_m2 = 0;    // over which the cusps lie on each other, in the plane between them
  double coaptation_height_m = 0;   // the greatest along the vein in the middle third of the valve
  double least_gap_m = 0;           // of the cusps across the plane between them; negative: they have crossed
  std::vector<double> free_edge_m;  // [cusps] middle of the free edge, from the plane between the cusps
};

/// `x_m`: [cusps][points] where they lie now. Both are drawn onto the plane through the commissures along the
/// vein, in cells of half the rest gap: d_1 and d_2 are their distances from it, each on its own side. Cusps
/// closer than 1.6 rest gaps have no fluid between them that is free to flow: it moves with both. So the
/// cusps lie on each other where d_1 + d_2 is less, and per column across the vein the orifice is the gap
/// min d_1 + min d_2, of which one of 1.6 rest gaps counts as none, one of 3.2 in full. A monocusp faces the
/// wall of a round vein.
ValveOpening opening_of(const Valve& valve, const std::vector<const std::vector<Vec3>*>& x_m);

/// [places] whether it lies in a pocket: behind a cusp, seen from the plane between the cusps, and below the
/// commissures. The wall behind it is not looked for.
std::vector<char> in_pockets(const Valve& valve, const std::vector<const std::vector<Vec3>*>& x_m,
                             const std::vector<Vec3>& places_m);

}  // namespace soleus
