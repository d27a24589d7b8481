// Memory for arrays that a sweep goes through from end to end, on large pages where the system has them.
#pragma once

#include <cstddef>
#include <new>

namespace soleus {

/// Throws std::bad_alloc. The pages belong to the threads that first write to them.
void* allocate_large_pages(std::size_t bytes);
void free_large_pages(void* memory) noexcept;

/// Allocator that leaves what it makes unset, so that the threads which will use it touch it first.
template <class T>
struct LargePages {
  using value_type = T;
  LargePages() = default;
  template <class U>
  LargePages(const LargePages<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_large_pages(n * sizeof(T))); }
  void deallocate(T* memory, std::size_t) noexcept { free_large_pages(memory); }
  template <class U>
  void construct(U* at) noexcept {
    ::new (static_cast<void*>(at)) U;
  }
  bool operator==(const LargePages&) const { return true; }
};

}  // namespace soleus
