// The room that a valve takes: its sinus, and the vein within it as far as the cusps reach.
#pragma once

#include <optional>
#include <vector>

#include "meshing/valve_wall.hpp"

namespace soleus {

struct ValveRoom {
  static constexpr int heights = 24, angles = 36;

  ValveFrame frame;
  HeightRange range;
  double largest_m = 0;
  std::vector<double> radius_m;  // [heights][angles] of the wall with its sinus; into side veins no further
};
ValveRoom make_room(const Bvh& lumen, const ValveFrame& f, const ValveShape& v, const HeightRange& range);

/// A place that both take, or from which the other one is nearer than a gap.
std::optional<Vec3> common_place(const ValveRoom& a, const ValveRoom& b, double gap_m = 0);

}  // namespace soleus
