// Walls that answer the pressure; see test_fluid.cpp for what a limit is.
#include <gtest/gtest.h>

#include <fmt/format.h>

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

TEST(ElasticTube, DampsWavesTheMoreTheMoreViscousItIs) {
  double before = 1e30;
  for (const double viscous_time_s : {0.0, 2e-3, 8e-3}) {
    const double steepest = tube_wave(10, 4000, viscous_time_s).steepest_1_s;
    EXPECT_LT(steepest, 0.9 * before) << viscous_time_s;
    before = steepest;
  }
}

TEST(StarlingResistor, HasTheFlowOfTheCollapsibleTube) {
  std::vector<double> flows;
  for (const double downstream_pa : {1200.0, 500.0, 0.0, -500.0}) {
    const ResistorFlow flow = starling_resistor(downstream_pa);
    flows.push_back(flow.ours_m3_s);
    report_result(
        {.case_name = "Starling resistor",
         .quantity = fmt::format("flow against {:g} kPa downstream, 1 kPa outside", 1e-3 * downstream_pa),
         .reference = flow.exact_m3_s,
         .ours = flow.ours_m3_s,
         .unit = "m3/s",
         .tolerance = 0.06,
         .resolution = "12 cells across, unstressed",
         .source = "steady flow in a collapsible tube, integrated"});
  }
  EXPECT_GT(flows[1] - flows[0], 5 * (flows[3] - flows[2]) * 0.7 / 0.5);  // the waterfall
}

TEST(CalfPump, EjectsWhatTheTubeLawGivesUp) {
  double before = 0;
  for (const double external_pa : {2000.0, 4000.0, 8000.0}) {
    const PumpStroke stroke = calf_pump(external_pa, 2);
    const Result r{.case_name = "Vein between ideal valves",
                   .quantity = fmt::format("stroke volume under {:g} kPa", 1e-3 * external_pa),
                   .reference = stroke.exact_volume_m3,
                   .ours = stroke.volume_m3.back(),
                   .unit = "m3",
                   .tolerance = 0.02,
                   .resolution = "10 cells across, unstressed",
                   .source = "exact: the tube law"};
    report_result(r);
    EXPECT_GT(stroke.ejection_fraction, before);
    before = stroke.ejection_fraction;
  }
}

}  // namespace
}  // namespace soleus::verification
