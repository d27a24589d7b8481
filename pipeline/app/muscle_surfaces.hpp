// The muscles of a case as surfaces, which the solver does not read itself.
#pragma once

#include <filesystem>
#include <vector>

#include "pipeline/app/case.hpp"

namespace soleus {

/// [wall.muscles] Closed, outward, LPS metres; empty for a muscle given by regions or not at all. Throws
/// InputError when a surface has holes or a label map does not hold the label.
std::vector<Surface> muscle_surfaces(const Case& c);

/// What the solver needs of the case, with what it does not read itself: the muscles' surfaces, and from the
/// run's folder the motion that the images show.
FlowCase flow_case_with_files(const Case& c, const std::filesystem::path& run);

}  // namespace soleus
