#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numbers>

#include "meshing/cut.hpp"
#include "meshing/intersections.hpp"
#include "meshing/meshing.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

constexpr double h = 1e-3, radius = 3 * h;
const Vec3 low{0.01 + 12 * h, -0.02 + 12 * h, 0.03 + 8 * h};
const Vec3 high = low + Vec3{6 * h, 0, 40 * h};

Labels straight_vein() {
  return label_map({35, 25, 60}, h, [](const Vec3& x) { return flat_tube(x, low, high, radius); });
}

std::string refusal(const std::vector<OpeningConfig>& openings, const GeometryConfig& config = {}) {
  const TempFolder folder("openings");
  try {
    mesh(config, openings, straight_vein(), folder.path());
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Openings, AreCutPerpendicularExtendedAndNamedInTheOrderOfTheCase) {
  const TempFolder folder("openings");
  GeometryConfig config;
  config.flow_extension = 2;

  const Geometry g =
      mesh(config, {opening("lower", low), opening("upper", high)}, straight_vein(), folder.path());

  const Vec3 axis = normalized(high - low);
  ASSERT_EQ(g.openings.size(), 2u);
  EXPECT_EQ(g.openings[0].name, "lower");
  EXPECT_EQ(g.openings[1].name, "upper");
  EXPECT_GT(dot(g.openings[1].outward, axis), 0.995);
  EXPECT_LT(dot(g.openings[0].outward, axis), -0.995);
  for (int k : {0, 1}) {
    const Opening& o = g.openings[k];
    EXPECT_NEAR(o.radius_m, radius, 0.05 * radius);
    const double along = dot(o.center_m - low, axis), beyond = k == 0 ? -along : along - norm(high - low);
    // Cut one to two radii before the end, extended by two diameters.
    EXPECT_GT(beyond, 4 * radius - 2.5 * radius);
    EXPECT_LT(beyond, 4 * radius - 0.5 * radius);
    EXPECT_LT(norm(o.center_m - low - along * axis), 0.05 * norm(o.center_m - low));
  }
  EXPECT_TRUE(faults(g).empty());
  EXPECT_TRUE(self_intersections(Bvh(g.surface), 5).empty());
  EXPECT_EQ(euler_characteristic(g.surface), 2);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "quality.json"));
}

// Straight vessels from slender to stubby, along the voxel axes and across them. The search's first path runs
// from edge to edge of the flat ends, in a vessel two diameters long at 25 degrees to the axis.
TEST(Openings, LieOnTheAxisOfAStraightVessel) {
  const std::array<Vec3, 3> directions{Vec3{0, 0, 1}, normalized(Vec3{0.4, 0.25, 1}),
                                       normalized(Vec3{-0.3, 0.7, 1})};
  for (const Vec3& axis : directions) {
    for (double length : {16 * h, 22 * h, 44 * h}) {
      for (double r : {3 * h, 3.9 * h}) {
        const Vec3 a{0.01 + 28 * h, -0.02 + 12 * h, 0.03 + 8 * h}, b = a + length * axis;
        const Labels labels = label_map({60, 60, 60}, h, [&](const Vec3& x) {
          // Ends as a front that stops inside the image leaves them: rounded, with a dimple.
          const double along = dot(x - a, axis), from_axis = norm(x - a - along * axis);
          const double from_end = std::min(along, length - along);
          const double edge = from_axis - (r - std::max(0.0, h - from_end));
          const double dimple = 1.5 * h * (1 - from_end / (3 * h)) - from_axis;
          return std::max({-from_end, edge, dimple});
        });
        const TempFolder folder("axis");
        GeometryConfig config;
        config.edge_length_m = h;

        const Geometry g = mesh(config, {opening("lower", a), opening("upper", b)}, labels, folder.path());

        for (int k : {0, 1}) {
          const Opening& o = g.openings[k];
          const Vec3 off = o.center_m - a - dot(o.center_m - a, axis) * axis;
          const double lean_deg =
              std::acos(std::min(1.0, std::abs(dot(o.outward, axis)))) * 180 / std::numbers::pi;
          const std::string which = o.name + ", length " + std::to_string(length / h) + ", radius " +
                                    std::to_string(r / h) + " voxels, tilt " +
                                    std::to_string(std::acos(axis.z) * 180 / std::numbers::pi) + " degrees";
          // The cap is two diameters beyond the cut: half a voxel there is 2 degrees.
          EXPECT_LT(norm(off), 0.5 * h) << which;
          EXPECT_LT(lean_deg, 2) << which;
        }
      }
    }
  }
}

