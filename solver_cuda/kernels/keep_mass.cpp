#include "solver_cuda/kernels/keep_mass.hpp"

#include <algorithm>
#include <bit>

#include "pipeline/base/parallel.hpp"

namespace soleus {

template <class L, class Real>
void prepare_keeping_mass(Boundary<L, Real>& boundary, const Tiles& tiles, const LumenNodes& nodes) {
  std::vector<std::uint32_t> wall_nodes(tiles.neighbours.size());
  const std::vector<std::int32_t>& active = nodes.active_tiles;
  for (std::size_t k = 0; k < active.size(); ++k) wall_nodes[active[k]] = boundary.tiles[k].wall_nodes;
  for (std::size_t k = 0; k < active.size(); ++k) {
    boundary.tiles[k].wall_nodes_around = 0;
    for (const std::int32_t tile : tiles.neighbours[active[k]])
      boundary.tiles[k].wall_nodes_around += wall_nodes[tile];
  }
  for (std::vector<double>& let_in : boundary.let_in) let_in.assign(tiles.neighbours.size(), 0.0);
}

template <class L, class Real>
void settle_mass(Populations<L, Real>& f, Boundary<L, Real>& boundary, const Tiles& tiles,
                 const LumenNodes& nodes) {
  std::vector<double>& let_in = boundary.let_in[f.next == Parity::even];
  if (let_in.empty()) return;
  parallel_for(nodes.active_tiles.size(), 16, [&](std::size_t k) {
    const std::int32_t tile = nodes.active_tiles[k];
    if (boundary.tiles[k].wall_nodes == 0) return;
    const auto excess = static_cast<Real>(excess_at(let_in, tiles.neighbours[tile]));
    for_each_row(boundary, k, [&](int row, const BoundaryRow<L>& links) {
      for (unsigned left = links.at_wall; left != 0; left &= left - 1)
        f.at(tile * tile_nodes + row * tile_edge + std::countr_zero(left), 0) -= excess;
    });
  });
  std::ranges::fill(let_in, 0.0);
}

template void prepare_keeping_mass(Boundary<D3Q19, float>&, const Tiles&, const LumenNodes&);
template void prepare_keeping_mass(Boundary<D3Q19, double>&, const Tiles&, const LumenNodes&);
template void prepare_keeping_mass(Boundary<D3Q27, float>&, const Tiles&, const LumenNodes&);
template void prepare_keeping_mass(Boundary<D3Q27, double>&, const Tiles&, const LumenNodes&);
template void settle_mass(Populations<D3Q19, float>&, Boundary<D3Q19, float>&, const Tiles&,
                          const LumenNodes&);
template void settle_mass(Populations<D3Q19, double>&, Boundary<D3Q19, double>&, const Tiles&,
                          const LumenNodes&);
template void settle_mass(Populations<D3Q27, float>&, Boundary<D3Q27, float>&, const Tiles&,
                          const LumenNodes&);
template void settle_mass(Populations<D3Q27, double>&, Boundary<D3Q27, double>&, const Tiles&,
                          const LumenNodes&);

}  // namespace soleus
