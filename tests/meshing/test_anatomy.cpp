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

// The openings of configs/patients/leg-surface.yaml.
TEST(Anatomy, LegVeinsEnterAtTheSurfaceDoor) {
  const auto file = data("leg_bundle/veins/ALL_veins_union_right_leg.stl");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there; set SOLEUS_DATA";
  const TempFolder folder("anatomy");
  GeometryConfig config;
  config.surface = file;
  config.edge_length_m = 1e-3;
  config.trim_radius_m = 1.2e-3;
  config.close_unnamed = true;
  const std::vector<OpeningConfig> openings{opening("femoral_outlet", {-37.5e-3, -125e-3, 819e-3}),
                                            opening("posterior_tibial_inlet", {-68e-3, -87e-3, -46e-3}),
                                            opening("fibular_inlet", {-93e-3, -62e-3, -46e-3}),
                                            opening("anterior_tibial_inlet", {-82e-3, -90e-3, 40e-3}),
                                            opening("small_saphenous_inlet", {-112e-3, -86e-3, -35e-3}),
                                            opening("great_saphenous_inlet", {-94e-3, -153.5e-3, -26e-3})};

  const Geometry g = mesh(config, openings, folder.path());

  expect_good(g, 1e-3);
  EXPECT_NEAR(volume(g.surface), 72.8e-6, 0.02 * 72.8e-6);  // the source says 72.8 mL
  ASSERT_EQ(g.openings.size(), openings.size());
  for (std::size_t k = 0; k < openings.size(); ++k) {
    EXPECT_EQ(g.openings[k].name, openings[k].name);
    EXPECT_GT(g.openings[k].radius_m, 0.9 * config.trim_radius_m);
  }
}

// The openings of configs/patients/right-calf.yaml, on the true label map.
TEST(Anatomy, RightCalfLabelMap) {
  const auto file = data("phantom_open/right_calf_veins.nii.gz");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there; set SOLEUS_DATA";
  const TempFolder folder("anatomy");
  GeometryConfig config;
  config.close_unnamed = true;
  const std::vector<OpeningConfig> openings{opening("popliteal_outlet", {-81.5e-3, -68e-3, 430e-3}),
                                            opening("anterior_tibial_inlet", {-91e-3, -81e-3, 100e-3}),
                                            opening("posterior_tibial_inlet", {-43e-3, -59e-3, 100e-3}),
                                            opening("fibular_inlet", {-70e-3, -47.5e-3, 100e-3}),
                                            opening("saphenous_inlet", {-80e-3, -26e-3, 100e-3})};
  const auto start = std::chrono::steady_clock::now();

  const Geometry g = mesh(config, openings, read_nifti(file), folder.path());

  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::cout << taken.count() << " s\n";
  expect_good(g, config.edge_length_m);
  EXPECT_LT(taken.count(), 120);
  // Diameters of the source meshes at z = 110 mm (anterior and posterior tibial, fibular, small
  // saphenous): 3.5 to 4.3 mm.
  ASSERT_EQ(g.openings.size(), openings.size());
  EXPECT_GT(g.openings[0].radius_m, 3.3e-3);
  for (std::size_t k = 1; k < g.openings.size(); ++k) {
    EXPECT_GT(g.openings[k].radius_m, 1.5e-3);
    EXPECT_LT(g.openings[k].radius_m, 2.4e-3);
  }
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

}  // namespace
}  // namespace soleus
