#include "solver_cuda/geometry/sections.hpp"

#include <algorithm>
#include <numeric>

#include "pipeline/base/parallel.hpp"

namespace soleus {

Sections make_sections(const Wall& wall, const Lattice& lattice) {
  const Stations& stations = wall.motion().stations();
  const std::vector<Node> nodes = candidates(lattice);
  std::vector<Stations::Between> at(nodes.size());
  parallel_for(nodes.size(), 256, [&](std::size_t k) {
    const CenterlineCoordinates::One main = wall.motion().coordinates(lattice.tiles.position(nodes[k])).of[0];
    at[k] = stations.at(main.branch, main.abscissa_m);
  });
  Sections s;
  s.first.assign(stations.count() + 1, 0);
  for (const Stations::Between& b : at) ++s.first[static_cast<std::size_t>(b.first) + 1];
  std::partial_sum(s.first.begin(), s.first.end(), s.first.begin());
  s.nodes.resize(nodes.size()), s.towards.resize(nodes.size());
  std::vector<std::int32_t> next(s.first.begin(), s.first.end() - 1);
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(at[k].first)]++);
    s.nodes[place] = nodes[k], s.towards[place] = static_cast<float>(at[k].t);
  }
  return s;
}

std::vector<double> station_densities(const std::vector<SectionSum>& stretches, const Stations& stations) {
  std::vector<double> drho(stations.count()), nodes(stations.count());
  for (std::size_t k = 0; k < stretches.size(); ++k)
    for (std::size_t end = 0; end < 2 && k + end < drho.size(); ++end)
      drho[k + end] += stretches[k].drho[end], nodes[k + end] += stretches[k].nodes[end];
  std::vector<double> mean(drho.size());
  for (const Stations::OnBranch& b : stations.branches)
    for (int k = b.first; k < b.first + b.count; ++k) {
      int from = k;
      for (int away = 0; away < 2 * b.count && nodes[std::size_t(from)] <= 0; ++away)
        from = std::clamp(away % 2 ? k - (away + 1) / 2 : k + away / 2, b.first, b.first + b.count - 1);
      if (nodes[std::size_t(from)] > 0)
        mean[std::size_t(k)] = drho[std::size_t(from)] / nodes[std::size_t(from)];
    }
  return mean;
}

}  // namespace soleus
