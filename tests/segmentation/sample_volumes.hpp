// Small volumes with known vessels, and where the test data lie.
#pragma once

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/image.hpp"
#include "segmentation/volume.hpp"

namespace soleus {

/// Folder of the test data, none if it is not there.
inline std::optional<std::filesystem::path> test_data() {
  const char* set = std::getenv("SOLEUS_DATA");
  const std::filesystem::path folder = set ? set : SOLEUS_SOURCE_DIR "/../shared/data";
  if (!std::filesystem::exists(folder / "phantom_open")) return std::nullopt;
  return folder;
}

inline Grid cube_grid(int n, double spacing_m) {
  return {.size = {n, n, n}, .spacing_m = {spacing_m, spacing_m, spacing_m}, .origin_m = {}};
}

inline double distance_to_segment(const Vec3& p, const Vec3& a, const Vec3& b) {
  const Vec3 ab = b - a;
  const double s = std::fmin(1.0, std::fmax(0.0, dot(p - a, ab) / dot(ab, ab)));
  return norm(p - a - ab * s);
}

struct Tube {
  Vec3 from_m, to_m;
  double radius_m = 0;
  float value = 0;
};

inline segmentation::Mask tube_mask(const Grid& g, const std::vector<Tube>& tubes) {
  segmentation::Mask mask;
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        bool inside = false;
        for (const Tube& t : tubes)
          inside |= distance_to_segment(g.point(i, j, k), t.from_m, t.to_m) <= t.radius_m;
        mask.push_back(inside);
      }
  return mask;
}

/// Tubes with an edge blurred over about a voxel in tissue of 50 HU, with noise of a fixed seed.
inline Image tube_image(const Grid& g, const std::vector<Tube>& tubes, double noise) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0, noise);
  const double edge_m = g.spacing_m.x;
  Image image{.grid = g, .values = {}};
  for (int k = 0; k < g.size[2]; ++k)
    for (int j = 0; j < g.size[1]; ++j)
      for (int i = 0; i < g.size[0]; ++i) {
        double value = 50;
        for (const Tube& t : tubes) {
          const double out = (distance_to_segment(g.point(i, j, k), t.from_m, t.to_m) - t.radius_m) / edge_m;
          const double part = 0.5 - 0.5 * std::erf(out);
          value += part * (t.value - value);
        }
        image.values.push_back(float(value + (noise > 0 ? normal(random) : 0)));
      }
  return image;
}

}  // namespace soleus
