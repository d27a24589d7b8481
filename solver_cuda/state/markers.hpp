// The nodes of sheets as the lattice sees them: which of its nodes each of them touches, and how much.
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

/// Of the first node of a marker within its tile.
SOLEUS_HD inline int place_along(Node first, int axis) {
  return first % tile_nodes >> 3 * axis & 7;
}
/// Bit a: a marker touches the next tile along axis a too.
SOLEUS_HD inline unsigned tiles_after(Node first, int points) {
  unsigned after = 0;
  for (int a = 0; a < 3; ++a) after |= unsigned(place_along(first, a) + points > tile_edge) << a;
  return after;
}
/// The side at which such tiles lie, of 27.
SOLEUS_HD inline int side_after(unsigned after) {
  return 13 + int(after & 1) + 3 * int(after >> 1 & 1) + 9 * int(after >> 2 & 1);
}

/// A marker and which of the tiles after its own it touches here: bit a of `after`, the next along axis a.
struct TouchOfTile {
  std::int32_t marker;
  std::uint8_t after;
};

template <class Real>
struct Markers {
  Delta delta = Delta::three_points;
  // [markers] the first of the points^3 nodes that each touches; in tile 0 where nothing is stored around it
  std::vector<Node> first{};
  std::vector<std::uint64_t> fluid{};  // [markers] bit n: node n of them is fluid
  // [markers * points^2 * 2] places, in the order of the rows, of the first node of each row that is touched
  // and of the one where it goes on in the next tile; nothing where none of them is fluid
  std::vector<std::int32_t> rows{};
  bool lumen_changed = false;   // since these were found
  std::vector<Real> weights{};  // [markers * points^3] x fastest; nothing at nodes that are not fluid
  // By tile, in the order of the markers.
  std::vector<std::int32_t> tiles{};          // that are touched, ascending
  std::vector<std::int32_t> first_of_tile{};  // [tiles + 1]
  std::vector<TouchOfTile> of_tile{};

  int support() const { return points(delta) * points(delta) * points(delta); }
};

}  // namespace soleus
