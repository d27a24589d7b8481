#pragma once

#include <cmath>
#include <numbers>

namespace soleus {

/// From 0 at 0 to 1 at 1, level at both: half a cosine.
inline double smooth_step(double x) {
  return x <= 0 ? 0 : x >= 1 ? 1 : 0.5 * (1 - std::cos(std::numbers::pi * x));
}

}  // namespace soleus
