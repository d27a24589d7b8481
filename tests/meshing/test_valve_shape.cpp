// The sizes of valves: what each disease and repair changes, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "meshing/valve_config.hpp"

namespace soleus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double mm = 1e-3, diameter = 10 * mm, gap = 0.5 * mm, degree = std::numbers::pi / 180;

ValveShape healthy() {
  return healthy_valve({diameter, diameter}, gap);
}

TEST(ValveShape, HealthyHasTheUsualProportions) {
  const ValveShape v = healthy();

  ASSERT_EQ(v.cusps.size(), 2u);
  EXPECT_DOUBLE_EQ(v.sinus_ratio, 1.3);
  EXPECT_DOUBLE_EQ(v.sinus_length_m, 17 * mm);
  EXPECT_DOUBLE_EQ(v.cusps[0].height_m, 12.5 * mm);
  EXPECT_DOUBLE_EQ(v.cusps[1].free_edge_m, 13 * mm);
  EXPECT_DOUBLE_EQ(v.cusps[1].coaptation_m, 3 * mm);
  EXPECT_DOUBLE_EQ(v.cusps[0].thickness_m, 60e-6);
  EXPECT_DOUBLE_EQ(v.commissure_gap_m, gap);
  EXPECT_NEAR(attachment_fullness(v, v.cusps[0]), 0, 0.01);  // 35 deg is a parabola
  EXPECT_THAT(faults(v), IsEmpty());
  EXPECT_THAT(resolution_faults(v, gap), IsEmpty());
}

TEST(ValveShape, SagGivesTheFreeEdgeItsLength) {
  const double chord = 9 * mm, length = 11 * mm, sag = sag_m(length, chord);

  constexpr int n = 20000;
  double sum = 0;
  const auto point = [&](double u) { return std::array{0.5 * chord * u, sag * (1 - u * u) * (1 - u * u)}; };
  for (int i = 0; i < n; ++i) {
    const auto a = point(2.0 * i / n - 1), b = point(2.0 * (i + 1) / n - 1);
    sum += std::hypot(b[0] - a[0], b[1] - a[1]);
  }
  EXPECT_NEAR(sum, length, 1e-3 * length);
}

TEST(ValveShape, ProlapsedHasALongerFreeEdgeOfTheCuspsNamed) {
  const ValveShape v = prolapsed(healthy(), 1.25, CuspChoice::second);

  EXPECT_DOUBLE_EQ(v.cusps[0].free_edge_m, 13 * mm);
  EXPECT_DOUBLE_EQ(v.cusps[1].free_edge_m, 1.25 * 13 * mm);
  EXPECT_GT(sag_m(v.cusps[1].free_edge_m, chord_m(v, v.cusps[1])),
            1.3 * sag_m(v.cusps[0].free_edge_m, chord_m(v, v.cusps[0])));
}

TEST(ValveShape, TornShortenedAndThickenedChangeOnlyThat) {
  const ValveShape a = torn(healthy(), 30 * degree, CuspChoice::both),
                   b = shortened(healthy(), 0.3, CuspChoice::first),
                   c = thickened(healthy(), 5, CuspChoice::both);

  EXPECT_DOUBLE_EQ(a.cusps[1].torn_rad, 30 * degree);
  EXPECT_DOUBLE_EQ(a.cusps[1].height_m, 12.5 * mm);
  EXPECT_DOUBLE_EQ(b.cusps[0].retraction, 0.3);
  EXPECT_DOUBLE_EQ(b.cusps[1].retraction, 0);
  EXPECT_DOUBLE_EQ(c.cusps[0].thickness_m, 300e-6);
}

TEST(ValveShape, DilatedVeinPartsTheCusps) {
  const ValveShape v = dilated(healthy(), 1.15, 2 * mm);

  EXPECT_DOUBLE_EQ(calibre(v, 8 * mm), 1.15);
  EXPECT_DOUBLE_EQ(calibre(v, -5.1 * mm), 1);  // fades out over half a diameter
  EXPECT_GE(v.commissure_gap_m, 2.5 * mm - 1e-12);
  EXPECT_LT(chord_m(v, v.cusps[0]), v.cusps[0].free_edge_m);
  EXPECT_DOUBLE_EQ(v.cusps[0].free_edge_m, 13 * mm);
  EXPECT_THAT(faults(v), IsEmpty());
}

TEST(ValveShape, RepairsUndoWhatTheyRepair) {
  const ValveShape ill = dilated(healthy(), 1.35, 2 * mm);

  const ValveShape banded = banding(ill, 1 / 1.35, 17 * mm), stitched = external_valvuloplasty(ill, 0.8),
                   reefed = internal_valvuloplasty(prolapsed(healthy(), 1.25, CuspChoice::both), 0.2),
                   fresh = transplant(absent(ill), 0.85);

  EXPECT_DOUBLE_EQ(banded.commissure_gap_m, gap);
  EXPECT_NEAR(calibre(banded, 6 * mm), 1, 1e-12);
  EXPECT_DOUBLE_EQ(stitched.commissure_gap_m, gap);
  EXPECT_NEAR(stitched.commissural_angle_rad, 28 * degree, 0.01 * degree);
  EXPECT_LT(calibre(stitched, 12.5 * mm), 1.35);
  EXPECT_DOUBLE_EQ(reefed.cusps[1].free_edge_m, 13 * mm);
  EXPECT_DOUBLE_EQ(fresh.cusps[0].height_m, 0.85 * 12.5 * mm);
  EXPECT_DOUBLE_EQ(calibre(fresh, 6 * mm), 0.85);
  for (const ValveShape& v : {banded, stitched, reefed, fresh}) EXPECT_THAT(faults(v), IsEmpty());
}

