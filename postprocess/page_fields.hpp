// The stored frames of a run as a page shows them: wall, cusps, a slice and streamlines.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace soleus {

/// {"times", "wall", "cusps", "slice", "lines"}; what the run does not have is left out. What was reduced or
/// is missing is told in `notes`.
nlohmann::ordered_json page_fields(const std::filesystem::path& solve_folder,
                                   const std::filesystem::path& wall_series,
                                   const std::filesystem::path& volume_series,
                                   std::vector<std::string>& notes);

}  // namespace soleus
