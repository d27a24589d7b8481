// The lumen's nodes by the stations between which they lie.
#pragma once

#include <vector>

#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/state/sections.hpp"

namespace soleus {

/// A node near two branches belongs to the one of the larger weight.
Sections make_sections(const Wall& wall, const Lattice& lattice);

/// Mean of what was summed about each station; where a station has no fluid, that of the nearest one of its
/// branch.
std::vector<double> station_means(const std::vector<SectionSum>& stretches, const Stations& stations);

}  // namespace soleus
