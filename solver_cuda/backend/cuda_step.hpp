// One time step of one tile by one block: what arrives is read, collides, and is left where it streams to;
// what meets a wall comes back into the node's own slots, and the mass that the step before let through is
// taken back (kernels/keep_mass.hpp). The same step as backend/cpu_pack_step.inl, node by node instead of
// pack by pack.
#pragma once

#include "solver_cuda/backend/cuda_lattice.hpp"
#include "solver_cuda/physics/operators.hpp"

namespace soleus::cuda {

/// state/boundary.hpp on the device.
template <class L, class Real>
struct BoundaryOnDevice {
  const BoundaryTile* tiles;   // [active tiles]
  const std::uint64_t* which;  // of PackSet
  const std::uint32_t* before;
  const BoundaryPack<L>* packs;
  const Real *shares, *push;  // [links]; push is null where no link has one
  double* let_in[2];          // [parity of the step][tiles]
};

/// StepValues of the steps ahead: `first` steps of them are done.
struct StepTable {
  const double* values;  // [steps][3 + caps * values_of_opening] force, then those
  const int* first;
  int width;

  __device__ const double* row(int step) const { return values + std::size_t(*first + step) * width; }
};

template <class L, class Real, class Stored>
struct StepArguments {
  LatticeOnDevice<Real, Stored> lattice;
  BoundaryOnDevice<L, Real> boundary;
  StepTable table;
  Relaxation<Real> rates;
  // [tiles] by markers of sheets, null without sheets: tiles that are touched are for push_collide.
  const int* touches = nullptr;
};

/// The links of a node: bit i of `cut` as in BoundaryPack, and where its pack's links begin.
template <class L>
struct NodeLinks {
  const BoundaryPack<L>* pack = nullptr;  // null where it is none of the boundary
  std::uint32_t cut = 0;

