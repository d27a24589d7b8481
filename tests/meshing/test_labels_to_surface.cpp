#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <numbers>

#include "meshing/intersections.hpp"
#include "meshing/labels_to_surface.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/bvh.hpp"
#include "pipeline/base/errors.hpp"
#include "tests/meshing/phantoms.hpp"

namespace soleus {
namespace {

constexpr double h = 1e-3;  // voxel
constexpr int passes = 20;

void expect_closed(const Surface& s) {
  const EdgeFaults faults = edge_faults(s);
  EXPECT_TRUE(faults.boundary.empty());
  EXPECT_TRUE(faults.non_manifold.empty());
  EXPECT_TRUE(faults.inconsistent.empty());
  EXPECT_GT(volume(s), 0);
  EXPECT_TRUE(self_intersections(Bvh(s), 10).empty());
}

// Percentile of the angle between facets and the exact normal, degrees.
double normal_error(const Surface& s, const std::function<Vec3(const Vec3&)>& exact, double part) {
  std::vector<double> angle;
  for (int t = 0; t < int(s.triangles.size()); ++t) {
    const Vec3 n = exact(triangle_center(s, t));
    if (norm(n) == 0 || norm(triangle_area_vector(s, t)) < 1e-12) continue;
    angle.push_back(std::acos(std::clamp(dot(triangle_normal(s, t), n), -1.0, 1.0)) * 180 / std::numbers::pi);
  }
  std::sort(angle.begin(), angle.end());
  return angle[std::size_t(part * double(angle.size() - 1))];
}

TEST(LabelSurface, SphereHasItsVolumeItsRadiusAndNoSteps) {
  const Vec3 c{0.01 + 15.3 * h, -0.02 + 15.1 * h, 0.03 + 14.8 * h};
  const Labels labels = label_map({31, 31, 31}, h, [&](const Vec3& x) { return norm(x - c) - 10 * h; });

  const LabelSurface out = labels_to_surface(labels, passes);

  expect_closed(out.surface);
  EXPECT_EQ(euler_characteristic(out.surface), 2);
  EXPECT_NEAR(volume(out.surface) / out.label_volume_m3, 1, 1e-3);
  double worst = 0;
  for (const Vec3& p : out.surface.points_m) worst = std::max(worst, std::abs(norm(p - c) - 10 * h));
  EXPECT_LT(worst, 0.35 * h);
  const auto exact = [&](const Vec3& x) { return normalized(x - c); };
  EXPECT_LT(normal_error(out.surface, exact, 0.5), 3);
  EXPECT_LT(normal_error(out.surface, exact, 0.99), 8);
  EXPECT_GT(normal_error(labels_to_surface(labels, 0).surface, exact, 0.5),
            3.5);  // what smoothing has to remove
}

class ThinTube : public testing::TestWithParam<Vec3> {};

TEST_P(ThinTube, ThreeVoxelsAcrossIsNeitherShrunkNorStepped) {
  const double radius = 1.5 * h;
  const Vec3 direction = normalized(GetParam()), middle{0.01 + 20.2 * h, -0.02 + 20.4 * h, 0.03 + 20.1 * h};
  const Vec3 a = middle - 16 * h * direction, b = middle + 16 * h * direction;
  const Labels labels = label_map({41, 41, 41}, h, [&](const Vec3& x) { return capsule(x, a, b, radius); });

  const Surface s = labels_to_surface(labels, passes).surface;

  expect_closed(s);
  const Bvh bvh(s);
  std::vector<double> error;
  for (double along = -12; along <= 12; along += 0.5) {
    const Section section = cross_section(bvh, middle + along * h * direction, direction);
    error.push_back(std::sqrt(section.area_m2 / std::numbers::pi) / radius - 1);
  }
  std::sort(error.begin(), error.end());
  std::cout << "median radius error " << 100 * error[error.size() / 2] << " %, range " << 100 * error.front()
            << " .. " << 100 * error.back() << " %\n";
  EXPECT_LT(std::abs(error[error.size() / 2]), 0.05);
  EXPECT_GT(error.front(), -0.12);
  EXPECT_LT(error.back(), 0.12);
}

INSTANTIATE_TEST_SUITE_P(Directions, ThinTube,
                         testing::Values(Vec3{0, 0, 1}, Vec3{0.1, 0, 1}, Vec3{0.3, 0.17, 1}, Vec3{1, 1, 1},
                                         Vec3{1, 0.9, 0.1}));

TEST(LabelSurface, TiltedTubeIsSmoothAlongItsLength) {
  const Vec3 direction = normalized(Vec3{0.1, 0.05, 1}), middle{0.01 + 15 * h, -0.02 + 15 * h, 0.03 + 30 * h};
  const auto distance = [&](const Vec3& x) {
    return capsule(x, middle - 25 * h * direction, middle + 25 * h * direction, 5 * h);
  };
  const Labels labels = label_map({31, 31, 61}, h, distance);

  const Surface s = labels_to_surface(labels, passes).surface;

  const auto exact = [&](const Vec3& x) {
    const double along = dot(x - middle, direction);
    return std::abs(along) < 20 * h ? normalized(x - middle - along * direction) : Vec3{};
  };
  std::cout << "normals: median " << normal_error(s, exact, 0.5) << " deg, 95 % "
            << normal_error(s, exact, 0.95) << " deg\n";
  EXPECT_LT(normal_error(s, exact, 0.5), 5);
  EXPECT_LT(normal_error(s, exact, 0.95), 13);
}

TEST(LabelSurface, TorusKeepsItsHole) {
  const Vec3 c{0.01 + 20 * h, -0.02 + 20 * h, 0.03 + 8 * h};
  const Labels labels = label_map({41, 41, 17}, h, [&](const Vec3& x) {
    const Vec3 d = x - c;
    return std::hypot(std::hypot(d.x, d.y) - 12 * h, d.z) - 4 * h;
  });

  const LabelSurface out = labels_to_surface(labels, passes);

  expect_closed(out.surface);
  EXPECT_EQ(euler_characteristic(out.surface), 0);
  EXPECT_NEAR(volume(out.surface) / out.label_volume_m3, 1, 1e-2);
}

TEST(LabelSurface, NeighbouringVeinsOneVoxelApartStaySeparate) {
  // A hairpin: two legs with a gap of one to two voxels.
  const Vec3 o{0.01 + 10 * h, -0.02 + 10 * h, 0.03 + 6 * h};
  const Vec3 a = o, b = o + Vec3{0, 0, 25 * h}, c = o + Vec3{7.4 * h, 0, 25 * h}, d = o + Vec3{7.4 * h, 0, 0};
  const Labels labels = label_map({30, 21, 40}, h, [&](const Vec3& x) {
    return std::min({capsule(x, a, b, 3 * h), capsule(x, b, c, 3 * h), capsule(x, c, d, 3 * h)});
  });

  const Surface s = labels_to_surface(labels, passes).surface;

  expect_closed(s);
  EXPECT_EQ(euler_characteristic(s), 2);  // 0 if the legs had merged
}

TEST(LabelSurface, OneVoxelVeinSurvives) {
  const Vec3 o{0.01 + 8 * h, -0.02 + 8 * h, 0.03 + 8 * h};
  const Labels labels = label_map({40, 40, 40}, h, [&](const Vec3& x) {
    return std::min(norm(x - o) - 4 * h, capsule(x, o, o + 20 * h * normalized(Vec3{1, 0.8, 0.6}), 0.75 * h));
  });

  const LabelSurface out = labels_to_surface(labels, passes);

  expect_closed(out.surface);
  EXPECT_NEAR(volume(out.surface) / out.label_volume_m3, 1, 1e-2);
  double farthest = 0;
  for (const Vec3& p : out.surface.points_m) farthest = std::max(farthest, norm(p - o));
  EXPECT_GT(farthest, 19 * h);
}

TEST(LabelSurface, AnisotropicVoxelsKeepTheVolume) {
  Labels labels;
  labels.grid.size = {40, 40, 20};
  labels.grid.spacing_m = {0.5e-3, 0.5e-3, 1e-3};
  for (int k = 0; k < 20; ++k) {
    for (int j = 0; j < 40; ++j) {
      for (int i = 0; i < 40; ++i)
        labels.values.push_back(norm(labels.grid.point(i, j, k) - Vec3{10e-3, 10e-3, 10e-3}) < 7e-3);
    }
  }

  const LabelSurface out = labels_to_surface(labels, passes);

  EXPECT_NEAR(volume(out.surface) / out.label_volume_m3, 1, 1e-3);
  for (const Vec3& p : out.surface.points_m) EXPECT_NEAR(norm(p - Vec3{10e-3, 10e-3, 10e-3}), 7e-3, 0.4e-3);
}

TEST(LabelSurface, LeftHandedVoxelAxesStillFaceOutward) {
  Labels labels = label_map({21, 21, 21}, h, [&](const Vec3& x) {
    return norm(x - Vec3{0.02, -0.01, 0.04}) - 6 * h;
  });
  labels.grid.axes[0] = {-1, 0, 0};

  const Surface s = labels_to_surface(labels, passes).surface;

  EXPECT_GT(volume(s), 0);
  EXPECT_LT(s.points_m[0].x, 0.01);  // mirrored to where the axes say
}

TEST(LabelSurface, StrayVoxelsAndCavitiesAreLeftOut) {
  Labels labels = label_map({31, 31, 31}, h, [&](const Vec3& x) {
    return norm(x - Vec3{0.025, -0.005, 0.045}) - 8 * h;
  });
  labels.values[labels.grid.index(1, 1, 1)] = 1;
  labels.values[labels.grid.index(15, 15, 15)] = 0;

  const Surface s = labels_to_surface(labels, passes).surface;

  const auto component = triangle_components(s);
  EXPECT_EQ(*std::max_element(component.begin(), component.end()), 0);
  EXPECT_EQ(euler_characteristic(s), 2);
}

TEST(LabelSurface, EmptyMapIsRefused) {
  Labels labels = label_map({5, 5, 5}, h, [](const Vec3&) { return 1.0; });

  try {
    labels_to_surface(labels, passes);
    FAIL();
  } catch (const InputError& e) {
    EXPECT_STREQ(e.what(), "the label map is empty: no voxel has a label other than 0; nothing to mesh");
  }
}

}  // namespace
}  // namespace soleus
