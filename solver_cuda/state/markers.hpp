// The nodes of sheets as the lattice sees them: which of its nodes each of them touches, and how much.
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

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
  std::vector<Real> weights{};         // [markers * points^3] x fastest; nothing at nodes that are not fluid
  // By tile, in the order of the markers.
  std::vector<std::int32_t> tiles{};          // that are touched, ascending
  std::vector<std::int32_t> first_of_tile{};  // [tiles + 1]
  std::vector<TouchOfTile> of_tile{};

  int support() const { return points(delta) * points(delta) * points(delta); }
};

}  // namespace soleus
