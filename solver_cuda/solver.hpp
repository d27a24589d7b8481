// Geometry + physics of the case -> flow over time. Lattice units never leave this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/flow.hpp"
#include "pipeline/base/artifacts/geometry.hpp"
#include "pipeline/base/fields.hpp"
#include "pipeline/base/opening_config.hpp"
#include "solver_cuda/config.hpp"

namespace soleus {

/// What a run will take, known before it starts.
struct Preflight {
  std::int64_t fluid_cells = 0, stored_cells = 0;
  double dx_m = 0, dt_s = 0, tau = 0, mach = 0, grid_reynolds = 0;
  std::int64_t steps = 0;
  double memory_bytes = 0, disk_bytes = 0, seconds = 0;  // seconds: from a short calibration
  std::vector<std::string> notes;                        // e.g. vessels thinner than 8 cells
};

/// Throws InputError when the settings are outside the stable range, with the nearest settings that would
/// work.
Preflight preflight(const FlowCase& flow_case, const Geometry& geometry, int threads);

/// Runs the case and writes the fields into `folder`. Throws NumericalError at the step that fails.
Flow solve(const FlowCase& flow_case, const Geometry& geometry, int threads,
           const std::filesystem::path& folder);

}  // namespace soleus
