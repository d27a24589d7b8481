// Pictures of a run's fields, without a browser and without ParaView.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/base/artifacts/flow.hpp"

namespace soleus {

enum class View {
  wall,   // its shear stress
  valve,  // velocity in the plane through the vein's axis and its broadest side, wall and cusps cut open
  flow    // streamlines in a glassy wall
};
inline constexpr std::array<std::string_view, 3> view_names{"wall", "valve", "flow"};

/// Times at which the run has what a view shows [s]. Throws InputError where it has not stored it.
std::vector<double> times_of(const Flow& flow, const std::filesystem::path& solve_folder, View view);

/// A PNG of 1600 x 900 of the stored instant nearest to `time_s`; colours have the same meaning at all times.
/// Needs a display (OffscreenDisplay). Throws InputError, ResourceError.
void render(const Flow& flow, const std::filesystem::path& solve_folder, View view, double time_s,
            const std::filesystem::path& file);

}  // namespace soleus
