// Which stored nodes are fluid now, and which can ever be; one bit per node, one byte per tile row of eight.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "solver_cuda/state/tiles.hpp"

namespace soleus {

struct LumenNodes {
  std::vector<std::uint8_t> fluid_rows;      // [tiles * 64]
  std::vector<std::uint8_t> candidate_rows;  // [tiles * 64] inside the lumen at some time
  std::vector<std::int32_t> active_tiles;    // tiles with candidates, ascending

  bool fluid(Node n) const { return fluid_rows[n >> 3] >> (n & 7) & 1; }
  bool candidate(Node n) const { return candidate_rows[n >> 3] >> (n & 7) & 1; }
  void set_fluid(Node n, bool on) {
    const auto bit = static_cast<std::uint8_t>(1u << (n & 7));
    fluid_rows[n >> 3] = on ? fluid_rows[n >> 3] | bit : fluid_rows[n >> 3] & ~bit;
  }
  std::int64_t count(const std::vector<std::uint8_t>& rows) const {
    std::int64_t n = 0;
    for (const std::uint8_t r : rows) n += std::popcount(r);
    return n;
  }
};

}  // namespace soleus
