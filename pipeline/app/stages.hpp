// The stages of a case: what each reads, what decides whether it is up to date, and how it runs. One function
// per stage; each meets the others only through the files in the run folder.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "pipeline/app/case.hpp"
#include "pipeline/app/run_case.hpp"
#include "pipeline/app/workspace.hpp"

namespace soleus {

struct PlannedStage {
  Stage stage;
  std::filesystem::path folder;
  std::function<StageRecord()> record;  // asked when the earlier stages are done: it hashes their results
  std::function<void(const std::filesystem::path&)> work;
};

/// The stages that this case has, in order. `c` must outlive the result.
std::vector<PlannedStage> plan(const Case& c, const RunOptions& options);

/// The geometry of a case that enters by surface or analytic shape, made in a temporary folder.
Geometry make_geometry_aside(const Case& c);

}  // namespace soleus
