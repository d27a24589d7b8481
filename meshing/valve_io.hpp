// Valves on disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "pipeline/base/artifacts/valves.hpp"

namespace soleus {

inline constexpr int valves_version = 1;
/// In the folder of the mesh: the sheets, and their sizes.
inline constexpr const char *valve_sheets_file = "valves.vtp", *valve_sizes_file = "valves.json";
/// Writes valves.vtp (sheets) and valves.json (sizes); both carry `provenance`. Throws InputError when there
/// are faults.
void save(const Valves& valves, const std::filesystem::path& folder,
          const std::map<std::string, std::string>& provenance = {});
/// Throws InputError when a file is missing, of another version or inconsistent. None were saved: no valves.
Valves load_valves(const std::filesystem::path& folder);

}  // namespace soleus
