// The limb of the case around its lumen: openings that name a vessel of it lead to its pressure, and it takes
// and gives what flows through them. Exchanged every half a millisecond, for its compartments are slow; what
// waves meet in between, the backend finds by itself after every pair of steps (physics/wave_end.hpp).
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

/// What the limb does to the wall; null where the case joins no opening to its limb.
std::shared_ptr<const LimbOfWall> limb_of_wall(const FlowCase& c, const Geometry& g);

class LimbAround {
 public:
  /// Nothing where the case joins no opening to its limb. The limb has settled then.
  static std::optional<LimbAround> of(const FlowCase& c, const Wall& wall, const Scales& scales);

  bool joins(std::size_t cap) const { return junction_[cap] >= 0; }
  /// Of the vessel at a cap that it joins, as driving pressure: without the column of blood down to it [Pa].
  double level_pa(std::size_t cap) const { return limb_->levels_pa()[place(cap)]; }
  /// What lies between such a cap and that.
  const WaveEnd& end(std::size_t cap) const { return ends_[place(cap)]; }
  /// Steps between two exchanges, an even number.
  std::int64_t interval() const { return interval_; }
  /// The limb knows of the volumes that have entered the lumen through each cap since the start [caps, m3].
  void take(double time_s, const std::vector<double>& entered_m3);
  /// take(), and the limb goes on to that time.
  void exchange(double time_s, const std::vector<double>& entered_m3);
  /// What lies between the caps and the limb; `areas` of an elastic vein.
  void find_ends(const StationAreas* areas);
  /// A row of limb.csv, of its volumes now and else of the last exchange; nothing where it has it already.
  void sample(Series& to);

  template <class Archive>
  void serialize(Archive& a) {
    limb::Memory memory = limb_->memory();
    a(memory.state, memory.pending_m3, memory.time_s, memory.solved_s, entered_before_m3_);
    limb_->recall(memory);
    for (WaveEnd& e : ends_) a(e.impedance, e.resistance, e.follows);
  }

 private:
  LimbAround() = default;

  std::unique_ptr<limb::Coupling> limb_;
  std::vector<limb::Column> columns_;
  std::vector<int> junction_;     // [caps] -1: not joined
  std::vector<VeinEnd> veins_;    // [caps]
  std::optional<Scales> scales_;  // always there
  std::int64_t interval_ = 2;
  std::vector<double> entered_before_m3_;  // [caps]
  std::vector<double> taken_m3_;           // [junctions]
  std::vector<WaveEnd> ends_;              // [junctions]

  std::size_t place(std::size_t cap) const { return std::size_t(junction_[cap]); }
  void take_since(const std::vector<double>& entered_m3);
};

}  // namespace soleus
