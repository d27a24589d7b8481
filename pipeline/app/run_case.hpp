// A case through its stages, each skipped when its result is up to date.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "pipeline/app/case.hpp"
#include "solver_cuda/solver.hpp"

namespace soleus {

enum class Stage { phantom, segment, mesh, solve, report };
inline constexpr std::array<std::string_view, 5> stage_names{"phantom", "segment", "mesh", "solve", "report"};

struct RunOptions {
  std::filesystem::path folder;  // of the run
  std::optional<Stage> from{};   // also run this and the later ones when up to date; earlier ones as they are
  Stage until = Stage::report;
  int threads = 1;
  int device = 0;                                                // of a CUDA backend
  double checkpoint_interval_s = default_checkpoint_interval_s;  // of run time
};

void run_case(const Case& c, const RunOptions& options);

/// Prints what run_case would do, with the solver's pre-flight table when the mesh is there or quickly made.
void show_plan(const Case& c, const RunOptions& options);

}  // namespace soleus
