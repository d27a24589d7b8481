// Thin elastic sheets in the fluid, and what they remember of it.
#pragma once

#include <string>
#include <vector>

#include "solver_cuda/state/shell.hpp"

namespace soleus {

struct ImmersedSheet {
  std::string name;
  // It moves with the fluid's velocity; its mass is that of the sheet and of the fluid it moves in a moment.
  Shell shell;
  std::vector<double> fluid_mass_kg{};  // [nodes] the fluid's part
  // Of the last two steps, the later one first: the velocity before, and forces on the fluid.
  std::vector<Vec3> velocity_before_m_s{}, force_n{}, force_before_n{};  // [nodes]
  double stable_step_s = 0;
};

}  // namespace soleus
