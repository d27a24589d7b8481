// Thin elastic sheets in the fluid, on the grids of the benchmarks.
#include <gtest/gtest.h>

#include "tests/verification/sheets.hpp"

namespace soleus::verification {
namespace {

TEST(FineClampedDiaphragm, BendsAsAPlateAndSeals) {
  report_diaphragm(20);
}

TEST(FineCapsuleInShear, DeformsAsATheoryOfSmallDeformationsSays) {
  report_capsule(0.015, {{25.0 / 12 * 0.015, "25/12 Ca: Barthes-Biesel, J. Fluid Mech. 100, 831 (1980)"}});
}

/// Published curves differ by 5 %.
TEST(FineCapsuleInShear, DeformsAsPublished) {
  report_capsule(0.15, {{0.2743, "Doddi & Bagchi, Int. J. Multiphase Flow 34, 966 (2008)"},
                        {0.2627, "Ramanujan & Pozrikidis, J. Fluid Mech. 361, 117 (1998)"}});
}

TEST(FineElasticEllipsoid, SwingsWithoutGainWhateverItsMass) {
  for (const double ratio : {0.001, 0.03, 1.0}) report_gain(ratio);
}

TEST(FineElasticEllipsoid, LosesWhatTheFluidDissipates) {
  report_budget(0.03);
}

TEST(FineFlappingFilament, FlapsAsPublished) {
  report_flapping();
}

TEST(FineSheetTube, CarriesAPulseAsKortewegSays) {
  report_sheet_tube_pulse(8);
}

TEST(FineSheetTube, WidensAsItsLawSays) {
  report_sheet_tube_inflation(6);
}

TEST(FineTwoLeafletVessel, OpensForTwentyCycles) {
  report_two_leaflets(20);
}

}  // namespace
}  // namespace soleus::verification
