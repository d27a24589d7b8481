// The muscles of a case as surfaces, which the solver does not read itself.
#pragma once

#include <vector>

#include "pipeline/app/case.hpp"

namespace soleus {

/// [wall.muscles] Closed, outward, LPS metres; empty for a muscle given by regions or not at all. Throws
/// InputError when a surface has holes or a label map does not hold the label.
std::vector<Surface> muscle_surfaces(const Case& c);

/// What the solver needs of the case, the muscles' surfaces included.
FlowCase flow_case_with_muscles(const Case& c);

}  // namespace soleus
