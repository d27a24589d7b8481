// The threads of a block on one thread of the host: where a thread finds its place, the loop that runs one
// thread after the other, and the barrier of the block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "keywords.hpp"
#include "types.hpp"

// Kernels read these often: an access is one instruction, not a call (see also __shared__ in keywords.hpp).
[[gnu::tls_model("local-exec")]] inline constinit thread_local uint3 threadIdx{};
[[gnu::tls_model("local-exec")]] inline constinit thread_local uint3 blockIdx{};
[[gnu::tls_model("local-exec")]] inline constinit thread_local dim3 blockDim;
[[gnu::tls_model("local-exec")]] inline constinit thread_local dim3 gridDim;
inline constexpr int warpSize = 32;

namespace soleus::cuda_emulation {

/// A place in the source, for messages.
struct Site {
  const char* file = nullptr;
  int line = 0;
  bool operator==(const Site& other) const {
    return line == other.line && std::strcmp(file, other.file) == 0;
  }
};

/// Which thread of the running block comes next.
struct ThreadCursor {
  unsigned next = 0, count = 0;
  const std::uint16_t* order = nullptr;  // the threads in another order than the usual one, or null
  bool suspended = false;                // a thread of this block has waited for others
};

[[gnu::tls_model("local-exec")]] inline constinit thread_local ThreadCursor cursor{};

/// Index of a thread, x running fastest.
inline uint3 thread_index(unsigned thread) {
  const unsigned row = thread / blockDim.x;
  return {thread % blockDim.x, row % blockDim.y, row / blockDim.y};
}

/// Tells those who wait that the current thread has left the kernel.
void leave_kernel();

/// Calls `kernel` for the threads of the block that have not been started, one after the other. When one of
/// them has to wait, others go on with the rest in another call of this function, and this one ends later.
template <class Call>
void run_threads(Call kernel) {
  ThreadCursor& c = cursor;
  while (c.next != c.count) {
    threadIdx = thread_index(c.order ? c.order[c.next] : c.next);
    // A row of threads in the usual order differs in x only.
    const unsigned row_end = c.order ? c.next + 1 : c.next + blockDim.x - threadIdx.x;
    unsigned next = c.next, x = threadIdx.x;
    do {
      threadIdx.x = x++;
      c.next = ++next;
      kernel();
    } while (next != row_end && !c.suspended);
    if (c.suspended) leave_kernel();
  }
}

/// Suspends the current thread until all threads of the block that have not left the kernel wait here too.
void wait_for_block(Site site);

/// What one lane learns from the others.
struct WarpAnswer {
  std::uint64_t value = 0;       // of the lane it asked for
  unsigned set = 0;              // lanes whose value has its lowest bit set
  bool source_took_part = true;  // false: `value` means nothing
};

/// Suspends the current thread until the lanes of `mask` that have not left the kernel wait here too, then
/// hands out values.
WarpAnswer exchange_in_warp(unsigned mask, std::uint64_t value, unsigned source_lane, Site site);

/// Position in the warp.
inline unsigned lane() {
  return (threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)) % unsigned(warpSize);
}

// Bytes of shared memory that a block may have. What is asked for with dynamicSmemBytes has one name here,
// because the linker must find it: .cu files declare it as
//   namespace soleus { extern __shared__ unsigned char dynamic_shared_memory[]; }
inline constexpr std::size_t most_shared_by_default = 48 * 1024;  // as on sm_80 and sm_90
inline constexpr std::size_t most_shared = 227 * 1024;            // sm_90, after cudaFuncSetAttribute

}  // namespace soleus::cuda_emulation

inline void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  soleus::cuda_emulation::wait_for_block({file, line});
}
