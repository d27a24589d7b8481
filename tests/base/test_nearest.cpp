#include <gtest/gtest.h>

#include "pipeline/base/nearest.hpp"

namespace soleus {
namespace {

const std::vector<std::string> keys{"density", "viscosity", "body_force", "dx", "dt"};

TEST(Nearest, FindsMisspeltWords) {
  EXPECT_EQ(nearest("viscosty", keys), "viscosity");
  EXPECT_EQ(nearest("Density", keys), "density");
  EXPECT_EQ(nearest("bodyforce", keys), "body_force");
  EXPECT_EQ(nearest("dx_m", keys), "dx");
}

TEST(Nearest, FindsNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("temperature", keys), "");
  EXPECT_EQ(hint("temperature", keys, "keys"), " Known keys: density, viscosity, body_force, dx, dt.");
}

}  // namespace
}  // namespace soleus
