// An opening that leads on into a vein, on an ideal line: what runs out of the segment is given, what comes
// back is asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "solver_cuda/physics/wave_end.hpp"

namespace soleus {
namespace {

constexpr double impedance = 1e8, usual_s = 5e-5, pulse_s = 20e-3;

/// A raised cosine of height 1.
double pulse(double t) {
  return t > 0 && t < pulse_s ? 0.5 - 0.5 * std::cos(2 * std::numbers::pi * t / pulse_s) : 0;
}

/// rho l / A of so much vein, by the time that a wave takes through it.
WaveEnd vein(double beyond_s, double resistance = 0, double interval_s = usual_s) {
  return wave_end(impedance, resistance, impedance * beyond_s, interval_s);
}

/// The largest wave, in size, that comes back of a pulse.
double reflected(const WaveEnd& end, double interval_s = usual_s) {
  EndState s;
  double most = 0;
  for (int k = 0; k * interval_s < 10 * pulse_s; ++k) {
    const double sent = pulse((k + 0.5) * interval_s), back = s.answer - sent;
    if (std::abs(back) > std::abs(most)) most = back;
    answer_waves(s, end, (s.answer - 2 * sent) / impedance);
  }
  return most;
}

TEST(WaveEnd, LetsAPulsePassIntoAVeinThatGoesOn) {
  EXPECT_LT(std::abs(reflected(vein(0.5))), 0.03);
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
  EXPECT_NEAR(reflected(vein(tau_s, 0, usual_s / 8), usual_s / 8), most, 2e-3);
}

TEST(WaveEnd, SendsAPulseBackFromAConstantPressure) {
  EXPECT_NEAR(reflected(vein(0)), -1, 0.02);
}

/// Explicitly, p = level - R q of the flow before, the last would grow.
TEST(WaveEnd, SendsBackWhatAResistanceDoes) {
  for (const double ratio : {0.5, 1.0, 4.0})
    EXPECT_NEAR(reflected(vein(0, ratio * impedance)), (ratio - 1) / (ratio + 1), 0.02) << ratio;
}

TEST(WaveEnd, DropsThePressureOfSteadyFlowByItsResistanceAlone) {
  constexpr double resistance = 2e7, flow = 5e-6;
  EndState s;
  for (int k = 0; k < 200000; ++k) answer_waves(s, vein(0.1, resistance), flow);
  EXPECT_NEAR(s.answer, -resistance * flow, 1e-6 * resistance * flow);
}

TEST(WaveEnd, KnowsOnlyItsResistanceWithoutAnImpedance) {
  EndState s;
  answer_waves(s, wave_end(0, 2e7, 0, usual_s), 5e-6);
  EXPECT_DOUBLE_EQ(s.answer, -2e7 * 5e-6);
}

TEST(WaveEnd, AnswersTheFlowOfAPairOfSteps) {
  EndState s;
  pass_on_waves(s, wave_end(0, 3, 0, 2), 1, false);
  EXPECT_EQ(s.answer, 0);
  pass_on_waves(s, wave_end(0, 3, 0, 2), 2, true);
  EXPECT_DOUBLE_EQ(s.answer, -4.5);
  EXPECT_EQ(s.mass_in, 0);
}

}  // namespace
}  // namespace soleus
