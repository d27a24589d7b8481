// What links lack for parabolic flows (kernels/correct_links.hpp), node by node.
#pragma once

#include "solver_cuda/backend/cuda_step.hpp"

namespace soleus::cuda {

template <class L, class Real, class Stored>
struct CorrectArguments {
  LatticeOnDevice<Real, Stored> lattice;
  BoundaryOnDevice<L, Real> boundary;  // its push is not read
  const Real* wall_push;               // [links], null while the wall stands still
  Real* push;                          // [links]
  Relaxation<Real> rates;
  // [tiles] by markers of sheets, null without sheets: links of touched tiles, and into them, are left alone.
  const int* touches = nullptr;
};

/// Before an even step.
template <class L, class Real, class Stored, class Operator>
__device__ void correct_node(const CorrectArguments<L, Real, Stored>& a, Node n, const NodeLinks<L>& links) {
  Real before[L::Q], after[L::Q], other[L::Q];
  gather_node<L>(a.lattice, Parity::even, n, before);
  Momentum<Real> j, inside;
  arriving_momentum<L>(j, before, a.rates.force);
#pragma GCC unroll 27
#pragma unroll
  for (int i = 0; i < L::Q; ++i) after[i] = before[i];
  Operator{}.template collide<L>(after, a.rates);
  std::uint32_t first = links.pack->first_link;
#pragma GCC unroll 27
#pragma unroll
  for (int i = 1; i < L::Q; ++i) {
    const unsigned all = links.pack->cut[i];
    const std::uint32_t k = first + __popc(all & lanes_before(n));
    first += __popc(all);
    if (!(links.cut >> i & 1)) continue;
    const Real share = a.boundary.shares[k], wall = a.wall_push ? a.wall_push[k] : Real(0);
    const Node next = a.lattice.template neighbour<L>(n, i);
    Real more = 0;
    const bool beside = a.touches && (a.touches[n / tile_nodes] > 0 || a.touches[next / tile_nodes] > 0);
    if (share != Real(1) && a.lattice.fluid(next) && !beside) {
      gather_node<L>(a.lattice, Parity::even, next, other);
      arriving_momentum<L>(inside, other, a.rates.force);
      LinkProfile<Real> e{odd_equilibrium<L>(j, i), odd_equilibrium<L>(inside, i), 0, 0, 0};
      wall_equilibrium(e.wall, share, wall);
      change_inwards(e, j, inside, Real(L::weight(i)), lattice_viscosity(a.rates));
      const int o = L::opposite(i);
      curvature_push(more, share, (before[i] - before[o] + after[i] - after[o]) / 2 - (e.here + e.here), e);
    }
    a.push[k] = wall + more;
  }
}

/// One block a tile.
template <class L, class Real, class Stored, class Operator>
__global__ void __launch_bounds__(block_threads) correct_links(CorrectArguments<L, Real, Stored> a) {
  const BoundaryTile tile = a.boundary.tiles[blockIdx.x];
  if (tile.wall_nodes == 0) return;
  const Node first = a.lattice.active[blockIdx.x] * tile_nodes;
#pragma unroll 1
  for (int part = 0; part < parts; ++part) {
    const int place = part * block_threads + static_cast<int>(threadIdx.x);
    if (!a.lattice.fluid(first + place)) continue;
    const NodeLinks<L> links = links_of_node(a.boundary, first + place);
    if (links.to_correct(first + place)) correct_node<L, Real, Stored, Operator>(a, first + place, links);
  }
}

}  // namespace soleus::cuda
