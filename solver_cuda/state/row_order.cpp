#include "solver_cuda/state/row_order.hpp"

#include <array>
#include <bit>
#include <limits>
#include <tuple>

namespace soleus {
namespace {

constexpr int rows_of_tile = tile_nodes / tile_edge;
/// Before the first node and after the last: whole packs are read at the neighbours of one node.
constexpr std::int64_t margin = 2 * pack_nodes;

std::int64_t whole_packs(std::int64_t places) {
  return (places + pack_nodes - 1) / pack_nodes * pack_nodes;
}

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

/// visit(tile of the brick, row, its index in RowOrder::row) for each row of a brick with nodes that can be
/// fluid, in the order in which they are stored.
template <class Visit>
void for_each_row(const RowOrder& order, const Brick& brick, const LumenNodes& nodes, const Visit& visit) {
  for (int r = 0; r < rows_of_tile; ++r)
    for (std::int32_t k = brick.first; k < brick.last; ++k) {
      const std::size_t at = std::size_t(nodes.active_tiles[order.active[k]]) * rows_of_tile + std::size_t(r);
      if (nodes.candidate_rows[at] != 0) visit(k - brick.first, r, at);
    }
}

/// A row has places from its first node to its last that can be fluid.
void number(RowOrder& order, const LumenNodes& nodes) {
  std::int64_t next = margin;
  for (Brick& brick : order.bricks) {
    brick.begin = next = whole_packs(next);
    for_each_row(order, brick, nodes, [&](int, int, std::size_t at) {
      const std::uint8_t which = nodes.candidate_rows[at];
      const int first = std::countr_zero(which);
      order.row[at] = static_cast<std::int32_t>(next - first);
      next += std::bit_width(which) - first;
    });
  }
  const auto end = static_cast<std::int32_t>(order.active.size());
  order.bricks.push_back({end, end, next = whole_packs(next)});
  // Streams that begin at the same place of a page would share the sets of the caches.
  constexpr std::int64_t page = 1024, lines = 5 * pack_nodes;
  order.places = static_cast<std::size_t>((next + margin + page - 1) / page * page + lines);
}

void list_rows(RowOrder& order, const LumenNodes& nodes) {
  order.first_row.reserve(order.packs() + 1);
  for (const Brick& brick : order.bricks) {
    order.first_row.resize(static_cast<std::size_t>(brick.begin) / pack_nodes + 1,
                           static_cast<std::uint32_t>(order.rows.size()));
    for_each_row(order, brick, nodes, [&](int tile, int r, std::size_t at) {
      const std::uint8_t which = nodes.candidate_rows[at];
      const std::int64_t last = order.row[at] + std::bit_width(which) - 1;
      while (static_cast<std::int64_t>(order.first_row.size()) <= last / pack_nodes)
        order.first_row.push_back(static_cast<std::uint32_t>(order.rows.size()));
      order.rows.push_back(
          {order.row[at], static_cast<std::uint8_t>(tile), static_cast<std::uint8_t>(r), which});
    });
  }
  order.rows.shrink_to_fit();
  order.first_row.resize(order.packs() + 1, static_cast<std::uint32_t>(order.rows.size()));
}

/// Of no importance: no node there is ever fluid.
constexpr std::int32_t anywhere = std::numeric_limits<std::int32_t>::min();

/// Gives `to` the lines of `more` that it lacks; false, and it stays, where two differ.
bool join(Stretch& to, const Stretch& more) {
  for (int k = 0; k < 9; ++k)
    if (to.lines[k] != more.lines[k] && to.lines[k] != anywhere && more.lines[k] != anywhere) return false;
  for (int k = 0; k < 9; ++k) to.lines[k] = std::max(to.lines[k], more.lines[k]);
  return true;
}

/// Adds lanes to the stretch of the pack that has such neighbours.
void add(std::vector<Stretch>& pack, const Stretch& part) {
  if ((part.lanes[0] | part.lanes[1] | part.lanes[2]) == 0) return;
  const auto found = std::ranges::find_if(pack, [&](Stretch& s) { return join(s, part); });
  if (found == pack.end()) return pack.push_back(part);
  for (int dx = 0; dx < 3; ++dx) found->lanes[dx] |= part.lanes[dx];
}

/// The packs of a brick.
class BrickPacks {
 public:
  BrickPacks(const RowOrder& order, const Tiles& tiles, const LumenNodes& nodes, std::size_t brick)
      : order_(order),
        tiles_(tiles),
        nodes_(nodes),
        begin_(order.bricks[brick].begin),
        packs_(static_cast<std::size_t>(order.bricks[brick + 1].begin - begin_) / pack_nodes) {
    for (std::int32_t k = order.bricks[brick].first; k < order.bricks[brick].last; ++k)
      for (int r = 0; r < rows_of_tile; ++r)
        add_row(nodes.active_tiles[static_cast<std::size_t>(order.active[k])], r);
  }
  const std::vector<std::vector<Stretch>>& packs() const { return packs_; }

 private:
  const RowOrder& order_;
  const Tiles& tiles_;
  const LumenNodes& nodes_;
  std::int64_t begin_;
  std::vector<std::vector<Stretch>> packs_;

