// The nodes of sheets as the lattice sees them: which of its nodes each of them touches, and how much.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

/// A marker touches points^3 nodes from its first one on, in the tile of that and those after it.
struct Touch {
  std::int32_t tile = 0;                // of the first node; 0: none, as nothing is stored around the marker
  std::array<std::uint8_t, 3> first{};  // node within the tile
};

/// A marker and which of the tiles after its own it touches here: bit a of `after`, the next along axis a.
struct TouchOfTile {
  std::int32_t marker;
  std::uint8_t after;
};

template <class Real>
struct Markers {
  Delta delta = Delta::three_points;
  std::vector<Touch> touches{};  // [markers]
  std::vector<Real> weights{};   // [markers * points^3] x fastest; nothing at nodes that are not fluid
  // By tile, in the order of the markers.
  std::vector<std::int32_t> tiles{};          // that are touched, ascending
  std::vector<std::int32_t> first_of_tile{};  // [tiles + 1]
  std::vector<TouchOfTile> of_tile{};

  int support() const { return points(delta) * points(delta) * points(delta); }
};

}  // namespace soleus
