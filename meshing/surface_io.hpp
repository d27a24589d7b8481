// Surface files as other programs write them.
#pragma once

#include <filesystem>

#include "meshing/meshing.hpp"
#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

/// STL, PLY, OBJ or VTP, in LPS metres, coincident points merged, triangles turned outward. Throws
/// InputError.
Surface read_surface(const std::filesystem::path& file, double unit_m, SurfaceSpace space);

}  // namespace soleus
