// The density along the vein on the device (kernels/sum_sections).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "solver_cuda/backend/cuda_lattice.hpp"
#include "solver_cuda/backend/cuda_memory.hpp"
#include "solver_cuda/state/sections.hpp"

namespace soleus::cuda {

template <class Real, class Stored>
struct SectionArguments {
  LatticeOnDevice<Real, Stored> lattice;
  const std::int32_t* first;  // [stretches + 1] in `rows`
  const RowOfStretch* rows;
  const float* towards;
  SectionSum* sums;  // [stretches]
};

/// Before an even step: everything lies in the nodes' own slots. One block a stretch.
template <class L, class Real, class Stored>
__global__ void __launch_bounds__(block_threads) sum_sections(SectionArguments<Real, Stored> a) {
  SectionSum mine;
  constexpr int at_once = block_threads / tile_edge;  // rows
  const int x = static_cast<int>(threadIdx.x) % tile_edge;
  for (std::int32_t k = a.first[blockIdx.x] + static_cast<std::int32_t>(threadIdx.x) / tile_edge;
       k < a.first[blockIdx.x + 1]; k += at_once) {
    const Node n = a.rows[k].row * tile_edge + x;
    if ((a.rows[k].nodes >> x & 1) == 0 || !a.lattice.fluid(n)) continue;
    double drho = 0;
#pragma GCC unroll 27
#pragma unroll
    for (int i = 0; i < L::Q; ++i) drho += double(a.lattice.load(slot<L>(n, i)));
    mine.add(drho, double(a.towards[std::size_t(k) * tile_edge + std::size_t(x)]));
  }
  const SectionSum all = block_sum(mine);
  if (threadIdx.x == 0) a.sums[blockIdx.x] = all;
}

struct SectionsOnDevice {
  std::size_t stretches = 0;
  DeviceArray<std::int32_t> first;
  DeviceArray<RowOfStretch> rows;
  DeviceArray<float> towards;
  DeviceArray<SectionSum> sums;
  PinnedArray<SectionSum> sums_host;

  void keep(const Sections& of, cudaStream_t work) {
    stretches = of.stretches;
    std::vector<std::int32_t> firsts;
    for (std::size_t k = 0; k <= stretches; ++k)
      firsts.push_back(static_cast<std::int32_t>(
          std::ranges::lower_bound(of.rows, static_cast<std::int32_t>(k), {}, &RowOfStretch::stretch) -
          of.rows.begin()));
    first.copy_from(firsts, work), rows.copy_from(of.rows, work), towards.copy_from(of.towards, work);
    sums.make_room(stretches);
    check(cudaStreamSynchronize(work), "copying");
  }
  template <class L, class Real, class Stored>
  std::vector<SectionSum> sum(const LatticeOnDevice<Real, Stored>& lattice, cudaStream_t work) {
    const SectionArguments<Real, Stored> arguments{lattice, first.data(), rows.data(), towards.data(),
                                                   sums.data()};
    launch(work, stretches, block_threads, sum_sections<L, Real, Stored>, arguments);
    sums_host.copy_from(sums, stretches, work);
    check(cudaStreamSynchronize(work), "computing");
    return {sums_host.data(), sums_host.data() + stretches};
  }
};

}  // namespace soleus::cuda
