// Figures against numbers that a hand can compute.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "postprocess/metrics.hpp"
#include "tests/postprocess/synthetic_run.hpp"

namespace soleus {
namespace {

using ::testing::HasSubstr;

/// The trapezoidal rule over 400 samples of a sine: relative error (pi / 400)^2 / 3.
constexpr double quadrature = 2.1e-5;
constexpr double roundoff = 1e-12;

const Check& line(const Metrics& m, const std::string& name) {
  for (const Check& c : m.credibility)
    if (c.name == name) return c;
  throw std::logic_error("no line " + name);
}

std::string complaint(const Flow& flow) {
  try {
    measure(flow);
  } catch (const InputError& e) {
    return e.what();
  }
  return "(none)";
}

TEST(Integral, IsExactForLinesBetweenSamples) {
  const std::vector<double> t{0, 1, 3}, v{0, 2, -2};

  EXPECT_DOUBLE_EQ(integral(t, v, 0, 3), 1 + 0);
  EXPECT_DOUBLE_EQ(integral(t, v, 0.5, 2), 0.75 + 1);
  EXPECT_DOUBLE_EQ(integral(t, v, 0.25, 0.75), 0.5);
  EXPECT_DOUBLE_EQ(integral(t, v, 2, 2), 0);
}

TEST(RunningIntegral, EndsAtTheIntegral) {
  const std::vector<double> t{0, 1, 3}, v{0, 2, -2};

  EXPECT_THAT(running_integral(t, v), ::testing::ElementsAre(0, 1, 1));
}

TEST(Contraction, EjectsTwiceTheAmplitude) {
  const Breathing b{.rest_m3 = 20e-6, .amplitude_m3 = 5e-6};

  const Metrics m = measure(breathing_flow(b));

  ASSERT_EQ(m.cycles.size(), 2u);
  for (const Cycle& c : m.cycles) {
    ASSERT_TRUE(c.contraction);
    EXPECT_NEAR(c.contraction->swept_m3, 10e-6, 10e-6 * roundoff);
    EXPECT_NEAR(*c.contraction->ejected_m3, 10e-6, 10e-6 * quadrature);
    EXPECT_NEAR(*c.contraction->ejection_fraction, 10.0 / 25, 0.4 * quadrature);
    EXPECT_DOUBLE_EQ(c.contraction->start_s, c.start_s);
    EXPECT_DOUBLE_EQ(c.contraction->end_s, c.start_s + 0.5);
  }
}

TEST(Contraction, IsSharedBetweenTheOpenings) {
  const Metrics m = measure(breathing_flow({}));

  const auto& openings = m.cycles[1].openings;
  EXPECT_NEAR(*openings.at("popliteal_outlet").ejected_m3, 7e-6, 7e-6 * quadrature);
  EXPECT_NEAR(*openings.at("tibial_inlet").ejected_m3, 3e-6, 3e-6 * quadrature);
  EXPECT_NEAR(*openings.at("popliteal_outlet").volume_in_m3, 7e-6, 7e-6 * quadrature);
  EXPECT_NEAR(*openings.at("popliteal_outlet").volume_out_m3, 7e-6, 7e-6 * quadrature);
}

TEST(Contraction, MayStartInTheCycleBefore) {
  // V = V0 - A sin: the volume falls from 3/4 of a cycle to 1/4 of the next.
  const Metrics m = measure(breathing_flow({.phase_rad = std::numbers::pi / 2}));

  ASSERT_TRUE(m.cycles[1].contraction);
  EXPECT_DOUBLE_EQ(m.cycles[1].contraction->start_s, 0.75);
  EXPECT_DOUBLE_EQ(m.cycles[1].contraction->end_s, 1.25);
  EXPECT_NEAR(*m.cycles[1].contraction->ejected_m3, 10e-6, 10e-6 * quadrature);
  // The run began in the middle of the first one.
  EXPECT_NEAR(m.cycles[0].contraction->swept_m3, 5e-6, 5e-6 * 1e-9);
}

TEST(Contraction, LeavesOutRestBeforeAndHoldAfter) {
  Flow flow = breathing_flow({});
  auto& time = flow.series.time_s;
  auto& volume = flow.series.columns["lumen_volume_m3"];
  // Rest until 0.2 s, a line down until 0.4 s, held until 0.6 s, a line up until 0.8 s, rest.
  for (std::size_t k = 0; k < time.size(); ++k) {
    const double t = std::fmod(time[k], 1.0);
    volume[k] = 1e-6 * (t < 0.2   ? 20
                        : t < 0.4 ? 20 - 50 * (t - 0.2)
                        : t < 0.6 ? 10
                        : t < 0.8 ? 10 + 50 * (t - 0.6)
                                  : 20);
  }

  const Metrics m = measure(flow);

  EXPECT_DOUBLE_EQ(m.cycles[0].contraction->start_s, 0.2);
  EXPECT_DOUBLE_EQ(m.cycles[0].contraction->end_s, 0.4);
  EXPECT_NEAR(m.cycles[1].contraction->start_s, 1.2, roundoff);
  EXPECT_NEAR(m.cycles[1].contraction->end_s, 1.4, roundoff);
}

TEST(Contraction, IsAbsentInARigidVein) {
  const Metrics m = measure(breathing_flow({.amplitude_m3 = 0}));

  EXPECT_FALSE(m.cycles[0].contraction);
  EXPECT_FALSE(m.cycles[0].openings.at("tibial_inlet").ejected_m3);
  EXPECT_FALSE(m.cycles[0].volume_imbalance->relative);
}

TEST(Cycle, IsIncompleteWithoutItsLastSample) {
  Flow flow = breathing_flow({.cycles = 2, .samples_per_cycle = 200});
  flow.series.time_s.pop_back();
  for (auto& [name, values] : flow.series.columns) values.pop_back();

  EXPECT_EQ(measure(flow).cycles.size(), 1u);
}

TEST(Cycle, PeakAndMeanFigures) {
  const Metrics m = measure(breathing_flow({}));

  const Cycle& c = m.cycles[1];
  EXPECT_DOUBLE_EQ(*c.peak_velocity_m_s, 0.4);
  EXPECT_DOUBLE_EQ(*c.peak_velocity_time_s, 1.25);
  const double mean_wss = 0.4 + 1.2 * 2 / std::numbers::pi;  // mean of |sin| is 2 / pi
  EXPECT_NEAR(*c.wall_shear_stress.p50_pa, mean_wss, mean_wss * 2 * quadrature);
  EXPECT_NEAR(*c.wall_shear_stress.p05_pa, 0.2 * mean_wss, mean_wss * quadrature);
  EXPECT_DOUBLE_EQ(*c.wall_shear_stress.max_pa, 4 * 1.6);
  EXPECT_NEAR(*c.openings.at("tibial_inlet").pressure_mean_pa, 1200, 1e-6);
  EXPECT_DOUBLE_EQ(*c.openings.at("tibial_inlet").pressure_max_pa, 1500);
}

TEST(Contraction, TrustsTheSolversOwnAccountOfWhatEntered) {
  // The flow column is the mean since the last sample, as the solver writes it: half an interval late.
  Flow flow = breathing_flow({.samples_per_cycle = 20});
  auto& column = flow.series.columns;
  double entered = 0;
  for (std::size_t k = 0; k < flow.series.time_s.size(); ++k) {
    const double grown = column["lumen_volume_m3"][k] - column["lumen_volume_m3"][0];
    column["inflow_volume_popliteal_outlet_m3"].push_back(grown);
    column["inflow_volume_tibial_inlet_m3"].push_back(0);
    column["flow_popliteal_outlet_m3_s"][k] = k ? (grown - entered) * 20 : 0;
    entered = grown;
  }

  const Metrics m = measure(flow);

  EXPECT_NEAR(*m.cycles[1].contraction->ejected_m3, 10e-6, 10e-6 * roundoff);
  EXPECT_NEAR(*line(m, "volume_imbalance").value, 0, roundoff);
}

TEST(Imbalance, OfALeakIsTheLeak) {
  // 2 mL/s enter unnoticed by the lumen volume: 2 mL too much per cycle.
  Flow flow = breathing_flow({.period_s = 2});
  for (double& q : flow.series.columns["flow_tibial_inlet_m3_s"]) q += 1e-6;

  const Metrics m = measure(flow);

  EXPECT_NEAR(m.cycles[0].volume_imbalance->amount, -2e-6, 1e-15);
  EXPECT_NEAR(m.cycles[0].mass_imbalance->amount, -2e-6 * 1060, 1e-12);
  const auto& openings = m.cycles[0].openings;
  const double exchanged =
      0.5 * (*openings.at("tibial_inlet").volume_in_m3 + *openings.at("tibial_inlet").volume_out_m3 +
             *openings.at("popliteal_outlet").volume_in_m3 + *openings.at("popliteal_outlet").volume_out_m3);
  EXPECT_NEAR(*m.cycles[0].volume_imbalance->relative, -2e-6 / exchanged, 1e-9);
  EXPECT_FALSE(line(m, "volume_imbalance").acceptable());
}

TEST(Imbalance, OfMassAndVolumeAreTwoFigures) {
  // The wall sweeps 2 % more than the fluid that leaves; the mass book is closed.
  Flow flow = breathing_flow({});
  for (double& v : flow.series.columns["lumen_volume_m3"]) v = 20e-6 + 1.02 * (v - 20e-6);

  const Metrics m = measure(flow);

  EXPECT_NEAR(*line(m, "contraction_imbalance").value, 0.02 / 1.02, 3e-5);
  EXPECT_LT(*line(m, "mass_imbalance").value, 1e-9);
}

TEST(Cycles, OnlyCompleteOnesCount) {
  Flow flow = breathing_flow({.cycles = 3});
  auto shorten = [](std::vector<double>& v) { v.resize(v.size() - 40); };
  shorten(flow.series.time_s);
  for (auto& [name, values] : flow.series.columns) shorten(values);

  const Metrics m = measure(flow);

  EXPECT_EQ(m.cycles.size(), 2u);
  EXPECT_FALSE(m.whole_run);
}

TEST(Cycles, ARunWithoutPeriodIsOneWindow) {
  Flow flow = breathing_flow({});
  flow.cycle_s = 0;

  const Metrics m = measure(flow);

  ASSERT_EQ(m.cycles.size(), 1u);
  EXPECT_TRUE(m.whole_run);
  EXPECT_DOUBLE_EQ(m.cycles[0].end_s, 2);
}

TEST(Cycles, SamplesNeedNotFallOnTheirBorders) {
  Flow flow = breathing_flow({.cycles = 2, .samples_per_cycle = 400});
  flow.cycle_s = 0.9;

  const Metrics m = measure(flow);

  ASSERT_EQ(m.cycles.size(), 2u);
  const double in_1 = *m.cycles[1].openings.at("tibial_inlet").volume_in_m3;
  const double net_1 = in_1 - *m.cycles[1].openings.at("tibial_inlet").volume_out_m3;
  // V(1.8) - V(0.9), of which 30 % through this opening.
  const double pi2 = 2 * std::numbers::pi;
  EXPECT_NEAR(net_1, 0.3 * 5e-6 * (std::cos(pi2 * 1.8) - std::cos(pi2 * 0.9)), 1e-10);
}

TEST(Credibility, PeriodicityIsTheChangeBetweenTheLastCycles) {
  Flow flow = breathing_flow({.cycles = 3});
  for (const char* name : {"flow_popliteal_outlet_m3_s", "flow_tibial_inlet_m3_s"})
    for (std::size_t k = 0; k < flow.series.time_s.size(); ++k)
      if (flow.series.time_s[k] < 2) flow.series.columns[name][k] *= 0.9;

  EXPECT_NEAR(*line(measure(flow), "periodicity").value, 0.1, 1e-3);
}

TEST(Credibility, CellsAcrossTheSmallestOpening) {
  Flow flow = breathing_flow({});
  flow.numbers["opening_diameter_popliteal_outlet_m"] = 8e-3;
  flow.numbers["opening_diameter_tibial_inlet_m"] = 3e-3;

  const Check cells = line(measure(flow), "cells_across");

  EXPECT_NEAR(*cells.value, 6, roundoff);
  EXPECT_FALSE(cells.acceptable());
}

TEST(Credibility, GridReynoldsNumber) {
  Flow flow = breathing_flow({});
  flow.numbers["viscosity_Pa_s"] = 4e-3;

  EXPECT_NEAR(*line(measure(flow), "grid_reynolds").value, 1060 * 0.4 * 0.5e-3 / 4e-3, 1e-9);
}

TEST(Credibility, SetsWhatTheLatticeStoresBesideWhatTheWallMoves) {
  Flow flow = breathing_flow({});
  const std::vector<double> volume = flow.series.columns.at("lumen_volume_m3");
  flow.numbers["lattice_compliance_m3_Pa"] = 1.7e-9;
  for (const double v : volume)
    flow.series.columns["excess_mass_kg"].push_back(1060 * 0.03 * (v - volume[0]));

  EXPECT_EQ(line(measure(flow), "lattice_compliance").value, 1.7e-9);
  EXPECT_NEAR(*line(measure(flow), "stored_over_moved").value, 0.03, 1e-12);
}

TEST(Credibility, UnknownIsNotUnacceptable) {
  Flow flow = breathing_flow({});
  flow.numbers.clear();

  EXPECT_FALSE(line(measure(flow), "tau").value);
  EXPECT_TRUE(line(measure(flow), "tau").acceptable());
}

TEST(MetricsError, EmptySeries) {
  EXPECT_THAT(complaint(Flow{}), HasSubstr("has 0 samples; a report needs at least 2"));
}

TEST(MetricsError, ColumnOfAnotherLength) {
  Flow flow = breathing_flow({.cycles = 1, .samples_per_cycle = 10});
  flow.series.columns["max_mach"].pop_back();

  EXPECT_EQ(complaint(flow),
            "the flow's series column 'max_mach' has 10 values for 11 times; solve the case again.");
}

TEST(MetricsError, TimesOutOfOrder) {
  Flow flow = breathing_flow({.cycles = 1, .samples_per_cycle = 10});
  flow.series.time_s[4] = 0.1;

  EXPECT_EQ(complaint(flow),
            "the flow's times do not increase at sample 5 (0.1 s after 0.3 s); solve the case again.");
}

}  // namespace
}  // namespace soleus