  __device__ bool at_wall(Node n) const { return pack != nullptr && pack->at_wall >> (n % pack_nodes) & 1; }
  __device__ bool to_correct(Node n) const {
    return pack != nullptr && pack->to_correct >> (n % pack_nodes) & 1;
  }
};
/// Nodes of a pack before n.
__device__ inline unsigned lanes_before(Node n) {
  return (1u << (n % pack_nodes)) - 1;
}

template <class L, class Real>
__device__ NodeLinks<L> links_of_node(const BoundaryOnDevice<L, Real>& boundary, Node n) {
  const int pack = n / pack_nodes, word = pack / 64;
  const std::uint64_t which = boundary.which[word], bit = std::uint64_t(1) << (pack % 64);
  if (!(which & bit)) return {};
  NodeLinks<L> links{boundary.packs + boundary.before[word] + __popcll(which & (bit - 1)), 0};
#pragma GCC unroll 27
#pragma unroll
  for (int i = 1; i < L::Q; ++i)
    links.cut |= (std::uint32_t(links.pack->cut[i]) >> (n % pack_nodes) & 1u) << i;
  return links;
}

/// 3 w c_i . j
template <class L, class Real>
__device__ Real odd_equilibrium(const Momentum<Real>& j, int i) {
  return Real(3) * Real(L::weight(i)) * (Real(L::cx(i)) * j.x + Real(L::cy(i)) * j.y + Real(L::cz(i)) * j.z);
}

/// What comes back along the cut links, from populations `left` by the collision; returns the mass gained.
/// What had arrived along a cut link lies still in the slot that is filled here.
template <class L, class Real, class Stored>
__device__ double reflect_node(const StepArguments<L, Real, Stored>& a, Node n, const NodeLinks<L>& links,
                               const Momentum<Real>& j, const Real (&left)[L::Q]) {
  const unsigned before = lanes_before(n);
  std::uint32_t first = links.pack->first_link;
  double gain = 0;
#pragma GCC unroll 27
#pragma unroll
  for (int i = 1; i < L::Q; ++i) {
    const unsigned all = links.pack->cut[i];
    if (links.cut >> i & 1) {
      const std::uint32_t k = first + __popc(all & before);
      const Slot at = slot<L>(n, i);
      const Real back =
          reflect(WallLink<Real>{a.boundary.shares[k], a.boundary.push ? a.boundary.push[k] : Real(0)},
                  AtLink<Real>{a.lattice.load(at), left[L::opposite(i)], odd_equilibrium<L>(j, i)});
      a.lattice.store(at, back);
      gain += double(back) - double(left[L::opposite(i)]);
    }
    first += __popc(all);
  }
  return gain;
}

/// Returns the mass that the wall let in.
template <Parity parity, class L, class Real, class Stored, class Operator>
__device__ double step_node(const StepArguments<L, Real, Stored>& a, const Relaxation<Real>& rates, Node n,
                            const NodeLinks<L>& links, Real excess) {
  const auto where = [&](int i) { return arriving_slot<L, parity>(a.lattice, n, i, links.cut >> i & 1); };
  Real g[L::Q];
#pragma GCC unroll 27
#pragma unroll
  for (int i = 0; i < L::Q; ++i) g[i] = a.lattice.load(where(i));
  if (links.at_wall(n)) g[0] -= excess;
  Momentum<Real> j;
  arriving_momentum<L>(j, g, rates.force);
  Operator{}.template collide<L>(g, rates);
#pragma GCC unroll 27
#pragma unroll
  for (int i = 0; i < L::Q; ++i)  // a cut slot keeps what arrived until reflect_node() has used it
    if (!(links.cut >> i & 1)) a.lattice.store(where(i), g[L::opposite(i)]);
  return links.cut != 0 ? reflect_node(a, n, links, j, g) : 0;
}

/// What each wall node of a tile gives up, of what the step `before` let in.
template <class Real, class Stored>
__device__ double excess_of(const LatticeOnDevice<Real, Stored>& lattice, const double* before, int tile) {
  const int side = static_cast<int>(threadIdx.x);
  return block_sum(side < 27 ? before[lattice.neighbours[tile * 27 + side]] : 0.0);
}

template <Parity parity, class L, class Real, class Stored, class Operator>
__global__ void __launch_bounds__(block_threads, least_blocks<L, Real>)
    stream_collide(StepArguments<L, Real, Stored> a) {
  const Node first = a.lattice.active[blockIdx.x] * tile_nodes;
  if (a.touches && a.touches[first / tile_nodes] > 0) return;
  const BoundaryTile tile = a.boundary.tiles[blockIdx.x];
  Relaxation<Real> rates = a.rates;
  const double* now = a.table.row(parity == Parity::odd);  // an odd step is the second of its pair
  for (int axis = 0; axis < 3; ++axis) rates.force[axis] = static_cast<Real>(now[axis]);
  double gain = 0, excess = 0;
  if (tile.wall_nodes > 0)
    excess = excess_of(a.lattice, a.boundary.let_in[parity == Parity::even], first / tile_nodes);
#pragma unroll 1
  for (int part = 0; part < parts; ++part) {
    const int place = part * block_threads + static_cast<int>(threadIdx.x);
    if (!a.lattice.fluid(first + place)) continue;
    const NodeLinks<L> links = links_of_node(a.boundary, first + place);
    gain += step_node<parity, L, Real, Stored, Operator>(a, rates, first + place, links,
                                                         static_cast<Real>(excess));
  }
  if (tile.wall_nodes == 0) return;
  const double whole = block_sum(gain);
  if (threadIdx.x == 0)
    a.boundary.let_in[parity == Parity::odd][first / tile_nodes] =
        (whole - tile.mass_per_step) / tile.wall_nodes_around;
}

/// Takes at once what the next step would take. `before`: let_in of the last step, to be set to zero after
/// this.
template <class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads)
    settle_mass(LatticeOnDevice<Real, Stored> lattice, BoundaryOnDevice<L, Real> boundary,
                const double* before) {
  const Node first = lattice.active[blockIdx.x] * tile_nodes;
  const BoundaryTile tile = boundary.tiles[blockIdx.x];
  if (tile.wall_nodes == 0) return;
  const auto excess = static_cast<Real>(excess_of(lattice, before, first / tile_nodes));
#pragma unroll 1
  for (int part = 0; part < parts; ++part) {
    const int place = part * block_threads + static_cast<int>(threadIdx.x);
    if (!lattice.fluid(first + place)) continue;
    if (!links_of_node(boundary, first + place).at_wall(first + place)) continue;
    const Slot rest = slot<L>(first + place, 0);
    lattice.store(rest, lattice.load(rest) - excess);
  }
}

}  // namespace soleus::cuda
