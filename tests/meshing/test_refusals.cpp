// The sentences a user sees when a surface cannot be used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <numbers>

#include "meshing/meshing.hpp"
#include "meshing/surface_io.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/offscreen_display.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

struct Refusal {
  std::string message;
  bool picture = false;
};

Refusal refusal_of(const Surface& s, const std::string& picture) {
  const TempFolder folder("refusals");
  GeometryConfig config;
  config.surface = folder.path() / "lumen.stl";
  write_stl(s, config.surface);
  Refusal out{"accepted"};
  try {
    mesh(config, {opening("a", {0, 0, 0}), opening("b", {0, 0, 60e-3})}, folder.path());
  } catch (const InputError& e) {
    out.message = e.what();
    if (const auto at = out.message.find(config.surface.string()); at != std::string::npos) {
      out.message.replace(at, config.surface.string().size(), "FILE");
    }
  }
  out.picture = std::filesystem::exists(folder.path() / picture);
  return out;
}

bool can_draw() {
  return OffscreenDisplay().available();
}

TEST(Refusal, MissingTriangle) {
  Surface s = tube_surface(3e-3, 60e-3, 32, 60, true);
  s.triangles.erase(s.triangles.begin() + 30 * 64);  // ring 30, at angle 0

  const Refusal r = refusal_of(s, "failure_open_surface.png");

  EXPECT_EQ(r.message,
            "FILE: the surface is not closed: 3 boundary edges around (3.0 0.4 30.3) mm do not bound a flat "
            "vessel end; close the hole, "
            "or cut the vessel off across its axis.");
  EXPECT_EQ(r.picture, can_draw());
}

TEST(Refusal, RoundHoleInTheWall) {
  Surface s = tube_surface(3e-3, 60e-3, 64, 120, true);
  const Vec3 place{3e-3, 0, 30e-3};
  std::vector<char> keep(s.triangles.size());
  for (std::size_t t = 0; t < keep.size(); ++t) keep[t] = norm(triangle_center(s, int(t)) - place) > 1.0e-3;

  const Refusal r = refusal_of(keep_triangles(s, keep), "failure_open_surface.png");

  EXPECT_THAT(
      r.message,
      testing::MatchesRegex(
          "FILE: the surface is not closed: there is a hole of radius [01]\\.[0-9]+ mm in the wall near "
          "\\((3\\.0|2\\.9) -?0\\.[0-9] (29\\.9|30\\.[01])\\) mm where no vessel ends; close it\\."));
  EXPECT_EQ(r.picture, can_draw());
}

TEST(Refusal, ThirdTriangleOnAnEdge) {
  Surface s = tube_surface(3e-3, 60e-3, 32, 60, true);
  s.points_m.push_back({10e-3, 0, 30e-3});
  const auto t = s.triangles[30 * 64];
  s.triangles.push_back({t[0], t[1], int(s.points_m.size()) - 1});

  const Refusal r = refusal_of(s, "failure_non_manifold.png");

  EXPECT_EQ(r.message,
            "FILE: the surface is not a manifold: 1 edge is shared by more than two triangles, the first "
            "near (3.0 0.3 30.0) mm; every "
            "edge must belong to exactly two triangles.");
  EXPECT_EQ(r.picture, can_draw());
}

TEST(Refusal, VesselThroughItself) {
  // The tube is bent into a ring of which the ends pass through each other.
  Surface s = tube_surface(3e-3, 60e-3, 32, 60, true);
  for (Vec3& p : s.points_m) {
    const double angle = 2.3 * std::numbers::pi * (p.z / 60e-3), r = 12e-3 + p.x;
    p = {r * std::cos(angle), p.y + 0.4e-3 * angle, r * std::sin(angle)};
  }

  const Refusal r = refusal_of(s, "failure_self_intersection.png");

  EXPECT_THAT(r.message,
              testing::MatchesRegex(
                  "FILE: the surface intersects itself: [0-9]+ pairs of triangles cross, the first near "
                  "\\(-?[0-9.]+ -?[0-9.]+ -?[0-9.]+\\) mm; separate or merge the two walls there\\."));
  EXPECT_EQ(r.picture, can_draw());
}

std::string read_error(const std::filesystem::path& file) {
  try {
    read_surface(file, 1e-3, SurfaceSpace::lps);
  } catch (const InputError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Refusal, SurfaceFileThatIsNotThere) {
  EXPECT_EQ(read_error("/nowhere/vein.stl"), "/nowhere/vein.stl: the surface file does not exist.");
}

TEST(Refusal, TextInsteadOfASurface) {
  const TempFolder folder("refusals");
  const auto file = folder.path() / "vein.ply";
  std::ofstream(file) << "this is a letter\n";

  EXPECT_EQ(read_error(file),
            file.string() + ": no triangles could be read from this file; is it a surface in .ply format?");
}

TEST(Refusal, UnknownExtension) {
  const TempFolder folder("refusals");
  const auto file = folder.path() / "vein.step";
  std::ofstream(file) << "x";

  EXPECT_EQ(read_error(file),
            file.string() + ": surfaces are read from .stl, .ply, .obj and .vtp files, not from '.step'.");
}

TEST(SurfaceFile, InwardTrianglesAreTurnedAndUnitsApplied) {
  const TempFolder folder("refusals");
  Surface s = tube_surface(3e-3, 20e-3, 32, 10, true);
  for (std::size_t t = 0; t < s.triangles.size(); t += 3) std::swap(s.triangles[t][0], s.triangles[t][1]);
  write_stl(s, folder.path() / "tube.stl");

  const Surface back = read_surface(folder.path() / "tube.stl", 1e-3, SurfaceSpace::lps);

  EXPECT_TRUE(edge_faults(back).inconsistent.empty());
  EXPECT_NEAR(volume(back), std::numbers::pi * 9e-6 * 20e-3, 0.01 * std::numbers::pi * 9e-6 * 20e-3);
}

}  // namespace
}  // namespace soleus
