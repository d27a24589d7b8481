// A segment's end before the limb, on an ideal line: what runs out of the segment is given, what comes back
// is asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "solver_cuda/limb/wave_end.hpp"

namespace soleus::limb {
namespace {

constexpr double impedance = 1e8, usual_s = 5e-5, pulse_s = 20e-3, level_pa = 300;

/// A raised cosine of height 1.
double pulse(double t) {
  return t > 0 && t < pulse_s ? 0.5 - 0.5 * std::cos(2 * std::numbers::pi * t / pulse_s) : 0;
}

/// The largest wave, in size, that comes back of a pulse.
double reflected(const WaveEnd& end, double resistance, double interval_s = usual_s) {
  EndState s{.pressure_pa = level_pa};
  double most = 0;
  for (int k = 0; k * interval_s < 10 * pulse_s; ++k) {
    const double sent = pulse((k + 0.5) * interval_s);  // over level / 2, which runs both ways
    const double flow = (s.pressure_pa - level_pa - 2 * sent) / impedance;
    const double back = s.pressure_pa - level_pa - sent;
    if (std::abs(back) > std::abs(most)) most = back;
    s = next(s, end, resistance, level_pa, flow, interval_s);
  }
  return most;
}

/// rho l / A of so much vein, by the time that a wave takes through it.
WaveEnd vein(double beyond_s) {
  return {impedance, impedance * beyond_s};
}

TEST(WaveEnd, LetsAPulsePassIntoAVeinThatGoesOn) {
  EXPECT_LT(std::abs(reflected(vein(0.5), 0)), 0.03);
}

/// Exact for an impedance Z beside an inertance Z tau, both before a constant pressure: the reflected wave is
/// -w * exp(-t / 2 tau) / 2 tau.
TEST(WaveEnd, ReflectsWhatTheInertanceLetsFollow) {
  constexpr double tau_s = 0.05;
  double most = 0;
  for (double t = 0; t < 2 * pulse_s; t += 1e-4) {
    double back = 0;
    for (double before = 0; before < t; before += 1e-4)
      back -= 1e-4 * pulse(before) * std::exp(-(t - before) / (2 * tau_s)) / (2 * tau_s);
    most = std::min(most, back);
  }
  ASSERT_LT(most, -0.05);
  EXPECT_NEAR(reflected(vein(tau_s), 0, usual_s / 8), most, 2e-3);
}

TEST(WaveEnd, SendsAPulseBackFromAConstantPressure) {
  EXPECT_NEAR(reflected(vein(0), 0), -1, 0.02);
}

/// Explicitly, p = level - R q of the flow before, the last would grow.
TEST(WaveEnd, SendsBackWhatAResistanceDoes) {
  for (const double ratio : {0.5, 1.0, 4.0})
    EXPECT_NEAR(reflected(vein(0), ratio * impedance), (ratio - 1) / (ratio + 1), 0.02) << ratio;
}

TEST(WaveEnd, DropsThePressureOfSteadyFlowByItsResistanceAlone) {
  constexpr double resistance = 2e7, flow = 5e-6;
  EndState s{.pressure_pa = level_pa};
  for (int k = 0; k < 200000; ++k) s = next(s, vein(0.1), resistance, level_pa, flow, usual_s);
  EXPECT_NEAR(s.pressure_pa, level_pa - resistance * flow, 1e-6 * level_pa);
}

TEST(WaveEnd, KnowsOnlyItsResistanceWithoutAnImpedance) {
  const EndState s = next({.pressure_pa = level_pa}, {}, 2e7, level_pa, 5e-6, usual_s);
  EXPECT_DOUBLE_EQ(s.pressure_pa, level_pa - 2e7 * 5e-6);
}

}  // namespace
}  // namespace soleus::limb
