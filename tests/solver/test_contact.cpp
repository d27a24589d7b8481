// Sheets that meet each other and the wall.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "solver_cuda/kernels/advance_immersed.hpp"
#include "solver_cuda/kernels/contact.hpp"
#include "solver_cuda/kernels/wall_contact.hpp"
#include "tests/solver/sheets.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus {
namespace {

using test::Diagonals;
using test::dt;
using test::dx;
using test::scales;

/// Ten cells wide, its mesh uneven, at a height and with a velocity along z.
ImmersedSheet sheet_at(double z_m, double velocity_m_s, double aside_m) {
  const SheetMaterial material{.thickness_m = 0.01 * dx, .young_pa = 1, .density_kg_m3 = 50, .bending_pa = 0};
  Shell shell = make_shell(test::rectangle(10 * dx, 10 * dx, 13, 13, Diagonals::random, 0.3), material);
  for (Vec3& x : shell.x_m) x += Vec3{aside_m - 5 * dx, aside_m - 5 * dx, z_m};
  std::ranges::fill(shell.v_m_s, Vec3{0, 0, velocity_m_s});
  return immerse("sheet", std::move(shell), scales, Delta::four_points);
}

/// Each node moves with the mass of fluid that follows it.
void move(std::vector<ImmersedSheet>& sheets, const std::vector<std::vector<Vec3>>& force_n) {
  for (std::size_t s = 0; s < sheets.size(); ++s)
    for (std::size_t n = 0; n < force_n[s].size(); ++n) {
      Shell& shell = sheets[s].shell;
      shell.v_m_s[n] += force_n[s][n] * (dt / sheets[s].moved_kg(n));
      shell.x_m[n] += shell.v_m_s[n] * dt;
    }
}

Vec3 momentum(const std::vector<ImmersedSheet>& sheets) {
  Vec3 sum;
  for (const ImmersedSheet& s : sheets)
    for (std::size_t n = 0; n < s.shell.x_m.size(); ++n) sum += s.shell.v_m_s[n] * s.moved_kg(n);
  return sum;
}

/// At a tenth of a cell per step, and at half of one, from which the pressure that closes a valve is far.
class MeetingSheets : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Contact, MeetingSheets, testing::Values(0.1, 0.5));

TEST_P(MeetingSheets, TurnBackBeforeTheyTouchAndKeepTheirMomentum) {
  const double towards = 0.5 * GetParam() * dx / dt;
  std::vector<ImmersedSheet> sheets{sheet_at(2 * dx, -towards, 0), sheet_at(-2 * dx, towards, 0.23 * dx)};
  ContactCandidates candidates;
  std::vector<std::vector<Vec3>> force_n;
  const ContactRule rule = contact_rule(dx, dt);
  EXPECT_EQ(rule.gap_m, dx);
  double nearest = 1, turned = 0;
  for (int step = 0; step < int(20 / GetParam()); ++step) {
    contact_forces(force_n, sheets, rule, candidates);
    move(sheets, force_n);
    for (const Vec3& x : sheets[0].shell.x_m)
      for (const Vec3& y : sheets[1].shell.x_m)
        if (std::hypot(x.x - y.x, x.y - y.y) < dx) nearest = std::min(nearest, x.z - y.z);
    for (const Vec3& v : sheets[0].shell.v_m_s) turned = std::max(turned, v.z);
  }
  EXPECT_GT(nearest, GetParam() > 0.1 ? 0.05 * dx : 0.5 * dx);
  EXPECT_GT(turned, 0);
  EXPECT_LT(norm(momentum(sheets)), 1e-10 * norm(Vec3{0, 0, towards * sheets[0].moved_kg(60) * 196}));
}

TEST(SheetAtAWall, TurnsBackBeforeItTouchesIt) {
  test::SmallLumen lumen(test::cube(15));
  std::vector<ImmersedSheet> sheets{sheet_at(4 * dx, 0.1 * dx / dt, 0)};
  WallContact known;
  double highest = 0;
  for (int step = 0; step < 200; ++step) {
    std::vector<std::vector<Vec3>> force_n{std::vector<Vec3>(sheets[0].shell.x_m.size())};
    add_wall_contact(force_n, sheets, contact_rule(dx, dt), lumen.near, lumen.lattice, known);
    move(sheets, force_n);
    for (const Vec3& x : sheets[0].shell.x_m) highest = std::max(highest, x.z);
  }
  EXPECT_GT(highest, 6.5 * dx);  // it was within the gap
  EXPECT_LT(highest, 7.2 * dx);  // of the wall at 7.5 dx
  for (const Vec3& v : sheets[0].shell.v_m_s) EXPECT_LT(v.z, 0);
}

/// Nodes that begin nearer to the wall than the gap, beside an attachment, are not pushed off it.
TEST(SheetAtAWall, RestsWhereItIs) {
  test::SmallLumen lumen(test::cube(15));
  const std::vector<ImmersedSheet> sheets{sheet_at(7.1 * dx, 0, 0)};
  WallContact known;
  std::vector<std::vector<Vec3>> force_n{std::vector<Vec3>(sheets[0].shell.x_m.size())};
  add_wall_contact(force_n, sheets, contact_rule(dx, dt), lumen.near, lumen.lattice, known);
  for (const Vec3& f : force_n[0]) EXPECT_LT(norm(f), 1e-20);
}

}  // namespace
}  // namespace soleus
