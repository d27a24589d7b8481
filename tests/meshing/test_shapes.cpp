#include <gtest/gtest.h>

#include <numbers>

#include "meshing/intersections.hpp"
#include "meshing/meshing.hpp"
#include "meshing/quality.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

constexpr double mm = 1e-3;

OpeningConfig at_end(const std::string& end) {
  OpeningConfig o;
  o.name = "at_" + end;
  o.end = end;
  return o;
}

GeometryConfig with(const Shape& s) {
  GeometryConfig c;
  c.shape = s;
  return c;
}

Geometry meshed(const Shape& s, const std::vector<std::string>& named) {
  const TempFolder folder("shapes");
  std::vector<OpeningConfig> openings;
  openings.reserve(named.size());
  for (const std::string& end : named) openings.push_back(at_end(end));
  return mesh(with(s), openings, folder.path());
}

void expect_good(const Geometry& g, double exact_volume, double tolerance) {
  EXPECT_TRUE(faults(g).empty());
  EXPECT_EQ(euler_characteristic(g.surface), 2);
  EXPECT_TRUE(self_intersections(Bvh(g.surface), 5).empty());
  EXPECT_NEAR(volume(g.surface) / exact_volume, 1, tolerance);
  EXPECT_LT(measure(g.surface).part_below_20_deg, 0.01);
  EXPECT_LT(measure(g.surface).edge_cov, 0.3);
}

TEST(Shapes, PipeIsClosedExactAndOpenAtItsEnds) {
  Shape s{.kind = ShapeKind::pipe, .direction = {1, 0.5, 0.2}, .radius_m = 4 * mm, .length_m = 30 * mm};

  const Geometry g = meshed(s, {"end", "start"});

  expect_good(g, std::numbers::pi * 16e-6 * 30e-3, 3e-3);
  ASSERT_EQ(g.openings.size(), 2u);
  EXPECT_EQ(g.openings[0].name, "at_end");
  EXPECT_LT(norm(g.openings[0].center_m - ends(s)[1].center_m), 1e-12);
  EXPECT_NEAR(g.openings[0].area_m2, std::numbers::pi * 16e-6, 1e-12);
  ASSERT_EQ(g.centerlines.branches.size(), 1u);
  EXPECT_NEAR(g.centerlines.branches[0].abscissa_m.back(), 30 * mm, 1e-9);
  EXPECT_NEAR(g.centerlines.branches[0].radius_m[5], 4 * mm, 1e-9);
  EXPECT_TRUE(g.shape);
}

TEST(Shapes, TaperedPipe) {
  Shape s{.kind = ShapeKind::tapered_pipe, .radius_m = 5 * mm, .end_radius_m = 3 * mm, .length_m = 40 * mm};

  expect_good(meshed(s, {"start", "end"}), std::numbers::pi / 3 * 40e-3 * (25e-6 + 15e-6 + 9e-6), 5e-3);
}

TEST(Shapes, BentPipe) {
  Shape s{.kind = ShapeKind::bent_pipe,
          .radius_m = 4 * mm,
          .bend_radius_m = 20 * mm,
          .bend_angle_rad = std::numbers::pi / 2};

  const Geometry g = meshed(s, {"start", "end"});

  expect_good(g, std::numbers::pi * 16e-6 * 20e-3 * std::numbers::pi / 2, 3e-3);
  EXPECT_LT(norm(g.centerlines.branches[0].points_m.front() - ends(s)[0].center_m), 1e-9);
  EXPECT_LT(norm(g.centerlines.branches[0].points_m.back() - ends(s)[1].center_m), 1e-9);
}

