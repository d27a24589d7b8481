// The vein at an opening, as waves in it see it.
#pragma once

#include <optional>

#include "solver_cuda/geometry/wall.hpp"
#include "solver_cuda/physics/wave_end.hpp"
#include "solver_cuda/scales.hpp"

namespace soleus {

/// The lumen at a cap, and the vein that goes on behind it in the same way.
struct VeinEnd {
  double area_m2 = 0;  // of the geometry
  double beyond_m = 0;
  struct Elastic {
    TubeLaw law;
    double imaged;        // unstressed area ratio of the geometry
    std::size_t station;  // nearest
  };
  std::optional<Elastic> elastic{};
};
VeinEnd vein_end(const WallConfig& config, const Wall& wall, const Cap& cap);

/// For pairs of steps, in units of the lattice; `resistance_pa_s_m3` between the opening and the vessel. The
/// speed of waves is that of the lattice's sound, in an elastic vein 1 / c^2 = 1 / c_s^2 + rho / (a dP/da);
/// `areas`: of an elastic vein, now.
WaveEnd wave_end(const VeinEnd& vein, double resistance_pa_s_m3, const Scales& scales,
                 const StationAreas* areas);

}  // namespace soleus
