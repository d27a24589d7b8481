// Small cases of real anatomy.
#include <cstring>

#include "tests/segmentation/patient_case.hpp"

namespace soleus {
namespace {

/// Mean distance [m] between the label's faces and the triangles' centres, both ways, for faces within y_m.
double mean_surface_distance(const Labels& labels, const std::vector<Vec3>& centers,
                             const std::array<double, 2>& y_m) {
  const Grid& g = labels.grid;
  std::vector<Vec3> faces;
  for (int k = 0; k + 1 < g.size[2]; ++k)
    for (int j = 0; j + 1 < g.size[1]; ++j)
      for (int i = 0; i + 1 < g.size[0]; ++i) {
        const auto value = labels.values[g.index(i, j, k)];
        if (labels.values[g.index(i + 1, j, k)] != value) faces.push_back(g.point(i + 0.5, j, k));
        if (labels.values[g.index(i, j + 1, k)] != value) faces.push_back(g.point(i, j + 0.5, k));
        if (labels.values[g.index(i, j, k + 1)] != value) faces.push_back(g.point(i, j, k + 0.5));
      }
  const auto one_way = [&](const std::vector<Vec3>& from, const std::vector<Vec3>& to) {
    double sum = 0;
    int count = 0;
    for (const Vec3& p : from) {
      if (p.y < y_m[0] || p.y > y_m[1]) continue;
      double nearest = 1;
      for (const Vec3& q : to) nearest = std::min(nearest, norm(p - q));
      sum += nearest, ++count;
    }
    return sum / count;
  };
  return 0.5 * (one_way(faces, centers) + one_way(centers, faces));
}

/// Triangle centres [m, LPS] of VMTK's surface, whose frame is (-x, -y, z) of the image in millimetres.
std::vector<Vec3> published_aorta() {
  std::ifstream in(*test_data() / "vmtk_aorta" / "aorta-surface.stl", std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(in)), {});
  std::vector<Vec3> centers;
  for (std::size_t at = 84; at + 50 <= bytes.size();
       at += 50) {  // binary STL: normal, three corners, attribute
    std::array<float, 9> corner{};
    std::memcpy(corner.data(), bytes.data() + at + 12, sizeof corner);
    Vec3 c;
    for (int n = 0; n < 9; ++n) c[n % 3] += corner[n] / 3e3;
    centers.push_back({-c.x, -c.y, c.z});
  }
  return centers;
}

TEST_F(Anatomy, AortaLiesWithinOneVoxelOfItsPublishedSurfaceInTheRightFrame) {
  const SegmentedCase aorta = segment_patient("aorta");
  const double voxel_m = aorta.labels.grid.spacing_m.x;
  std::vector<Vec3> surface = published_aorta();
  ASSERT_EQ(surface.size(), 12932u);
  const std::array<double, 2> between_cut_ends_m{-0.177, -0.103};

  const double distance_m = mean_surface_distance(aorta.labels, surface, between_cut_ends_m);
  RecordProperty("mean_distance_mm", std::to_string(1e3 * distance_m));
  EXPECT_LT(distance_m, voxel_m);
}

TEST_F(Anatomy, PoplitealVeinIsFoundAlikeInNiftiAndDicom) {
  const SegmentedCase nifti = segment_patient("right-popliteal");
  EXPECT_GE(nifti.quality["truth"]["dice"].get<double>(), 0.88);  // 0.917 measured
  const SegmentedCase dicom = segment_patient("right-popliteal-dicom");
  EXPECT_EQ(dicom.labels.values, nifti.labels.values);
  EXPECT_EQ(dicom.labels.grid.size, nifti.labels.grid.size);
  constexpr double rounding_m = 1e-7;  // the DICOM positions have five decimals [mm]
  EXPECT_LT(norm(dicom.labels.grid.origin_m - nifti.labels.grid.origin_m), rounding_m);
}

}  // namespace
}  // namespace soleus
