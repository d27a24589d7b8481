// A sheet that the fluid tears along is lost. Apart from the .cu files because nvcc does not take fmt's
// checked formats.
#pragma once

#include <string>

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// Throws NumericalError: of a node at a place.
[[noreturn]] void fail_torn(const std::string& sheet, double cells_per_step, const Vec3& x_m);

}  // namespace soleus
