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
#include <fstream>
#include <iostream>
#include <numbers>
#include <sstream>

#include "meshing/intersections.hpp"
#include "meshing/meshing.hpp"
#include "meshing/quality.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
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

struct SourceSection {
  std::string vein;
  Vec3 center_m;
  double diameter_m;
};

// Horizontal sections of the source meshes: vein, file, z_mm, loop, area_mm2, equiv_diam_mm, cx, cy.
std::vector<SourceSection> source_sections() {
  std::ifstream in(data("leg_bundle/sections_right_leg.csv"));
  std::vector<SourceSection> out;
  std::string line;
  for (std::getline(in, line); std::getline(in, line);) {
    std::vector<std::string> cell;
    std::istringstream row(line);
    for (std::string c; std::getline(row, c, ',');) cell.push_back(c);
    out.push_back({cell[0], Vec3{std::stod(cell[6]), std::stod(cell[7]), std::stod(cell[2])} * 1e-3,
                   std::stod(cell[5]) * 1e-3});
  }
  return out;
}

// Median relative error of the diameter along a vein; a horizontal section of a tilted vein is larger by 1 /
// |t_z|.
double median_diameter_error(const Centerlines& c, const std::string& vein, double from_z_m, double to_z_m) {
  std::vector<double> error;
  for (const SourceSection& s : source_sections()) {
    if (s.vein != vein || s.center_m.z < from_z_m || s.center_m.z > to_z_m) continue;
    double nearest = 2e-3, found = 0;
    for (const Branch& b : c.branches) {
      for (std::size_t i = 2; i + 2 < b.points_m.size(); ++i) {
        const double d = norm(b.points_m[i] - s.center_m);
        if (d >= nearest) continue;
        nearest = d;
        found = 2 * std::sqrt(b.area_m2[i] / std::numbers::pi /
                              std::abs(normalized(b.points_m[i + 2] - b.points_m[i - 2]).z));
      }
    }
    if (found > 0) error.push_back(found / s.diameter_m - 1);
  }
  if (error.empty()) return 1;
  std::sort(error.begin(), error.end());
  std::cout << vein << ": " << error.size() << " sections, diameter error median "
            << 100 * error[error.size() / 2] << " %, " << 100 * error.front() << " .. " << 100 * error.back()
            << " %\n";
  return error[error.size() / 2];
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
  ASSERT_EQ(g.openings.size(), openings.size());
  for (const char* vein : {"popliteal_v", "posterior_tibial_v", "fibular_v", "small_saphenous_v"}) {
    EXPECT_LT(std::abs(median_diameter_error(g.centerlines, vein, 0.11, 0.42)), 0.05) << vein;
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
