// Which nodes exist: 8x8x8 tiles of lattice nodes, only those that the lumen can ever touch, in Morton order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/velocity_set.hpp"

namespace soleus {

/// A node is `tile * 512 + x + 8 (y + 8 z)` with x, y, z in [0, 8). Tile 0 is a dummy that stands for every
/// tile not stored: writes into it are never read.
using Node = std::int32_t;
inline constexpr int tile_edge = 8;
inline constexpr int tile_nodes = tile_edge * tile_edge * tile_edge;

/// Where a step of one node leads from a place within a tile: into which of the 27 tiles around (13 is the
/// tile itself) and to which place there.
struct Passage {
  int side, place;
};
SOLEUS_HD constexpr Passage passage(int place, int dx, int dy, int dz) {
  const int x = place % 8 + dx, y = place / 8 % 8 + dy, z = place / 64 + dz;
  const int sx = x < 0 ? 0 : x > 7 ? 2 : 1, sy = y < 0 ? 0 : y > 7 ? 2 : 1, sz = z < 0 ? 0 : z > 7 ? 2 : 1;
  return {sx + 3 * sy + 9 * sz, (x & 7) + 8 * ((y & 7) + 8 * (z & 7))};
}

struct LatticeIndex {
  int i = 0, j = 0, k = 0;
};

struct Tiles {
  Vec3 origin_m{};  // position of lattice index (0, 0, 0)
  double dx_m = 0;
  std::array<int, 3> dims{};  // tiles along x, y, z of the box that is covered
  std::array<bool, 3> periodic{};
  int populated =
      0;  // the first tiles, the dummy included, hold populations; of the rest only places are of use
  std::vector<std::int32_t> at;           // [dims] tile number, 0 where none is stored
  std::vector<std::array<int, 3>> place;  // [tiles] position of a tile in the box, in tiles; entry 0 unused
  std::vector<std::array<std::int32_t, 27>> neighbours;  // [tiles] at (dx+1) + 3 (dy+1) + 9 (dz+1)

  int count() const { return static_cast<int>(place.size()); }
  std::size_t nodes() const { return place.size() * tile_nodes; }
  std::size_t populated_nodes() const { return std::size_t(populated) * tile_nodes; }

  /// The tile at a side, of 27, the dummy where it holds no populations.
  int populated_neighbour(int tile, int side) const {
    const std::int32_t next = neighbours[static_cast<std::size_t>(tile)][static_cast<std::size_t>(side)];
    return next < populated ? next : 0;
  }

  LatticeIndex index(Node n) const {
    const auto& p = place[n / tile_nodes];
    const int c = n % tile_nodes;
    return {p[0] * tile_edge + c % 8, p[1] * tile_edge + c / 8 % 8, p[2] * tile_edge + c / 64};
  }
  Vec3 position(const LatticeIndex& l) const {
    return origin_m + Vec3{double(l.i), double(l.j), double(l.k)} * dx_m;
  }
  Vec3 position(Node n) const { return position(index(n)); }
  /// The node at a lattice index, wrapped along periodic axes; in tile 0 where nothing is stored.
  Node node(LatticeIndex l) const;
  /// The node at offset (dx, dy, dz), each in -8..8.
  Node neighbour(Node n, int dx, int dy, int dz) const {
    const Passage to = passage(n % tile_nodes, dx, dy, dz);
    return neighbours[n / tile_nodes][to.side] * tile_nodes + to.place;
  }
  /// The node at n + c_i.
  Node neighbour(Node n, int i) const {
    return neighbour(n, Directions::cx(i), Directions::cy(i), Directions::cz(i));
  }
};

/// What is kept of a tile of the box.
enum class Kept : std::uint8_t { nothing, all, places };

/// Stores the tiles of the box that wanted[x + dims[0] (y + dims[1] z)] keeps: those with populations along a
/// Morton curve, then the others along another.
Tiles make_tiles(const Vec3& origin_m, double dx_m, const std::array<int, 3>& dims,
                 const std::array<bool, 3>& periodic, const std::vector<Kept>& wanted);

}  // namespace soleus
