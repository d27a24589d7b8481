#include "fiber.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "failure.hpp"
#include "sanitizer.hpp"

namespace soleus::cuda_emulation {
namespace {

// A kernel's frame is small; AddressSanitizer's red zones, printf and assert are not. Pages that are not
// touched cost nothing.
constexpr std::size_t stack_size = 256 * 1024;

// Who has switched: needed by the first instructions of a fiber, which have no frame to remember it in.
constinit thread_local Fiber* switched_from = nullptr;
using Body = void (*)();
constinit thread_local Body entered_body = nullptr;

void enter() {
  const void* bottom = nullptr;
  std::size_t size = 0;
  after_switch(nullptr, &bottom, &size);
  if (!switched_from->pages) {  // the thread's own stack, whose place was not known until now
    switched_from->stack = bottom;
    switched_from->stack_size = size;
  }
  entered_body();
}

__attribute__((noinline, no_sanitize("address"))) void go_on_with(Fiber& fiber) {
  if (!fiber.fresh) __builtin_longjmp(fiber.jump, 1);
  fiber.fresh = false;
  setcontext(&fiber.entry);
}

}  // namespace

Fiber::~Fiber() {
  if (pages) munmap(pages, pages_size);
}

std::unique_ptr<Fiber> make_fiber(void (*body)()) {
  auto fiber = std::make_unique<Fiber>();
  fiber->guard_size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  fiber->pages_size = stack_size + fiber->guard_size;
  void* pages = mmap(nullptr, fiber->pages_size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (pages == MAP_FAILED || mprotect(pages, fiber->guard_size, PROT_NONE) != 0)
    fail("no memory for the stacks of a block's threads; fewer CUDA_EMULATION_THREADS need fewer of them");
  fiber->pages = static_cast<std::byte*>(pages);
  fiber->stack = fiber->pages + fiber->guard_size;
  fiber->stack_size = stack_size;
  getcontext(&fiber->entry);
  fiber->entry.uc_stack.ss_sp = fiber->pages + fiber->guard_size;
  fiber->entry.uc_stack.ss_size = stack_size;
  fiber->fresh = true;
  entered_body = body;
  makecontext(&fiber->entry, enter, 0);
  return fiber;
}

// swapcontext makes two system calls for a signal mask that never changes; the compiler's own jump needs
// none, and unlike longjmp it leaves AddressSanitizer's notes on suspended frames alone.
__attribute__((noinline, no_sanitize("address"))) void switch_fiber(Fiber& from, Fiber& to) {
  switched_from = &from;
  before_switch(&from.fake_stack, to.stack, to.stack_size);
  if (__builtin_setjmp(from.jump) == 0) go_on_with(to);
  after_switch(from.fake_stack, nullptr, nullptr);
}

}  // namespace soleus::cuda_emulation
