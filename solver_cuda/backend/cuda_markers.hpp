// The nodes of sheets as the lattice sees them on the device (kernels/immersed_boundary): which of its nodes
// each of them touches, how much, and which of them a tile has to look at. Found anew for every step, on the
// device alone. Pushes are gathered node by node, velocities tile by tile and then marker by marker, all in
// one order and without atomics on what is added up: the same bits in every run. No field is kept for either.
#pragma once

#include "solver_cuda/backend/cuda_lattice.hpp"
#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/physics/delta_weights.hpp"
#include "solver_cuda/physics/push.hpp"
#include "solver_cuda/state/markers.hpp"
#include "solver_cuda/state/tile_box.hpp"

namespace soleus::cuda {

inline constexpr int most_tiles = 8;  // that a marker touches

/// Push or velocity, lattice units.
template <class Real>
struct Triple {
  Real x = 0, y = 0, z = 0;
  SOLEUS_HD Triple& operator+=(const Triple& o) { return x += o.x, y += o.y, z += o.z, *this; }
};

/// Null and zero where there are none.
template <class Real>
struct MarkersOnDevice {
  int count = 0;
  Delta delta = Delta::three_points;
  TileBox box{};
  Vec3 origin_m{};
  double dx_m = 0, half_to_lattice = 0;  // half of the momentum that 1 N gives in a step, lattice units
  int populated = 0;                     // tiles
  const Vec3 *x_m = nullptr, *force_n = nullptr;
  Node* first = nullptr;         // as in Markers
  Real* weights = nullptr;       // as in Markers
  int* tiles = nullptr;          // [markers][most_tiles] that each touches: bit a as in TouchOfTile; else 0
  Triple<Real>* push = nullptr;  // [markers] half of a step's
  Triple<Real>* velocity = nullptr;  // [markers][most_tiles] each tile's part of it
  int* touches = nullptr;            // [tiles + 1] of each tile; the last one: of the tiles that have a list
  int* first_of_tile = nullptr;      // [tiles] in of_tile
  TouchOfTile* of_tile = nullptr;    // [markers * most_tiles] in the order of the markers

