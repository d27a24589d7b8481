// Walls that answer the pressure, minutes each (ctest label `validation`).
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "tests/verification/cases.hpp"
#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {

TEST(ElasticTube, CarriesWavesAtTheSpeedOfItsLaw) {
  for (const double transmural_pa : {1000.0, 4000.0, 8000.0}) {
    const TubeWave wave = tube_wave(20, transmural_pa, 0);
    const double c0 = tube_law_wave_speed_m_s(transmural_pa);
    report_result(
        {.case_name = "Wave in an elastic tube",
         .quantity = fmt::format("speed at {:g} kPa, but for viscosity and sound", 1e-3 * transmural_pa),
         .reference = c0,
         .ours = c0 * wave.speed_m_s / wave.exact_speed_m_s,
         .unit = "m/s",
         .tolerance = 0.03,
         .resolution = "20 cells across",
         .source = "exact: sqrt(A / rho dp/dA), with Womersley 1955"});
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

/// Slow squeezes of a coarse vein, whose residual gap of two cells is a ninth of the unstressed area.
TEST(CalfPump, EjectsMoreUnderMorePressureUntilTheResidualArea) {
  std::vector<double> fractions;
  for (const double external_pa : {4000.0, 8000.0, 12000.0, 20000.0}) {
    const PumpStroke stroke = calf_pump(
        {.external_pa = external_pa, .period_s = 1.6, .viscosity_pa_s = 10e-3, .cycles = 2, .cells = 6});
    report_result({.case_name = "Vein between ideal valves",
                   .quantity = fmt::format("ejection fraction under {:g} kPa", 1e-3 * external_pa),
                   .reference = stroke.exact_ejection_fraction,
                   .ours = stroke.ejection_fraction,
                   .tolerance = 0.02,
                   .resolution = "6 cells across, unstressed",
                   .source = "exact: the tube law, down to the residual gap"});
    fractions.push_back(stroke.ejection_fraction);
  }
  for (std::size_t k = 1; k < 3; ++k) EXPECT_GT(fractions[k], fractions[k - 1] + 0.02) << k;
  EXPECT_NEAR(fractions[3], fractions[2], 0.01);  // saturated
}

/// At the same phase of each cycle, so that what the fluid itself stores is the same.
TEST(CalfPump, KeepsItsVolumeOverFiftyCycles) {
  constexpr int cycles = 50;
  const PumpStroke stroke = calf_pump({.cycles = cycles});
  ASSERT_EQ(stroke.out_of_balance_m3.size(), std::size_t(cycles));
  const auto mean = [&](int first, int last) {
    return std::accumulate(stroke.out_of_balance_m3.begin() + first, stroke.out_of_balance_m3.begin() + last,
                           0.0) /
           (last - first) / stroke.exact_volume_m3;
  };
  Result r{.case_name = "Vein between ideal valves",
           .quantity = "volume out of balance per cycle over the stroke volume, cycles 2 to 50",
           .reference = 0,
           .ours = mean(1, cycles),
           .difference = Difference::absolute,
           .tolerance = 0.002,
           .resolution = "10 cells across, unstressed",
           .source = "exact: conservation"};
  report_result(r);
  r.quantity = "the same, of the last ten cycles less that of cycles 2 to 11";
  r.ours = mean(cycles - 10, cycles) - mean(1, 11), r.tolerance = 5e-4;
  report_result(r);
}

}  // namespace
}  // namespace soleus::verification
