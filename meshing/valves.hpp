// Valves built into a lumen.
#pragma once

#include <string>
#include <vector>

#include "meshing/valve_config.hpp"
#include "pipeline/base/artifacts/geometry.hpp"
#include "pipeline/base/bvh.hpp"

namespace soleus {

/// Shapes the wall around each valve, adds its cusps to geometry.valves and measures the centrelines again
/// where the wall has changed. The lumen is then no exact shape any more. Throws InputError with all that
/// does not fit: valves outside every vein or beyond its ends, that overlap, that cannot have such sizes, or
/// for which the lattice is too coarse.
void insert_valves(Geometry& geometry, const std::vector<ValveConfig>& configs);

/// Sentences on what keeps one more valve, whose sinus the lumen has, from being built beside others.
/// `lumen`: of the geometry's surface.
std::vector<std::string> faults_of_one_more(const Geometry& geometry, const Bvh& lumen,
                                            const std::vector<ValveConfig>& there, const ValveConfig& fresh);

}  // namespace soleus