// Two veins of one lumen whose ends lean towards each other: full extensions would cross.
TEST(Openings, ExtensionsOfNeighbouringEndsKeepApart) {
  const double r = 2.5 * h;
  const Vec3 fork{0.01 + 35 * h, -0.02 + 12 * h, 0.03 + 75 * h}, top = fork + Vec3{0, 0, 20 * h};
  const auto side = [&](double sign, const Vec3& x) {
    const Vec3 out = fork + Vec3{sign * 22 * h, 0, -28 * h}, in = out + Vec3{-sign * 12 * h, 0, -28 * h};
    return std::min(capsule(x, fork, out, r), capsule(x, out, in, r));
  };
  const Labels labels = label_map({71, 25, 105}, h, [&](const Vec3& x) {
    return std::min({capsule(x, top, fork, 3.5 * h), side(-1, x), side(1, x)});
  });
  const TempFolder folder("apart");
  GeometryConfig config;
  config.flow_extension = 6;  // they would meet 4 diameters on

  const Geometry g = mesh(config,
                          {opening("top", top), opening("left", fork + Vec3{-10 * h, 0, -56 * h}),
                           opening("right", fork + Vec3{10 * h, 0, -56 * h})},
                          labels, folder.path());

  EXPECT_TRUE(faults(g).empty());
  EXPECT_TRUE(self_intersections(Bvh(g.surface), 5).empty());
  // The tubes lean towards each other, so that their caps are nearest.
  double gap = 1;
  for (std::size_t s = 0; s < g.surface.triangles.size(); ++s) {
    if (g.cap[s] != 1) continue;
    for (std::size_t t = 0; t < g.surface.triangles.size(); ++t) {
      if (g.cap[t] != 2) continue;
      for (int v : g.surface.triangles[s]) {
        for (int w : g.surface.triangles[t])
          gap = std::min(gap, norm(g.surface.points_m[v] - g.surface.points_m[w]));
      }
    }
  }
  EXPECT_GT(gap, 2 * 0.5 * config.edge_length_m);              // edges there may be half as long as wanted
  const auto length_over_diameter = [&](int k, double sign) {  // beyond the tip of the capsule
    const Vec3 tip = fork + Vec3{sign * 10 * h, 0, -56 * h};
    return dot(g.openings[k].center_m - tip, g.openings[k].outward) / (2 * r);
  };
  EXPECT_GT(length_over_diameter(1, -1), 1);  // not given up where there is room
  EXPECT_GT(length_over_diameter(2, 1), 1);
}

TEST(Openings, ExtensionsAreCrowdedWithinTwoEdgesUnlessTheirCutsAre) {
  const auto extension = [](const Vec3& center, const Vec3& outward) {
    Extension e;
    e.cut.center_m = center;
    e.cut.outward = normalized(outward);
    e.cut.area_m2 = std::numbers::pi * 4 * h * h;  // 4 mm wide
    e.length_m = 8 * h;
    e.edge_m = h;
    return e;
  };
  const Extension a = extension({0, 0, 0}, {0, 0, 1});
  using Flags = std::vector<char>;

  // Axes 5.5 and 6.5 mm apart; 4 mm are the tubes, 2 mm two edges.
  EXPECT_EQ(crowded_extensions({a, extension({13.5 * h, 0, 8 * h}, {-1, 0, 0})}), (Flags{1, 1}));
  EXPECT_EQ(crowded_extensions({a, extension({14.5 * h, 0, 8 * h}, {-1, 0, 0})}), (Flags{0, 0}));
  // Nearest at the far ends, 5.42 and 6.42 mm apart; and 5.97 mm, the axes but half a degree from parallel.
  EXPECT_EQ(crowded_extensions({a, extension({9 * h, 0, 0}, {-0.5, 0, 1})}), (Flags{1, 1}));
  EXPECT_EQ(crowded_extensions({a, extension({10 * h, 0, 0}, {-0.5, 0, 1})}), (Flags{0, 0}));
  EXPECT_EQ(crowded_extensions({a, extension({6.05 * h, 0, 0}, {-0.01, 0, 1})}), (Flags{1, 1}));
  // Crossing in the middle of both; parallel and near from the start, which no shortening mends.
  EXPECT_EQ(crowded_extensions({a, extension({-4 * h, 4.5 * h, 4 * h}, {1, 0, 0})}), (Flags{1, 1}));
  EXPECT_EQ(crowded_extensions({a, extension({5 * h, 0, 0}, {0, 0, 1})}), (Flags{0, 0}));
}

