#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include "solver_cuda/backend/cuda_devices.hpp"

namespace soleus {

std::vector<std::string> cuda_devices() {
  int count = 0;
  if (const cudaError_t error = cudaGetDeviceCount(&count); error != cudaSuccess)
    return {fmt::format("none ({})", cudaGetErrorString(error))};
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp p{};
    cudaGetDeviceProperties(&p, i);
    lines.push_back(fmt::format("{}: {}, sm_{}{}, {:.1f} GB", i, p.name, p.major, p.minor,
                                double(p.totalGlobalMem) / 1e9));
  }
  if (lines.empty()) lines.push_back("none");
  return lines;
}

}  // namespace soleus
