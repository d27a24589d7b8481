// Many runs of one case with other values of some keys, each kept on disk as soon as it is there.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/app/case.hpp"
#include "solver_cuda/study/design.hpp"
#include "solver_cuda/study/vary.hpp"

namespace soleus {

enum class Sampling { grid, latin_hypercube, sobol };
inline constexpr std::array<std::string_view, 3> sampling_names{"grid", "latin-hypercube", "sobol"};

struct SweepOptions {
  std::string case_file;
  std::vector<Override> set;
  std::vector<study::Vary> vary;
  Sampling sampling = Sampling::grid;
  int samples = 0;
  std::uint64_t seed = 1;
  bool limb_only = false;  // of a case that has a lumen too
  int jobs = 1, threads = 1;
  int only = 0;  // the number of a run; 0: all
  std::filesystem::path folder;
};

/// A figure of a run in the unit in which it is told.
struct SweepFigure {
  std::string key, label, unit;
  double value = 0;
};

enum class RunState { missing, finished, failed };
struct SweepRun {
  RunState state = RunState::missing;
  bool was_there = false;  // finished by an earlier program
  std::string reason;      // why it failed
  std::vector<SweepFigure> figures;
};

struct Sweep {
  SweepOptions options;
  Case base;
  bool of_limb = true;   // else each run is a `soleus run`
  study::Points points;  // [run][parameter], parts of their ranges
  std::vector<SweepRun> runs;
};

/// Reads the case and checks both ends of every range. Throws InputError; writes nothing.
Sweep plan_sweep(const SweepOptions& options);

/// Runs what is not there yet. A run that fails keeps its reason and ends nothing; interrupted, what is
/// finished stays.
void run_sweep(Sweep& sweep);

/// What --set would be given for a run.
std::vector<Override> settings(const Sweep& sweep, std::size_t run);
/// runs/0001 of the sweep's folder, for the run's own files; runs/0001.json beside it holds its figures.
std::filesystem::path run_folder(const Sweep& sweep, std::size_t run);

/// A run of a case with a lumen, by the program itself in a process of its own; its messages go to sweep.log
/// in the run's folder. Gives why it failed, or nothing. sweep_process.cpp.
struct Process {
  std::vector<std::string> arguments;
  std::filesystem::path log;
};
/// At most `jobs` of them at once; `done(i, reason)` is called as they end. Interrupted, all are stopped.
void run_processes(const std::vector<Process>& all, int jobs,
                   const std::function<void(std::size_t, const std::string&)>& done);

}  // namespace soleus
