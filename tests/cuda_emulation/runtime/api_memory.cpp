// Memory: allocation, copies and fills.
#include <cstdlib>
#include <cstring>

#include "arena.hpp"
#include "capture.hpp"
#include "failure.hpp"
#include "queue.hpp"

using namespace soleus::cuda_emulation;

namespace {

/// Null when it does not fit even after what is about to be freed has been freed.
std::byte* allocate_after_frees(std::size_t size) {
  std::byte* found = allocate(size);
  if (!found && device().pending_frees > 0) {
    finish_all();
    found = allocate(size);
  }
  return found;
}

cudaError_t hand_out(void** devPtr, std::size_t size) {
  if (!devPtr) return cudaErrorInvalidValue;
  *devPtr = nullptr;
  if (size == 0) return cudaSuccess;
  *devPtr = allocate_after_frees(size);
  return *devPtr ? cudaSuccess : cudaErrorMemoryAllocation;
}

/// On the device as a whole, or not at all; anything between is an error.
struct Side {
  bool device, valid;
};

Side side_of(const void* address, std::size_t size) {
  const bool device = in_arena(address);
  return {device, address != nullptr && (!device || is_device_memory(address, size))};
}

cudaError_t check_copy(const void* dst, const void* src, std::size_t count, cudaMemcpyKind kind) {
  if (kind < cudaMemcpyHostToHost || kind > cudaMemcpyDefault) return cudaErrorInvalidMemcpyDirection;
  const Side to = side_of(dst, count), from = side_of(src, count);
  if (!to.valid || !from.valid) return cudaErrorInvalidValue;
  if (kind == cudaMemcpyDefault) return cudaSuccess;
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  return to.device == to_device && from.device == from_device ? cudaSuccess : cudaErrorInvalidValue;
}

Action copy(void* dst, const void* src, std::size_t count) {
  return [=] {
    if (!side_of(dst, count).valid || !side_of(src, count).valid)
      fail("a copy of {} bytes was issued, and device memory that it needs freed before it ran", count);
    std::memmove(dst, src, count);
  };
}

Action fill(void* dst, int value, std::size_t count) {
  return [=] {
    if (!is_device_memory(dst, count))
      fail("a cudaMemset of {} bytes was issued, and its memory freed before it ran", count);
    std::memset(dst, value, count);
  };
}

}  // namespace

cudaError_t cudaMalloc(void** devPtr, std::size_t size) {
  const std::lock_guard lock(device().mutex);
  if (const cudaError_t error = unsafe_during_capture(); error != cudaSuccess) return note(error);
  return note(hand_out(devPtr, size));
}

cudaError_t cudaMallocAsync(void** devPtr, std::size_t size, cudaStream_t hStream) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(hStream);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (stream->capture) return note(waiting_during_capture(stream.get()));  // no allocations in graphs
  return note(hand_out(devPtr, size));
}

cudaError_t cudaFree(void* devPtr) {
  const std::lock_guard lock(device().mutex);
  if (!devPtr) return cudaSuccess;
  if (const cudaError_t error = unsafe_during_capture(); error != cudaSuccess) return note(error);
  finish_all();  // as on a GPU, cudaFree waits for the device
  return note(release(devPtr) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaFreeAsync(void* devPtr, cudaStream_t hStream) {
  const std::lock_guard lock(device().mutex);
  if (!devPtr) return cudaSuccess;
  const auto stream = find_stream(hStream);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (stream->capture) return note(waiting_during_capture(stream.get()));
  const Allocation* m = allocation_at(devPtr);
  if (!m || m->begin != devPtr) return note(cudaErrorInvalidValue);
  const cudaError_t error = submit(hStream, [devPtr] {
    --device().pending_frees;
    if (!release(devPtr)) fail("device memory was given to cudaFreeAsync and had been freed before that ran");
  });
  if (error == cudaSuccess) ++device().pending_frees;
  return note(error);
}

cudaError_t cudaMallocHost(void** ptr, std::size_t size) {
  return cudaHostAlloc(ptr, size, cudaHostAllocDefault);
}

cudaError_t cudaHostAlloc(void** pHost, std::size_t size, unsigned int flags) {
  const std::lock_guard lock(device().mutex);
  constexpr unsigned int known = cudaHostAllocPortable | cudaHostAllocMapped | cudaHostAllocWriteCombined;
  if (!pHost || (flags & ~known) != 0) return note(cudaErrorInvalidValue);
  if (const cudaError_t error = unsafe_during_capture(); error != cudaSuccess) return note(error);
  *pHost = nullptr;
  if (size == 0) return cudaSuccess;
  if (posix_memalign(pHost, 256, size) != 0) return note(cudaErrorMemoryAllocation);
  std::memset(*pHost, unset, size);
  device().pinned.emplace(static_cast<std::byte*>(*pHost), size);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* ptr) {
  const std::lock_guard lock(device().mutex);
  if (!ptr) return cudaSuccess;
  if (const cudaError_t error = unsafe_during_capture(); error != cudaSuccess) return note(error);
  const auto found = device().pinned.find(static_cast<std::byte*>(ptr));
  if (found == device().pinned.end()) return note(cudaErrorInvalidValue);
  finish_all();
  device().pinned.erase(found);
  std::free(ptr);
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  const std::lock_guard lock(device().mutex);
  if (!free || !total) return note(cudaErrorInvalidValue);
  *total = device_memory();
  *free = *total - std::min(*total, arena().used);
  return cudaSuccess;
}

cudaError_t cudaMemcpy(void* dst, const void* src, std::size_t count, cudaMemcpyKind kind) {
  const std::lock_guard lock(device().mutex);
  if (count == 0) return cudaSuccess;
  if (const cudaError_t error = legacy_stream_during_capture(); error != cudaSuccess) return note(error);
  if (const cudaError_t error = unsafe_during_capture(); error != cudaSuccess) return note(error);
  if (const cudaError_t error = check_copy(dst, src, count, kind); error != cudaSuccess) return note(error);
  finish(append(device().legacy, copy(dst, src, count)));
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* dst, const void* src, std::size_t count, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const std::lock_guard lock(device().mutex);
  if (!find_stream(stream)) return note(cudaErrorInvalidResourceHandle);
  if (count == 0) return cudaSuccess;
  if (const cudaError_t error = check_copy(dst, src, count, kind); error != cudaSuccess) return note(error);
  return note(submit(stream, copy(dst, src, count)));
}

cudaError_t cudaMemset(void* devPtr, int value, std::size_t count) {
  return cudaMemsetAsync(devPtr, value, count, nullptr);  // does not wait either
}

cudaError_t cudaMemsetAsync(void* devPtr, int value, std::size_t count, cudaStream_t stream) {
  const std::lock_guard lock(device().mutex);
  if (!find_stream(stream)) return note(cudaErrorInvalidResourceHandle);
  if (count == 0) return cudaSuccess;
  if (!is_device_memory(devPtr, count)) return note(cudaErrorInvalidValue);
  return note(submit(stream, fill(devPtr, value, count)));
}
