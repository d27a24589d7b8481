#include "solver_cuda/kernels/classify.hpp"

namespace soleus {

std::vector<Node> classify(LumenNodes& nodes, const NearWall& near) {
  std::vector<Node> uncovered;
  for (std::size_t k = 0; k < near.band.size(); ++k) {
    const Node n = near.band[k];
    const bool inside = near.distance_m[k] < 0 && nodes.candidate(n);
    if (inside == nodes.fluid(n)) continue;
    nodes.set_fluid(n, inside);
    if (inside) uncovered.push_back(n);
  }
  return uncovered;
}

}  // namespace soleus
