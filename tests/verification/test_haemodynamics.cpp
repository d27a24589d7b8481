// Means of the wall's stress and rates of the fluid that a run takes of itself.
#include <gtest/gtest.h>

#include "tests/verification/cases.hpp"

namespace soleus::verification {
namespace {

TEST(WallMeansOfARun, AreThoseOfAPulsatingPipe) {
  report_pulsating_wall_means(20);
}

TEST(FluidRatesOfARun, AreThoseOfASteadyPipe) {
  report_sheared_pipe(20);
}

}  // namespace
}  // namespace soleus::verification
