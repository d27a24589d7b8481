// What a solver tells of one instant of a run.
#pragma once

#include <optional>
#include <vector>

#include "solver_cuda/solver_impl.hpp"

namespace soleus {

/// The passive scalar at one instant; its concentration is among the fields.
struct ScalarNow {
  double amount_m3 = 0, mean = 0;  // concentration times volume, and over the volume
  std::vector<double> entered_m3;  // [caps] amount that entered since the start
};

/// The state of a run at one instant, as any solver can tell it.
struct Snapshot {
  std::int64_t step = 0;
  double time_s = 0;
  double reference_pa = 0;  // pressure to add to the lattice's own
  Totals totals;
  const MacroFields* fields = nullptr;
  const WallView* wall = nullptr;
  std::vector<double> inflow_m3;  // [caps] volume that entered since the start
  double fluid_volume_m3 = 0;
  std::optional<ScalarNow> scalar{};    // none when the case has none
  Vec3 force_N{};                       // on the part that the case asks for, mean of the last two steps
  const StationAreas* areas = nullptr;  // of a compliant wall
  const std::vector<ImmersedSheet>* sheets = nullptr;
  LimbAround* limb = nullptr;
};

}  // namespace soleus
