// Cusps' attachments move with the wall.
#pragma once

#include <vector>

#include "solver_cuda/geometry/wall.hpp"
#include "solver_cuda/state/immersed_sheet.hpp"

namespace soleus {

class Attachments {
 public:
  /// Of the sheets of the wall's geometry that belong to valves; none where the wall stands still.
  explicit Attachments(const Wall& wall);

  bool none() const { return held_.empty(); }
  /// Lets the held nodes go, within `within_s`, to where the wall is at `then`.
  void lead(std::vector<ImmersedSheet>& sheets, const MotionInstant& then, double within_s) const;

 private:
  struct Held {
    std::size_t sheet, node;
    Vec3 rest_m;
    CenterlineCoordinates at;
  };
  const Motion& motion_;
  std::vector<Held> held_;
};

}  // namespace soleus
