// The pre-flight table of a run, and the refusal of runs that this machine cannot hold.
#pragma once

#include <filesystem>
#include <string>

#include "solver_cuda/solver.hpp"

namespace soleus {

/// What the limb alone does at the openings, a line for each.
std::string table(const WorkingPoint& point);
/// The table as the user sees it, one line per figure.
std::string table(const Preflight& p);
void print(const Preflight& p);

/// Throws ResourceError when memory or the disk under `folder` is too small.
void refuse_what_does_not_fit(const Preflight& p, const std::filesystem::path& folder);

}  // namespace soleus
