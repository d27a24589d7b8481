// The ridge of fibres along the attachments of cusps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "meshing/topology.hpp"
#include "tests/meshing/valve_sites.hpp"

namespace soleus {
namespace {

TEST(Agger, IsThickAtTheWallOnly) {
  ValveConfig c = valve_at("a", 40 * mm);
  c.leaflet.thickness_m = 60e-6, c.agger = {.thickness = 3, .width_m = 1.5 * mm};
  const Geometry g = vein_of(pipe_shape(), {c});

  const Cusp& cusp = g.valves.valves[0].cusps[0];
  for (std::size_t t = 0; t < cusp.surface.triangles.size(); ++t) {
    const Vec3 x = triangle_center(cusp.surface, int(t));
    double from_wall = 1;
    for (std::size_t p = 0; p < cusp.attached.size(); ++p)
      if (cusp.attached[p]) from_wall = std::min(from_wall, norm(x - cusp.surface.points_m[p]));
    const double h = cusp.thickness_m[t];
    EXPECT_GE(h, 60e-6 * (1 - 1e-12));
    EXPECT_LE(h, 180e-6);
    if (from_wall < 0.2 * mm) {
      EXPECT_GT(h, 170e-6);
    }
    if (from_wall > 1.5 * mm) {  // the curve is at most a little nearer than its points
      EXPECT_LT(h, 62e-6);
    }
  }
  EXPECT_GT(std::ranges::max(cusp.thickness_m), 170e-6);
  const Sheet sheet = sheets_of(g.valves)[0];
  EXPECT_DOUBLE_EQ(sheet.thickness_m, 60e-6);
  EXPECT_NEAR(std::ranges::max(sheet.thickness) * 60e-6, std::ranges::max(cusp.thickness_m), 1e-18);
}

TEST(Agger, IsNoneByDefault) {
  const Sheet sheet = sheets_of(vein_of(pipe_shape(), {valve_at("a", 40 * mm)}).valves)[0];
  EXPECT_EQ(sheet.thickness, std::vector<double>(sheet.rest.triangles.size(), 1.0));
  EXPECT_EQ(sheet.thickness_m, 60e-6);
}

TEST(Agger, NarrowerThanACellIsRefused) {
  ValveConfig c = valve_at("a", 40 * mm);
  c.agger = {.thickness = 2, .width_m = 0.3 * mm};
  EXPECT_EQ(
      refusal({c}),
      "geometry.valves[0] 'a': an agger of 0.30 mm is narrower than a cusp's triangles, which are as long "
      "as a lattice cell of 0.45 mm; agger.width = 0.45 mm or more would do, or a smaller dx.");
}

TEST(Agger, FaultyKeysAreRefused) {
  const auto fault = [](const std::string& agger) {
    return refusal_of([&] { read_geometry("valves: [{name: a, dx: 0.4 mm, agger: " + agger + "}]\n"); });
  };
  EXPECT_THAT(
      fault("{thickness: 2}"),
      testing::HasSubstr("valves[0].agger.width: an agger that is thicker than its cusp needs a width "
                         "above zero, such as '1 mm'."));
  EXPECT_THAT(fault("{thickness: 0.5, width: 1 mm}"),
              testing::HasSubstr("valves[0].agger.thickness: '0.5' must be at least 1 and at most 10."));
  EXPECT_THAT(fault("{thickness: 2, width: 1}"), testing::HasSubstr("valves[0].agger.width: '1' "));
  EXPECT_EQ(fault("{}"), "accepted");
}

}  // namespace
}  // namespace soleus
