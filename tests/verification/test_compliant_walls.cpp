// Walls that answer the pressure; see test_fluid.cpp for what a limit is.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>

#include "tests/verification/cases.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

TEST(CompliantTube, HasTheAreaOfItsLawUnderPressure) {
  for (const double transmural_pa : {-3000.0, -1000.0, 1000.0, 4000.0, 9000.0}) {
    const double external_pa = transmural_pa < 0 ? -transmural_pa : 0;
    const StaticTube tube = static_tube(transmural_pa + external_pa, external_pa);
    Result r{.case_name = "Closed elastic tube",
             .quantity = fmt::format("area over the unstressed one under {:g} kPa", 1e-3 * transmural_pa),
             .reference = tube_law_area(transmural_pa),
             .ours = tube.area_ratio,
             .tolerance = 0.01,
             .resolution = "10 cells across, unstressed",
             .source = "exact: the tube law"};
    report_result(r);
    EXPECT_LT(tube.unrest, 1e-3);
    r.quantity = fmt::format("volume that entered over that gained, under {:g} kPa", 1e-3 * transmural_pa);
    r.reference = 1, r.ours = tube.inflow_over_gain, r.source = "exact: conservation";
    report_result(r);
  }
}

TEST(CompliantTube, FlattensAndGivesUpWhatItsLawSays) {
  constexpr double external_pa = 500;
  for (const char* shape : {"ellipse", "two_lobed"}) {
    const FlattenedTube tube = flattened_tube(shape, external_pa);
    Result r{.case_name = "Collapsing elastic tube",
             .quantity = fmt::format("volume over the unstressed one under -0.5 kPa, {}", shape),
             .reference = tube_law_area(-external_pa),
             .ours = tube.volume_ratio,
             .tolerance = 0.01,
             .resolution = "10 cells across, unstressed",
             .source = "exact: the tube law"};
    report_result(r);
    r.quantity = fmt::format("volume that left over that lost, {}", shape);
    r.reference = 1, r.ours = tube.inflow_over_gain, r.source = "exact: conservation";
    report_result(r);
    EXPECT_EQ(tube.held, 0);
  }
}

/// The measured laws with half of the veins' viscosity, the usual form with all of it, thin and thick tubes,
/// collapsed and distended: what grew would not come to rest. (With less than 10 Pa s, 1 ms of a deep vein's
/// stiffness, areas of collapsed tubes jitter by some per cent; the usual form of a muscular vein by 0.2 %
/// with half of the viscosity.)
TEST(CompliantTube, ComesToRestWithTheWallOfAnyVein) {
  for (const char* vein : {"femoral", "deep", "superficial", "muscular"})
    for (const char* form : {"form: measured, viscous_time: 8 ms", "form: power, viscous_time: 16 ms"})
      for (const double dx_m : {2e-3, 1.25e-3})
        for (const double transmural_pa : {-800.0, 6000.0}) {
          const std::string law = fmt::format("{{vein: {}, {}, area_ratio_max: 6}}", vein, form);
          const double unrest = unrest_of_tube(transmural_pa, Settings{}
                                                                  .set("wall.tube_law", law)
                                                                  .set("solver.dx", dx_m, "m")
                                                                  .set("solver.dt", 0.04 * dx_m, "s"));
          EXPECT_LT(unrest, 1e-3) << law << ", " << dx_m << " m, " << transmural_pa << " Pa";
        }
}

TEST(ImagedVein, EjectsWhatTheSameContractionEjects) {
  const ImagedVein vein = imaged_vein();
  report_result({.case_name = "Vein that moves as images show",
                 .quantity = "ejected volume",
                 .reference = vein.contracted_m3,
                 .ours = vein.imaged_m3,
                 .unit = "m3",
                 .tolerance = 0.04,
                 .resolution = "11 cells and 11 voxels across",
                 .source = "the same squeeze as a contraction"});
}

TEST(StandingTube, HasTheAreaOfItsLawUnderTheLocalHydrostaticPressure) {
  const StandingTube tube = standing_tube();
  for (const auto& [place, at] :
       {std::pair{"low", tube.low}, std::pair{"middle", tube.middle}, std::pair{"high", tube.high}})
    report_result({.case_name = "Standing elastic tube",
                   .quantity = fmt::format("area over the unstressed one, {}", place),
                   .reference = tube_law_area(at.transmural_pa),
                   .ours = at.area_ratio,
                   .tolerance = 0.01,
                   .resolution = "10 cells across, unstressed",
                   .source = "exact: the tube law"});
  EXPECT_GT(tube.low.area_ratio, 1.02 * tube.high.area_ratio);
  EXPECT_LT(std::abs(tube.lattice_pa), 50);  // the column weighs 510 Pa more there
}

TEST(ClosedTube, IsHeldOpenAndSaysSo) {
  const ClosedTube tube = closed_tube();
  EXPECT_NEAR(tube.area_ratio_least, tube.area_ratio_gap, 1e-3 * tube.area_ratio_gap);
  EXPECT_EQ(tube.stations_most, 3);  // of nine; the muscle's ends press less
  EXPECT_EQ(tube.stations_at_end, 0);
  EXPECT_GT(tube.first_s, 0.02);  // rises until 0.2 s
  EXPECT_LT(tube.first_s, 0.2);
}

TEST(CalfPump, EjectsWhatTheTubeLawGivesUp) {
  const PumpStroke stroke = calf_pump({});
  report_result({.case_name = "Vein between ideal valves",
                 .quantity = "stroke volume under 3 kPa",
                 .reference = stroke.exact_volume_m3,
                 .ours = stroke.volume_m3.back(),
                 .unit = "m3",
                 .tolerance = 0.02,
                 .resolution = "10 cells across, unstressed",
                 .source = "exact: the tube law"});
}

}  // namespace
}  // namespace soleus::verification
