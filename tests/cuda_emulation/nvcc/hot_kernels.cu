// The kernels that a run spends its time in, for the report of ptxas (hot_kernels.cmake).
#include "solver_cuda/backend/cuda_step.hpp"

namespace soleus::cuda {

using Arguments = StepArguments<D3Q19, float, float>;

template __global__ void stream_collide<Parity::even, D3Q19, float, float, Trt<Newtonian>>(Arguments);
template __global__ void stream_collide<Parity::odd, D3Q19, float, float, Trt<Newtonian>>(Arguments);
template __global__ void stream_collide<Parity::even, D3Q19, float, float, Regularized<Newtonian>>(Arguments);
template __global__ void stream_collide<Parity::odd, D3Q19, float, float, Regularized<Newtonian>>(Arguments);

}  // namespace soleus::cuda
