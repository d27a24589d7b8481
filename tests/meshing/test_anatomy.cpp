// Real leg veins and the VMTK aorta; skipped without the data folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkMatrix4x4.h>
#include <vtkNIFTIImageReader.h>
#include <vtkNew.h>
#include <vtkPointData.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "meshing/bvh.hpp"
#include "meshing/intersections.hpp"
#include "meshing/meshing.hpp"
#include "meshing/quality.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

std::filesystem::path data(const std::string& name) {
  const char* set = std::getenv("SOLEUS_DATA");
  return std::filesystem::path(set ? set : SOLEUS_DATA_DEFAULT) / name;
}

Labels read_nifti(const std::filesystem::path& file) {
  vtkNew<vtkNIFTIImageReader> reader;
  reader->SetFileName(file.c_str());
  reader->Update();
  vtkImageData* image = reader->GetOutput();
  vtkMatrix4x4* m = reader->GetSFormMatrix() ? reader->GetSFormMatrix() : reader->GetQFormMatrix();
  Labels l;
  image->GetDimensions(l.grid.size.data());
  const double* spacing = image->GetSpacing();
  l.grid.spacing_m = Vec3{spacing[0], spacing[1], spacing[2]} * 1e-3;
  for (int a = 0; a < 3; ++a)
    l.grid.axes[a] = normalized({-m->GetElement(0, a), -m->GetElement(1, a), m->GetElement(2, a)});
  l.grid.origin_m =
      Vec3{-m->GetElement(0, 3), -m->GetElement(1, 3), m->GetElement(2, 3)} * 1e-3;  // NIfTI is RAS
  vtkDataArray* values = image->GetPointData()->GetScalars();
  for (vtkIdType v = 0; v < values->GetNumberOfTuples(); ++v) l.values.push_back(values->GetTuple1(v) != 0);
  return l;
}

void expect_good(const Geometry& g, double edge_m) {
  EXPECT_TRUE(faults(g).empty());
  EXPECT_TRUE(self_intersections(Bvh(g.surface), 5).empty());
  const MeshQuality q = measure(g.surface);
  std::cout << q.triangles << " triangles, edge " << q.edge_mean_m * 1e3 << " mm, CoV " << q.edge_cov
            << ", 1 % angle " << q.min_angle_p01_deg << " deg, volume " << q.volume_m3 * 1e6 << " mL, "
            << g.centerlines.branches.size() << " branches\n";
  EXPECT_LT(q.edge_cov, 0.3);
  EXPECT_GE(q.min_angle_p01_deg, 20);
  EXPECT_NEAR(q.edge_mean_m / edge_m, 1, 0.15);
}

double nearest_area_diameter(const Centerlines& c, const Vec3& at) {
  double best = 1, diameter = 0;
  for (const Branch& b : c.branches) {
    for (std::size_t i = 0; i < b.points_m.size(); ++i) {
      const double d = norm(b.points_m[i] - at);
      if (d < best) best = d, diameter = 2 * std::sqrt(b.area_m2[i] / M_PI);
    }
  }
  return diameter;
}

TEST(Anatomy, LegVeinsEnterAtTheSurfaceDoor) {
  const auto file = data("leg_bundle/veins/ALL_veins_union_right_leg.stl");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there; set SOLEUS_DATA";
  const TempFolder folder("anatomy");
  GeometryConfig config;
  config.surface = file;
  config.edge_length_m = 1e-3;
  config.close_unnamed = true;

  const Geometry g = mesh(config, {opening("femoral", {-37.5e-3, -125e-3, 819e-3})}, folder.path());

  expect_good(g, 1e-3);
  EXPECT_NEAR(volume(g.surface), 72.8e-6, 0.02 * 72.8e-6);
  // Sections measured in the source meshes: femoral vein at z = 600 mm, popliteal at z = 350 mm.
  EXPECT_GT(nearest_area_diameter(g.centerlines, g.openings[0].center_m), 5e-3);
}

TEST(Anatomy, RightCalfLabelMap) {
  const auto file = data("phantom_open/right_calf_veins.nii.gz");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there; set SOLEUS_DATA";
  const TempFolder folder("anatomy");
  GeometryConfig config;
  config.close_unnamed = true;
  const auto start = std::chrono::steady_clock::now();

  const Geometry g = mesh(config, {}, read_nifti(file), folder.path());

  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << seconds << " s\n";
  expect_good(g, config.edge_length_m);
  EXPECT_NEAR(volume(g.surface), 26.56e-6, 0.01 * 26.56e-6);  // of the label map
  EXPECT_LT(seconds, 240);                                    // 120 s on two free cores
}

TEST(Anatomy, AortaWithOpenEnds) {
  const auto file = data("vmtk_aorta/aorta-surface-open-ends.stl");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there; set SOLEUS_DATA";
  const TempFolder folder("anatomy");
  GeometryConfig config;
  config.surface = file;
  config.edge_length_m = 1.5e-3;
  config.close_unnamed = true;

  const Geometry g = mesh(config, {}, folder.path());

  expect_good(g, 1.5e-3);
  EXPECT_GE(g.centerlines.branches.size(), 3u);
}

TEST(Anatomy, SideBranchesWithoutNameAreAllListed) {
  const auto file = data("leg_bundle/veins/ALL_veins_union_right_leg.stl");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there; set SOLEUS_DATA";
  const TempFolder folder("anatomy");
  GeometryConfig config;
  config.surface = file;
  config.edge_length_m = 1.5e-3;

  try {
    mesh(config, {opening("femoral", {-37.5e-3, -125e-3, 819e-3})}, folder.path());
    FAIL();
  } catch (const InputError& e) {
    EXPECT_THAT(e.what(),
                testing::MatchesRegex("openings: [0-9]+ ends of the lumen are named by no opening: .*"));
    std::cout << e.what() << "\n";
  }
}

}  // namespace
}  // namespace soleus
