// Valves that bulges of label maps suggest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>

#include "meshing/valve_suggestions.hpp"
#include "meshing/valve_wall.hpp"
#include "meshing/valves.hpp"
#include "pipeline/base/yaml_reader.hpp"
#include "tests/meshing/valve_sites.hpp"

namespace soleus {
namespace {

constexpr double pi = std::numbers::pi, degree = pi / 180;
constexpr double voxel_m = 1 * mm, dx_m = 0.45 * mm;
constexpr SuggestionScales scales{voxel_m, dx_m};

/// A straight vein askew to the voxels, its head end at the top. Heights count from its middle to the head.
struct Vein {
  double radius_m = 4.5 * mm, taper = 0;  // of the radius, per length
  double half_length_m = 34 * mm;
  Vec3 middle_m{0.042, 0.012, 0.07}, axis = normalized(Vec3{0.25, -0.15, 1});
  std::vector<ValveShape> sinuses{};
  double station_m = -12 * mm, apart_m = 0, commissures_rad = 0;  // of the first sinus, between stations

  double height(const Vec3& x) const { return dot(x - middle_m, axis); }
  double distance(const Vec3& x) const {
    const Vec3 left = normalized(Vec3{1, 0, 0} - axis.x * axis), up = cross(axis, left);
    const double z = height(x), angle = std::atan2(dot(x - middle_m, up), dot(x - middle_m, left));
    double r = radius_m - taper * z;
    for (std::size_t k = 0; k < sinuses.size(); ++k)
      r *= wall_factor(sinuses[k], z - station_m - double(k) * apart_m, angle - commissures_rad);
    const double across = norm(x - middle_m - z * axis);
    return std::max(across - r, std::abs(z) - half_length_m);
  }
  Vec3 end(double side) const { return middle_m + side * half_length_m * axis; }
};

Labels labels_of(const Vein& v) {
  return label_map({64, 64, 80}, voxel_m, [&](const Vec3& x) { return v.distance(x); });
}

Geometry mesh_of(const Labels& labels, const std::vector<OpeningConfig>& openings,
                 const std::vector<ValveConfig>& valves = {}) {
  const TempFolder folder("valve_suggestions");
  GeometryConfig c;
  c.edge_length_m = 1 * mm;
  c.valves = valves;
  return mesh(c, openings, labels, folder.path());
}

Geometry mesh_of(const Vein& v, const std::vector<ValveConfig>& valves = {}) {
  return mesh_of(labels_of(v), {opening("head", v.end(1)), opening("foot", v.end(-1))}, valves);
}

ValveShape sinus(double diameter_m, double ratio, double length) {
  return absent(healthy_valve({diameter_m, diameter_m}, dx_m, {{.diameter = ratio, .length = length}, {}}));
}

std::vector<ValveConfig> pasted(const std::string& text) {
  const TempFolder folder("valve_suggestions_yaml");
  std::ofstream(folder.path() / "case.yaml") << "  edge_length: 1 mm\n" << text;
  std::vector<ValveConfig> valves = read_yaml<GeometryConfig>(folder.path() / "case.yaml").valves;
  for (ValveConfig& v : valves) v.dx_m = dx_m;
  return valves;
}

double away(double angle_rad, double other_rad) {  // of axes, which have no direction
  return std::abs(std::remainder(angle_rad - other_rad, pi));
}

class SinusAt : public testing::TestWithParam<double> {};

TEST_P(SinusAt, IsFoundWhereItIs) {
  const double commissures = GetParam() * degree;
  Vein v;
  v.sinuses = {sinus(9 * mm, 1.3, 1.7)}, v.commissures_rad = commissures;

  const auto found = suggest_valves(mesh_of(v), {}, scales);

  ASSERT_EQ(found.size(), 1u);
  const ValveSuggestion& s = found[0];
  ASSERT_TRUE(s.valve.commissures_rad);
  std::cout << "station " << (v.height(s.station_m) - v.station_m) / mm << " mm off, commissures "
            << away(*s.valve.commissures_rad, commissures) / degree << " deg off, sinus "
            << s.valve.sinus.diameter << " D wide, " << s.valve.sinus.length << " D long, by area "
            << s.bulge.wider << ", explains " << s.bulge.explained << "\n";
  // A voxel is 0.11 diameters; the start of sin^2 is level, so that it is told from the whole bulge.
  EXPECT_NEAR(v.height(s.station_m), v.station_m, 0.15 * 9 * mm);
  EXPECT_LT(away(*s.valve.commissures_rad, commissures), 10 * degree);
  EXPECT_NEAR(s.valve.sinus.diameter, 1.3, 0.06);
  EXPECT_NEAR(s.valve.sinus.length, 1.7, 0.25);
  EXPECT_TRUE(s.valve.sinus.in_lumen);
  EXPECT_NEAR(s.vein_m, 9 * mm, 0.2 * mm);
  EXPECT_THAT(s.faults, testing::IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(Commissures, SinusAt, testing::Values(0, 35, -70));

TEST(ValveSuggestions, AreBuiltIntoTheLumenAsItIs) {
  Vein v;
  v.sinuses = {sinus(9 * mm, 1.3, 1.7)}, v.commissures_rad = 35 * degree;
  const Geometry before = mesh_of(v);
  const auto valves = pasted(yaml_text(suggest_valves(before, {}, scales)));

  ASSERT_EQ(valves.size(), 1u);
  const Geometry after = mesh_of(v, valves);

  EXPECT_EQ(after.surface.points_m, before.surface.points_m);
  ASSERT_EQ(after.valves.valves.size(), 1u);
  EXPECT_EQ(after.valves.valves[0].cusps.size(), 2u);
  EXPECT_EQ(after.valves.valves[0].figures.sinus_diameter_ratio, valves[0].sinus.diameter);
  EXPECT_THAT(suggest_valves(after, valves, scales), testing::IsEmpty());  // it is there
}

TEST(ValveSuggestions, OfTwoValvesInATaperedVein) {
  Vein v;
  v.taper = 0.02, v.half_length_m = 38 * mm;
  v.sinuses = {sinus(9.4 * mm, 1.25, 1.6), sinus(8.4 * mm, 1.35, 1.5)}, v.station_m = -20 * mm,
  v.apart_m = 26 * mm;

  const auto found = suggest_valves(mesh_of(v), {}, scales);

  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].valve.name, "suggested_1");  // the one nearer to the head, where abscissas begin
  EXPECT_NEAR(v.height(found[0].station_m), v.station_m + v.apart_m, 0.2 * 8.4 * mm);
  EXPECT_NEAR(v.height(found[1].station_m), v.station_m, 0.2 * 9.4 * mm);
}

TEST(ValveSuggestions, OfARoundBulgeLeaveTheDirectionOpen) {
  Vein v;
  const ValveShape along = sinus(9 * mm, 1.25, 1.7);
  const auto distance = [&](const Vec3& x) {
    const double z = v.height(x);
    Vein wide = v;
    wide.radius_m *= wall_factor(along, z - v.station_m, 0.5 * pi);
    return wide.distance(x);
  };
  const Geometry g = mesh_of(label_map({64, 64, 80}, voxel_m, distance),
                             {opening("head", v.end(1)), opening("foot", v.end(-1))});

  const auto found = suggest_valves(g, {}, scales);

  ASSERT_EQ(found.size(), 1u);
  EXPECT_FALSE(found[0].valve.commissures_rad);
  EXPECT_NEAR(found[0].valve.sinus.diameter, 1.25, 0.06);
  EXPECT_THAT(yaml_text(found), testing::HasSubstr("about round"));
}

TEST(ValveSuggestions, NoneInPlainAndTaperedVeinsOfVoxels) {
  for (const double radius_mm : {2.0, 2.5, 3.3, 5.2})
    for (const double taper : {0.0, 0.03}) {
      Vein v;
      v.radius_m = radius_mm * mm, v.taper = taper;
      EXPECT_THAT(suggest_valves(mesh_of(v), {}, scales), testing::IsEmpty()) << radius_mm << ", " << taper;
    }
}

TEST(ValveSuggestions, NoneInACurvedVeinOfVoxels) {
  constexpr double bend_m = 30 * mm, radius_m = 3.6 * mm;
  const Vec3 center{0.022, 0.011, 0.07};
  const auto distance = [&](const Vec3& x) {
    const Vec3 d = x - center;
    const double ring = std::hypot(std::hypot(d.x, d.z) - bend_m, d.y) - radius_m;
    return std::max(ring, -d.x + 0.3 * std::abs(d.z));  // an arc of 147 degrees
  };
  const double c = std::cos(73.3 * degree), s = std::sin(73.3 * degree);
  const Geometry g = mesh_of(
      label_map({64, 64, 80}, voxel_m, distance),
      {opening("head", center + bend_m * Vec3{c, 0, s}), opening("foot", center + bend_m * Vec3{c, 0, -s})});

  EXPECT_THAT(suggest_valves(g, {}, scales), testing::IsEmpty());
}

TEST(ValveSuggestions, NoneWhereVeinsMeet) {
  EXPECT_THAT(suggest_valves(fork_of(40 * mm, 0.6), {}, scales), testing::IsEmpty());
}

TEST(ValveSuggestions, ForWhichTheLatticeIsTooCoarseAreComments) {
  Vein v;
  v.sinuses = {sinus(9 * mm, 1.3, 1.7)};

  const std::string text = yaml_text(suggest_valves(mesh_of(v), {}, {.detail_m = voxel_m, .dx_m = 1.5 * mm}));

  EXPECT_THAT(text, testing::HasSubstr("# valves:"));
  EXPECT_THAT(text, testing::HasSubstr("is too coarse for a vein of"));
  EXPECT_THAT(pasted(text), testing::IsEmpty());
}

}  // namespace
}  // namespace soleus
