// The lattice-Boltzmann solver. step() below IS the algorithm; README.md numbers the same steps.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "solver_cuda/backend/backend.hpp"
#include "solver_cuda/checkpoints.hpp"
#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/geometry/sections.hpp"
#include "solver_cuda/kernels/attachments.hpp"
#include "solver_cuda/kernels/compliant_wall.hpp"
#include "solver_cuda/kernels/correct_links.hpp"
#include "solver_cuda/limb_around.hpp"
#include "solver_cuda/solver.hpp"
#include "solver_cuda/state/immersed_sheet.hpp"

namespace soleus {

/// The one virtual seam: backend, velocity set and precision are chosen once.
class SolverBase {
 public:
  virtual ~SolverBase() = default;
  /// To the end of the case, writing fields into `folder`, from a checkpoint there on.
  virtual Flow run(const std::filesystem::path& folder, double checkpoint_interval_s) = 0;
  /// Over an even number of steps from the start.
  virtual Speed measure(int steps) = 0;
};

struct ScalarNow;
class Recorder;

/// What depends on neither velocity set nor precision: geometry, lattice, scales, time.
struct Setup {
  const FlowCase& flow_case;
  const Wall& wall;
  Lattice& lattice;
  Scales scales;
  std::int64_t steps;
  int device;  // of a CUDA backend
};

std::unique_ptr<SolverBase> new_cpu_solver(const Setup& setup);
/// Null when the program was built without CUDA.
std::unique_ptr<SolverBase> new_cuda_solver(const Setup& setup);

/// `Backend` as in backend/backend.hpp.
template <class Backend>
class LatticeSolver : public SolverBase {
 public:
  explicit LatticeSolver(const Setup& setup);
  Flow run(const std::filesystem::path& folder, double checkpoint_interval_s) override;
  Speed measure(int steps) override;

  /// To a step, or to the one before which the wall has to move, its links are to be corrected or the force
  /// on it is due.
  void advance_to(std::int64_t step) {
    if (correction_due() && steps_done_ < step) renew_corrections();
    std::vector<StepValues> values;
    for (; steps_done_ < step &&
           (values.empty() || !(wall_due() || correction_due() || force_due() || limb_due()));
         ++steps_done_)
      values.push_back(imposed_at(time_s()));
    backend_.advance(values);
    if (!values.empty()) force_ = values.back().force;
  }
  /// To a step.
  void go_to(std::int64_t step) {
    while (steps_done_ < step) {
      if (saving_due()) save(*saving_);
      if (limb_due()) exchange_with_limb();
      if (wall_due()) move_wall(time_s());  // refill, links and displaced volume anew
      if (force_due()) {
        if (correction_due()) renew_corrections();  // as the step to come has them
        measure_force();
      }
      advance_to(step);
    }
  }

  double time_s() const { return static_cast<double>(steps_done_) * setup_.scales.dt_s; }
  /// Pressure that is added to the lattice's own, the first pressure opening's [Pa].
  double reference_pa(double time_s) const;

 private:
  using L = typename Backend::VelocitySet;
  using Real = typename Backend::Arithmetic;

  Setup setup_;
  Lattice& lattice_;
  Waveform force_waveform_;
  NearWall near_;
  std::optional<CompliantWall> compliant_;
  Attachments attachments_;
  std::optional<LimbAround> limb_;
  Backend backend_;
  std::int64_t limb_at_ = 0;  // step of the next exchange, an even one
  double start_pa_ = 0;       // reference_pa() at the start
  Vec3 force_;                // of the last step, on a cell
  std::int64_t steps_done_ = 0;
  std::int64_t wall_moves_at_ = 0;  // step, an even one
  // Since the last update of the wall, in cells: lumen, what the wall displaces per step, and what the lumen
  // had lost but the wall not yet displaced.
  double lumen_ = 0, displaced_per_step_ = 0, to_displace_ = 0;
  std::int64_t updated_at_ = 0;                       // step
  std::int64_t corrected_at_ = -correction_interval;  // step in which all links were, an even one
  // The force on the wall: the step from which on it is due, and what it was in the last two steps in which
  // it was.
  std::int64_t force_from_ = std::numeric_limits<std::int64_t>::max();
  std::array<Vec3, 2> force_N_{};
  struct Saving {
    Checkpoints& checkpoints;
    Recorder& recorder;
  };
  std::optional<Saving> saving_;  // during a run
  std::int64_t next_due_ = 0;     // step at which the recorder has to be told

  void initialize();
  /// Before an even step everything that arrives at a node lies in its own slots, whichever neighbours are
  /// fluid.
  bool wall_due() const { return steps_done_ >= wall_moves_at_; }
  /// That the links of the wall are kept for, an even number.
  std::int64_t steps_with_wall() const {
    const double pairs = (near_.interval_s() / setup_.scales.dt_s - 0.5) / 2;
    if (compliant_ && 2 * pairs > double(compliant_->most_steps())) return compliant_->most_steps();
    return pairs < 1e9 ? 2 * std::max<std::int64_t>(1, std::llround(std::ceil(pairs)))
                       : std::int64_t{1} << 62;
  }
  void move_wall(double time_s);
  void answer_pressure(double time_s);
  const StationAreas* areas() const { return compliant_ ? &compliant_->areas() : nullptr; }
  bool limb_due() const { return limb_ && steps_done_ >= limb_at_; }
  void exchange_with_limb();
  void find_links();
  WallView view() const { return {lattice_, setup_.wall, near_, setup_.scales}; }
  /// A checkpoint is due, and all links are about to be corrected anew, and found if the wall moves.
  bool saving_due() const {
    const bool anew = setup_.wall.motion().still() ? correction_due() : wall_due() && corrections_old();
    return saving_ && anew && saving_->checkpoints.due();
  }
  bool corrects_links() const { return setup_.flow_case.solver.wall_rule == WallRule::parabolic; }
  bool correction_due() const {
    return setup_.wall.motion().still() && steps_done_ >= corrected_at_ + correction_interval;
  }
  bool corrections_old() const { return steps_done_ >= corrected_at_ + corrections_kept; }
  void renew_corrections();
  void correct_links();
  void displace_volume();
  bool force_due() const { return steps_done_ >= force_from_; }
  void measure_force();
  StepValues imposed_at(double time_s) const;
  double outside_pa(std::size_t cap, double time_s) const;
  double first_pressure_pa(double time_s) const;  // of the pressure openings
  bool has_scalar() const { return setup_.flow_case.scalar.diffusivity_m2_s.has_value(); }
  std::optional<ScalarNow> scalar_of(const Observation& seen) const;
  std::vector<double> volumes(const std::vector<double>& masses) const;
  /// All but openings and populations, to or from an archive.
  template <class Archive>
  void transfer(Archive& archive, Recorder& recorder);
  void write_state(std::ostream& out, Recorder& recorder);
  void read_state(std::istream& in, Recorder& recorder);
  void save(Saving& to);
  /// From other runs.
  std::string told_apart() const;
};

}  // namespace soleus
