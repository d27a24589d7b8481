// A tile and the layer of nodes around it, as the kernels at the wall look at them: what is fluid, and which
// nodes belong to the band near the wall.
#pragma once

#include <cstdint>

#include "solver_cuda/geometry/near_wall.hpp"

namespace soleus {

/// Which nodes in and around a tile are fluid, as planes of 8 x 8 nodes: byte y, bit x.
class FluidAround {
 public:
  FluidAround(const Lattice& lattice, int tile);
  /// Rows with a fluid node that has a neighbour, one of 26, that is not fluid.
  std::uint64_t boundary_rows() const { return boundary_rows_; }
  /// bit x: the node at that offset, each in -1..1, from node x of the row is fluid.
  std::uint8_t at(int row, int dx, int dy, int dz) const {
    return static_cast<std::uint8_t>(planes_[row / 8 + 1 + dz][dy + 1][dx + 1] >> (8 * (row % 8)));
  }

 private:
  std::uint64_t planes_[10][3][3];  // [z + 1][dy + 1][dx + 1]
  std::uint64_t boundary_rows_ = 0;
};

/// NearWall::slot of the nodes in and around a tile. Rows are looked up when they are first asked for.
class BandAround {
 public:
  BandAround(const WallView& view, int tile);
  bool at_cap() const { return at_cap_; }
  /// Of the first node of a row; those around it, and of the seven nodes after it and those around them, are
  /// `offset` away.
  const std::int32_t* around(int row) {
    const int y = row % tile_edge, z = row / tile_edge;
    for (int k = 0; k < 9; ++k) look_up(y + k % 3, z + k / 3);
    return &slots_[place(1, y + 1, z + 1)];
  }
  static constexpr int offset(int dx, int dy, int dz) { return dx + side * (dy + side * dz); }

 private:
  static constexpr int side = tile_edge + 2;
  const NodeSet& band_;
  const std::array<std::int32_t, 27>& neighbours_;
  bool at_cap_;
  bool known_[side * side] = {};
  std::int32_t slots_[side * side * side];

  static constexpr int place(int x, int y, int z) { return x + side * (y + side * z); }
  /// The row at y, z counted from one before the tile.
  void look_up(int y, int z);
};

}  // namespace soleus
