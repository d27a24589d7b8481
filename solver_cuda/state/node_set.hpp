// Some of the stored nodes, numbered in ascending order: less than a byte for each node that is stored.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "solver_cuda/state/tiles.hpp"

namespace soleus {

class NodeSet {
 public:
  NodeSet() = default;
  /// `nodes` ascending.
  NodeSet(int tiles, const std::vector<Node>& nodes)
      : rows_(std::size_t(tiles) * (tile_nodes / tile_edge)), first_(rows_.size() + 1), size_(nodes.size()) {
    for (const Node n : nodes) rows_[n >> 3] |= static_cast<std::uint8_t>(1u << (n & 7));
    for (std::size_t r = 0; r < rows_.size(); ++r)
      first_[r + 1] = first_[r] + static_cast<std::uint32_t>(std::popcount(rows_[r]));
  }

  std::size_t size() const { return size_; }
  /// Number of the node within the set, -1 when it is not of it.
  std::int32_t index(Node n) const {
    const unsigned row = rows_[n >> 3], bit = 1u << (n & 7);
    if (!(row & bit)) return -1;
    return static_cast<std::int32_t>(first_[n >> 3]) + std::popcount(row & (bit - 1));
  }
  /// Which nodes of the row (of eight) n / 8 belong to the set, and the number of the first of them.
  std::uint8_t row(Node r) const { return rows_[r]; }
  std::int32_t first(Node r) const { return static_cast<std::int32_t>(first_[r]); }
  std::vector<Node> nodes() const {
    std::vector<Node> all;
    all.reserve(size_);
    for (std::size_t r = 0; r < rows_.size(); ++r)
      for (unsigned left = rows_[r]; left != 0; left &= left - 1)
        all.push_back(static_cast<Node>(r * tile_edge) + std::countr_zero(left));
    return all;
  }
  std::size_t bytes() const { return rows_.capacity() + first_.capacity() * sizeof(std::uint32_t); }

 private:
  std::vector<std::uint8_t> rows_;    // [tiles * 64]
  std::vector<std::uint32_t> first_;  // [tiles * 64 + 1] number of the row's first node
  std::size_t size_ = 0;
};

}  // namespace soleus
