// The vein at an opening, as waves in it see it.
#pragma once

#include <optional>

#include "solver_cuda/geometry/wall.hpp"
#include "solver_cuda/limb/wave_end.hpp"
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

/// Impedance rho c / A and inertance rho l / A. The speed of waves is that of the lattice's sound, in an
/// elastic vein 1 / c^2 = 1 / c_s^2 + rho / (a dP/da); `areas`: of an elastic vein, now.
limb::WaveEnd wave_end(const VeinEnd& vein, const Scales& scales, const StationAreas* areas);

}  // namespace soleus
