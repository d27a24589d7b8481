// The passive scalar on the device (kernels/advance_scalar). Its populations are stored as they are computed
// with also when the fluid's are halves: they are not shifted, and a half has three digits.
#pragma once

#include "solver_cuda/backend/cuda_memory.hpp"
#include "solver_cuda/backend/cuda_openings.hpp"

namespace soleus::cuda {

template <class L, class Real, class Stored>
struct ScalarArguments {
  LatticeOnDevice<Real, Real> amount, measure;
  ScalarRules<Real> rules;
  typename Scalar<Real>::AtOpening* at_openings;  // [nodes at openings] when the step begins
  double* entered;                                // [caps] amount that has entered
  OpeningArguments<L, Real, Stored> fluid;
};

template <class Real>
__device__ Real amount_of_node(const LatticeOnDevice<Real, Real>& lattice, Parity next, Node n) {
  Real g[D3Q7::Q], sum = 0;
  gather_node<D3Q7>(lattice, next, n, g);
  for (int i = 0; i < D3Q7::Q; ++i) sum += g[i];
  return sum;
}

/// Leaves what goes along i where the node beyond will find it; what meets a wall comes back along
/// opposite(i).
template <class Real>
__device__ void leave_node(const LatticeOnDevice<Real, Real>& lattice, Parity next, Node n,
                           const Real (&g)[D3Q7::Q]) {
#pragma GCC unroll 7
#pragma unroll
  for (int i = 0; i < D3Q7::Q; ++i)
    lattice.store(waiting_slot<D3Q7>(lattice, next, n, i), g[D3Q7::opposite(i)]);
}

/// One thread a node.
template <Parity parity, class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) sample_scalar_openings(ScalarArguments<L, Real, Stored> a) {
  const int k = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (k >= a.fluid.count) return;
  const Node n = a.fluid.nodes[k].node;
  a.at_openings[k] = {amount_of_node(a.amount, parity, n), amount_of_node(a.measure, parity, n)};
}

/// One block a tile, before the fluid's own step.
template <Parity parity, class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) advance_scalar(ScalarArguments<L, Real, Stored> a) {
  const Node first = a.fluid.lattice.active[blockIdx.x] * tile_nodes;
  Real force[3];
  const double* now = a.fluid.table.row(parity == Parity::odd);
  for (int axis = 0; axis < 3; ++axis) force[axis] = static_cast<Real>(now[axis]);
#pragma unroll 1
  for (int part = 0; part < parts; ++part) {
    const Node n = first + part * block_threads + static_cast<int>(threadIdx.x);
    if (!a.fluid.lattice.fluid(n)) continue;
    Real fluid[L::Q], amount[D3Q7::Q], measure[D3Q7::Q];
    gather_node<L>(a.fluid.lattice, parity, n, fluid);
    const Macro<Real> m = macro<L>(fluid, force);
    const Real u[3] = {m.x, m.y, m.z};
    gather_node<D3Q7>(a.amount, parity, n, amount);
    gather_node<D3Q7>(a.measure, parity, n, measure);
    collide_scalar(amount, u, a.rules.rates);
    collide_scalar(measure, u, a.rules.rates);
    for (int i = 0; i < D3Q7::Q; ++i) amount[i] += a.rules.source * measure[i];
    leave_node(a.amount, parity, n, amount);
    leave_node(a.measure, parity, n, measure);
  }
}

