// The kernels of steps beside sheets, for each operator.
#include "solver_cuda/backend/cuda_push_step.hpp"

#include "solver_cuda/backend/cuda_choose.hpp"

namespace soleus::cuda {

template <class L, class Real, class Stored>
PushKernel<L, Real, Stored> push_kernel(const BackendSetup<Real>& s) {
  return kernel_of<L>(
      s, [](auto op) -> PushKernel<L, Real, Stored> { return push_collide<L, Real, Stored, decltype(op)>; });
}

template PushKernel<D3Q19, float, float> push_kernel<D3Q19, float, float>(const BackendSetup<float>&);
template PushKernel<D3Q19, double, double> push_kernel<D3Q19, double, double>(const BackendSetup<double>&);
template PushKernel<D3Q19, float, ScaledHalf> push_kernel<D3Q19, float, ScaledHalf>(
    const BackendSetup<float>&);
template PushKernel<D3Q27, float, float> push_kernel<D3Q27, float, float>(const BackendSetup<float>&);
template PushKernel<D3Q27, double, double> push_kernel<D3Q27, double, double>(const BackendSetup<double>&);
template PushKernel<D3Q27, float, ScaledHalf> push_kernel<D3Q27, float, ScaledHalf>(
    const BackendSetup<float>&);

}  // namespace soleus::cuda
