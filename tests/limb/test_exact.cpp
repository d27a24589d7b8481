// Networks with exact solutions, and what must be conserved.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "solver_cuda/limb/adult_leg.hpp"
#include "solver_cuda/limb/figures.hpp"
#include "solver_cuda/limb/simulate.hpp"
#include "solver_cuda/limb/units.hpp"

namespace soleus::limb {
namespace {

constexpr double resistance = 2 * mmhg_s_ml, distal = 5 * mmhg_s_ml, compliance = 0.5 * ml / mmhg;
constexpr double asked = 1e-6;  // of what drives it
const SimulationOptions fine{.sample_s = 0.05, .settle_s = 0, .relative = 1e-10, .longest_step_s = 0.01};

Compartment reservoir(const std::string& name, double pressure_pa) {
  Compartment c{.name = name, .wall = Wall::reservoir};
  c.unstressed_m3 = 1e-3;
  c.outside_pa = pressure_pa;
  return c;
}

Compartment balloon() {
  Compartment c{.name = "balloon", .wall = Wall::linear};
  c.compliance_m3_pa = compliance;
  return c;
}

/// A driven reservoir, a resistance, a balloon and, with `with_distal`, a resistance to a second reservoir.
Network windkessel(double source_pa, bool with_distal) {
  Network n;
  n.compartments = {reservoir("source", source_pa), balloon(), reservoir("sink", 0)};
  n.connections.push_back({.name = "in", .from = 0, .to = 1, .resistance_pa_s_m3 = resistance});
  if (with_distal) n.connections.push_back({.name = "out", .from = 1, .to = 2, .resistance_pa_s_m3 = distal});
  return n;
}

Schedule idle(double end_s) {
  Schedule s;
  s.turns.push_back({-10, 1, {}});
  s.end_s = end_s;
  return s;
}

/// A sine of the pressure in the source, at its full swing from the start.
Schedule swinging(Network& n, double amplitude_pa, double period_s, double end_s) {
  Schedule s = idle(end_s);
  n.compartments[0].share[std::size_t(Press::sleeve)] = 1;
  Waveform w;
  w.kind = WaveformKind::sine;
  w.period_s = period_s;
  s.bursts.push_back({Press::sleeve, amplitude_pa, w, -1, end_s + 1});
  return s;
}

/// Exact pressure of C dp/dt = (a sin(wt) - p) / R - p / Rd, p(0) = 0.
double swung(double amplitude, double omega, double rate, double drive, double t) {
  const double size = amplitude * drive / (rate * rate + omega * omega);
  return size * (rate * std::sin(omega * t) - omega * std::cos(omega * t) + omega * std::exp(-rate * t));
}

void expect_step(bool with_distal) {
  constexpr double source = 50 * mmhg;
  const Network n = windkessel(source, with_distal);
  const Series s = simulate(n, idle(10), fine);
  const double rate = (1 / resistance + (with_distal ? 1 / distal : 0)) / compliance,
               end = source * (with_distal ? distal / (distal + resistance) : 1);
  for (std::size_t k = 0; k < s.time_s.size(); ++k)
    ASSERT_NEAR(s.pressure_pa[1][k], end * (1 - std::exp(-rate * s.time_s[k])), asked * source)
        << s.time_s[k];
}

void expect_sine(bool with_distal) {
  constexpr double amplitude = 20 * mmhg, period = 1.3, omega = 2 * std::numbers::pi / period;
  Network n = windkessel(0, with_distal);
  const Schedule schedule = swinging(n, amplitude, period, 10);
  const Series s = simulate(n, schedule, fine);
  const double rate = (1 / resistance + (with_distal ? 1 / distal : 0)) / compliance,
               drive = 1 / (resistance * compliance);
  for (std::size_t k = 0; k < s.time_s.size(); ++k)
    ASSERT_NEAR(s.pressure_pa[1][k], swung(amplitude, omega, rate, drive, s.time_s[k]), asked * amplitude)
        << s.time_s[k];
}

TEST(Exact, StepOfAResistanceAndABalloon) {
  expect_step(false);
}
TEST(Exact, SineOfAResistanceAndABalloon) {
  expect_sine(false);
}
TEST(Exact, StepOfAWindkessel) {
  expect_step(true);
}
TEST(Exact, SineOfAWindkessel) {
  expect_sine(true);
}

TEST(Exact, ObeysItsErrorControl) {
  const Network n = windkessel(50 * mmhg, true);
  const auto error = [&](double relative) {
    SimulationOptions o = fine;
    o.relative = relative, o.longest_step_s = 5;
    const Series s = simulate(n, idle(10), o);
    const double rate = (1 / resistance + 1 / distal) / compliance;
    double worst = 0;
    for (std::size_t k = 0; k < s.time_s.size(); ++k)
      worst = std::max(
          worst, std::abs(s.pressure_pa[1][k] / mmhg - 50.0 * 5 / 7 * (1 - std::exp(-rate * s.time_s[k]))));
    return worst;
  };
  EXPECT_LT(error(1e-8), 0.05 * error(1e-4));
}

/// Without inflow nothing flows in the end, and the column of blood is all there is.
TEST(Standing, FootPressureIsTheColumnOfBloodAndTheAtrium) {
  LimbConfig c;
  c.breath_pa = 0;
  c.protocol = {{.kind = PhaseKind::standing, .duration_s = 900}};
  Network n = adult_leg(c);
  for (Connection& k : n.connections)
    if (k.flow == Flow::microvessel || k.flow == Flow::filtration || k.flow == Flow::lymph)
      k.resistance_pa_s_m3 *= 1e9;
  for (Connection& k : n.connections) k.valve.leak = 1;  // columns join from above
  const Series s = simulate(n, schedule(c), {.sample_s = 1});

  const std::size_t foot = compartment(n, "foot"), atrium = compartment(n, "right_atrium");
  const double depth = 0.38 + 0.42 + 0.35;
  const double column = 1060 * 9.81 * depth + s.pressure_pa[atrium].back();
  EXPECT_NEAR(s.pressure_pa[foot].back() / column, 1, 1e-3);
  EXPECT_NEAR(column / mmhg, 95, 2);
}

TEST(Standing, TiltGivesTheSineOfTheColumn) {
  LimbConfig c;
  c.breath_pa = 0;
  c.protocol = {{.kind = PhaseKind::tilt, .duration_s = 300, .angle_rad = std::numbers::pi / 6}};
  const LimbRun r = run(c, {.sample_s = 1});
  const double foot = r.series.pressure_pa[compartment(r.network, "foot")].back(),
               atrium = r.series.pressure_pa[compartment(r.network, "right_atrium")].back();
  EXPECT_NEAR((foot - atrium) / (1060 * 9.81 * 1.15 * 0.5), 1, 0.05);  // and what drives the flow
}

TEST(Volume, IsKeptOverAnHourOfWalking) {
  LimbConfig c;
  c.protocol = {{.kind = PhaseKind::standing, .duration_s = 60},
                {.kind = PhaseKind::walk, .duration_s = 3540}};
  const LimbRun r = run(c, {.sample_s = 1});
  double worst = 0;
  for (const double v : r.series.total_m3)
    worst = std::max(worst, std::abs(v / r.series.total_m3.front() - 1));
  EXPECT_NEAR(r.series.time_s.back(), 3600, 1e-6);
  EXPECT_LT(worst, 1e-9);
}

/// Out of a vein that is pressed on: the pressure downstream no longer matters once its end has closed.
TEST(Waterfall, MakesOutflowIndependentOfSuction) {
  constexpr double pressed = 30 * mmhg, fed = 60 * mmhg;
  const VeinLaw law{5e-6, 20e-6, 32 * mmhg};
  const auto outflow = [&](double sink_pa) {
    Network n;
    Compartment vein{.name = "vein", .law = law};
    vein.outside_pa = pressed;
    n.compartments = {reservoir("feed", fed), vein, reservoir("sink", sink_pa)};
    n.connections.push_back({.name = "in", .from = 0, .to = 1, .resistance_pa_s_m3 = 4 * mmhg_s_ml});
    n.connections.push_back({.name = "out", .from = 1, .to = 2, .resistance_pa_s_m3 = 1 * mmhg_s_ml});
    n.connections.back().waterfall = true;
    return simulate(n, idle(200), {.sample_s = 1, .settle_s = 0}).flow_m3_s[1].back();
  };
  const double edge = pressed + closing_pressure(law);

  EXPECT_NEAR(outflow(-60 * mmhg) / outflow(-30 * mmhg), 1, 1e-6);
  EXPECT_NEAR(outflow(-60 * mmhg) / ((fed - edge) / (5 * mmhg_s_ml)), 1, 1e-4);
  EXPECT_NEAR(outflow(40 * mmhg) / (20 * mmhg / (5 * mmhg_s_ml)), 1, 1e-4);  // open: all of the drop
}

TEST(Settings, StepErrorDoesNotDecideTheFigures) {
  const LimbConfig c;
  const Figures usual = run(c).figures,
                fine_steps = run(c, {.relative = 1e-8, .longest_step_s = 2e-3}).figures;
  EXPECT_NEAR(*usual.ejection_fraction, *fine_steps.ejection_fraction, 1e-3);
  EXPECT_NEAR(*usual.residual_fraction, *fine_steps.residual_fraction, 2e-3);
  EXPECT_NEAR(*usual.ambulatory_pa / mmhg, *fine_steps.ambulatory_pa / mmhg, 0.1);
  EXPECT_NEAR(*usual.recovery_time_s, *fine_steps.recovery_time_s, 0.2);
}

}  // namespace
}  // namespace soleus::limb