TEST(Shapes, BifurcationHasThreeOpeningsAndBranches) {
  Shape s{.kind = ShapeKind::bifurcation,
          .direction = {0, 0, 1},
          .normal = {1, 0, 0},
          .radius_m = 4 * mm,
          .end_radius_m = 3 * mm,
          .length_m = 25 * mm,
          .bend_angle_rad = std::numbers::pi / 5};

  const Geometry g = meshed(s, {"start", "left", "right"});

  EXPECT_TRUE(faults(g).empty());
  EXPECT_EQ(euler_characteristic(g.surface), 2);
  EXPECT_EQ(g.openings.size(), 3u);
  ASSERT_EQ(g.centerlines.branches.size(), 3u);
  EXPECT_EQ(g.centerlines.branches[2].parent, 0);
}

TEST(Shapes, SphereHasNoOpenings) {
  Shape s{.kind = ShapeKind::sphere, .radius_m = 6 * mm};

  expect_good(meshed(s, {}), 4.0 / 3 * std::numbers::pi * 216e-9, 3e-3);
}

TEST(Shapes, BoxHasExactVolume) {
  Shape s{.kind = ShapeKind::box, .size_m = {10 * mm, 6 * mm, 8 * mm}};

  const Geometry g = meshed(s, {});

  EXPECT_TRUE(faults(g).empty());
  EXPECT_NEAR(volume(g.surface), 480e-9, 1e-15);
}

TEST(Shapes, ChannelIsTwoPlanesFacingOut) {
  Shape s{.kind = ShapeKind::channel,
          .size_m = {10 * mm, 0, 5 * mm},
          .height_m = 4 * mm,
          .periodic = {true, false, true},
          .period_m = {10 * mm, 4 * mm, 5 * mm}};

  const Geometry g = meshed(s, {});

  ASSERT_FALSE(g.surface.triangles.empty());
  for (int t = 0; t < int(g.surface.triangles.size()); ++t) {
    EXPECT_NEAR(std::abs(triangle_center(g.surface, t).y), 2 * mm, 1e-12);
    EXPECT_GT(triangle_normal(g.surface, t).y * triangle_center(g.surface, t).y, 0);
  }
  EXPECT_NEAR(area(g.surface), 2 * 50e-6, 1e-12);
}

TEST(Shapes, PeriodicPipeIsOpenForDisplayAndOneCellLong) {
  Shape s{.kind = ShapeKind::pipe,
          .direction = {1, 0, 0},
          .radius_m = 2 * mm,
          .periodic = {true, false, false},
          .period_m = {10 * mm, 0, 0}};

  const Geometry g = meshed(s, {});

  EXPECT_TRUE(faults(g).empty());
  EXPECT_NEAR(area(g.surface), 2 * std::numbers::pi * 2e-3 * 10e-3,
              0.03 * 2 * std::numbers::pi * 2e-3 * 10e-3);
  EXPECT_NEAR(g.centerlines.branches[0].abscissa_m.back(), 10 * mm, 1e-9);
}

TEST(Shapes, PeriodicPipeLiesOnTheWallAndEndsOnTheFacesOfItsCell) {
  Shape s{.kind = ShapeKind::pipe,
          .direction = {1, 2, 3},
          .radius_m = 2 * mm,
          .periodic = {true, true, true},
          .period_m = {8 * mm, 16 * mm, 24 * mm}};

  const Geometry g = meshed(s, {});

  int on_face = 0;
  for (const Vec3& p : g.surface.points_m) {
    EXPECT_NEAR(signed_distance(s, p), 0, 1e-9);
    for (int a = 0; a < 3; ++a) {
      EXPECT_LE(std::abs(p[a]), 0.5 * s.period_m[a] + 1e-12);
      on_face += std::abs(p[a]) > 0.5 * s.period_m[a] - 1e-12;
    }
  }
  EXPECT_GT(on_face, 50);
}

TEST(Shapes, FullyPeriodicBoxHasNoSurface) {
  Shape s{.kind = ShapeKind::box, .periodic = {true, true, true}, .period_m = {10 * mm, 10 * mm, 10 * mm}};

  const Geometry g = meshed(s, {});

  EXPECT_TRUE(g.surface.triangles.empty());
  EXPECT_TRUE(faults(g).empty());
}

