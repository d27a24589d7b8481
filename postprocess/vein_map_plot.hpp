// Area, pressure and flow of a vein over abscissa and time, as ultrasound's M-mode shows a place over time.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/vein_map.hpp"

namespace soleus {

/// The longest branches first, at most `most`.
std::vector<int> branches_to_draw(const VeinMap& map, std::size_t most);

/// Writes a PNG of 1600 x 900 of one branch: its area over that at the start, pressure and flow. `texts` go
/// into the file. Needs a display (OffscreenDisplay), else VTK aborts. Throws ResourceError.
void draw(const VeinMap& map, int branch, const std::map<std::string, std::string>& texts,
          const std::filesystem::path& file);

}  // namespace soleus
