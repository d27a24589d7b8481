// Compiled by nvcc (to see that the interface is CUDA's) and by the host compiler with the emulation (to run
// it).
#include "kernels.hpp"

#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <stdexcept>
#include <utility>

namespace soleus {

extern __shared__ unsigned char dynamic_shared_memory[];

namespace {

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

template <class T>
struct DeviceArray {
  explicit DeviceArray(std::size_t n) : size(n) { check(cudaMalloc(&data, n * sizeof(T))); }
  explicit DeviceArray(const std::vector<T>& host) : DeviceArray(host.size()) {
    check(cudaMemcpy(data, host.data(), size * sizeof(T), cudaMemcpyHostToDevice));
  }
  ~DeviceArray() { cudaFree(data); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  std::vector<T> to_host() const {
    std::vector<T> host(size);
    check(cudaMemcpy(host.data(), data, size * sizeof(T), cudaMemcpyDeviceToHost));
    return host;
  }

  T* data = nullptr;
  std::size_t size;
};

constexpr int block_size = 128;

cudaLaunchConfig_t threads_for(std::size_t n, cudaStream_t stream = nullptr) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>((n + block_size - 1) / block_size));
  config.blockDim = dim3(block_size);
  config.stream = stream;
  return config;
}

__device__ __forceinline__ int element() {
  return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
}

__global__ void __launch_bounds__(block_size)
    add_scaled(int n, float a, const float* __restrict__ x, float* __restrict__ y) {
  const int i = element();
  if (i < n) y[i] += a * x[i];
}

template <class T>
__global__ void add_blocks(int n, const T* values, T* sum) {
  __shared__ T part[block_size];
  const int i = element(), t = static_cast<int>(threadIdx.x);
  part[t] = i < n ? values[i] : T(0);
  __syncthreads();
  for (int width = block_size / 2; width > 0; width /= 2) {
    if (t < width) part[t] += part[t + width];
    __syncthreads();
  }
  if (t == 0) atomicAdd(sum, part[0]);
}

__device__ float add_warp(float value) {
  for (unsigned distance = 16; distance > 0; distance /= 2)
    value += __shfl_down_sync(0xffffffff, value, distance);
  return value;
}

__global__ void add_warps(int n, const float* values, float* sum) {
  auto* part = reinterpret_cast<float*>(dynamic_shared_memory);
  const int i = element();
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const float of_warp = add_warp(i < n ? values[i] : 0.f);
  if (lane == 0) part[warp] = of_warp;
  __syncthreads();
  if (warp != 0) return;
  const float all = add_warp(lane < blockDim.x / 32 ? part[lane] : 0.f);
  if (lane == 0) atomicAdd(sum, all);
}

struct Ring {
  int n;
  float rate;
};

__global__ void diffuse_once(Ring ring, const __half* from, __half* to) {
  const int i = element();
  if (i >= ring.n) return;
  const float left = __half2float(from[(i + ring.n - 1) % ring.n]),
              right = __half2float(from[(i + 1) % ring.n]);
  const float here = __half2float(from[i]);
  to[i] = __float2half_rn(here + ring.rate * (left - 2 * here + right));
}

struct Stream {
  Stream() { check(cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking)); }
  ~Stream() { cudaStreamDestroy(handle); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  cudaStream_t handle = nullptr;
};

void replay(cudaStream_t stream, int times, void (*issue)(void*), void* what) {
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  issue(what);
  check(cudaStreamEndCapture(stream, &graph));
  check(cudaGraphInstantiate(&exec, graph, 0));
  for (int i = 0; i < times; ++i) check(cudaGraphLaunch(exec, stream));
  check(cudaStreamSynchronize(stream));
  check(cudaGraphExecDestroy(exec));
  check(cudaGraphDestroy(graph));
}

}  // namespace

std::vector<float> axpy(float a, const std::vector<float>& x, const std::vector<float>& y) {
  const DeviceArray<float> dx(x), dy(y);
  const cudaLaunchConfig_t config = threads_for(x.size());
  check(cudaLaunchKernelEx(&config, add_scaled, static_cast<int>(x.size()), a,
                           static_cast<const float*>(dx.data), dy.data));
  return dy.to_host();
}

double sum_over_blocks(const std::vector<double>& values) {
  const DeviceArray<double> in(values), sum(std::vector<double>{0.0});
  const cudaLaunchConfig_t config = threads_for(values.size());
  check(cudaLaunchKernelEx(&config, add_blocks<double>, static_cast<int>(values.size()), in.data, sum.data));
  return sum.to_host()[0];
}

float sum_over_warps(const std::vector<float>& values) {
  const DeviceArray<float> in(values), sum(std::vector<float>{0.f});
  cudaLaunchConfig_t config = threads_for(values.size());
  config.dynamicSmemBytes = block_size / 32 * sizeof(float);
  check(cudaLaunchKernelEx(&config, add_warps, static_cast<int>(values.size()), in.data, sum.data));
  return sum.to_host()[0];
}

std::vector<float> diffuse(const std::vector<float>& start, float rate, int pairs_of_steps, Steps how) {
  std::vector<__half> halves;
  for (const float v : start) halves.push_back(__float2half_rn(v));
  const DeviceArray<__half> a(halves), b(start.size());
  const Stream stream;
  struct Pair {
    cudaLaunchConfig_t config;
    Ring ring;
    __half *a, *b;
  } pair{threads_for(start.size(), stream.handle), {static_cast<int>(start.size()), rate}, a.data, b.data};
  const auto two_steps = [](void* what) {
    const Pair& p = *static_cast<Pair*>(what);
    check(cudaLaunchKernelEx(&p.config, diffuse_once, p.ring, p.a, p.b));
    check(cudaLaunchKernelEx(&p.config, diffuse_once, p.ring, p.b, p.a));
  };
  if (how == Steps::Replayed)
    replay(stream.handle, pairs_of_steps, two_steps, &pair);
  else
    for (int i = 0; i < pairs_of_steps; ++i) two_steps(&pair);
  check(cudaStreamSynchronize(stream.handle));
  std::vector<float> result;
  for (const __half v : a.to_host()) result.push_back(__half2float(v));
  return result;
}

}  // namespace soleus