std::string refusal(const std::vector<OpeningConfig>& openings) {
  const TempFolder folder("shapes");
  try {
    mesh(with({.kind = ShapeKind::pipe, .radius_m = 4 * mm, .length_m = 30 * mm}), openings, folder.path());
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Shapes, UnknownEndIsRefused) {
  EXPECT_EQ(refusal({at_end("start"), at_end("left")}),
            "openings: 'at_left' matches no end of the shape; set `end` (or `near`). Its ends: 'start' at "
            "(-15.0 0.0 0.0) mm, 'end' at "
            "(15.0 0.0 0.0) mm.");
}

TEST(Shapes, UnnamedEndIsRefused) {
  EXPECT_EQ(refusal({at_end("start")}),
            "openings: the end 'end' of the shape at (15.0 0.0 0.0) mm is named by no opening; add an entry "
            "with `end: end` (`kind: "
            "closed` for a wall), or set geometry.close_unnamed: true.");
}

TEST(Shapes, EndNamedTwiceIsRefused) {
  OpeningConfig again = at_end("start");
  again.name = "again";
  EXPECT_EQ(refusal({at_end("start"), again}), "openings: 'at_start' and 'again' both name the end 'start'.");
}

TEST(Shapes, ClosedEndIsFlatWall) {
  const TempFolder folder("shapes");
  OpeningConfig closed = at_end("end");
  closed.kind = OpeningKind::closed;

  const Geometry g = mesh(with({.kind = ShapeKind::pipe, .radius_m = 4 * mm, .length_m = 30 * mm}),
                          {closed, at_end("start")}, folder.path());

  ASSERT_EQ(g.openings.size(), 1u);
  EXPECT_EQ(g.openings[0].name, "at_start");
  EXPECT_TRUE(faults(g).empty());
  EXPECT_NEAR(volume(g.surface) / (std::numbers::pi * 16e-6 * 30e-3), 1, 3e-3);
}

TEST(Shapes, BoxWithAnObstacleIsClosedAndOpenAtItsEnds) {
  Shape s{.kind = ShapeKind::box,
          .size_m = {40 * mm, 20 * mm, 20 * mm},
          .through = ThroughAxis::x,
          .obstacles = {{.kind = ObstacleKind::sphere, .radius_m = 5 * mm}}};

  const Geometry g = meshed(s, {"start", "end"});

  EXPECT_TRUE(faults(g).empty());
  EXPECT_NEAR(volume(g.surface), 16e-6 - 4.0 / 3 * std::numbers::pi * 125e-9, 0.01 * 16e-6);
  ASSERT_EQ(g.openings.size(), 2u);
  EXPECT_NEAR(g.openings[0].area_m2, 4e-4, 1e-12);
  double caps = 0;
  for (std::size_t t = 0; t < g.cap.size(); ++t)
    if (g.cap[t] == 1) caps += norm(triangle_area_vector(g.surface, int(t)));
  EXPECT_NEAR(caps, 4e-4, 0.15 * 4e-4);  // less the triangles over its edges
}

TEST(Shapes, RevolvedLineIsClosedAndHasItsAxis) {
  Shape s{.kind = ShapeKind::revolved,
          .direction = {0, 0, 1},
          .stations_m = {-20 * mm, 0, 0, 20 * mm},
          .radii_m = {2 * mm, 2 * mm, 6 * mm, 6 * mm}};

  const Geometry g = meshed(s, {"start", "end"});

  EXPECT_TRUE(faults(g).empty());
  EXPECT_NEAR(volume(g.surface), std::numbers::pi * 20e-3 * (4e-6 + 36e-6), 0.01 * 2.5e-6);
  ASSERT_EQ(g.centerlines.branches.size(), 1u);
  EXPECT_NEAR(g.centerlines.branches[0].abscissa_m.back(), 40 * mm, 1e-9);
}

}  // namespace
}  // namespace soleus
