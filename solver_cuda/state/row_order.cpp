#include "solver_cuda/state/row_order.hpp"

#include <bit>
#include <tuple>

namespace soleus {
namespace {

constexpr int rows = tile_nodes / tile_edge;
/// Before the first node: a row that continues the one after it may begin fifteen places before a node, and
/// is read from one place before that.
constexpr std::int64_t margin = 16;

/// Active tiles sorted along z, y, x, and cut into bricks.
void make_bricks(RowOrder& order, const Tiles& tiles, const LumenNodes& nodes) {
  const auto place = [&](std::int32_t k) { return tiles.place[nodes.active_tiles[k]]; };
  for (std::size_t k = 0; k < nodes.active_tiles.size(); ++k) order.active.push_back(static_cast<int>(k));
  std::ranges::sort(order.active, {}, [&](std::int32_t k) {
    const auto [x, y, z] = place(k);
    return std::tuple{z, y, x};
  });
  for (std::int32_t k = 0; k < static_cast<std::int32_t>(order.active.size()); ++k) {
    const auto [x, y, z] = place(order.active[k]);
    const bool goes_on = k > 0 && place(order.active[k - 1]) == std::array{x - 1, y, z} &&
                         k - order.bricks.back().first < Brick::most_tiles;
    if (!goes_on) order.bricks.push_back({k, k, 0});
    order.bricks.back().last = k + 1;
  }
}

/// A row has places from its first node to its last that can be fluid.
void number(RowOrder& order, const LumenNodes& nodes) {
  std::int64_t next = margin;
  for (Brick& brick : order.bricks) {
    brick.begin = next;
    for (int r = 0; r < rows; ++r)
      for (std::int32_t k = brick.first; k < brick.last; ++k) {
        const std::size_t at = std::size_t(nodes.active_tiles[order.active[k]]) * rows + std::size_t(r);
        const std::uint8_t which = nodes.candidate_rows[at];
        if (which == 0) continue;
        const int first = std::countr_zero(which), last = 7 - std::countl_zero(which);
        order.row[at] = static_cast<std::int32_t>(next - first);
        next += last - first + 1;
      }
  }
  const auto end = static_cast<std::int32_t>(order.active.size());
  order.bricks.push_back({end, end, next});
  // Streams that begin at the same place of a page would share the sets of the caches.
  constexpr std::int64_t page = 1024, lines = 5 * 16;
  order.places = static_cast<std::size_t>((next + margin + page - 1) / page * page + lines);
}

void continue_rows(RowOrder& order, const Tiles& tiles, const LumenNodes& nodes) {
  constexpr int before = 12, after = 14;
  for (int tile = 1; tile < tiles.populated; ++tile)
    for (int r = 0; r < rows; ++r) {
      const auto row_of = [&](int t) { return std::size_t(t) * rows + std::size_t(r); };
      if (nodes.candidate_rows[row_of(tile)] != 0) continue;
      const std::size_t left = row_of(tiles.populated_neighbour(tile, before)),
                        right = row_of(tiles.populated_neighbour(tile, after));
      if (nodes.candidate_rows[right] != 0) order.row[row_of(tile)] = order.row[right] - tile_edge;
      if (nodes.candidate_rows[left] != 0) order.row[row_of(tile)] = order.row[left] + tile_edge;
    }
}

/// Of one row: whether the nine lines around it continue in the tiles before and after it where a node next
/// to them can be fluid, and in all of the tile after it.
struct Continues {
  bool to_neighbours = true, to_next = true;
};
Continues continues(const RowOrder& order, const Tiles& tiles, const LumenNodes& nodes, int tile, int r) {
  Continues all;
  for (int line = 0; line < 9; ++line) {
    const int y = r % 8 + line % 3 - 1, z = r / 8 + line / 3 - 1;
    const int side = 3 * (1 + (y >> 3)) + 9 * (1 + (z >> 3));
    const auto row_of = [&](int t) { return std::size_t(t) * rows + std::size_t((y & 7) + 8 * (z & 7)); };
    const std::size_t left = row_of(tiles.populated_neighbour(tile, side)),
                      here = row_of(tiles.populated_neighbour(tile, side + 1)),
                      right = row_of(tiles.populated_neighbour(tile, side + 2));
    const bool before = order.row[left] + tile_edge == order.row[here],
               after = order.row[here] + tile_edge == order.row[right];
    if (nodes.candidate_rows[left] >> 7 & 1 && !before) all.to_neighbours = false;
    if (nodes.candidate_rows[right] & 1 && !after) all.to_neighbours = false;
    all.to_next &= after;
  }
  return all;
}

}  // namespace

RowOrder::RowOrder(const Tiles& tiles, const LumenNodes& nodes)
    : row(std::size_t(tiles.populated) * rows, std::int32_t(margin)),
      seams(std::size_t(tiles.populated)),
      joins(seams.size()) {
  make_bricks(*this, tiles, nodes);
  number(*this, nodes);
  continue_rows(*this, tiles, nodes);
  parallel_for(nodes.active_tiles.size(), 64, [&](std::size_t k) {
    const std::int32_t tile = nodes.active_tiles[k];
    for (int r = 0; r < rows; ++r) {
      const Continues all = continues(*this, tiles, nodes, tile, r);
      seams[static_cast<std::size_t>(tile)] |= std::uint64_t(!all.to_neighbours) << r;
      joins[static_cast<std::size_t>(tile)] |= std::uint64_t(all.to_next) << r;
    }
  });
}

std::size_t RowOrder::bytes() const {
  return row.capacity() * sizeof row[0] + 2 * seams.capacity() * sizeof seams[0] +
         active.capacity() * sizeof active[0] + bricks.capacity() * sizeof bricks[0];
}

}  // namespace soleus