/// One block an opening, after advance_scalar.
template <class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) fill_scalar_openings(ScalarArguments<L, Real, Stored> a) {
  const CapOnDevice<Real> cap = a.fluid.caps[blockIdx.x];
  if (a.fluid.states[blockIdx.x].shut) return;
  double mine = 0;
  for (int k = cap.first + static_cast<int>(threadIdx.x); k < cap.first + cap.nodes; k += block_threads) {
    const OpenNode<L, Real>& open = a.fluid.nodes[k];
    const Real u[3] = {open.inside.x, open.inside.y, open.inside.z};
    const bool enters = u[0] * cap.inward[0] + u[1] * cap.inward[1] + u[2] * cap.inward[2] > 0;
    const Real measure = enters ? Real(1) : a.at_openings[k].measure;
    const Real amount = enters ? a.rules.inflow : a.at_openings[k].amount;
    for (int i = 1; i < D3Q7::Q; ++i) {
      if (!(open.directions >> i & 1)) continue;
      const Slot at = slot<D3Q7>(open.node, i);
      const Real entering = scalar_equilibrium(i, amount, u);
      mine += double(entering) - double(a.amount.load(at));
      a.amount.store(at, entering);
      a.measure.store(at, scalar_equilibrium(i, measure, u));
    }
  }
  const double all = block_sum(mine);
  if (threadIdx.x == 0) a.entered[blockIdx.x] += all;
}

/// Every fluid node at rest, before the first step; concentration by place in the active tiles. One block a
/// tile.
template <class Real>
__global__ void __launch_bounds__(block_threads)
    fill_scalar(LatticeOnDevice<Real, Real> amount, LatticeOnDevice<Real, Real> measure,
                const Real* concentration) {
  const Node first = amount.active[blockIdx.x] * tile_nodes;
  for (int part = 0; part < parts; ++part) {
    const int place = part * block_threads + static_cast<int>(threadIdx.x);
    if (!amount.fluid(first + place)) continue;
    const Real at_rest[3] = {}, c = concentration[std::size_t(blockIdx.x) * tile_nodes + place];
    for (int i = 0; i < D3Q7::Q; ++i) {
      const Slot at = slot<D3Q7>(first + place, i);
      const Real one = scalar_equilibrium(i, Real(1), at_rest);
      measure.store(at, one);
      amount.store(at, c * one);
    }
  }
}

/// Concentration by place in the active tiles and totals of each; one block a tile.
template <class Real>
__global__ void __launch_bounds__(block_threads)
    observe_scalar(LatticeOnDevice<Real, Real> amount, LatticeOnDevice<Real, Real> measure, Parity next,
                   float* concentration, ScalarTotals* totals) {
  const Node first = amount.active[blockIdx.x] * tile_nodes;
  ScalarTotals mine;
#pragma unroll 1
  for (int part = 0; part < parts; ++part) {
    const int place = part * block_threads + static_cast<int>(threadIdx.x);
    float& c = concentration[std::size_t(blockIdx.x) * tile_nodes + place];
    c = 0;
    if (!amount.fluid(first + place)) continue;
    const Real held = amount_of_node(amount, next, first + place);
    const Real of = amount_of_node(measure, next, first + place);
    if (of > 0) c = static_cast<float>(held / of);
    mine += ScalarTotals{double(held), double(of)};
  }
  const ScalarTotals all = block_sum(mine);
  if (threadIdx.x == 0) totals[blockIdx.x] = all;
}

/// What the device holds of a scalar.
template <class Real>
struct ScalarOnDevice {
  ScalarRules<Real> rules;
  DeviceArray<Real> amount, measure;
  DeviceArray<typename Scalar<Real>::AtOpening> at_openings;
  DeviceArray<double> entered;
  DeviceArray<float> concentration;
  DeviceArray<ScalarTotals> totals;
  PinnedArray<double> entered_host;
  PinnedArray<float> concentration_host;
  PinnedArray<ScalarTotals> totals_host;

  ScalarOnDevice(const BackendSetup<Real>& s, cudaStream_t stream) : rules(*s.scalar) {
    const std::size_t values = std::size_t(s.tiles.populated) * D3Q7::Q * tile_nodes;
    for (DeviceArray<Real>* all : {&amount, &measure}) {
      all->make_room(values);
      check(cudaMemsetAsync(all->data(), 0, values * sizeof(Real), stream), "being made ready");
    }
    entered.make_room(s.caps + 1);
    check(cudaMemsetAsync(entered.data(), 0, (s.caps + 1) * sizeof(double), stream), "being made ready");
    concentration.make_room(s.nodes.active_tiles.size() * tile_nodes);
    totals.make_room(s.nodes.active_tiles.size());
  }
};

}  // namespace soleus::cuda