TEST(Openings, CenterlineRunsFromCapToCap) {
  const TempFolder folder("openings");

  const Geometry g =
      mesh({}, {opening("lower", low), opening("upper", high)}, straight_vein(), folder.path());

  ASSERT_EQ(g.centerlines.branches.size(), 1u);
  const Branch& b = g.centerlines.branches[0];
  EXPECT_LT(norm(b.points_m.front() - g.openings[1].center_m), 1e-6);
  EXPECT_LT(norm(b.points_m.back() - g.openings[0].center_m), 1e-6);
  EXPECT_NEAR(b.radius_m.front(), radius, 0.08 * radius);  // the cap is no wall
  EXPECT_EQ(b.abscissa_m.front(), 0);
  for (std::size_t i = 1; i < b.points_m.size(); ++i) {  // monotonous: no stale piece before or behind a cut
    EXPECT_LT(norm(b.points_m[i] - b.points_m[i - 1]), 0.5 * radius);
    EXPECT_LT(dot(b.points_m[i] - b.points_m[i - 1], high - low), 0);
  }
}

TEST(Openings, ClosedEndStaysAWall) {
  const TempFolder folder("openings");
  OpeningConfig closed = opening("blind", low);
  closed.kind = OpeningKind::closed;

  const Geometry g = mesh({}, {closed, opening("upper", high)}, straight_vein(), folder.path());

  ASSERT_EQ(g.openings.size(), 1u);
  EXPECT_EQ(g.openings[0].name, "upper");
  EXPECT_TRUE(faults(g).empty());
}

TEST(Openings, NoExtensionLeavesTheCapAtTheCut) {
  const TempFolder folder("openings");
  GeometryConfig config;
  config.flow_extension = 0;

  const Geometry g =
      mesh(config, {opening("lower", low), opening("upper", high)}, straight_vein(), folder.path());

  EXPECT_TRUE(faults(g).empty());
  EXPECT_LT(dot(g.openings[1].center_m - high, normalized(high - low)), -0.5 * radius);
}

TEST(Openings, UnnamedEndIsRefusedWithItsPlaceAndAPicture) {
  const TempFolder folder("openings");
  std::string message;
  try {
    mesh({}, {opening("upper", high)}, straight_vein(), folder.path());
  } catch (const InputError& e) {
    message = e.what();
  }

  EXPECT_THAT(message,
              testing::MatchesRegex(
                  "openings: an end of the lumen is named by no opening: \\(2[12]\\.[0-9] -[78]\\.[0-9] "
                  "3[78]\\.[0-9]\\) mm radius [0-9.]+ mm\\. Add an entry with `near` at this place "
                  "\\(`kind: closed` for a wall\\), or set geometry\\.close_unnamed: true\\."));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "failure_unnamed_end.png"));
}

TEST(Openings, UnnamedEndsCanBeClosed) {
  const TempFolder folder("openings");
  GeometryConfig config;
  config.close_unnamed = true;

  const Geometry g = mesh(config, {opening("upper", high)}, straight_vein(), folder.path());

  EXPECT_EQ(g.openings.size(), 1u);
}

