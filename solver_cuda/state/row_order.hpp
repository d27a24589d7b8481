// In which order the CPU keeps what it stores per node: line by line along x, without a place for nodes that
// are never fluid. A direction is one stream that a sweep runs through from end to end, as in a list of nodes
// (Wellein, Zeiser, Hager & Donath, Comput. Fluids 35, 910 (2006)); packs of sixteen nodes, whichever lines
// these belong to, find their neighbours by one number for each line around a stretch instead of an index for
// each direction and node.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/state/lumen_nodes.hpp"

namespace soleus {

/// Nodes that follow each other from a place that is a multiple of this are a pack.
inline constexpr int pack_nodes = 16;

/// Tiles that follow each other along x. Its rows are stored, and stepped, in the order z, y, x.
struct Brick {
  static constexpr int most_tiles = 32;
  std::int32_t first = 0, last = 0;  // in RowOrder::active
  std::int64_t begin = 0;            // place of its first node, where a pack begins
};

/// Nodes of a pack whose neighbours lie equally far from them.
struct Stretch {
  std::int32_t lines[9];   // from x to x + (0, dy, dz), at (dy + 1) + 3 (dz + 1), in places
  std::uint16_t lanes[3];  // bit l: node l has x + (dx, dy, dz) dx places further, at dx + 1
};

/// Lanes in a pack of the nodes of a row whose node 0 would have the lane `first`, which may be negative.
inline std::uint16_t lanes_of_row(std::uint8_t nodes, std::int64_t first) {
  return static_cast<std::uint16_t>(first < 0 ? nodes >> -first : nodes << first);
}

/// A row of eight nodes of a tile of a brick.
struct RowOfBrick {
  std::int32_t place;  // of its node 0
  std::uint8_t tile, row;
  std::uint8_t nodes;  // that can be fluid
};

struct RowOrder {
  // [populated tiles * 64] place of node 0 of each row of eight with nodes that can be fluid, also where node
  // 0 itself has none: node x of the row lies x after it.
  std::vector<std::int32_t> row;
  std::vector<std::int32_t> active;  // [active tiles] which of LumenNodes::active_tiles, brick by brick
  std::vector<Brick> bricks;         // and one at the end, where the last one ends
  std::vector<RowOfBrick> rows;      // those with nodes that can be fluid
  std::vector<std::uint32_t>
      first_row;                   // [packs], and one at the end: the first of `rows` that goes on there
  std::vector<Stretch> stretches;  // of one pack after the other
  std::vector<std::uint32_t> first_stretch;  // [packs to the last node's], and one at the end
  std::size_t places = 0;  // of a stream, those before the first node and after the last included

  RowOrder() = default;
  RowOrder(const Tiles& tiles, const LumenNodes& nodes);
  /// Tile after tile with a place for every node, as CUDA keeps them; has no stretches.
  static RowOrder of_tiles(const Tiles& tiles, const LumenNodes& nodes);

  std::int64_t place(Node n) const { return row[static_cast<std::size_t>(n >> 3)] + (n & 7); }
  std::size_t packs() const { return places / pack_nodes; }
  std::size_t first_pack(std::size_t brick) const {
    return static_cast<std::size_t>(bricks[brick].begin) / pack_nodes;
  }
  /// visit(row, lane of its node 0) for each row of a brick with nodes in a pack.
  template <class Visit>
  void for_each_row(std::size_t brick, std::size_t pack, const Visit& visit) const {
    const auto first = static_cast<std::int64_t>(pack) * pack_nodes;
    const std::size_t end = first_row[first_pack(brick + 1)];
    for (std::size_t k = first_row[pack]; k < end; ++k) {
      const std::int64_t lane = rows[k].place - first;
      if (lane + std::countr_zero(rows[k].nodes) >= pack_nodes) return;
      visit(rows[k], static_cast<int>(lane));
    }
  }
  std::size_t bytes() const;
};

/// visit(first, last) on ranges of bricks of about as many nodes, one range for each thread.
template <class Visit>
void parallel_bricks(const RowOrder& order, const Visit& visit) {
  constexpr std::size_t grain = 4096;  // nodes
  const auto brick_at = [&](std::size_t place) {
    const auto end = order.bricks.end() - 1;
    return std::size_t(
        std::ranges::lower_bound(order.bricks.begin(), end, std::int64_t(place), {}, &Brick::begin) -
        order.bricks.begin());
  };
  parallel_ranges(order.places, grain,
                  [&](std::size_t first, std::size_t last) { visit(brick_at(first), brick_at(last)); });
}

}  // namespace soleus
