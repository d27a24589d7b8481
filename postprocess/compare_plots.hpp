// Curves of several runs over each other.
#pragma once

#include <filesystem>
#include <span>

namespace soleus {

struct ComparedRun;

/// One chart for each opening's flow and pressure, each valve's flow and opening, the wall shear stress and
/// the peak velocity, as far as the runs have them. Without a display a warning, and nothing.
void draw_comparison(std::span<const ComparedRun> runs, const std::filesystem::path& folder);

}  // namespace soleus
