// In which order the CPU keeps what it stores per node: along x through neighbouring tiles, without a place
// for nodes that are never fluid. A direction is one stream that a sweep runs through from end to end, as in
// a list of nodes (Wellein, Zeiser, Hager & Donath, Comput. Fluids 35, 910 (2006)), and rows of eight find
// their neighbours by one number for each line around them instead of an index for each direction and node.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/state/lumen_nodes.hpp"

namespace soleus {

/// Tiles that follow each other along x. Its rows are stored, and stepped, in the order z, y, x.
struct Brick {
  static constexpr int most_tiles = 32;
  std::int32_t first = 0, last = 0;  // in RowOrder::active
  std::int64_t begin = 0;            // place of its first node
};

struct RowOrder {
  // [populated tiles * 64] place of node 0 of each row of eight, also where that node itself has none: node x
  // of the row lies x after it. Where a row has no node that can be fluid it continues the row after it or
  // before it.
  std::vector<std::int32_t> row;
  // [populated tiles] bit r: a line around row r, of the nine, does not continue in the tile after or before
  // it.
  std::vector<std::uint64_t> seams;
  std::vector<std::uint64_t> joins;  // [populated tiles] bit r: all nine continue in the tile after it
  std::vector<std::int32_t> active;  // [active tiles] which of LumenNodes::active_tiles, brick by brick
  std::vector<Brick> bricks;         // and one at the end, where the last one ends
  std::size_t places = 0;            // of a stream, those before the first node and after the last included

  RowOrder() = default;
  RowOrder(const Tiles& tiles, const LumenNodes& nodes);

  std::int64_t place(Node n) const { return row[static_cast<std::size_t>(n >> 3)] + (n & 7); }
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