TEST(Openings, NameFarFromEveryEndIsRefusedWithTheListOfEnds) {
  EXPECT_THAT(refusal({opening("upper", high), opening("lower", low), opening("knee", {0.2, 0.1, 0.05})}),
              testing::AllOf(
                  testing::StartsWith(
                      "openings: 'knee' is near (200.0 100.0 50.0) mm, but the nearest end of the lumen is "),
                  testing::HasSubstr(" mm away (at most 20 mm is accepted). The ends of this lumen: ("),
                  testing::HasSubstr(" radius ")));
}

TEST(Openings, TwoNamesForOneEndAreRefused) {
  EXPECT_THAT(refusal({opening("upper", high), opening("other", high + Vec3{1e-3, 0, 0})}),
              testing::StartsWith("openings: 'upper' and 'other' are both nearest to the end at ("));
}

TEST(Openings, NameWithoutPlaceIsRefused) {
  OpeningConfig nowhere;
  nowhere.name = "upper";

  EXPECT_THAT(
      refusal({nowhere}),
      testing::StartsWith("openings: 'upper' has no `near` point; give the position of its end. The ends of "
                          "this lumen: ("));
}

TEST(Openings, ThinEndsAreCutBackToTheTrimRadius) {
  const TempFolder folder("openings");
  GeometryConfig config;
  config.surface = folder.path() / "cone.stl";
  config.trim_radius_m = 2e-3;
  config.flow_extension = 0;
  config.close_unnamed = true;
  Surface cone = tube_surface(3e-3, 90e-3, 48, 90, true);
  for (Vec3& p : cone.points_m)
    p.x *= 0.2 + 0.8 * p.z / 90e-3, p.y *= 0.2 + 0.8 * p.z / 90e-3;  // 0.6 to 3 mm
  write_stl(cone, config.surface);

  const Geometry open = mesh(config, {opening("thin", {0, 0, 0})}, folder.path());
  const Geometry wall = mesh(config, {opening("thick", {0, 0, 90e-3})}, folder.path());

  const double z = (2.0 / 3 - 0.2) / 0.8 * 90e-3;  // where the cone is 2 mm wide
  EXPECT_NEAR(open.openings[0].center_m.z, z, 2e-3);
  EXPECT_NEAR(open.openings[0].radius_m, 2e-3, 0.1e-3);
  EXPECT_TRUE(faults(wall).empty());
  double lowest = 1;
  for (const Vec3& p : wall.surface.points_m) lowest = std::min(lowest, p.z);
  EXPECT_NEAR(lowest, z, 2e-3);
  for (double r : wall.centerlines.branches[0].radius_m) EXPECT_GT(r, 0.2e-3);
}

TEST(Openings, OpenEndsOfASurfaceFileAreFound) {
  const TempFolder folder("openings");
  GeometryConfig config;
  config.surface = folder.path() / "tube.stl";
  write_stl(tube_surface(3e-3, 50e-3, 48, 50, false), config.surface);

  const Geometry g = mesh(config, {opening("a", {0, 0, 0}), opening("b", {0, 0, 50e-3})}, folder.path());

  ASSERT_EQ(g.openings.size(), 2u);
  EXPECT_NEAR(g.openings[1].radius_m, 3e-3, 0.02 * 3e-3);
  EXPECT_TRUE(faults(g).empty());
}

TEST(Openings, SurfaceInRasAxesIsTurned) {
  const TempFolder folder("openings");
  GeometryConfig config;
  config.surface = folder.path() / "tube.stl";
  config.surface_space = SurfaceSpace::ras;
  Surface tube = tube_surface(3e-3, 50e-3, 48, 50, true);
  for (Vec3& p : tube.points_m) p += Vec3{40e-3, 10e-3, 0};
  write_stl(tube, config.surface);

  const Geometry g =
      mesh(config, {opening("a", {-40e-3, -10e-3, 0}), opening("b", {-40e-3, -10e-3, 50e-3})}, folder.path());

  EXPECT_NEAR(g.openings[0].center_m.x, -40e-3, 0.2e-3);
  EXPECT_TRUE(faults(g).empty());
}

}  // namespace
}  // namespace soleus
