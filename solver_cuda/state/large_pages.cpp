#include "solver_cuda/state/large_pages.hpp"

#include <sys/mman.h>

#include <cstdlib>

namespace soleus {
namespace {

constexpr std::size_t page = std::size_t(2) << 20;

}  // namespace

void* allocate_large_pages(std::size_t bytes) {
  const std::size_t whole = (bytes + page - 1) / page * page;
  void* memory = std::aligned_alloc(page, whole);
  if (memory == nullptr) throw std::bad_alloc();
  // A node reads 19 or 27 places far from each other: with small pages, address translation costs 10 %. A
  // system without large pages refuses, which is as good.
  madvise(memory, whole, MADV_HUGEPAGE);
  return memory;
}

void free_large_pages(void* memory) noexcept {
  std::free(memory);
}

}  // namespace soleus
