// A stack that a thread of a block can be suspended on.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <memory>

#include "cuda_emulation/types.hpp"

namespace soleus::cuda_emulation {

struct alignas(64) Fiber {
  void* jump[5] = {};           // where to go on, as __builtin_setjmp keeps it
  uint3 thread{};               // of the kernel, while it is suspended
  bool fresh = false;           // begins with `entry`
  const void* stack = nullptr;  // lowest address, above the guard page
  std::size_t stack_size = 0;
  void* fake_stack = nullptr;  // AddressSanitizer's
  std::byte* pages = nullptr;  // null: the stack of the thread itself
  std::size_t pages_size = 0, guard_size = 0;
  ucontext_t entry;

  Fiber() = default;
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
};

/// A fiber that begins with `body`, which must not return.
std::unique_ptr<Fiber> make_fiber(void (*body)());

/// Suspends `from`, which is running, and goes on with `to`. Returns when somebody switches back.
void switch_fiber(Fiber& from, Fiber& to);

}  // namespace soleus::cuda_emulation