  /// The nodes of a row find most neighbours on the lines through its own tile; the first and the last of
  /// them find theirs in the next tiles, which may have their rows elsewhere.
  void add_row(int tile, int r) {
    const std::size_t at = std::size_t(tile) * rows_of_tile + std::size_t(r);
    const std::uint8_t which = nodes_.candidate_rows[at];
    if (which == 0) return;
    const std::uint8_t ends[2] = {0x01, 0x80};
    Stretch own = lines_around(tile, r, 0);
    std::array<std::uint8_t, 3> here{which, which, which};
    for (const int side : {0, 1}) {
      const std::uint8_t end = which & ends[side];
      if (end == 0) continue;
      const Stretch next = lines_around(tile, r, side == 0 ? -1 : 1);
      if (join(own, next)) continue;
      std::array<std::uint8_t, 3> there{};
      there[2 * side] = end, here[2 * side] ^= end;
      add(order_.row[at], next, there);
    }
    add(order_.row[at], own, here);
  }
  void add(std::int64_t place, Stretch part, std::array<std::uint8_t, 3> which) {
    const std::int64_t from = place - begin_;
    const std::size_t pack = static_cast<std::size_t>(std::max<std::int64_t>(from, 0)) / pack_nodes;
    for (std::size_t k = pack; k < pack + 2 && k < packs_.size(); ++k) {
      for (int dx = 0; dx < 3; ++dx)
        part.lanes[dx] = lanes_of_row(which[dx], from - std::int64_t(k) * pack_nodes);
      soleus::add(packs_[k], part);
    }
  }
  /// How far the lines around a row lie in its own tile, in the one before it or in the one after it.
  Stretch lines_around(int tile, int r, int along_x) const {
    Stretch s{};
    for (int k = 0; k < 9; ++k) {
      const int y = r % 8 + k % 3 - 1, z = r / 8 + k / 3 - 1;
      const int side = 1 + along_x + 3 * (1 + (y >> 3)) + 9 * (1 + (z >> 3));
      const std::size_t there = std::size_t(tiles_.populated_neighbour(tile, side)) * rows_of_tile +
                                std::size_t((y & 7) + 8 * (z & 7));
      const std::uint8_t seen = along_x < 0 ? 0x80 : along_x > 0 ? 0x01 : 0xff;
      s.lines[k] = (nodes_.candidate_rows[there] & seen) == 0
                       ? anywhere
                       : order_.row[there] - along_x * tile_edge -
                             order_.row[std::size_t(tile) * rows_of_tile + std::size_t(r)];
    }
    return s;
  }
};

void make_stretches(RowOrder& order, const Tiles& tiles, const LumenNodes& nodes) {
  std::vector<std::vector<std::vector<Stretch>>> bricks(order.bricks.size() - 1);
  parallel_for(bricks.size(), 16,
               [&](std::size_t k) { bricks[k] = BrickPacks(order, tiles, nodes, k).packs(); });
  order.first_stretch.reserve(order.packs() + 1);
  order.first_stretch.assign(margin / pack_nodes, 0);
  for (const auto& packs : bricks)
    for (const std::vector<Stretch>& pack : packs) {
      order.first_stretch.push_back(static_cast<std::uint32_t>(order.stretches.size()));
      for (Stretch s : pack) {
        for (std::int32_t& line : s.lines) line = line == anywhere ? 0 : line;
        order.stretches.push_back(s);
      }
    }
  order.first_stretch.push_back(static_cast<std::uint32_t>(order.stretches.size()));
  order.stretches.shrink_to_fit();
}

}  // namespace

RowOrder::RowOrder(const Tiles& tiles, const LumenNodes& nodes)
    : row(std::size_t(tiles.populated) * rows_of_tile, std::int32_t(margin)) {
  make_bricks(*this, tiles, nodes);
  number(*this, nodes);
  list_rows(*this, nodes);
  make_stretches(*this, tiles, nodes);
}

RowOrder RowOrder::of_tiles(const Tiles& tiles, const LumenNodes& nodes) {
  RowOrder order;
  order.row.reserve(std::size_t(tiles.populated) * rows_of_tile);
  for (int k = 0; k < tiles.populated * rows_of_tile; ++k) order.row.push_back(k * tile_edge);
  for (std::int32_t k = 0; k < static_cast<std::int32_t>(nodes.active_tiles.size()); ++k) {
    order.active.push_back(k);
    order.bricks.push_back({k, k + 1, std::int64_t(nodes.active_tiles[k]) * tile_nodes});
  }
  order.places = tiles.populated_nodes();
  const auto end = static_cast<std::int32_t>(nodes.active_tiles.size());
  order.bricks.push_back({end, end, static_cast<std::int64_t>(order.places)});
  list_rows(order, nodes);
  return order;
}

std::size_t RowOrder::bytes() const {
  const auto of = [](const auto& values) { return values.capacity() * sizeof values[0]; };
  return of(row) + of(active) + of(bricks) + of(rows) + of(first_row) + of(stretches) + of(first_stretch);
}

}  // namespace soleus
