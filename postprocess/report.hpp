// Flow -> clinical figures, plots and the ParaView script.
#pragma once

#include <filesystem>

#include "pipeline/base/artifacts/flow.hpp"

namespace soleus {

/// Writes metrics.json, metrics.csv, plots (*.png), open_in_paraview.py and report.html into `folder`.
/// `solve_folder` holds the flow's fields.
void report(const Flow& flow, const std::filesystem::path& solve_folder, const std::filesystem::path& folder);

}  // namespace soleus
