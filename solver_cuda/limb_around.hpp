// The limb of the case around its lumen: openings that name a vessel of it have its pressure, and it takes
// and gives what flows through them. Exchanged every half a millisecond or so, on the host: within that
// neither changes much.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "solver_cuda/geometry/wall.hpp"
#include "solver_cuda/limb/coupling.hpp"

namespace soleus {

struct FlowCase;

class LimbAround {
 public:
  /// Nothing where the case joins no opening to its limb. The limb has settled then.
  static std::optional<LimbAround> of(const FlowCase& c, const std::vector<Cap>& caps, double dt_s);

  bool joins(std::size_t cap) const { return junction_[cap] >= 0; }
  /// Of a cap that it joins, as driving pressure: without the column of blood down to it [Pa].
  double pressure_pa(std::size_t cap) const { return pressures_pa_[std::size_t(junction_[cap])]; }
  /// Steps between two exchanges, an even number.
  std::int64_t interval() const { return interval_; }
  /// To a time, with the volumes that have entered the lumen through each cap since the start [caps, m3].
  void exchange(double time_s, const std::vector<double>& entered_m3);

  template <class Archive>
  void serialize(Archive& a) {
    limb::Memory memory = limb_->memory();
    a(memory.state, memory.flow_m3_s, memory.time_s, entered_before_m3_, pressures_pa_);
    limb_->recall(memory);
  }

 private:
  LimbAround() = default;

  std::unique_ptr<limb::Coupling> limb_;
  std::vector<int> junction_;  // [caps] -1: not joined
  std::vector<double> entered_before_m3_, pressures_pa_;
  std::int64_t interval_ = 2;
};

}  // namespace soleus
