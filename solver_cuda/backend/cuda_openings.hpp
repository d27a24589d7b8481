// What happens at the openings before and after a step: kernels/sample_openings and kernels/fill_openings.
#pragma once

#include "solver_cuda/backend/cuda_memory.hpp"
#include "solver_cuda/backend/cuda_step.hpp"
#include "solver_cuda/physics/open_end.hpp"
#include "solver_cuda/physics/opening_rules.hpp"

namespace soleus::cuda {

template <class L, class Real>
using OpenNode = typename Boundary<L, Real>::OpenNode;

/// An opening; its nodes are `nodes` from `first` on.
template <class Real>
struct CapOnDevice {
  int first, nodes;
  bool imposes_flow;
  int way;
  Real inward[3];
  double flow;
};

template <class L, class Real, class Stored>
struct OpeningArguments {
  LatticeOnDevice<Real, Stored> lattice;
  OpenNode<L, Real>* nodes;
  int count;  // of nodes
  const CapOnDevice<Real>* caps;
  double* mass_in;       // [caps] that has entered
  OpeningState* states;  // [caps]
  StepTable table;
};

/// One thread a node.
template <Parity parity, class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) sample_openings(OpeningArguments<L, Real, Stored> a) {
  const int k = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
  if (k >= a.count) return;
  Real g[L::Q], force[3];
  const double* now = a.table.row(parity == Parity::odd);
  for (int axis = 0; axis < 3; ++axis) force[axis] = static_cast<Real>(now[axis]);
  gather_node<L>(a.lattice, parity, a.nodes[k].node, g);
  a.nodes[k].inside = macro<L>(g, force);
}

/// Fills what arrives at one node.
template <class L, class Real, class Stored>
__device__ Exchange fill_open_node(const LatticeOnDevice<Real, Stored>& lattice,
                                   const OpenNode<L, Real>& open, const Macro<Real>& outside,
                                   const Real (&inward)[3]) {
  Exchange all;
#pragma GCC unroll 27
#pragma unroll
  for (int i = 1; i < L::Q; ++i) {
    if (!(open.directions >> i & 1)) continue;
    const Slot at = slot<L>(open.node, i);
    const Real in = open_end<L>(i, outside);
    all += exchange<L>(i, outside, inward, in, lattice.load(at));  // what left through the opening
    lattice.store(at, in);
  }
  return all;
}

template <class L, class Real, class Stored>
__device__ double add_inflow(const LatticeOnDevice<Real, Stored>& lattice, const OpenNode<L, Real>& open,
                             const Real (&inward)[3], Real missing) {
  double added = 0;
#pragma GCC unroll 27
#pragma unroll
  for (int i = 1; i < L::Q; ++i) {
    if (!(open.directions >> i & 1)) continue;
    const Slot at = slot<L>(open.node, i);
    const Real more = missing * inflow_through<L>(i, inward, open.profile);
    lattice.store(at, lattice.load(at) + more);
    added += double(more);
  }
  return added;
}

/// Of a row of the table.
inline constexpr int values_of_opening = 5;
inline double* put_opening(double* to, const OpeningValue& v) {
  for (const double value : {v.factor, v.drho, v.end.impedance, v.end.resistance, v.end.follows})
    *to++ = value;
  return to;
}
__device__ inline OpeningValue opening_in(const double* row, unsigned opening) {
  const double* v = row + 3 + values_of_opening * int(opening);
  return {v[0], v[1], {v[2], v[3], v[4]}};
}

/// Fills an opening that is not shut; all threads of its block.
template <class L, class Real, class Stored>
__device__ Exchange fill_opening(const OpeningArguments<L, Real, Stored>& a, const CapOnDevice<Real>& cap,
                                 double wanted, Real drho, const Inside& inside, const OpeningState& state) {
  const auto each = [&](auto sum, auto&& visit) {
    for (int k = static_cast<int>(threadIdx.x); k < cap.nodes; k += block_threads)
      sum += visit(a.nodes[cap.first + k]);
    return block_sum(sum);
  };
  const Real mean_inward = static_cast<Real>(inside.inward),
             moves_in = static_cast<Real>(through(state, inside));
  Exchange all = each(Exchange{}, [&](const auto& open) {
    const Macro<Real> outside =
        cap.imposes_flow
            ? outside_flow_opening(open.inside, cap.inward, open.profile * static_cast<Real>(wanted))
            : outside_pressure_opening(open.inside, cap.inward, drho, mean_inward, moves_in);
    return fill_open_node<L>(a.lattice, open, outside, cap.inward);
  });
  if (cap.imposes_flow) {
    const Real missing = static_cast<Real>(wanted - all.mass_in);
    all.mass_in +=
        each(0.0, [&](const auto& open) { return add_inflow<L>(a.lattice, open, cap.inward, missing); });
  }
  return all;
}

/// One block an opening.
template <Parity parity, class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) fill_openings(OpeningArguments<L, Real, Stored> a) {
  const CapOnDevice<Real> cap = a.caps[blockIdx.x];
  const OpeningValue now = opening_in(a.table.row(parity == Parity::odd), blockIdx.x);
  Inside sum;
  for (int k = static_cast<int>(threadIdx.x); k < cap.nodes; k += block_threads)
    sum += inside_at(a.nodes[cap.first + k].inside, cap.inward);
  const Inside inside = mean(block_sum(sum));
  OpeningState state = a.states[blockIdx.x];
  const double drho = now.drho + state.end.answer;
  open_valve(state, cap.way, inside.drho, drho);
  Exchange all;
  if (!state.shut) all = fill_opening(a, cap, cap.flow * now.factor, static_cast<Real>(drho), inside, state);
  if (threadIdx.x != 0) return;
  a.mass_in[blockIdx.x] += all.mass_in;
  if (!state.shut && !cap.imposes_flow) follow_flow(state, cap.way, inside, all);
  pass_on_waves(state.end, now.end, all.mass_in, parity == Parity::odd);
  a.states[blockIdx.x] = state;
}

template <class L, class Real>
struct OpeningsOnDevice {
  DeviceArray<OpenNode<L, Real>> nodes;
  DeviceArray<CapOnDevice<Real>> caps;
  DeviceArray<OpeningState> states;
  int count = 0;  // of nodes

  void take(const std::vector<typename Boundary<L, Real>::CapLinks>& from, cudaStream_t work) {
    std::vector<OpenNode<L, Real>> all;
    std::vector<CapOnDevice<Real>> heads;
    for (const auto& cap : from) {
      heads.push_back({static_cast<int>(all.size()),
                       static_cast<int>(cap.nodes.size()),
                       cap.imposes_flow,
                       cap.way,
                       {cap.inward[0], cap.inward[1], cap.inward[2]},
                       cap.flow});
      all.insert(all.end(), cap.nodes.begin(), cap.nodes.end());
    }
    count = static_cast<int>(all.size());
    nodes.copy_from(all, work), caps.copy_from(heads, work);
    check(cudaStreamSynchronize(work), "copying to it");
  }
};

}  // namespace soleus::cuda