TEST(ValveShape, NeovalveReplacesTheCusps) {
  const ValveShape one = neovalve(absent(healthy()), 1, 300e-6), two = neovalve(absent(healthy()), 2, 200e-6);

  ASSERT_EQ(one.cusps.size(), 1u);
  EXPECT_EQ(one.sinus_lobes, 1);
  EXPECT_DOUBLE_EQ(one.cusps[0].thickness_m, 300e-6);
  EXPECT_DOUBLE_EQ(one.cusps[0].free_edge_m, 17 * mm);  // along the opposite wall
  EXPECT_EQ(two.cusps.size(), 2u);
  EXPECT_THAT(faults(one), IsEmpty());
  EXPECT_THAT(faults(two), IsEmpty());
}

TEST(ValveShape, AbsentHasASinusAndNoCusps) {
  const ValveShape v = absent(healthy());

  EXPECT_TRUE(v.cusps.empty());
  EXPECT_EQ(v.sinus_lobes, 2);
  EXPECT_THAT(faults(v), IsEmpty());
  EXPECT_THAT(resolution_faults(v, 5 * mm), IsEmpty());
}

ValveShape with(double LeafletProportions::*size, double value) {
  ValveProportions p;
  p.leaflet.*size = value;
  return healthy_valve({diameter, diameter}, gap, p);
}

TEST(ValveFaults, CuspsThatDoNotFitAreNamed) {
  EXPECT_THAT(
      faults(with(&LeafletProportions::height, 1.8)),
      ElementsAre("each cusp is 18.0 mm high but the sinus is only 17.0 mm long; lengthen sinus.length to "
                  "1.80 or lower leaflet.height to 1.70 vein diameters."));
  EXPECT_THAT(faults(prolapsed(healthy(), 0.754, CuspChoice::first)),
              ElementsAre("the free edge of the first cusp is 9.8 mm long, less than the 10.0 mm between its "
                          "commissures; it needs 10.0 mm or more."));
  EXPECT_THAT(
      faults(prolapsed(healthy(), 1.6, CuspChoice::second)),
      ElementsAre("the free edge of the second cusp is 20.8 mm long, more than the 20.4 mm of sinus wall "
                  "that it lies on when open; shorten it."));
  EXPECT_THAT(faults(prolapsed(healthy(), 1.5, CuspChoice::first)),
              ElementsAre(testing::MatchesRegex(
                  "the free edge of the first cusp hangs down so far that 3\\.0 mm of coaptation leave it "
                  "[0-9.-]+ mm of height \\(at least 1\\.5 mm\\); shorten free_edge or coaptation, or raise "
                  "leaflet\\.height\\.")));
  EXPECT_THAT(
      faults(with(&LeafletProportions::commissural_angle_rad, 75 * degree)),
      ElementsAre("a commissural angle of 75 deg does not fit attachments 12.5 mm high; accepted are 18 "
                  "to 64 deg."));
  EXPECT_THAT(
      faults(dilated(healthy(), 1.2, 6 * mm)),
      ElementsAre("the cusps' ends would be 6.5 mm apart at the commissures; up to 6.0 mm are accepted: "
                  "lower the ratio or the widening of the dilatation."));
}

TEST(ValveFaults, LatticeTooCoarseSaysWhatWouldDo) {
  EXPECT_THAT(
      resolution_faults(healthy(), 0.8 * mm),
      ElementsAre("the cusps rest 0.50 mm apart, less than a lattice cell of 0.80 mm, and would share "
                  "cells; dx = 0.50 mm or less would do, or a rest gap of one cell."));
  EXPECT_THAT(
      resolution_faults(healthy_valve({diameter, diameter}, 1.2 * mm), 1.2 * mm),
      ElementsAre("a gap of one lattice cell between closed cusps, 1.20 mm, is too coarse for a vein of "
                  "10.0 mm; dx = 1.00 mm or less would do."));
}

TEST(ValveConfig, ConditionThenRepairAreApplied) {
  ValveConfig c;
  c.dx_m = gap;
  c.condition = {.kind = ValveCondition::prolapsed, .free_edge = 1.3};
  c.repair = {.kind = ValveRepair::internal_valvuloplasty, .reefing = 0.1};

  const ValveShape v = valve_shape(c, {diameter, diameter});

  EXPECT_NEAR(v.cusps[0].free_edge_m, 1.3 * 0.9 * 13 * mm, 1e-12);
}

}  // namespace
}  // namespace soleus
