// Sheets that swing: energy kept without damping, and lost as it should be with it. Measured errors are
// printed.
#include <gtest/gtest.h>

#include "tests/solver/sheets.hpp"
#include "tests/solver/sheets_at_rest.hpp"
#include "tests/solver/shell_motion.hpp"

namespace soleus {
namespace {

using std::numbers::pi;
using test::advance;
using test::Diagonals;
using test::on_plane;
using test::SheetAtRest;
using test::stable_step_s;

double kinetic_j(const Shell& sheet) {
  double sum = 0;
  for (std::size_t n = 0; n < sheet.x_m.size(); ++n)
    sum += 0.5 * sheet.mass_kg[n] * dot(sheet.v_m_s[n], sheet.v_m_s[n]);
  return sum;
}

/// At all its frequencies at once, by 0.1 mm where edges are 6 cm long. With a step of 0.85 of the limit,
/// where the fastest are near a resonance of the method itself, it flies apart.
TEST(ShakenSheet, KeepsItsEnergy) {
  constexpr double away_m = 1e-4;
  for (const double thickness : {0.001, 0.01, 0.05}) {
    Shell sheet =
        make_shell(test::rectangle(1, 1, 16, 16, Diagonals::random, 0.3), test::plate(1, 0.3, thickness));
    std::mt19937 random(1);
    std::uniform_real_distribution<double> away(-away_m, away_m);
    for (Vec3& x : sheet.x_m) x += Vec3{away(random), away(random), away(random)};
    const double step_s = stable_step_s(sheet);
    ShellForces forces;
    double first_j = 0, last_j = 0, before_j = 0;
    for (int step = 0; step < 4000; ++step) {
      elastic_forces(sheet, forces);
      advance(sheet, forces, step_s, 0);
      const double after_j = kinetic_j(sheet);
      last_j = forces.energy.total_j() + 0.5 * (before_j + after_j), before_j = after_j;
      if (step == 200) first_j = last_j;  // until then the edges' own angles have settled
    }
    std::printf("shaken sheet, %g thick: %.4f of its energy\n", thickness, last_j / first_j);
    EXPECT_NEAR(last_j / first_j, 1, 0.1);
  }
}

/// A strip of 1 m on a hinge, let go where it is level; it folds and whips as it falls. Velocities are those
/// of half steps, so that the energy of motion at a whole one is the mean of two.
TEST(Pendulum, KeepsItsEnergyOverTenSwings) {
  constexpr int along = 10, across = 2;
  constexpr double length = 1, gravity = 10;
  SheetMaterial material = test::plate(2e5, 0.3, 0.02);
  material.density_kg_m3 = 10;
  const Surface mesh = test::rectangle(length, 0.2, along, across, Diagonals::crossed);
  test::Supports supports(mesh);
  supports.hold(on_plane(0, 0));
  Shell sheet = make_shell(mesh, material, supports.nodes);
  double mass = 0;
  for (const double m : sheet.mass_kg) mass += m;
  const double step_s = stable_step_s(sheet), one_s = 2 * pi * std::sqrt(2 * length / (3 * gravity)) * 1.18,
               to_lose = mass * gravity * length / 2;
  ShellForces forces;
  double worst = 0, curved = 0, lowest = 0, before_j = 0;
  const int steps = static_cast<int>(10 * one_s / step_s);
  for (int step = 0; step < steps; ++step) {
    elastic_forces(sheet, forces);
    double energy = forces.energy.total_j();
    for (std::size_t n = 0; n < sheet.x_m.size(); ++n) {
      const double weight = sheet.mass_kg[n] * gravity;
      forces.on_nodes_n[n].z -= weight, energy += weight * sheet.x_m[n].z;
      lowest = std::min(lowest, sheet.x_m[n].z);
    }
    curved = std::max(curved, forces.energy.bending_j);
    advance(sheet, forces, step_s, 0);
    const double after_j = kinetic_j(sheet);
    if (step > 0) worst = std::max(worst, std::abs(energy + 0.5 * (before_j + after_j)) / to_lose);
    before_j = after_j;
  }
  std::printf(
      "pendulum, %d steps: energy within %.5f of what it turns over, lowest %.3f, most in bending %.4f\n",
      steps, worst, lowest, curved / to_lose);
  EXPECT_LT(worst, 0.01);
  EXPECT_LT(lowest, -0.95 * length);
  EXPECT_GT(curved, 0.01 * to_lose);
}

/// The first shape of a cantilever, let go: tip = exp(- c t / 2) cos(w t), w^2 = w0^2 - c^2/4.
TEST(DampedCantilever, LosesWhatItsDampingSays) {
  constexpr double length = 10, height = 0.5, damping_of_rate = 0.1;
  const Surface mesh = test::rectangle(length, 1, 20, 2, Diagonals::crossed);
  test::Supports supports(mesh);
  supports.hold(on_plane(0, 0)).clamp(on_plane(0, 0), [](const Vec3&) { return Vec3{1, 0, 0}; });
  Shell sheet = make_shell(mesh, test::plate(1, 0, height), supports.nodes);
  SheetAtRest rest(sheet, test::no_loads);
  const double rate = std::sqrt(rest.slowest_1_s2(1)[0]);
  const auto tip = std::size_t(test::nearest_node(mesh, {length, 0.5, 0}));
  rest.move_along_shape(0, 1e-3);
  const double step_s = stable_step_s(sheet), damping_1_s = damping_of_rate * rate;
  ShellForces forces;
  std::vector<std::pair<double, double>> peaks;
  double last[2] = {sheet.x_m[tip].z, sheet.x_m[tip].z};
  for (int step = 1; peaks.size() < 7; ++step) {
    elastic_forces(sheet, forces);
    advance(sheet, forces, step_s, damping_1_s);
    const double z = sheet.x_m[tip].z;
    if (step > 2 && std::abs(last[1]) > std::abs(z) && std::abs(last[1]) >= std::abs(last[0]))
      peaks.push_back({(step - 1) * step_s, std::abs(last[1])});
    last[0] = last[1], last[1] = z;
  }
  const double time_s = peaks.back().first - peaks.front().first,
               lost_1_s = std::log(peaks.front().second / peaks.back().second) / time_s,
               swings_1_s = pi * double(peaks.size() - 1) / time_s,
               damped_1_s = std::sqrt(rate * rate - damping_1_s * damping_1_s / 4);
  std::printf("damped cantilever: decay %.4f, rate %.4f\n", lost_1_s / (damping_1_s / 2) - 1,
              swings_1_s / damped_1_s - 1);
  EXPECT_NEAR(lost_1_s / (damping_1_s / 2), 1, 0.02);
  EXPECT_NEAR(swings_1_s / damped_1_s, 1, 0.01);
}

/// And where damped steps come to rest Newton's method does.
TEST(DampedCantilever, ComesToRestWhereItsForcesAreInBalance) {
  constexpr double length = 10;
  const Surface mesh = test::rectangle(length, 1, 10, 1, Diagonals::one_way);
  test::Supports supports(mesh);
  supports.hold(on_plane(0, 0)).clamp(on_plane(0, 0), [](const Vec3&) { return Vec3{1, 0, 0}; });
  const SheetMaterial material = test::plate(1, 0, 0.5);
  const double weight = 8 * material.bending_stiffness_nm() / (length * length);  // many heights
  Shell fallen = make_shell(mesh, material, supports.nodes), sheet = fallen;
  const SheetAtRest::Loads loads = [&](const Shell& s, ShellForces& f) {
    test::add_weight(s, {0, 0, -weight}, f.on_nodes_n);
  };
  ASSERT_TRUE(SheetAtRest(sheet, loads).load(1, 0.1));
  const double step_s = stable_step_s(fallen),
               damping_1_s = 2 * 3.516 * std::sqrt(material.bending_stiffness_nm() / 0.5) / (length * length);
  ShellForces forces;
  const int steps = static_cast<int>(30 / (damping_1_s * step_s));
  for (int step = 0; step < steps; ++step) {
    elastic_forces(fallen, forces);
    loads(fallen, forces);
    advance(fallen, forces, step_s, damping_1_s);
  }
  double apart = 0;
  for (std::size_t n = 0; n < sheet.x_m.size(); ++n)
    apart = std::max(apart, norm(fallen.x_m[n] - sheet.x_m[n]));
  std::printf("damped cantilever at rest after %d steps: %.2e of its length from balance\n", steps,
              apart / length);
  EXPECT_LT(apart, 1e-4 * length);
}

}  // namespace
}  // namespace soleus
