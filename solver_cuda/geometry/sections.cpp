#include "solver_cuda/geometry/sections.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/base/parallel.hpp"

namespace soleus {

namespace {

/// Stretch of a candidate node, and the share of the way along it.
struct InStretch {
  Node node;
  std::int32_t stretch;
  float towards;
};

std::vector<InStretch> nodes_in_stretches(const Wall& wall, const Lattice& lattice) {
  const std::vector<Node> nodes = candidates(lattice);
  std::vector<InStretch> at(nodes.size());
  parallel_for(nodes.size(), 256, [&](std::size_t k) {
    const CenterlineCoordinates::One main = wall.motion().coordinates(lattice.tiles.position(nodes[k])).of[0];
    at[k] = {nodes[k], main.station, main.towards};
  });
  return at;
}

}  // namespace

Sections make_sections(const Wall& wall, const Lattice& lattice) {
  std::vector<InStretch> nodes = nodes_in_stretches(wall, lattice);
  std::ranges::sort(nodes, {}, [](const InStretch& n) { return std::pair(n.stretch, n.node); });
  Sections s;
  s.stretches = wall.motion().stations().count();
  for (const InStretch& n : nodes) {
    const std::int32_t row = n.node / tile_edge, x = n.node % tile_edge;
    if (s.rows.empty() || s.rows.back().stretch != n.stretch || s.rows.back().row != row) {
      s.rows.push_back({row, n.stretch, 0}), s.towards.resize(s.rows.size() * tile_edge);
    }
    s.rows.back().nodes |= 1u << x;
    s.towards[(s.rows.size() - 1) * tile_edge + std::size_t(x)] = n.towards;
  }
  return s;
}

std::vector<double> station_means(const std::vector<SectionSum>& stretches, const Stations& stations) {
  std::vector<double> sum(stations.count()), nodes(stations.count());
  for (std::size_t k = 0; k < stretches.size(); ++k)
    for (std::size_t end = 0; end < 2 && k + end < sum.size(); ++end)
      sum[k + end] += stretches[k].value[end], nodes[k + end] += stretches[k].nodes[end];
  std::vector<double> mean(sum.size());
  for (const Stations::OnBranch& b : stations.branches)
    for (int k = b.first; k < b.first + b.count; ++k) {
      int from = k;
      for (int away = 0; away < 2 * b.count && nodes[std::size_t(from)] <= 0; ++away)
        from = std::clamp(away % 2 ? k - (away + 1) / 2 : k + away / 2, b.first, b.first + b.count - 1);
      if (nodes[std::size_t(from)] > 0)
        mean[std::size_t(k)] = sum[std::size_t(from)] / nodes[std::size_t(from)];
    }
  return mean;
}

}  // namespace soleus
