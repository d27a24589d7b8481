// Which tile lies at a place of the box of tiles, on the host and on a device.
#pragma once

#include <cstddef>

#include "solver_cuda/state/tiles.hpp"

namespace soleus {

/// As in Tiles.
struct TileBox {
  const std::int32_t* at = nullptr;
  int dims[3] = {};
  bool periodic[3] = {};
};

/// The tile at a place in tiles, wrapped along periodic axes, 0 where none is stored.
SOLEUS_HD inline std::int32_t tile_in_box(const TileBox& box, const int (&place)[3]) {
  std::size_t at = 0, stride = 1;
  for (int a = 0; a < 3; ++a) {
    const int dims = box.dims[a], p = box.periodic[a] ? (place[a] % dims + dims) % dims : place[a];
    if (p < 0 || p >= dims) return 0;
    at += stride * std::size_t(p), stride *= std::size_t(dims);
  }
  return box.at[at];
}

/// Tiles::node.
SOLEUS_HD inline Node node_in_box(const TileBox& box, const LatticeIndex& l) {
  const std::int32_t tile = tile_in_box(box, {l.i >> 3, l.j >> 3, l.k >> 3});  // downwards, also below zero
  return tile * tile_nodes + (l.i & 7) + 8 * ((l.j & 7) + 8 * (l.k & 7));
}

}  // namespace soleus
