// What a run leaves behind: time series, fields, progress; and the guard that stops a run that goes wrong.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/progress.hpp"
#include "solver_cuda/cycle_means.hpp"
#include "solver_cuda/kernels/wall_stress.hpp"
#include "solver_cuda/output/field_writer.hpp"
#include "solver_cuda/probes.hpp"
#include "solver_cuda/sheet_recorder.hpp"
#include "solver_cuda/snapshot.hpp"
#include "solver_cuda/valve_recorder.hpp"
#include "solver_cuda/vein_map_recorder.hpp"

namespace soleus {

class Recorder {
 public:
  Recorder(const Setup& setup, const std::filesystem::path& folder);

  /// What must be known of the fluid after this step, at which a sample of the series, a frame of the fields
  /// or a look at the totals is due.
  Observed watches(std::int64_t step) const {
    if (!sample_due(step) && !frame_due(step)) return Observed::totals;
    return coordinates_.empty() ? Observed::fields : Observed::strain;
  }
  /// The step after which something is due next when this one has been recorded; the last one of the run.
  std::int64_t next_due(std::int64_t step) const {
    const std::int64_t sample = next_sample(step);
    const std::int64_t frame = frame_due(step) ? step + frame_steps_ : next_frame_;
    return std::min({sample, frame, (step / guard_steps_ + 1) * guard_steps_, setup_.steps});
  }
  /// The first of the two steps before the next sample, when this one has been recorded, if it takes the
  /// force.
  std::int64_t force_from(std::int64_t step) const;
  /// Why a state is not sound: place, step and likely cause; nothing where it is.
  std::optional<std::string> fault(const Snapshot& now) const;
  /// Throws NumericalError when the state is not sound.
  void record(const Snapshot& now);
  Flow finish();
  /// To or from a checkpoint: what has been recorded, and when something is due next.
  template <class Archive>
  void serialize(Archive& a) {
    double so_far_s = seconds();
    a(so_far_s, recorded_, flow_.series.time_s, flow_.series.columns, flow_.probes.time_s,
      flow_.probes.columns, flow_.limb.time_s, flow_.limb.columns);
    if (volume_) a(*volume_);
    if (wall_) a(*wall_);
    if (vein_map_) a(*vein_map_);
    if (means_) a(*means_);
    a(sheets_);
    a(next_sample_, next_frame_, sampled_points_, unknown_points_, last_sample_s_, initial_mass_kg_,
      max_drho_, peak_velocity_m_s_, gap_);
    if constexpr (Archive::is_loading::value) go_on(so_far_s);
  }
  /// To the log, at the start.
  void announce(const std::vector<std::string>& lines) const;

 private:
  const Setup& setup_;
  std::filesystem::path folder_;
  RunLabel label_;
  Flow flow_;
  Progress progress_;
  std::optional<SeriesWriter> volume_, wall_;
  Probes probes_;
  SheetRecorder sheets_;
  ValveRecorder valves_;
  std::optional<VeinMapRecorder> vein_map_;  // of a compliant wall
  std::optional<CycleMeans> means_;
  std::vector<int> wall_points_;                    // surface points off the caps
  std::vector<CenterlineCoordinates> coordinates_;  // [surface points]
  bool closed_surface_ = false;
  std::int64_t sample_steps_, frame_steps_, guard_steps_, next_sample_ = 0, next_frame_ = 0;
  WallShares wss_shares_, all_shares_;  // of the sampled and of all points, while the wall stands still
  std::size_t sampled_points_ = 0, unknown_points_ = 0;  // wall points of a sample; most without a stress
  double last_sample_s_ = 0, initial_mass_kg_ = 0, max_drho_ = 0, peak_velocity_m_s_ = 0;
  std::chrono::steady_clock::time_point start_;  // less what earlier runs took before a checkpoint
  std::int64_t recorded_ = 0;                    // step
  std::optional<ResidualGap> gap_;               // of a compliant wall

  bool sample_due(std::int64_t step) const;
  std::int64_t next_sample(std::int64_t step) const {
    return sample_due(step) ? step + sample_steps_ : next_sample_;
  }
  bool frame_due(std::int64_t step) const;
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  void go_on(double after_s);
  void sample(const Snapshot& now);
  void frame(const Snapshot& now);
  void scalar_columns(const ScalarNow& scalar);
  void wss_columns(const Snapshot& now, const Surface& moved);
  WallStress stress_of_all(const Snapshot& now, const Surface& moved);
  void watch_gap(const ResidualGap& gap);
  Surface moved_surface(const Snapshot& now) const;
  double cap_pressure(const Snapshot& now, int cap) const;
  void add(const std::string& column, double value) { flow_.series.columns[column].push_back(value); }
};

}  // namespace soleus
