// What the limb of a case does to the wall of a lumen that lies in it.
#pragma once

#include <memory>

#include "solver_cuda/limb/schedule.hpp"

namespace soleus {

/// Posture and muscles over time, the same object that moves the limb's compartments; and the place in the
/// body, as far below the right atrium as the vessels that the lumen leads to, in the middle of its openings.
struct LimbOfWall {
  limb::Schedule schedule;
  limb::PerPart below_heart_m{};
  double height_m = 0;  // z of that place

  /// Pressure of a muscle group over its largest in the protocol; 0 where it never presses.
  double activity(limb::Press of, double time_s) const {
    const double most_pa = limb::largest_pa(schedule, of);
    return most_pa > 0 ? limb::presses(schedule, time_s)[std::size_t(of)] / most_pa : 0;
  }
};

}  // namespace soleus
