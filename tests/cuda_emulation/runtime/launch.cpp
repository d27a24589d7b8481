// Launches: what is refused, and what happens when their turn comes.
#include "cuda_emulation/launch.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include "arena.hpp"
#include "failure.hpp"
#include "grid.hpp"
#include "queue.hpp"
#include "symbols.hpp"

namespace soleus::cuda_emulation {
namespace {

cudaError_t check_launch(const cudaLaunchConfig_t& config, const void* kernel) {
  const dim3 g = config.gridDim, b = config.blockDim;
  const std::uint64_t threads = std::uint64_t(b.x) * b.y * b.z;
  if (g.x == 0 || g.y == 0 || g.z == 0 || g.x > 0x7fffffff || g.y > 65535 || g.z > 65535)
    return cudaErrorInvalidConfiguration;
  if (b.x > 1024 || b.y > 1024 || b.z > 64 || threads == 0 || threads > 1024)
    return cudaErrorInvalidConfiguration;
  const auto limit = device().shared_limits.find(kernel);
  const std::size_t most = limit == device().shared_limits.end() ? most_shared_by_default : limit->second;
  if (config.dynamicSmemBytes > most) return cudaErrorInvalidValue;
  return config.numAttrs == 0 ? cudaSuccess : cudaErrorNotSupported;
}

/// Asks the system instead of reading: there may be nothing.
bool is_readable(std::uint64_t address) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  // Not write(): AddressSanitizer would check the argument.
  const bool readable = syscall(SYS_write, ends[1], address, 1) == 1;
  close(ends[0]);
  close(ends[1]);
  return readable;
}

bool is_pinned(std::uint64_t address) {
  const auto* p = reinterpret_cast<const std::byte*>(address);
  const auto behind = device().pinned.upper_bound(p);
  if (behind == device().pinned.begin()) return false;
  const auto& [begin, size] = *std::prev(behind);
  return p <= begin + size;
}

// Programs, their heap and their stacks lie above this on 64-bit Linux; sizes, counts and pairs of small
// integers below.
constexpr std::uint64_t lowest_host_address = 0x5000'0000'0000, highest_host_address = 0xffff'ffff'ffff;

}  // namespace

void refuse_host_address(const PointerArgument& argument) {
  const std::uint64_t value = argument.value;
  if (value == 0 || in_arena(reinterpret_cast<const void*>(value))) return;
  if (argument.inside_object && (value < lowest_host_address || value > highest_host_address)) return;
  const std::lock_guard lock(device().mutex);
  if (is_pinned(value) || (argument.inside_object && !is_readable(value))) return;
  fail("argument {} of {} {} an address of host memory", argument.position, kernel_name(argument.kernel),
       argument.inside_object ? "holds" : "is");
}

cudaError_t enqueue_kernel(const cudaLaunchConfig_t& config, const void* kernel, ThreadLoop loop) {
  const std::lock_guard lock(device().mutex);
  if (!kernel) return note(cudaErrorInvalidDeviceFunction);
  if (const cudaError_t error = check_launch(config, kernel); error != cudaSuccess) return note(error);
  const Kernel launch{kernel_name(kernel),     config.gridDim,  config.blockDim,
                      config.dynamicSmemBytes, std::move(loop), 0};
  return note(submit(config.stream, [launch] {
    Kernel now = launch;
    now.seed = next_seed();
    run_grid(now);
    check_canaries(now.name);
  }));
}

}  // namespace soleus::cuda_emulation

using namespace soleus::cuda_emulation;

cudaError_t cudaFuncSetAttribute(const void* func, cudaFuncAttribute attr, int value) {
  const std::lock_guard lock(device().mutex);
  if (!func) return note(cudaErrorInvalidDeviceFunction);
  if (attr == cudaFuncAttributePreferredSharedMemoryCarveout) return cudaSuccess;  // a hint
  if (attr != cudaFuncAttributeMaxDynamicSharedMemorySize || value < 0 || std::size_t(value) > most_shared)
    return note(cudaErrorInvalidValue);
  device().shared_limits[func] = std::size_t(value);
  return cudaSuccess;
}
