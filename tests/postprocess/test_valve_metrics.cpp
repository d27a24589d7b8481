// Figures of valves against numbers that a hand can compute.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "pipeline/base/statistics.hpp"
#include "postprocess/metrics.hpp"

namespace soleus {
namespace {

constexpr double roundoff = 1e-9;
constexpr double area_m2 = 6e-5;  // reflux counts from -6e-7 m3/s on

/// Opens from 0.1 to 0.3 s, closes from 0.6 to 0.8 s, when blood falls back; then leaks.
Flow one_beat() {
  Flow flow;
  flow.valves = {{"popliteal", area_m2}};
  auto& column = flow.series.columns;
  const std::vector<double> at_s{0, 0.1, 0.3, 0.6, 0.8, 0.81, 1.2}, opening{0, 0, 0.6, 0.6, 0, 0, 0},
      flow_m3_s{0, 0, 5e-6, 5e-6, -2e-6, -1e-7, -1e-7};
  for (int k = 0; k <= 1200; ++k) {
    const double t = k * 1e-3;
    flow.series.time_s.push_back(t);
    column["popliteal_opening_ratio"].push_back(interpolate(at_s, opening, t));
    column["popliteal_flow_m3_s"].push_back(interpolate(at_s, flow_m3_s, t));
    column["popliteal_strain"].push_back(0.1 * interpolate(at_s, opening, t));
  }
  return flow;
}

TEST(ValveMetrics, AreThoseOfABeat) {
  const Metrics m = measure(one_beat());

  const ValveMetrics& v = m.cycles.back().valves.at("popliteal");
  EXPECT_NEAR(*v.forward_m3, (0.5 + 1.5 + 2.5 / 7) * 1e-6, 1e-6 * roundoff);
  EXPECT_NEAR(*v.regurgitant_m3, (0.4 / 7 + 0.0105 + 0.039) * 1e-6, 1e-6 * roundoff);
  EXPECT_NEAR(*v.regurgitant_fraction, *v.regurgitant_m3 / *v.forward_m3, roundoff);
  EXPECT_NEAR(*v.reflux_time_s, 0.2 * 1.4 / 7 + 0.01 * 1.4 / 1.9, roundoff);
  EXPECT_NEAR(*v.largest_opening, 0.6, roundoff);
  EXPECT_NEAR(*v.opening_time_s, 0.16, roundoff);
  EXPECT_NEAR(*v.open_time_s, 0.34, roundoff);
  EXPECT_NEAR(*v.closing_time_s, 0.16, roundoff);
  EXPECT_NEAR(*v.closing_volume_m3, 0.5 * (0.18 - 1.0 / 7) * 1.3e-6, 1e-6 * roundoff);
  EXPECT_NEAR(*v.strain, 0.06, roundoff);
  EXPECT_FALSE(v.jet_m_s);  // not recorded
}

TEST(ValveMetrics, LeakageIsWhatPassesAClosedValve) {
  const Metrics m = measure(one_beat());

  // The orifice is below 0.02 from 0.794 s on (samples), when 1.79e-6 m3/s fall back.
  const double closing = 0.5 * (0.8 - 0.794) * (1.79e-6 + 2e-6), after = 0.0105e-6 + 0.039e-6;
  EXPECT_NEAR(*m.cycles.back().valves.at("popliteal").leakage_m3_s, (closing + after) / (1.2 - 0.794),
              1e-6 * roundoff);
}

TEST(ValveMetrics, WashoutIsThePartOfAPocketThatFreshBloodReplaces) {
  Flow flow = one_beat();
  flow.cycle_s = 0.4;
  for (const double t : flow.series.time_s)
    flow.series.columns["popliteal_pocket_scalar"].push_back(0.2 + 0.8 * std::exp(-t));
  EXPECT_FALSE(measure(flow).cycles.back().valves.at("popliteal").pocket_washout);  // of the age of blood
  flow.numbers["scalar_inflow"] = 0.2;

  const Metrics m = measure(flow);

  for (const Cycle& c : m.cycles)
    EXPECT_NEAR(*c.valves.at("popliteal").pocket_washout, 1 - std::exp(-0.4), 1e-6);
}

TEST(ValveMetrics, WhatSwingsThroughAClosedValveAndBackIsNotRegurgitant) {
  Flow flow = one_beat();
  auto& q = flow.series.columns["popliteal_flow_m3_s"];
  const ValveMetrics calm = measure(flow).cycles.back().valves.at("popliteal");
  for (std::size_t k = 850; k <= 1150; ++k)
    q[k] += 2e-6 * std::sin(20 * std::numbers::pi * 1e-3 * double(k - 850));  // 10 Hz

  const ValveMetrics v = measure(flow).cycles.back().valves.at("popliteal");

  EXPECT_NEAR(*v.forward_m3, *calm.forward_m3, 1e-9 * 1e-6);
  EXPECT_NEAR(*v.regurgitant_m3, *calm.regurgitant_m3, 1e-9 * 1e-6);
}

TEST(ValveMetrics, EachStrokeCounts) {
  Flow flow = one_beat();
  auto& q = flow.series.columns["popliteal_flow_m3_s"];
  for (std::size_t k = 0; k < q.size(); ++k) q[k] = (k / 300) % 2 == 0 ? 4e-6 : -1e-6;  // steps last 1 ms

  const ValveMetrics v = measure(flow).cycles.back().valves.at("popliteal");

  EXPECT_NEAR(*v.forward_m3, 2.4e-6, 0.01e-6);
  EXPECT_NEAR(*v.regurgitant_m3, 0.6e-6, 0.01e-6);
}

TEST(ValveMetrics, RefluxGoesOnWhileCuspsFlutter) {
  Flow flow = one_beat();
  auto& q = flow.series.columns["popliteal_flow_m3_s"];
  for (std::size_t k = 0; k < q.size(); ++k) {  // falls back from 0.1 s on, with breaks of 0.05 and 0.15 s
    const bool breaks = k < 100 || (k >= 400 && k < 450) || (k >= 700 && k < 850);
    q[k] = breaks ? 1e-6 : -1e-5;
  }

  const ValveMetrics v = measure(flow).cycles.back().valves.at("popliteal");

  EXPECT_NEAR(*v.reflux_time_s, 0.6, 2e-3);
}

TEST(ValveMetrics, HaveNoTimesOfMovementsThatTheWindowCuts) {
  Flow flow = one_beat();
  flow.cycle_s = 0.4;  // open; open, closes; closed

  const Metrics m = measure(flow);

  ASSERT_EQ(m.cycles.size(), 3u);
  EXPECT_TRUE(m.cycles[0].valves.at("popliteal").opening_time_s);
  EXPECT_FALSE(m.cycles[0].valves.at("popliteal").closing_time_s);
  EXPECT_FALSE(m.cycles[1].valves.at("popliteal").opening_time_s);
  EXPECT_TRUE(m.cycles[1].valves.at("popliteal").closing_time_s);
  EXPECT_FALSE(m.cycles[2].valves.at("popliteal").opening_time_s);
  EXPECT_EQ(*m.cycles[2].valves.at("popliteal").forward_m3, 0);
  EXPECT_FALSE(m.cycles[2].valves.at("popliteal").regurgitant_fraction);
}

TEST(ValveMetrics, AbsentCuspsHaveAFlowOnly) {
  Flow flow = one_beat();
  flow.series.columns.erase("popliteal_opening_ratio");

  const ValveMetrics v = measure(flow).cycles.back().valves.at("popliteal");

  EXPECT_TRUE(v.regurgitant_fraction);
  EXPECT_FALSE(v.largest_opening);
  EXPECT_FALSE(v.leakage_m3_s);
}

}  // namespace
}  // namespace soleus
