// Geometry + physics of the case -> flow over time. Lattice units never leave this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/base/artifacts/flow.hpp"
#include "pipeline/base/artifacts/geometry.hpp"
#include "pipeline/base/fields.hpp"
#include "pipeline/base/opening_config.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/working_point.hpp"

namespace soleus {

/// What a run will take, known before it starts.
struct Preflight {
  std::int64_t fluid_cells = 0, stored_cells = 0;
  double dx_m = 0, dt_s = 0, tau = 0, mach = 0, grid_reynolds = 0;
  double lattice_compliance_m3_pa = 0;  // V / (rho c_s^2): what the lattice's fluid stores under pressure
  std::int64_t steps = 0;
  double memory_bytes = 0, disk_bytes = 0, seconds = 0;  // seconds: from a short calibration
  std::optional<WorkingPoint> limb{};
  std::vector<std::string> notes;  // vessels and openings with fewer than fewest_cells_across
};

/// How fast steps go, and the memory that they work in.
struct Speed {
  double seconds_per_step = 0;
  std::int64_t fluid_cells = 0;  // after the steps
  double populations_bytes = 0;  // where they lie and, on a device, the waste of tiles included
  double boundary_bytes = 0;     // links
  double lattice_bytes = 0;      // tiles, their neighbours, flags of the nodes
  double near_wall_bytes = 0;    // distances, and velocities where the wall moves
};

inline constexpr double default_checkpoint_interval_s = 300;
/// Of a run that is not at its end, beside its results.
inline constexpr std::string_view checkpoint_file = "checkpoint.json";

/// A case made ready: its lattice is laid over the lumen once, for the pre-flight and for the run.
///
///   Simulation simulation(flow_case, geometry, threads);
///   const Flow flow = simulation.run(folder);
class Simulation {
 public:
  /// Throws InputError when the settings are outside the stable range, with the nearest settings that would
  /// work, and when geometry and case do not fit together.
  /// `device`: number of the CUDA device, for solver.backend: cuda.
  Simulation(FlowCase flow_case, const Geometry& geometry, int threads, int device = 0);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Takes a few steps to learn their time; leaves no trace in a later run().
  Preflight preflight();
  /// Speed over an even number of steps from the start; leaves no trace in a later run().
  Speed measure(int steps);
  std::int64_t fluid_cells() const;
  /// Part of the box around the lumen that is fluid.
  double fill_of_box() const;
  /// From the start to the end of the case, or, where a run of it was stopped that had saved its state in
  /// `folder`, from there on, with the same bits; writes the fields, the series and flow.json there. Throws
  /// NumericalError at the step that fails. The state of a case that has a hash is saved each interval of run
  /// time and when the user asks to stop; checkpoint_file and what begins with its stem may be removed when
  /// the run has ended.
  Flow run(const std::filesystem::path& folder, double checkpoint_interval_s = default_checkpoint_interval_s);

 private:
  struct Prepared;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace soleus
