// The pictures of the report: time series of the run.
#pragma once

#include <filesystem>

#include "postprocess/metrics.hpp"

namespace soleus {

/// Writes flows, pressures, lumen_volume, wall_shear_stress, peak_velocity and volume_balance .png, as far as
/// the run recorded them, with the flow's case hash and program as text chunks. Without a display it warns
/// what to install and writes none.
void draw_plots(const Flow& flow, const Metrics& metrics, const std::filesystem::path& folder);

}  // namespace soleus
