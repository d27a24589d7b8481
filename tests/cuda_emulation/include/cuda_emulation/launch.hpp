// cudaLaunchKernelEx: copies the arguments and appends the launch to its stream. The signature is CUDA's, so
// the kernel is a pointer known at run time and cannot be inlined: a thread costs an indirect call (README.md
// has the measured cost).
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

#include "../cuda_runtime_api.h"
#include "block.hpp"

namespace soleus::cuda_emulation {

/// Runs the threads of the current block that have not been started yet, one after the other.
using ThreadLoop = std::function<void()>;

/// Checks the configuration and appends the launch to its stream.
cudaError_t enqueue_kernel(const cudaLaunchConfig_t& config, const void* kernel, ThreadLoop loop);

/// Ends the program when a pointer that a kernel is given is an address of the host. A GPU would report an
/// illegal address, here the access would work. `inside_object` says that the value need not be a pointer,
/// then it must look much like one.
struct PointerArgument {
  const void* kernel;
  int position;
  std::uint64_t value;
  bool inside_object;
};
void refuse_host_address(const PointerArgument& argument);

/// Looks for addresses of the host in one argument.
template <class T>
void check_argument(const void* kernel, int position, const T& argument) {
  if constexpr (std::is_pointer_v<T>) {
    refuse_host_address({kernel, position, reinterpret_cast<std::uintptr_t>(argument), false});
  }
#if __has_builtin(__builtin_clear_padding)
  else if constexpr (std::is_class_v<T> && sizeof(T) >= sizeof(std::uint64_t)) {
    alignas(T) std::array<unsigned char, sizeof(T)> bytes;
    T* copy = new (bytes.data()) T(argument);
    __builtin_clear_padding(copy);  // what happens to lie there is no argument
    for (std::size_t at = 0; at + 8 <= sizeof(T); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, bytes.data() + at, 8);
      refuse_host_address({kernel, position, word, true});
    }
  }
#endif
}

}  // namespace soleus::cuda_emulation

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               Arguments&&... args) {
  using namespace soleus::cuda_emulation;
  static_assert(
      (std::is_trivially_copyable_v<Parameters> && ...),
      "a kernel's parameters reach the device as bytes: no references, no objects that own something");
  if (!config || !kernel) return enqueue_kernel({}, nullptr, {});
  std::tuple<std::remove_const_t<Parameters>...> copies(
      static_cast<Parameters>(std::forward<Arguments>(args))...);
  std::apply(
      [kernel](const auto&... copy) {
        int position = 0;
        (check_argument(reinterpret_cast<const void*>(kernel), ++position, copy), ...);
      },
      copies);
  return enqueue_kernel(*config, reinterpret_cast<const void*>(kernel), [kernel, copies] {
    std::apply([kernel](const auto&... copy) { run_threads([&] { kernel(copy...); }); }, copies);
  });
}
