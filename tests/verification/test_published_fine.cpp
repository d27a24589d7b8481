// Cases with published figures on the benchmarks' grids; minutes each (ctest label `validation`).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/verification/external.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

TEST(Probe, Cylinder) {
  for (const int cells : {10}) {
    const CylinderFlow c = cylinder_in_channel(cells);
    fmt::print("{} cd {} cl {} dp {} La {} change {}\n", cells, c.drag, c.lift, c.pressure_drop,
               c.recirculation, c.drag_change);
  }
}
TEST(Probe, Cavity) {
  for (const int cells : {32}) {
    const Cavity c = lid_driven_cavity(cells);
    fmt::print("{} umin {} at {} vmin {} at {} vmax {} at {} change {}\n", cells, c.u_min, c.u_min_place + .0,
               c.v_min, c.v_min_place, c.v_max, c.v_max_place, c.energy_change);
  }
}
TEST(Probe, Swing) {
  for (const int cells : {8}) {
    const SwingingCylinder c = oscillating_cylinder(cells);
    fmt::print("{} cd {} cm {} noise {}\n", cells, c.drag, c.inertia, c.noise);
  }
}
TEST(Probe, Duct) {
  const CylinderFlow c = cylinder_in_duct(10);
  fmt::print("cd {} cl {} dp {} La {} change {}\n", c.drag, c.lift, c.pressure_drop, c.recirculation,
             c.drag_change);
}

}  // namespace
}  // namespace soleus::verification
