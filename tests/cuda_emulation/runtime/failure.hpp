// What a GPU would report later, or never, ends the program here and now.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace soleus::cuda_emulation {

/// Prints "CUDA emulation: MESSAGE" and aborts.
[[noreturn]] void fail_with(const std::string& message);

template <class... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> message, Arguments&&... arguments) {
  fail_with(fmt::format(message, std::forward<Arguments>(arguments)...));
}

/// Explains faults on device memory and in kernels before the program ends; calls after the first do nothing.
void watch_faults();

/// A thread that runs kernels needs a stack of its own for the explanation, in case it is the stack that has
/// overflowed.
void watch_stack_of_this_thread();

}  // namespace soleus::cuda_emulation
