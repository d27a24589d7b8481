// AddressSanitizer's view of device memory and of fibers; nothing without it.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define SOLEUS_EMULATION_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SOLEUS_EMULATION_ASAN 1
#endif
#endif

#ifdef SOLEUS_EMULATION_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace soleus::cuda_emulation {

#ifdef SOLEUS_EMULATION_ASAN
inline constexpr bool with_address_sanitizer = true;
inline void forbid(const void* begin, std::size_t size) {
  __asan_poison_memory_region(begin, size);
}
inline void allow(const void* begin, std::size_t size) {
  __asan_unpoison_memory_region(begin, size);
}
inline void before_switch(void** fake_stack, const void* bottom, std::size_t size) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
inline void after_switch(void* fake_stack, const void** bottom_before, std::size_t* size_before) {
  __sanitizer_finish_switch_fiber(fake_stack, bottom_before, size_before);
}
#else
inline constexpr bool with_address_sanitizer = false;
inline void forbid(const void*, std::size_t) {}
inline void allow(const void*, std::size_t) {}
inline void before_switch(void**, const void*, std::size_t) {}
inline void after_switch(void*, const void**, std::size_t*) {}
#endif

}  // namespace soleus::cuda_emulation
