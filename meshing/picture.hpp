// Pictures of a place on a surface, for messages that refuse a case.
#pragma once

#include <filesystem>
#include <vector>

#include "pipeline/base/artifacts/surface.hpp"

namespace soleus {

/// Writes a PNG with the whole surface on the left and the first place enlarged on the right, places marked
/// by balls of the given radius. Without a display it only warns.
void write_picture(const std::filesystem::path& file, const Surface& s, const std::vector<Vec3>& places_m,
                   double radius_m);

}  // namespace soleus
