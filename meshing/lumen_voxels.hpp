// The inside of a closed surface as a sparse voxel graph.
#pragma once

#include <array>
#include <vector>

#include "pipeline/base/bvh.hpp"
#include "pipeline/base/vec3.hpp"

namespace soleus {

class LumenVoxels {
 public:
  /// Voxels of edge `spacing_m` whose centres lie inside the closed surface.
  LumenVoxels(const Surface& s, double spacing_m);

  int count() const { return int(cells_.size()); }
  double spacing_m() const { return spacing_m_; }
  Vec3 center(int voxel) const;
  /// Number of the voxel at (i, j, k) or -1.
  int at(int i, int j, int k) const;
  /// Up to 26 neighbours inside the lumen; returns how many were written.
  int neighbours(int voxel, std::array<int, 26>& out) const;
  /// Distance from every voxel centre to the surface.
  std::vector<double> wall_distance(const Bvh& wall) const;

 private:
  struct Span {
    int low, high, first;  // k range [low, high), number of the first voxel
  };
  Vec3 origin_m_;
  double spacing_m_;
  int nx_ = 0, ny_ = 0;
  std::vector<int> column_;  // [nx * ny + 1] into spans_
  std::vector<Span> spans_;
  std::vector<std::array<int, 3>> cells_;
};

}  // namespace soleus
