#include "failure.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "arena.hpp"
#include "block.hpp"

namespace soleus::cuda_emulation {
namespace {

struct sigaction& before(int signal) {
  static struct sigaction segv {
  }, bus{};
  return signal == SIGSEGV ? segv : bus;
}

/// Where `address` lies, in words. Formats into a buffer: this runs in a signal handler.
void describe(char* out, std::size_t size, const std::byte* address) {
  const Allocation* m = allocation_at(address);
  if (!m && in_arena(address)) {  // the guard page behind an allocation is part of none
    const auto behind = arena().live.upper_bound(const_cast<std::byte*>(address));
    if (behind != arena().live.begin()) m = &std::prev(behind)->second;
  }
  if (!in_arena(address))
    std::snprintf(out, size, "no device memory");
  else if (!m)
    std::snprintf(out, size, "device memory that is not allocated");
  else if (address < m->begin)
    std::snprintf(out, size, "%td bytes before a device allocation of %zu bytes", m->begin - address,
                  m->size);
  else if (address < m->begin + m->size)
    std::snprintf(out, size, "byte %td of a device allocation of %zu bytes", address - m->begin, m->size);
  else
    std::snprintf(out, size, "%td bytes past the end of a device allocation of %zu bytes, the nearest below",
                  address - (m->begin + m->size), m->size);
}

void explain(int signal, siginfo_t* info, void*) {
  const auto* address = static_cast<const std::byte*>(info->si_addr);
  char where[160], message[512];
  describe(where, sizeof where, address);
  int length = 0;
  if (running.kernel) {
    const bool overflow = running.stack_guard && address >= running.stack_guard &&
                          address < running.stack_guard + running.stack_guard_size;
    length = std::snprintf(message, sizeof message,
                           "CUDA emulation: %s, block (%u,%u,%u), thread (%u,%u,%u) %s %s\n", running.kernel,
                           blockIdx.x, blockIdx.y, blockIdx.z, threadIdx.x, threadIdx.y, threadIdx.z,
                           overflow ? "has overflowed its stack" : "touched", overflow ? "" : where);
  } else if (in_arena(address)) {
    length = std::snprintf(message, sizeof message,
                           "CUDA emulation: host code touched device memory: %s. Copy it with cudaMemcpy.\n",
                           where);
  }
  if (length > 0 && write(STDERR_FILENO, message, std::size_t(length)) < 0) _exit(1);
  // The instruction is tried again, and whoever was in charge before ends the program.
  sigaction(signal, &before(signal), nullptr);
}

}  // namespace

void fail_with(const std::string& message) {
  std::fprintf(stderr, "CUDA emulation: %s\n", message.c_str());
  std::abort();
}

void watch_faults() {
  struct sigaction action {};
  action.sa_sigaction = explain;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGSEGV, SIGBUS}) sigaction(signal, &action, &before(signal));
}

void watch_stack_of_this_thread() {
  static thread_local bool done = false;
  if (done) return;
  done = true;
  stack_t now{};
  if (sigaltstack(nullptr, &now) == 0 && !(now.ss_flags & SS_DISABLE)) return;
  // Never unmapped: a thread may fault until it ends.
  constexpr std::size_t size = 64 * 1024;
  void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const stack_t stack{.ss_sp = pages, .ss_flags = 0, .ss_size = size};
  if (pages == MAP_FAILED || sigaltstack(&stack, nullptr) != 0) fail("no memory for a signal's stack");
}

}  // namespace soleus::cuda_emulation
