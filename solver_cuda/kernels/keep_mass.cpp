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
  parallel_for(f.order->bricks.size() - 1, 4, [&](std::size_t brick) {
    for_each_pack(boundary, nodes, brick, [&](const BoundaryPack<L>& pack, const auto& of_pack) {
      for (unsigned left = pack.at_wall; left != 0; left &= left - 1) {
        const Node n = of_pack[std::countr_zero(left)];
        f.at(n, 0) -= static_cast<Real>(excess_at(let_in, tiles.neighbours[n / tile_nodes]));
      }
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
