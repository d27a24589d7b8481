// Valves on finer grids and over longer times.
#include <gtest/gtest.h>

#include "tests/verification/valves.hpp"

namespace soleus::verification {
namespace {

TEST(FineClosedValve, HoldsThePressureOfStanding) {
  for (const int cells : {16, 24}) report_closed_valve(2000, cells);
}

TEST(FineClosedValve, HoldsThePressureOfWalking) {
  for (const int cells : {16, 24}) report_closed_valve(4900, cells);
}

TEST(FineClosedValve, HoldsThePressureOfACough) {
  for (const int cells : {16, 24}) report_closed_valve(13300, cells);
}

/// Opens, stands open, begins to close while blood still flows on, is closed.
TEST(FineValveBeat, GoesThroughTheCycleThatUltrasoundShows) {
  report_valve_beat(20);
}

}  // namespace
}  // namespace soleus::verification
