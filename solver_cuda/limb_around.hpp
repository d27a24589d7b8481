// The limb of the case around its lumen: openings that name a vessel of it have its pressure, and it takes
// and gives what flows through them. Exchanged on the host after every pair of steps, so that waves pass on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/flow.hpp"
#include "solver_cuda/limb/coupling.hpp"
#include "solver_cuda/vein_end.hpp"

namespace soleus {

struct FlowCase;

namespace limb {
template <class Archive>
void serialize(Archive& a, EndState& e) {
  a(e.pressure_pa, e.slow_flow_m3_s);
}
}  // namespace limb

/// What the limb does to the wall; null where the case joins no opening to its limb.
std::shared_ptr<const LimbOfWall> limb_of_wall(const FlowCase& c, const Geometry& g);

class LimbAround {
 public:
  /// Nothing where the case joins no opening to its limb. The limb has settled then.
  static std::optional<LimbAround> of(const FlowCase& c, const Wall& wall, const Scales& scales);

  bool joins(std::size_t cap) const { return junction_[cap] >= 0; }
  /// Of a cap that it joins, as driving pressure: without the column of blood down to it [Pa].
  double pressure_pa(std::size_t cap) const { return pressures_pa_[place(cap)]; }
  /// The same when nothing flows there: without what answers waves.
  double level_pa(std::size_t cap) const { return levels_pa_[place(cap)]; }
  /// Steps between two exchanges: an even number, and the fewer the better waves pass on.
  static constexpr std::int64_t interval = 2;
  /// To a time, with the volumes that have entered the lumen through each cap since the start [caps, m3];
  /// `areas` of an elastic vein.
  void exchange(double time_s, const std::vector<double>& entered_m3, const StationAreas* areas);
  /// A row of limb.csv, of the last exchange; nothing where it has it already.
  void sample(Series& to);

  template <class Archive>
  void serialize(Archive& a) {
    limb::Memory memory = limb_->memory();
    a(memory.state, memory.ends, memory.pending_m3, memory.time_s, memory.solved_s, entered_before_m3_,
      pressures_pa_, levels_pa_);
    limb_->recall(memory);
  }

 private:
  LimbAround() = default;

  std::unique_ptr<limb::Coupling> limb_;
  std::vector<limb::Column> columns_;
  std::vector<int> junction_;     // [caps] -1: not joined
  std::vector<VeinEnd> veins_;    // [caps]
  std::optional<Scales> scales_;  // always there
  std::vector<double> entered_before_m3_, pressures_pa_, levels_pa_;

  std::size_t place(std::size_t cap) const { return std::size_t(junction_[cap]); }
};

}  // namespace soleus
