// What a CudaBackend chooses when it begins: a device, memory, the kernels for the operator of the case.
#pragma once

#include "solver_cuda/backend/cuda_correct_links.hpp"
#include "solver_cuda/backend/cuda_markers.hpp"
#include "solver_cuda/backend/cuda_memory.hpp"

namespace soleus::cuda {

inline constexpr int table_steps = 512;  // steps whose values are given to the device at once

template <class L, class Real, class Stored>
using StepKernel = void (*)(StepArguments<L, Real, Stored>);

template <class L, class Real, class Stored>
using CorrectKernel = void (*)(CorrectArguments<L, Real, Stored>);

/// pick(operator): a kernel for the operator of the case.
template <class L, class Model, class Pick>
auto kernel_of_model(Collision collision, const Pick& pick) {
  if constexpr (L::Q == D3Q27::Q)
    if (collision == Collision::cumulant) return pick(Cumulant<Model>{});
  return collision == Collision::trt ? pick(Trt<Model>{}) : pick(Regularized<Model>{});
}
template <class L, class Real, class Pick>
auto kernel_of(const BackendSetup<Real>& s, const Pick& pick) {
  if (s.rates.rheology.model == RheologyModel::newtonian)
    return kernel_of_model<L, Newtonian>(s.collision, pick);
  return kernel_of_model<L, GeneralizedNewtonian>(s.collision, pick);
}

template <Parity parity, class L, class Real, class Stored>
StepKernel<L, Real, Stored> step_kernel(const BackendSetup<Real>& s) {
  return kernel_of<L>(s, [](auto op) -> StepKernel<L, Real, Stored> {
    return stream_collide<parity, L, Real, Stored, decltype(op)>;
  });
}
template <class L, class Real, class Stored>
CorrectKernel<L, Real, Stored> correct_kernel(const BackendSetup<Real>& s) {
  return kernel_of<L>(s, [](auto op) -> CorrectKernel<L, Real, Stored> {
    return correct_links<L, Real, Stored, decltype(op)>;
  });
}

inline int chosen_device(int device) {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  require_device(device, count, error == cudaSuccess ? nullptr : cudaGetErrorString(error));
  check(cudaSetDevice(device), "being chosen");
  return device;
}

/// Bytes that a run takes on the device. The boundary is estimated as if every pack lay at a wall and a
/// quarter of the nodes had five links.
template <class L, class Real, class Stored>
double bytes_on_device(const BackendSetup<Real>& s) {
  const double tiles = s.tiles.populated, active = static_cast<double>(s.nodes.active_tiles.size());
  const double populations = double(L::Q) * sizeof(typename Memory<Real, Stored>::type) * tile_nodes;
  const double fields = (4 + (s.takes_strain ? 6 : 0)) * sizeof(float) * tile_nodes + sizeof(Totals);
  const double boundary = double(tile_nodes) / pack_nodes * sizeof(BoundaryPack<L>) + sizeof(BoundaryTile) +
                          tile_nodes / 4 * 5 * (3 * sizeof(Real));
  const double scalar = s.scalar ? 2.0 * D3Q7::Q * sizeof(Real) * tile_nodes : 0;
  const double concentration = s.scalar ? sizeof(float) * tile_nodes + sizeof(ScalarTotals) : 0;
  return tiles * (populations + scalar + 27 * sizeof(std::int32_t) + 2 * sizeof(double) + 64) +
         active * (fields + concentration + boundary + sizeof(std::int32_t)) + 32e6;
}

template <class L, class Real, class Stored>
void require_memory(const BackendSetup<Real>& s) {
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "telling its free memory");
  require_memory(bytes_on_device<L, Real, Stored>(s), double(free), double(total), s.scales.dx_m);
}

/// For tiles beside sheets (cuda_push_step.hpp): a file of its own, which takes long to compile.
template <class L, class Real, class Stored>
using PushKernel = void (*)(StepArguments<L, Real, Stored>, MarkersOnDevice<Real>, Parity);
template <class L, class Real, class Stored>
PushKernel<L, Real, Stored> push_kernel(const BackendSetup<Real>& s);

}  // namespace soleus::cuda
