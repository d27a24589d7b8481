// Label maps and surfaces of known shape for the meshing tests.
#pragma once

#include <unistd.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <numbers>
#include <string>

#include "meshing/topology.hpp"
#include "pipeline/base/artifacts/labels.hpp"
#include "pipeline/base/artifacts/shape.hpp"
#include "pipeline/base/artifacts/surface.hpp"
#include "pipeline/base/opening_config.hpp"

namespace soleus {

/// Voxels whose centre is inside (negative distance) are 1.
inline Labels label_map(const std::array<int, 3>& size, double spacing_m,
                        const std::function<double(const Vec3&)>& distance) {
  Labels l;
  l.grid.size = size;
  l.grid.spacing_m = {spacing_m, spacing_m, spacing_m};
  l.grid.origin_m = {0.01, -0.02, 0.03};
  l.values.resize(l.grid.voxels());
  for (int k = 0; k < size[2]; ++k) {
    for (int j = 0; j < size[1]; ++j) {
      for (int i = 0; i < size[0]; ++i) l.values[l.grid.index(i, j, k)] = distance(l.grid.point(i, j, k)) < 0;
    }
  }
  return l;
}

inline double capsule(const Vec3& x, const Vec3& a, const Vec3& b, double radius) {
  const double t = std::clamp(dot(x - a, b - a) / dot(b - a, b - a), 0.0, 1.0);
  return norm(x - a - t * (b - a)) - radius;
}

/// Straight tube with flat ends.
inline double flat_tube(const Vec3& x, const Vec3& a, const Vec3& b, double radius) {
  const Vec3 axis = normalized(b - a);
  const double along = dot(x - a, axis);
  return std::max({norm(x - a - along * axis) - radius, -along, along - norm(b - a)});
}

inline OpeningConfig opening(const std::string& name, const Vec3& near) {
  OpeningConfig o;
  o.name = name;
  o.near_m = near;
  return o;
}

/// An open or closed tube along z as a surface file would have it: `around` points per ring.
inline Surface tube_surface(double radius, double length, int around, int rings, bool closed) {
  Surface s;
  for (int k = 0; k <= rings; ++k) {
    for (int i = 0; i < around; ++i) {
      const double angle = 2 * std::numbers::pi * i / around;
      s.points_m.push_back({radius * std::cos(angle), radius * std::sin(angle), length * k / rings});
    }
  }
  for (int k = 0; k < rings; ++k) {
    for (int i = 0; i < around; ++i) {
      const int a = k * around + i, b = k * around + (i + 1) % around, c = a + around, d = b + around;
      s.triangles.push_back({a, b, d});
      s.triangles.push_back({a, d, c});
    }
  }
  for (int end = 0; closed && end < 2; ++end) {
    const int middle = int(s.points_m.size()), first = end * rings * around;
    s.points_m.push_back({0, 0, end * length});
    for (int i = 0; i < around; ++i) {
      const int a = first + i, b = first + (i + 1) % around;
      if (end)
        s.triangles.push_back({a, b, middle});
      else
        s.triangles.push_back({b, a, middle});
    }
  }
  return s;
}

/// A folder of its own for each test, removed with the object.
class TempFolder {
 public:
  explicit TempFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("soleus_meshing_" + name + "_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_stl(const Surface& s, const std::filesystem::path& file);  // ASCII, millimetres

}  // namespace soleus
