// The limb around a segment that somebody else computes: here a valve by the limb's own law, so that the limb
// alone is the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/coupling.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

constexpr double exchange_s = 5e-4, tiptoe_s = 12;
const SimulationOptions options{.sample_s = 0.01, .settle_s = 120};
const std::vector<std::string> ends{"popliteal", "femoral"};

LimbConfig ten_tiptoes() {
  LimbConfig c;
  c.protocol = {{.kind = PhaseKind::standing, .duration_s = 2}, {.kind = PhaseKind::tiptoe, .count = 10}};
  return c;
}

/// A valve between two ends with the law of a connection, the resistance being outside.
struct ValveBetween {
  const ValveLaw& law;
  double flow_m3_s = 0, zeta = 0;

  /// Volume that passes meanwhile [m3].
  double step(double drop_pa, double step_s) {
    constexpr int parts = 10;
    double passed = 0;
    for (int k = 0; k < parts; ++k) {
      const double dt = step_s / parts;
      flow_m3_s += dt * acceleration(law, zeta, drop_pa, 0, flow_m3_s);
      zeta = std::clamp(zeta + dt * opening_rate(law, zeta, drop_pa), 0.0, 1.0);
      passed += dt * flow_m3_s;
    }
    return passed;
  }
};

TEST(LimbCoupling, WithItsOwnValveOutsideFlowsAsTheLimbAlone) {
  const LimbConfig c = ten_tiptoes();
  const Network whole = adult_leg(c);
  const Schedule when = schedule(c);
  const Connection& replaced = whole.connections[connection(whole, "popliteal")];
  const Series alone = simulate(whole, when, options);
  const std::vector<double>& expected = alone.flow_m3_s[connection(whole, "popliteal")];

  Coupling limb(whole, when, junctions(whole, ends), options);
  const double resistance = limb.junctions()[0].resistance_pa_s_m3 + limb.junctions()[1].resistance_pa_s_m3;
  ValveBetween segment{replaced.valve};
  double passed = 0, expected_m3 = 0, largest = 0, largest_expected = 0;
  const double blood_m3 = limb.volume_m3();
  double volume = 0;
  for (int k = 0; double(k) * exchange_s < tiptoe_s; ++k) {
    const std::vector<double>& p = limb.levels_pa();
    volume = segment.step(p[0] - p[1] - resistance * volume / exchange_s, exchange_s);
    limb.advance((k + 1) * exchange_s, std::vector<double>{volume, -volume});
    passed += volume;
    largest = std::max(largest, segment.flow_m3_s);
  }
  for (std::size_t k = 0; k < expected.size() && alone.time_s[k] < tiptoe_s; ++k)
    expected_m3 += options.sample_s * expected[k], largest_expected = std::max(largest_expected, expected[k]);

  EXPECT_NEAR(passed, expected_m3, 0.01 * expected_m3);
  EXPECT_NEAR(largest, largest_expected, 0.02 * largest_expected);
  EXPECT_NEAR(limb.volume_m3(), blood_m3, 1e-9 * blood_m3);
}

TEST(LimbCoupling, StartsFromTheStateInWhichTheLimbHasSettled) {
  const LimbConfig c = ten_tiptoes();
  const Network whole = adult_leg(c);
  const Series alone = simulate(whole, schedule(c), options);

  Coupling limb(whole, schedule(c), junctions(whole, ends), options);

  const double popliteal = alone.pressure_pa[compartment(whole, "popliteal")].front(),
               femoral = alone.pressure_pa[compartment(whole, "femoral")].front();
  const std::vector<double>& p = limb.levels_pa();
  EXPECT_NEAR(p[0] + column_pa(whole.compartments[compartment(whole, "popliteal")], alone.sine.front()),
              popliteal, 1e-3 * popliteal);
  EXPECT_LT(std::abs(p[0] - p[1]), 2 * mmhg);  // no column between them
  EXPECT_GT(std::abs(popliteal - femoral), 10 * mmhg);
  EXPECT_NEAR(limb.volume_m3(), alone.total_m3.front(), 1e-6 * alone.total_m3.front());
}

TEST(LimbCoupling, KeepsTheResistanceOfTheVesselThatItReplaces) {
  const Network whole = adult_leg({});
  const std::vector<Junction> at = junctions(whole, ends);
  const double own = whole.connections[connection(whole, "popliteal")].resistance_pa_s_m3;
  EXPECT_DOUBLE_EQ(at[0].resistance_pa_s_m3, 0.5 * own);
  EXPECT_DOUBLE_EQ(at[1].resistance_pa_s_m3, 0.5 * own);
  EXPECT_EQ(without_segment(whole, at).connections.size(), whole.connections.size() - 1);
}

TEST(LimbCoupling, RefusesVesselsThatItDoesNotHave) {
  const Network whole = adult_leg({});
  const auto said = [&](const std::vector<std::string>& names) -> std::string {
    try {
      junctions(whole, names);
    } catch (const InputError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(said({"popliteal", "knee"}), testing::StartsWith("'knee' is no vessel of the limb; it has "));
}

/// The posterior tibial and the peroneal veins are one vessel of the limb.
TEST(LimbCoupling, OpeningsSideBySideShareAVesselsResistance) {
  const Network whole = adult_leg({});
  const double own = whole.connections[connection(whole, "posterior_tibial")].resistance_pa_s_m3;
  const std::vector<Junction> at =
      junctions(whole, std::vector<std::string>{"popliteal", "posterior_tibial", "posterior_tibial"});
  EXPECT_DOUBLE_EQ(at[0].resistance_pa_s_m3, 0.5 * own);
  EXPECT_DOUBLE_EQ(at[1].resistance_pa_s_m3, own);
  EXPECT_DOUBLE_EQ(at[2].resistance_pa_s_m3, own);
}

TEST(LimbCoupling, TakesOutOfOneVesselWhatSeveralOpeningsTake) {
  const LimbConfig c = ten_tiptoes();
  const Network whole = adult_leg(c);
  Coupling limb(
      whole, schedule(c),
      junctions(whole, std::vector<std::string>{"popliteal", "posterior_tibial", "posterior_tibial"}),
      options);
  const double blood_m3 = limb.volume_m3();
  for (int k = 1; k <= 10; ++k) limb.advance(k * exchange_s, std::vector<double>{0, 1e-8, 2e-8});
  EXPECT_NEAR(blood_m3 - limb.volume_m3(), 3e-7, 1e-10);
}

TEST(LimbCoupling, LeavesPerforatorsWhereAVeinLeadsPastThem) {
  const Network whole = adult_leg({});
  const auto without = [&](const std::vector<std::string>& names) {
    std::vector<std::string> gone;
    const Network rest = without_segment(whole, junctions(whole, names));
    for (const Connection& k : whole.connections)
      if (std::ranges::find(rest.connections, k.name, &Connection::name) == rest.connections.end())
        gone.push_back(k.name);
    return gone;
  };
  EXPECT_THAT(without({"popliteal", "posterior_tibial", "superficial_calf"}),
              testing::ElementsAre("posterior_tibial", "small_saphenous"));
  EXPECT_THAT(without({"posterior_tibial", "superficial_calf"}), testing::ElementsAre("perforators"));
}

}  // namespace
}  // namespace soleus::limb
