// Analytic shapes as geometry: a surface for display and wall figures, exact centrelines and openings.
#pragma once

#include <vector>

#include "meshing/meshing.hpp"

namespace soleus {

/// Ends that an entry of kind closed names, or none with close_unnamed, are wall.
Geometry shape_geometry(const GeometryConfig& config, const std::vector<OpeningConfig>& openings);

}  // namespace soleus
