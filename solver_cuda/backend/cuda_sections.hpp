// The density along the vein on the device (kernels/sum_sections).
#pragma once

#include <cstdint>
#include <vector>

#include "solver_cuda/backend/cuda_lattice.hpp"
#include "solver_cuda/backend/cuda_memory.hpp"
#include "solver_cuda/state/sections.hpp"

namespace soleus::cuda {

template <class Real, class Stored>
struct SectionArguments {
  LatticeOnDevice<Real, Stored> lattice;
  const std::int32_t* first;  // Sections
  const Node* nodes;
  const float* towards;
  SectionSum* sums;  // [stretches]
};

/// Before an even step: everything lies in the nodes' own slots. One block a stretch.
template <class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) sum_sections(SectionArguments<Real, Stored> a) {
  SectionSum mine;
  for (std::int32_t k = a.first[blockIdx.x] + static_cast<std::int32_t>(threadIdx.x);
       k < a.first[blockIdx.x + 1]; k += block_threads) {
    const Node n = a.nodes[k];
    if (!a.lattice.fluid(n)) continue;
    double drho = 0;
#pragma GCC unroll 27
#pragma unroll
    for (int i = 0; i < L::Q; ++i) drho += double(a.lattice.load(slot<L>(n, i)));
    mine.add(drho, double(a.towards[k]));
  }
  const SectionSum all = block_sum(mine);
  if (threadIdx.x == 0) a.sums[blockIdx.x] = all;
}

struct SectionsOnDevice {
  DeviceArray<std::int32_t> first;
  DeviceArray<Node> nodes;
  DeviceArray<float> towards;
  DeviceArray<SectionSum> sums;
  PinnedArray<SectionSum> sums_host;

  template <class L, class Real, class Stored>
  std::vector<SectionSum> sum(const LatticeOnDevice<Real, Stored>& lattice, const Sections& of,
                              cudaStream_t work) {
    if (!sums.data()) {
      first.copy_from(of.first, work), nodes.copy_from(of.nodes, work);
      towards.copy_from(of.towards, work);
      sums.make_room(of.stretches());
    }
    const SectionArguments<Real, Stored> arguments{lattice, first.data(), nodes.data(), towards.data(),
                                                   sums.data()};
    launch(work, of.stretches(), block_threads, sum_sections<L, Real, Stored>, arguments);
    sums_host.copy_from(sums, of.stretches(), work);
    check(cudaStreamSynchronize(work), "computing");
    return {sums_host.data(), sums_host.data() + of.stretches()};
  }
};

}  // namespace soleus::cuda
