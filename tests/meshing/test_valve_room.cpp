// Valves of veins that lie side by side or meet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "meshing/valves.hpp"
#include "tests/meshing/valve_sites.hpp"

namespace soleus {
namespace {

/// A second vein, branch 1, so far beside the first.
Geometry two_veins(const Vec3& apart_m) {
  Geometry g = vein_of(pipe_shape());
  const Surface first = g.surface;
  const int points = int(first.points_m.size());
  for (const Vec3& p : first.points_m) g.surface.points_m.push_back(p + apart_m);
  for (const auto& t : first.triangles)
    g.surface.triangles.push_back({t[0] + points, t[1] + points, t[2] + points});
  g.cap.insert(g.cap.end(), first.triangles.size(), -1);
  Branch beside = g.centerlines.branches[0];
  beside.id = 1;
  for (Vec3& p : beside.points_m) p += apart_m;
  g.centerlines.branches.push_back(beside);
  return g;
}

std::string refusal_beside(Geometry g, const std::vector<ValveConfig>& valves) {
  return refusal_of([&] { insert_valves(g, valves); });
}

TEST(ValveRoom, IsForOneValve) {
  // The pockets of both reach 5.85 mm from their vein towards the other one.
  ValveConfig a = valve_at("a", 30 * mm), b = valve_at("b", 34 * mm);
  b.branch = 1;
  const Geometry veins = two_veins({0, 11 * mm, 0});

  const std::string message = refusal_beside(veins, {a, b});

  EXPECT_THAT(message,
              testing::MatchesRegex(
                  "geometry\\.valves\\[0\\] 'a': the valve on branch 0 overlaps 'b' on branch 1 near "
                  "\\([-0-9. ]+\\) mm; move it from the abscissa 30\\.0 mm to [0-9.]+ mm or less, or "
                  "the other one away\\."));
  // What it says is accepted.
  a.abscissa_m = std::stod(message.substr(message.find(" mm to ") + 7)) * mm;
  EXPECT_LT(a.abscissa_m, 30 * mm);
  EXPECT_EQ(refusal_beside(veins, {a, b}), "accepted");
}

TEST(ValveRoom, IsNoWiderThanTheVeinAtTheCommissures) {
  ValveConfig a = valve_at("a", 30 * mm), b = valve_at("b", 34 * mm);
  b.branch = 1;
  a.commissures_rad = b.commissures_rad = 0.5 * std::numbers::pi;

  EXPECT_EQ(refusal_beside(two_veins({0, 11 * mm, 0}), {a, b}), "accepted");
}

TEST(ValveRoom, ThatIsTurnedIsFreeWhereTheMessageSays) {
  ValveConfig a = valve_at("a", 30 * mm), b = valve_at("b", 34 * mm);
  b.branch = 1;
  a.commissures_rad = b.commissures_rad = 0.5 * std::numbers::pi;
  const Geometry veins = two_veins({11 * mm, 0, 0});

  const std::string message = refusal_beside(veins, {a, b});

  ASSERT_THAT(message, testing::HasSubstr("move it from the abscissa 30.0 mm to "));
  a.abscissa_m = std::stod(message.substr(message.find(" mm to ") + 7)) * mm;
  EXPECT_EQ(refusal_beside(veins, {a, b}), "accepted");
}

TEST(ValveRoom, WhereVeinsMeetIsForOneValve) {
  std::vector<ValveConfig> valves;
  for (const int branch : {1, 2}) {  // just beyond the fork, their pockets towards each other
    valves.push_back(valve_at(branch == 1 ? "left" : "right", 84 * mm));
    valves.back().branch = branch;
    valves.back().sinus.diameter = 1.55;
    valves.back().dx_m = 0.35 * mm;
  }

  EXPECT_THAT(refusal_of([&] { fork_of(50 * mm, 0.17, valves); }),
              testing::MatchesRegex(
                  "geometry\\.valves\\[0\\] 'left': the valve on branch 1 overlaps 'right' on branch "
                  "2 near \\([-0-9. ]+\\) mm; move it from the abscissa 84\\.0 mm to [0-9.]+ mm or "
                  "more, or the other one away\\."));
}

}  // namespace
}  // namespace soleus
