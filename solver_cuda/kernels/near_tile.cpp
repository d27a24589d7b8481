#include "solver_cuda/kernels/near_tile.hpp"

#include <algorithm>

namespace soleus {
namespace {

/// Eight rows of a tile, a plane at z.
std::uint64_t plane(const Lattice& lattice, int tile, int z) {
  const std::uint8_t* rows = &lattice.nodes.fluid_rows[std::size_t(tile) * 64 + 8 * std::size_t(z)];
  std::uint64_t all = 0;
  for (int y = 0; y < 8; ++y) all |= std::uint64_t(rows[y]) << (8 * y);
  return all;
}

constexpr std::uint64_t every_byte = 0x0101010101010101;

}  // namespace

FluidAround::FluidAround(const Lattice& lattice, int tile) {
  const auto& next = lattice.tiles.neighbours[tile];
  std::uint64_t common[10];  // nodes fluid with all around them in their plane
  for (int z = -1; z <= 8; ++z) {
    const int floor = 9 * (z < 0 ? 0 : z > 7 ? 2 : 1);
    std::uint64_t shifted[3][3];  // [dy + 1][dx + 1], dx in tiles
    for (int side = 0; side < 3; ++side) {
      const std::uint64_t here = plane(lattice, next[side + 3 + floor], z & 7);
      shifted[0][side] = here << 8 | plane(lattice, next[side + floor], z & 7) >> 56;
      shifted[1][side] = here;
      shifted[2][side] = here >> 8 | plane(lattice, next[side + 6 + floor], z & 7) << 56;
    }
    common[z + 1] = ~std::uint64_t(0);
    for (int dy = 0; dy < 3; ++dy) {
      const auto& [before, here, after] = shifted[dy];
      auto& to = planes_[z + 1][dy];
      to[0] = (here & 0x7f * every_byte) << 1 | (before >> 7 & every_byte);
      to[1] = here;
      to[2] = (here >> 1 & 0x7f * every_byte) | (after & every_byte) << 7;
      common[z + 1] &= to[0] & to[1] & to[2];
    }
  }
  for (int z = 0; z < 8; ++z) {
    const std::uint64_t open = planes_[z + 1][1][1] & ~(common[z] & common[z + 1] & common[z + 2]);
    for (int y = 0; open != 0 && y < 8; ++y)
      if (open >> (8 * y) & 0xff) boundary_rows_ |= std::uint64_t(1) << (8 * z + y);
  }
}

BandAround::BandAround(const WallView& view, int tile)
    : band_(view.near.band_nodes()), neighbours_(view.lattice.tiles.neighbours[tile]) {
  const auto& caps = view.lattice.cap_nodes;
  const auto first = std::ranges::lower_bound(caps, tile * tile_nodes, {}, &CapNode::node);
  at_cap_ = first != caps.end() && first->node < (tile + 1) * tile_nodes;
}

void BandAround::look_up(int y, int z) {
  bool& known = known_[y + side * z];
  if (known) return;
  known = true;
  const auto around = [](int a) { return a == 0 ? 0 : a == side - 1 ? 2 : 1; };
  const int yz = 3 * around(y) + 9 * around(z), row = ((y - 1) & 7) + 8 * ((z - 1) & 7);
  const auto row_of = [&](int x) { return neighbours_[x + yz] * (tile_nodes / tile_edge) + row; };
  std::int32_t* to = &slots_[place(0, y, z)];
  const Node before = row_of(0), here = row_of(1), after = row_of(2);
  to[0] = band_.row(before) >> 7 ? band_.first(before + 1) - 1 : -1;
  to[side - 1] = band_.row(after) & 1 ? band_.first(after) : -1;
  const unsigned of_band = band_.row(here);
  std::int32_t slot = band_.first(here);
  for (int x = 0; x < tile_edge; ++x) {
    const bool in = of_band >> x & 1;
    to[x + 1] = in ? slot : -1;
    slot += in;
  }
}

}  // namespace soleus
