// How much a thin elastic sheet is stretched.
#pragma once

#include <vector>

#include "solver_cuda/state/shell.hpp"

namespace soleus {

/// First principal strain (of Green) and stress (Cauchy's) [Pa] of each triangle.
struct SheetStretch {
  std::vector<float> strain, stress_pa;  // [triangles]
};
SheetStretch stretch_of(const Shell& shell);

}  // namespace soleus
