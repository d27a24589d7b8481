// What the device lends, given back at the end of a scope.
#pragma once

#include <cuda_runtime.h>
#include <utility>
#include <vector>

#include "solver_cuda/backend/cuda_failure.hpp"

namespace soleus::cuda {

inline void check(cudaError_t error, const char* doing) {
  if (error != cudaSuccess) fail(doing, cudaGetErrorString(error), cudaGetErrorName(error));
}

/// A handle of CUDA that only its owner destroys.
template <class Handle, cudaError_t (*destroy)(Handle)>
class Owned {
 public:
  Owned() = default;
  ~Owned() { reset(); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  operator Handle() const { return handle_; }
  Handle* fresh() { return reset(), &handle_; }
  void reset() {
    if (handle_) destroy(std::exchange(handle_, nullptr));
  }

 private:
  Handle handle_ = nullptr;
};

struct Stream : Owned<cudaStream_t, cudaStreamDestroy> {
  Stream() { check(cudaStreamCreateWithFlags(fresh(), cudaStreamNonBlocking), "making a stream"); }
};
struct Event : Owned<cudaEvent_t, cudaEventDestroy> {
  Event() { check(cudaEventCreateWithFlags(fresh(), cudaEventDisableTiming), "making an event"); }
};
using Graph = Owned<cudaGraph_t, cudaGraphDestroy>;
using GraphExec = Owned<cudaGraphExec_t, cudaGraphExecDestroy>;

/// An array on the device. Grows when it is asked to, and forgets what it held then.
template <class T>
class DeviceArray {
 public:
  DeviceArray() = default;
  explicit DeviceArray(std::size_t n) { make_room(n); }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* data() const { return data_; }
  void make_room(std::size_t n) {
    if (n <= room_) return;
    const std::size_t wanted = room_ == 0 ? n : n + n / 4;
    cudaFree(std::exchange(data_, nullptr));
    room_ = 0;
    check(cudaMalloc(&data_, wanted * sizeof(T)), "taking memory");
    room_ = wanted;
  }
  /// In the order of the stream; `from` must stay until the stream has come so far.
  void copy_from(const T* from, std::size_t n, cudaStream_t stream) {
    make_room(n);
    if (n > 0)
      check(cudaMemcpyAsync(data_, from, n * sizeof(T), cudaMemcpyHostToDevice, stream), "copying to it");
  }
  void copy_from(const std::vector<T>& from, cudaStream_t stream) {
    copy_from(from.data(), from.size(), stream);
  }
  /// Of the first n, when the stream has come so far.
  std::vector<T> copy(std::size_t n, cudaStream_t stream) const {
    std::vector<T> to(n);
    if (n > 0)
      check(cudaMemcpyAsync(to.data(), data_, n * sizeof(T), cudaMemcpyDeviceToHost, stream),
            "copying from it");
    check(cudaStreamSynchronize(stream), "computing");
    return to;
  }

 private:
  T* data_ = nullptr;
  std::size_t room_ = 0;
};

/// Host memory that the device can copy from and to by itself.
template <class T>
class PinnedArray {
 public:
  PinnedArray() = default;
  explicit PinnedArray(std::size_t n) { make_room(n); }
  ~PinnedArray() { cudaFreeHost(data_); }
  PinnedArray(const PinnedArray&) = delete;
  PinnedArray& operator=(const PinnedArray&) = delete;

  T* data() const { return data_; }
  void make_room(std::size_t n) {
    if (n <= room_) return;
    cudaFreeHost(std::exchange(data_, nullptr));
    room_ = 0;
    check(cudaMallocHost(&data_, n * sizeof(T)), "taking pinned memory of the host");
    room_ = n;
  }
  void copy_from(const DeviceArray<T>& from, std::size_t n, cudaStream_t stream) {
    make_room(n);
    if (n > 0)
      check(cudaMemcpyAsync(data_, from.data(), n * sizeof(T), cudaMemcpyDeviceToHost, stream),
            "copying from it");
  }

 private:
  T* data_ = nullptr;
  std::size_t room_ = 0;
};

/// Runs kernel(arguments...) on `blocks` blocks of `threads`; on none, nothing.
template <class... Parameters, class... Arguments>
void launch(cudaStream_t stream, std::size_t blocks, int threads, void (*kernel)(Parameters...),
            Arguments&&... arguments) {
  if (blocks == 0) return;
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(static_cast<unsigned>(blocks));
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.stream = stream;
  check(cudaLaunchKernelEx(&config, kernel, std::forward<Arguments>(arguments)...), "starting a kernel");
}

}  // namespace soleus::cuda