  SOLEUS_HD int support() const { return points(delta) * points(delta) * points(delta); }
};

/// The node at an offset within -8..8.
__device__ inline Node node_at(const std::int32_t* neighbours, Node n, int x, int y, int z) {
  const Passage to = passage(n % tile_nodes, x, y, z);
  return neighbours[n / tile_nodes * 27 + to.side] * tile_nodes + to.place;
}

template <int P, class Real, class Stored>
__device__ void find_weights(const LatticeOnDevice<Real, Stored>& lattice, Node first, const Vec3& from_first,
                             Real* weights) {
  std::uint64_t fluid = 0;
  for (int z = 0; z < P; ++z)
    for (int y = 0; y < P; ++y)
      for (int x = 0; x < P; ++x)
        fluid |= std::uint64_t(lattice.fluid(node_at(lattice.neighbours, first, x, y, z)))
                 << (x + P * (y + P * z));
  delta_weights<P>(weights, from_first, fluid);
}

template <class Real, class Stored>
__device__ void find_tiles(const MarkersOnDevice<Real>& m, const LatticeOnDevice<Real, Stored>& lattice,
                           Node first, int* tiles) {
  const unsigned all = tiles_after(first, points(m.delta));
  for (unsigned after = 0; after < most_tiles; ++after) {
    if ((after & ~all) != 0) continue;
    const std::int32_t tile = lattice.neighbours[first / tile_nodes * 27 + side_after(after)];
    if (tile <= 0 || tile >= m.populated) continue;
    tiles[after] = tile;
    atomicAdd(m.touches + tile, 1);
  }
}

/// One thread a marker. The counts of touches are zero before.
template <class Real, class Stored>
__global__ void __launch_bounds__(block_threads)
    touch_markers(MarkersOnDevice<Real> m, LatticeOnDevice<Real, Stored> lattice) {
  const int k = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (k >= m.count) return;
  int* tiles = m.tiles + k * most_tiles;
  Real* weights = m.weights + std::size_t(k) * m.support();
  for (int t = 0; t < most_tiles; ++t) tiles[t] = 0, m.velocity[k * most_tiles + t] = {};
  const Vec3 push = m.force_n[k] * m.half_to_lattice, at = (m.x_m[k] - m.origin_m) / m.dx_m;
  m.push[k] = {static_cast<Real>(push.x), static_cast<Real>(push.y), static_cast<Real>(push.z)};
  const LatticeIndex low{first_node(m.delta, at.x), first_node(m.delta, at.y), first_node(m.delta, at.z)};
  const Node first = node_in_box(m.box, low);
  m.first[k] = first;
  if (first < tile_nodes) {
    for (int n = 0; n < m.support(); ++n) weights[n] = 0;
    return;
  }
  const Vec3 from_first = at - Vec3{double(low.i), double(low.j), double(low.k)};
  if (m.delta == Delta::three_points)
    find_weights<3>(lattice, first, from_first, weights);
  else
    find_weights<4>(lattice, first, from_first, weights);
  find_tiles(m, lattice, first, tiles);
}

/// The markers of each tile in their order. Where its list begins, which differs from run to run, is of no
/// consequence. One block a tile.
template <class Real>
__global__ void __launch_bounds__(block_threads)
    list_markers(MarkersOnDevice<Real> m, int tiles, const std::int32_t* active) {
  const int tile = active[blockIdx.x], t = static_cast<int>(threadIdx.x);
  if (m.touches[tile] == 0) return;
  __shared__ int begin, of_thread[block_threads];
  if (t == 0) m.first_of_tile[tile] = begin = atomicAdd(m.touches + tiles, m.touches[tile]);
  int listed = 0;
  for (int k = t; k - t < m.count; k += block_threads) {
    unsigned mine = 0;
    for (int after = 0; after < most_tiles && k < m.count; ++after)
      mine |= unsigned(m.tiles[k * most_tiles + after] == tile) << after;
    of_thread[t] = __popc(mine);
    __syncthreads();
    int at = listed;
    for (int other = 0; other < block_threads; ++other) {
      if (other < t) at += of_thread[other];
      listed += of_thread[other];
    }
    for (int after = 0; after < most_tiles; ++after)
      if (mine >> after & 1) m.of_tile[begin + at++] = {k, static_cast<std::uint8_t>(after)};
    __syncthreads();
  }
}

/// Half of what the sheets give a node in the step to come.
template <class Real>
__device__ Push<Real> push_at(const MarkersOnDevice<Real>& m, Node n) {
  const int tile = n / tile_nodes, place = n % tile_nodes, points = soleus::points(m.delta);
  const int x = place & 7, y = place >> 3 & 7, z = place >> 6;
  Push<Real> sum{0, 0, 0};
  const int touches = m.touches[tile];
  const TouchOfTile* of_tile = m.of_tile + (touches > 0 ? m.first_of_tile[tile] : 0);
  for (int e = 0; e < touches; ++e) {
    const int marker = of_tile[e].marker, after = of_tile[e].after;
    const Node first = m.first[marker];
    const int a = x + 8 * (after & 1) - place_along(first, 0),
              b = y + 8 * (after >> 1 & 1) - place_along(first, 1),
              c = z + 8 * (after >> 2 & 1) - place_along(first, 2);
    if (a < 0 || b < 0 || c < 0 || a >= points || b >= points || c >= points) continue;
    const Real weight = m.weights[std::size_t(marker) * m.support() + a + points * (b + points * c)];
    const Triple<Real> given = m.push[marker];
    sum.x += weight * given.x, sum.y += weight * given.y, sum.z += weight * given.z;
  }
  return sum;
}

/// What a tile has of the velocity at one of its markers, from that of its nodes.
template <class Real>
__device__ Triple<Real> velocity_part(const MarkersOnDevice<Real>& m, const TouchOfTile& touch,
                                      const Triple<Real>* of_nodes) {
  const int points = soleus::points(m.delta);
  int from[3], begin[3], end[3];  // the tile's nodes, and which of the marker's comes at node 0
  for (int a = 0; a < 3; ++a) {
    from[a] = 8 * (touch.after >> a & 1) - place_along(m.first[touch.marker], a);
    begin[a] = from[a] < 0 ? -from[a] : 0;
    end[a] = points - from[a] < tile_edge ? points - from[a] : tile_edge;
  }
  const Real* weights = m.weights + std::size_t(touch.marker) * m.support();
  Triple<Real> sum;
  for (int z = begin[2]; z < end[2]; ++z)
    for (int y = begin[1]; y < end[1]; ++y)
      for (int x = begin[0]; x < end[0]; ++x) {
        const Real weight = weights[x + from[0] + points * (y + from[1] + points * (z + from[2]))];
        const Triple<Real>& u = of_nodes[x + 8 * (y + 8 * z)];
        sum += Triple<Real>{weight * u.x, weight * u.y, weight * u.z};
      }
  return sum;
}

}  // namespace soleus::cuda
