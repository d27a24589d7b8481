// A node of a sheet and the fluid around it, which is here a mass that keeps a part of its velocity.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "solver_cuda/physics/sheet_node.hpp"

namespace soleus {
namespace {

/// The fluid that really follows weighs `fluid` of what a node takes it for (1 kg); of its velocity the part
/// `kept` is left after a step (1 s) at whose end nothing pushes it.
struct Drop {
  double sheet_kg, fluid_kg, kept = 1, stiffness_n_m = 0, gravity_m_s2 = 0;
  Vec3 x{}, v{}, at{}, before{}, v_before{}, force{}, force_before{}, slip{}, slips{}, fluid{};

  void step() {
    const double taken_for_kg = 1;
    const std::uint8_t held = 0;
    const SheetNodes node{&x,    &v,     &at,       &before,       &v_before, &force, &force_before,
                          &slip, &slips, &sheet_kg, &taken_for_kg, &held};
    push_fluid(node, 0, (x + v) * -stiffness_n_m, {}, {0, 0, gravity_m_s2}, 1);
    fluid = fluid * kept + force / fluid_kg;
    follow_fluid(node, 0, fluid, 1);
  }
};

TEST(SheetNode, FallsAsHeavyAsItIsWithTheFluidThatFollows) {
  for (const double sheet_kg : {0.1, 0.29, 0.31, 3.0, 30.0})
    for (const double fluid_kg : {1.0, 2.0}) {
      Drop drop{.sheet_kg = sheet_kg, .fluid_kg = fluid_kg, .gravity_m_s2 = 1e-3};
      for (int k = 0; k < 2000; ++k) drop.step();
      EXPECT_NEAR(drop.v.z, 2 * sheet_kg / (sheet_kg + fluid_kg), 0.01) << sheet_kg << ", " << fluid_kg;
      EXPECT_NEAR(drop.v.z, drop.fluid.z, 0.01) << sheet_kg << ", " << fluid_kg;
    }
}

/// On a spring as stiff as the longest step allows (four points: 0.4 cells of a wave four cells long; a heavy
/// one 0.25).
TEST(SheetNode, OfNoMassGains) {
  for (const double sheet_kg : {0.0, 0.1, 0.29, 0.31, 1.0, 3.0, 13.5, 1000.0})
    for (double kept = -1; kept < 1.05; kept += 0.1)
      for (const double fluid_kg : {1.0, 1.5, 3.0}) {
        const bool heavy = is_heavy(sheet_kg, 1);
        const double frequency = (heavy ? 0.25 : 0.4) * 1.5707963;
        Drop drop{.sheet_kg = sheet_kg,
                  .fluid_kg = fluid_kg,
                  .kept = std::min(kept, 1.0),
                  .stiffness_n_m = frequency * frequency * (heavy ? sheet_kg : 1.0)};
        drop.x.z = 1;
        double most = 0;
        for (int k = 0; k < 4000; ++k) {
          drop.step();
          if (k > 2000) most = std::max(most, std::abs(drop.x.z));
        }
        EXPECT_LT(most, 1.2) << sheet_kg << ", " << kept << ", " << fluid_kg;
      }
}

}  // namespace
}  // namespace soleus
