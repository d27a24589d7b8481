// Operations on voxel volumes that share a grid; each is one ITK algorithm in its own file.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/base/artifacts/grid.hpp"

namespace soleus::segmentation {

using Field = std::vector<float>;        // grid.voxels() values
using Mask = std::vector<std::uint8_t>;  // 0 or 1

/// Gaussian of standard deviation sigma_m.
Field gaussian(const Grid& grid, const Field& field, double sigma_m);
Field gaussian(const Grid& grid, const Mask& mask, double sigma_m);

/// Mean of `field` weighted by `weight` and a Gaussian; `empty` where there is no weight nearby.
Field local_mean(const Grid& grid, const Field& field, const Mask& weight, double sigma_m, float empty);

/// Euclidean distance [m] to the border of the mask, negative inside.
Field signed_distance(const Grid& grid, const Mask& mask);

/// Curvature anisotropic diffusion.
Field diffuse(const Grid& grid, const Field& field, int iterations, double conductance);

/// Parts of the mask that are connected by faces, numbered from 1 by decreasing size.
struct Components {
  std::vector<int> label;           // per voxel, 0 outside
  std::vector<std::size_t> voxels;  // of component 1, 2, ...
};
Components components(const Grid& grid, const Mask& mask);

/// Fills cavities: background that is not connected to the border of the volume.
Mask fill_cavities(const Grid& grid, const Mask& mask);

/// The mask without notches, tunnels and spurs one voxel wide, by votes of the neighbours.
Mask without_roughness(const Grid& grid, const Mask& mask);

/// Fast marching (Sethian): time at which a front from `sources` passes, of speed in m/s; `limit_s` where not
/// reached by then.
Field arrival_times(const Grid& grid, const Field& speed_m_s, const std::vector<std::size_t>& sources,
                    double limit_s);

/// Index steps to the 26 neighbours of a voxel.
struct Neighbor {
  int di, dj, dk;
};
const std::vector<Neighbor>& neighbors26();

/// The voxel (i, j, k) of an index into the volume.
inline std::array<int, 3> voxel_of(const Grid& g, std::size_t index) {
  const std::size_t row = g.size[0], slice = row * g.size[1];
  return {int(index % row), int(index / row % g.size[1]), int(index / slice)};
}

inline bool contains(const Grid& g, int i, int j, int k) {
  return i >= 0 && j >= 0 && k >= 0 && i < g.size[0] && j < g.size[1] && k < g.size[2];
}

/// The nearest voxel of a position, which must lie in the volume.
std::size_t voxel_at(const Grid& grid, const Vec3& position_m);
/// Whether a position lies in a voxel of the volume.
bool covers(const Grid& grid, const Vec3& position_m);

/// Same voxels with axes along x, y, z: filters that do not care about orientation need no more.
inline Grid upright(Grid g) {
  g.origin_m = {};
  g.axes = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  return g;
}

}  // namespace soleus::segmentation
