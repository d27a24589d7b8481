// The lattice as kernels see it: where a node's populations lie, how they are stored, and sums over a block.
#pragma once

#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include "solver_cuda/backend/cuda_backend.hpp"

namespace soleus::cuda {

/// Threads of a block that steps or observes one tile: each takes four of the tile's nodes, one after the
/// other, 128 apart. A warp takes four rows of eight, 128 bytes of a direction in single precision. Fewer
/// nodes a block than 512 leave the compiler its registers (512 threads may have 128 each, 128 threads 255),
/// let a multiprocessor hold several tiles, one of which computes while another waits for its mass, and make
/// a sum over the block cheap.
inline constexpr int block_threads = 128;
inline constexpr int parts = tile_nodes / block_threads;
/// Of one thread an element.
inline std::size_t blocks_for(std::size_t elements) {
  return (elements + block_threads - 1) / block_threads;
}

/// Blocks that a multiprocessor shall hold, which bounds the registers of a thread (102, 128 or 170). Left to
/// itself the compiler saves registers and spills a few.
template <class L, class Real>
inline constexpr int least_blocks = sizeof(Real) == 8 ? 3 - (L::Q > 19) : 5 - (L::Q > 19);

/// Index of population i of a node: [tile][direction][node of the tile], which blocks read coalesced.
template <class L>
SOLEUS_HD inline Slot slot(Node n, int i) {
  return (Slot(n / tile_nodes) * L::Q + Slot(i)) * Slot(tile_nodes) + Slot(n % tile_nodes);
}

/// The type in memory.
template <class Real, class Stored>
struct Memory {
  using type = Stored;
  __device__ static Real load(const Stored* at) { return *at; }
  __device__ static void store(Stored* at, Real value) { *at = value; }
};
template <class Real>
struct Memory<Real, ScaledHalf> {
  using type = __half;
  __device__ static Real load(const __half* at) { return Real(__half2float(*at)) * Real(1.0 / 32768); }
  __device__ static void store(__half* at, Real value) {
    *at = __float2half_rn(static_cast<float>(value) * 32768.f);
  }
};

template <class Real, class Stored>
struct LatticeOnDevice {
  using Value = typename Memory<Real, Stored>::type;
  Value* f;
  const std::int32_t* neighbours;  // [tiles * 27]
  const std::uint8_t* fluid_rows;  // [tiles * 64]
  const std::int32_t* active;      // [active tiles]

  __device__ bool fluid(Node n) const { return fluid_rows[n >> 3] >> (n & 7) & 1; }
  __device__ Real load(Slot at) const { return Memory<Real, Stored>::load(f + at); }
  __device__ void store(Slot at, Real value) const { Memory<Real, Stored>::store(f + at, value); }
  /// The node at n + c_i.
  template <class L>
  __device__ Node neighbour(Node n, int i) const {
    const Passage to = passage(n % tile_nodes, L::cx(i), L::cy(i), L::cz(i));
    return neighbours[n / tile_nodes * 27 + to.side] * tile_nodes + to.place;
  }
};

/// Slot of what arrives at n along i, as in state/populations.hpp; `cut`: from no fluid node.
template <class L, Parity parity, class Lattice>
__device__ __forceinline__ Slot arriving_slot(const Lattice& lattice, Node n, int i, bool cut) {
  if (parity == Parity::even || i == 0 || cut) return slot<L>(n, i);
  return slot<L>(lattice.template neighbour<L>(n, L::opposite(i)), L::opposite(i));
}

/// The same by what is fluid now, whatever step comes next.
template <class L, class Lattice>
__device__ Slot waiting_slot(const Lattice& lattice, Parity next, Node n, int i) {
  if (next == Parity::even || i == 0) return slot<L>(n, i);
  const Node from = lattice.template neighbour<L>(n, L::opposite(i));
  return lattice.fluid(from) ? slot<L>(from, L::opposite(i)) : slot<L>(n, i);
}

/// Populations of a node, whatever step comes next.
template <class L, class Real, class Stored>
__device__ void gather_node(const LatticeOnDevice<Real, Stored>& lattice, Parity next, Node n,
                            Real (&g)[L::Q]) {
#pragma GCC unroll 27
#pragma unroll
  for (int i = 0; i < L::Q; ++i) g[i] = lattice.load(waiting_slot<L>(lattice, next, n, i));
}

/// Sum over the threads of a block of block_threads, in an order that never changes; every thread gets it.
/// T is a plain struct with +=.
template <class T>
__device__ T block_sum(const T& mine) {
  constexpr int groups = 8, members = block_threads / groups;
  alignas(16) __shared__ unsigned char storage[(block_threads + groups) * sizeof(T)];
  T* const part = reinterpret_cast<T*>(storage);
  T* const group = part + block_threads;
  const int t = static_cast<int>(threadIdx.x);
  part[t] = mine;
  __syncthreads();
  if (t < groups) {
    T sum = part[t * members];
    for (int k = 1; k < members; ++k) sum += part[t * members + k];
    group[t] = sum;
  }
  __syncthreads();
  T all = group[0];
  for (int k = 1; k < groups; ++k) all += group[k];
  return all;
}

}  // namespace soleus::cuda
