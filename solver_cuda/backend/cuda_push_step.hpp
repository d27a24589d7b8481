// One time step of one tile beside sheets, instead of stream_collide: half of the push before the collision,
// half after it, and in between the velocity that the sheets move with is left (physics/push.hpp).
#pragma once

#include "solver_cuda/backend/cuda_markers.hpp"
#include "solver_cuda/backend/cuda_step.hpp"

namespace soleus::cuda {

/// `u`: the velocity that is reached. Returns the mass that the wall let in.
template <class L, class Real, class Stored, class Operator>
__device__ double push_node(const StepArguments<L, Real, Stored>& a, const Relaxation<Real>& rates,
                            Parity parity, Node n, Real excess, const Push<Real>& push, Triple<Real>& u) {
  const NodeLinks<L> links = links_of_node(a.boundary, n);
  const auto where = [&](int i) {
    const bool cut = links.cut >> i & 1;
    return parity == Parity::even ? arriving_slot<L, Parity::even>(a.lattice, n, i, cut)
                                  : arriving_slot<L, Parity::odd>(a.lattice, n, i, cut);
  };
  Real g[L::Q];
#pragma GCC unroll 27
#pragma unroll
  for (int i = 0; i < L::Q; ++i) g[i] = a.lattice.load(where(i));
  if (links.at_wall(n)) g[0] -= excess;
  const Macro<Real> m = push_cell<L>(g, push);
  const Real half_per_rho = Real(0.5) / (Real(1) + m.drho);
  u = {m.x + rates.force[0] * half_per_rho, m.y + rates.force[1] * half_per_rho,
       m.z + rates.force[2] * half_per_rho};
  Momentum<Real> j;
  arriving_momentum<L>(j, g, rates.force);
  Operator{}.template collide<L>(g, rates);
  push_cell<L>(g, push);
#pragma GCC unroll 27
#pragma unroll
  for (int i = 0; i < L::Q; ++i)  // a cut slot keeps what arrived, before the push, for reflect_node()
    if (!(links.cut >> i & 1)) a.lattice.store(where(i), g[L::opposite(i)]);
  return links.cut != 0 ? reflect_node(a, n, links, j, g) : 0;
}

/// One block a tile; nothing where no sheet is near. Not as hot as stream_collide: both parities at once.
template <class L, class Real, class Stored, class Operator>
__global__ void __launch_bounds__(block_threads)
    push_collide(StepArguments<L, Real, Stored> a, MarkersOnDevice<Real> markers, Parity parity) {
  const int number = a.lattice.active[blockIdx.x], touches = markers.touches[number];
  if (touches == 0) return;
  alignas(16) __shared__ unsigned char storage[tile_nodes * sizeof(Triple<Real>)];
  Triple<Real>* const velocity = reinterpret_cast<Triple<Real>*>(storage);
  const BoundaryTile tile = a.boundary.tiles[blockIdx.x];
  Relaxation<Real> rates = a.rates;
  const double* now = a.table.row(parity == Parity::odd);
  for (int axis = 0; axis < 3; ++axis) rates.force[axis] = static_cast<Real>(now[axis]);
  double gain = 0, excess = 0;
  if (tile.wall_nodes > 0) excess = excess_of(a.lattice, a.boundary.let_in[parity == Parity::even], number);
#pragma unroll 1
  for (int part = 0; part < parts; ++part) {
    const int place = part * block_threads + static_cast<int>(threadIdx.x);
    const Node n = number * tile_nodes + place;
    Triple<Real> u;
    if (a.lattice.fluid(n))
      gain += push_node<L, Real, Stored, Operator>(a, rates, parity, n, static_cast<Real>(excess),
                                                   push_at(markers, n), u);
    velocity[place] = u;
  }
  __syncthreads();
  const TouchOfTile* of_tile = markers.of_tile + markers.first_of_tile[number];
  for (int e = static_cast<int>(threadIdx.x); e < touches; e += block_threads)
    markers.velocity[of_tile[e].marker * most_tiles + of_tile[e].after] =
        velocity_part(markers, of_tile[e], velocity);
  if (tile.wall_nodes == 0) return;
  const double whole = block_sum(gain);
  if (threadIdx.x == 0)
    a.boundary.let_in[parity == Parity::odd][number] = (whole - tile.mass_per_step) / tile.wall_nodes_around;
}

}  // namespace soleus::cuda
