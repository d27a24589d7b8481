// Runs one block of a kernel on the calling thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "cuda_emulation/block.hpp"

namespace soleus {

namespace cuda_emulation {
/// Bytes behind the dynamic shared memory that are watched for writes.
inline constexpr std::size_t shared_canary = 256;
}  // namespace cuda_emulation

/// What .cu files declare as an array of unknown length.
extern __shared__ unsigned char
    dynamic_shared_memory[cuda_emulation::most_shared + cuda_emulation::shared_canary];

}  // namespace soleus

namespace soleus::cuda_emulation {

struct Kernel {
  const char* name;
  dim3 grid, block;
  std::size_t dynamic_shared;
  std::function<void()> loop;  // runs the threads of a block that have not been started
  std::uint64_t seed;          // of the order of blocks and threads; 0: ascending
};

/// What a fault in a kernel is explained with.
struct Running {
  const char* kernel = nullptr;  // null: no kernel runs on this thread
  const std::byte* stack_guard = nullptr;
  std::size_t stack_guard_size = 0;
};
[[gnu::tls_model("local-exec")]] extern constinit thread_local Running running;

/// Before the first block of a kernel on this thread, and after the last.
void begin_kernel(const Kernel& kernel);
void end_kernel();

void run_block(const Kernel& kernel, uint3 index);

}  // namespace soleus::cuda_emulation
