// Means over the last cycle, or over a run that has none, taken while the run goes on: nothing of it has to
// be stored. They end up in wall_mean.pvd, volume_mean.pvd and the numbers of the flow.
#pragma once

#include <filesystem>
#include <vector>

#include "solver_cuda/output/field_writer.hpp"
#include "solver_cuda/snapshot.hpp"
#include "solver_cuda/wall_means.hpp"

namespace soleus {

/// Blood that is sheared less than this may clot: below it red cells begin to stick to each other.
inline constexpr double stagnant_below_1_s = 50;

/// What a sample of the series tells of all the fluid.
struct FluidRates {
  double viscous_loss_w = 0;  // that viscosity turns into heat
  double stagnant_m3 = 0;     // volume that is sheared less
};
/// `now.fields` has the strain rate; nodes at openings, which have none, count for nothing.
FluidRates fluid_rates(const Snapshot& now, const Setup& setup);

class CycleMeans {
 public:
  /// `cycle_s`: 0 where the drive has no period; `sample_s`: between samples of the series.
  CycleMeans(const Setup& setup, double cycle_s, double sample_s);

  /// Whether this sample of the series counts.
  bool due(double time_s);
  /// The sample's fields, with the strain rate, and the shear stress of all points of the surface
  /// [3 points, Pa].
  void take(const Snapshot& now, std::vector<float> shear_pa);
  int instants() const { return instants_; }
  /// Writes what `config` asks for and tells `flow` of it; nothing where the run was too short. `rest`: the
  /// wall at rest.
  void write(const std::filesystem::path& folder, const RunLabel& label, const Surface& rest,
             const std::vector<int>& wall_points, Flow& flow) const;
  template <class Archive>
  void serialize(Archive& a) {
    a(samples_, instants_, last_s_, shear_pa_, wet_, velocity_m_s_, shear_1_s_, stagnant_, concentration_);
  }

 private:
  const Setup& setup_;
  double from_s_, until_s_;
  int every_;  // samples of the series
  int samples_ = 0, instants_ = 0;
  double last_s_ = 0;
  std::vector<std::vector<float>> shear_pa_;  // [instants][3 points]
  // [nodes] sums over the instants in which a node was fluid; nodes have numbers of the lattice.
  std::vector<float> wet_, velocity_m_s_, shear_1_s_, stagnant_, concentration_;

  VolumeFrame volume_frame() const;
  void tell(const WallMeansSummary& s, Flow& flow) const;
};

}  // namespace soleus
