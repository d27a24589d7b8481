// The script that opens a run in ParaView.
#pragma once

#include <filesystem>

#include "pipeline/base/artifacts/flow.hpp"

namespace soleus {

/// Writes open_in_paraview.py into `folder`, with the solve folder's place relative to it.
void write_paraview_script(const Flow& flow, const std::filesystem::path& solve_folder,
                           const std::filesystem::path& folder);

}  // namespace soleus
