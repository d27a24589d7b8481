// Muscles as files: surfaces and labels on their way to the solver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "meshing/surface_io.hpp"
#include "pipeline/app/muscle_surfaces.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/settings_json.hpp"
#include "segmentation/segmentation.hpp"
#include "solver_cuda/geometry/external_pressure.hpp"
#include "tests/base/temporary_folder.hpp"
#include "tests/errors/cube_stl.hpp"

namespace soleus::test {
namespace {

namespace fs = std::filesystem;

Case case_with(const TemporaryFolder& folder, const std::string& muscles) {
  return read_case(folder.write("case.yaml", R"(case: {name: pipe}
geometry: {analytic: {shape: pipe, radius: 2 mm, length: 8 mm}}
wall: {motion: tube_law, muscles: [)" + muscles + "]}\n"),
                   {});
}

/// Balls of radius 12 mm and label 2, and of 5 mm and label 3, in voxels of 1 mm.
Labels balls() {
  Labels l;
  l.grid = {.size = {64, 40, 40}, .spacing_m = {1e-3, 1e-3, 1e-3}, .origin_m = {0.1, 0, -0.02}};
  l.values.assign(l.grid.voxels(), 0);
  for (int k = 0; k < 40; ++k)
    for (int j = 0; j < 40; ++j)
      for (int i = 0; i < 64; ++i) {
        const Vec3 x{double(i), double(j), double(k)};
        if (norm(x - Vec3{20, 20, 20}) < 12) l.values[l.grid.index(i, j, k)] = 2;
        if (norm(x - Vec3{50, 20, 20}) < 5) l.values[l.grid.index(i, j, k)] = 3;
      }
  return l;
}

double label_m3(int label) {
  return 1e-9 * static_cast<double>(std::ranges::count(balls().values, label));
}

TEST(MuscleSurfaces, ComeFromSurfacesAndLabels) {
  const TemporaryFolder folder;
  folder.write("cube.stl", cube_stl(0));
  save(balls(), folder.path / "muscles.nrrd");
  const std::vector<Surface> all = muscle_surfaces(
      case_with(folder,
                "{name: whole}, {name: cube, surface: cube.stl}, {name: large, labels: muscles.nrrd, label: "
                "2}, {name: small, labels: muscles.nrrd, label: 3}"));
  ASSERT_EQ(all.size(), 4u);
  EXPECT_TRUE(all[0].triangles.empty());
  EXPECT_NEAR(volume(all[1]), 1e-6, 1e-12);
  EXPECT_NEAR(volume(all[2]), label_m3(2), 1e-3 * label_m3(2));
  EXPECT_NEAR(volume(all[3]), label_m3(3), 1e-3 * label_m3(3));
  EXPECT_NEAR(all[3].points_m[0].x, 0.15, 6e-3);
  EXPECT_TRUE(is_closed(all[2]));
}

TEST(MuscleSurfaces, NameTheLabelsThatAre) {
  const TemporaryFolder folder;
  save(balls(), folder.path / "muscles.nrrd");
  try {
    muscle_surfaces(case_with(folder, "{name: soleus, labels: muscles.nrrd, label: 7}"));
    FAIL() << "accepted";
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(), testing::AllOf(testing::StartsWith("wall.muscles: 'soleus': "),
                                         testing::EndsWith("muscles.nrrd has no label 7; it has 2, 3.")));
  }
}

TEST(MuscleSurfaces, CountByContentInTheHash) {
  const TemporaryFolder folder;
  const auto settings = [&](int from_mm) {
    folder.write("cube.stl", cube_stl(0, from_mm));
    Case c = case_with(folder, "{name: cube, surface: cube.stl}");
    return settings_json(c);
  };
  EXPECT_EQ(settings(0), settings(0));
  EXPECT_NE(settings(0), settings(1));
}

/// Stations of a vein's closed surface, one per 5 mm of height: where its points lie, and how far from their
/// middle on average.
Stations along_z(const Surface& vein) {
  std::map<int, std::vector<Vec3>> slabs;
  for (const Vec3& x : vein.points_m) slabs[static_cast<int>(x.z / 5e-3)].push_back(x);
  Stations s;
  for (const auto& [slab, points] : slabs) {
    Vec3 middle{};
    for (const Vec3& x : points) middle += x * (1.0 / static_cast<double>(points.size()));
    double radius_m = 0;
    for (const Vec3& x : points) radius_m += norm(x - middle) / static_cast<double>(points.size());
    s.center_m.push_back(middle), s.radius_m.push_back(radius_m);
  }
  return s;
}

TEST(LegBundle, SoleusPressesOnDeepVeinsOfTheLegAndNotOnTheSaphenous) {
  const char* set = std::getenv("SOLEUS_DATA");
  const fs::path bundle = fs::path(set ? set : SOLEUS_DATA_DEFAULT) / "leg_bundle";
  if (!fs::exists(bundle / "muscles/soleus.stl")) GTEST_SKIP() << bundle << " is not there; set SOLEUS_DATA";
  const auto read = [&](const std::string& name) {
    return read_surface(bundle / name, 1e-3, SurfaceSpace::lps);
  };
  MuscleConfig muscle;
  muscle.name = "soleus", muscle.surface = bundle / "muscles/soleus.stl";
  Case c;
  c.wall.muscles = {muscle};
  const Surface soleus = muscle_surfaces(c)[0];  // has a slit
  double low = 1, high = 0;
  for (const Vec3& x : soleus.points_m) low = std::min(low, x.z), high = std::max(high, x.z);
  /// Part of a vein at the height of the muscle on which it presses.
  const auto part = [&](const std::string& name) {
    const Stations vein = along_z(read("veins/" + name + ".stl"));
    const std::vector<double> gaps = gaps_to(soleus, vein);
    double pressed = 0, all = 0;
    for (std::size_t k = 0; k < gaps.size(); ++k)
      if (vein.center_m[k].z > low && vein.center_m[k].z < high)
        pressed += weight_at_gap(gaps[k], 5e-3), ++all;
    std::printf("%s: %.3f of %g stations\n", name.c_str(), pressed / all, all);
    return pressed / all;
  };
  const double posterior_tibial = part("posterior_tibial_v"), fibular = part("fibular_v"),
               great_saphenous = part("great_saphenous_v");
  EXPECT_GT(posterior_tibial, 0.5);
  EXPECT_GT(fibular, 0.5);
  EXPECT_LT(great_saphenous, 0.5 * posterior_tibial);  // beside the tendon it comes near
}

}  // namespace
}  // namespace soleus::test
