// Valves on finer grids and over longer times.
#include <gtest/gtest.h>

#include "tests/verification/valves.hpp"

namespace soleus::verification {
namespace {

TEST(FineClosedValve, HoldsThePressureOfStandingTighterOnFinerLattices) {
  double last_m3 = 1;
  for (const int cells : {16, 24, 32}) {
    const ClosedValve found = report_closed_valve(2000, cells);
    EXPECT_LT(found.leaked_m3, last_m3) << cells << " cells across";
    last_m3 = found.leaked_m3;
  }
}

TEST(FineClosedValve, HoldsThePressureOfWalking) {
  for (const int cells : {16, 24}) report_closed_valve(4900, cells);
}

TEST(FineClosedValve, HoldsThePressureOfACough) {
  report_closed_valve(13300, 16);
}

/// Bou Orm, Kaoui, Baish, Munn & Navet, Phys. Rev. Fluids 11, 033103 (2026): cusps that reach over half the
/// valve's length and more seal, below 0.4 they leak.
TEST(FineClosedValve, SealsWithCuspsOfHalfItsLengthAndLeaksWithShorterOnes) {
  const auto leaked = [](const char* missing) {
    return closed_valve(2000, 16,
                        Settings()
                            .set("geometry.valves.popliteal.condition.kind", "shortened")
                            .set("geometry.valves.popliteal.condition.shortening", missing))
        .leaked_m3;
  };
  EXPECT_LT(leaked("0.45"), 0.02 * beat_stroke_m3);
  EXPECT_GT(leaked("0.75"), 0.1 * beat_stroke_m3);
}

/// Opens, stands open, begins to close while blood still flows on, is closed.
TEST(FineValveBeat, GoesThroughTheCycleThatUltrasoundShows) {
  report_valve_beat(20);
}

}  // namespace
}  // namespace soleus::verification
