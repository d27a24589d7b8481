// The lumen's nodes by where they lie along the vein; made by geometry/sections.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/base/hd.hpp"
#include "solver_cuda/state/tiles.hpp"

namespace soleus {

/// Nodes of a row of eight of a tile that lie in a stretch.
struct RowOfStretch {
  std::int32_t row;  // of all tiles' rows
  std::int32_t stretch;
  std::uint32_t nodes;  // that may become fluid, bit x: node x
};

/// Nodes that may become fluid, by stretch: stretch k reaches from station k to station k + 1, and has none
/// where a branch ends.
struct Sections {
  std::size_t stretches = 0;
  std::vector<RowOfStretch> rows;  // by stretch
  std::vector<float> towards;      // [rows * 8] share of the way from station k to k + 1
};

/// Over the fluid nodes of a stretch, by how near they are to either of its stations.
struct SectionSum {
  double nodes[2] = {}, value[2] = {};

  SOLEUS_HD SectionSum& operator+=(const SectionSum& o) {
    for (int k = 0; k < 2; ++k) nodes[k] += o.nodes[k], value[k] += o.value[k];
    return *this;
  }
  SOLEUS_HD void add(double of_node, double towards) {
    nodes[0] += 1 - towards, value[0] += (1 - towards) * of_node;
    nodes[1] += towards, value[1] += towards * of_node;
  }
};

}  // namespace soleus
