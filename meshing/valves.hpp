// Valves built into a lumen.
#pragma once

#include <vector>

#include "meshing/valve_config.hpp"
#include "pipeline/base/artifacts/geometry.hpp"

namespace soleus {

/// Shapes the wall around each valve, adds its cusps to geometry.valves and measures the centrelines again
/// where the wall has changed. The lumen is then no exact shape any more. Throws InputError with all that
/// does not fit: valves outside every vein or beyond its ends, that overlap, that cannot have such sizes, or
/// for which the lattice is too coarse.
void insert_valves(Geometry& geometry, const std::vector<ValveConfig>& configs);

}  // namespace soleus
