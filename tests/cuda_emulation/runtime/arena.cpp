#include "arena.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "failure.hpp"
#include "sanitizer.hpp"
#include "settings.hpp"

namespace soleus::cuda_emulation {
namespace {

constexpr std::size_t alignment = 256;  // as cudaMalloc promises
constexpr std::size_t large_page = 2u << 20;
constexpr long always_closed = 1000;

std::size_t page_size() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

std::size_t round_up(std::size_t size, std::size_t step) {
  return (size + step - 1) / step * step;
}

/// Address space costs nothing until it is used. Where less is allowed, less is taken.
void reserve(Arena& a) {
  for (std::size_t size = std::size_t(1) << 40; size >= std::size_t(1) << 32; size /= 2) {
    void* p = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) continue;
    a.begin = a.next = static_cast<std::byte*>(p);
    a.end = a.begin + size;
    return;
  }
  fail("no address space for device memory");
}

/// Free pages for `size` bytes, a page more at each side, searched from `next` on and once around.
std::byte* free_place(Arena& a, std::size_t size) {
  for (const bool again : {false, true}) {
    std::byte* place = again ? a.begin : a.next;
    auto behind = a.live.lower_bound(place);
    if (behind != a.live.begin()) {
      const Allocation& before = std::prev(behind)->second;
      place = std::max(place, before.pages + before.pages_size);
    }
    place += page_size();
    for (; behind != a.live.end() && place + size + page_size() > behind->second.pages; ++behind)
      place = behind->second.pages + behind->second.pages_size + page_size();
    if (place + size + page_size() <= a.end) return place;
  }
  return nullptr;
}

void protect(const Allocation& m, int protection) {
  if (mprotect(m.pages, m.pages_size, protection) != 0)
    fail("cannot change the protection of device memory: {}", std::strerror(errno));
}

void set_accessible(bool accessible) {
  Arena& a = arena();
  if (a.accessible == accessible) return;
  for (const auto& [pages, m] : a.live) protect(m, accessible ? PROT_READ | PROT_WRITE : PROT_NONE);
  a.accessible = accessible;
}

std::size_t counted(std::size_t size) {
  return round_up(size, alignment);
}

/// The first byte in [from, to) that is no canary, or `to`.
const std::byte* first_written(const std::byte* from, const std::byte* to) {
  const auto size = std::size_t(to - from);
  if (size == 0 || (*from == std::byte{canary} && std::memcmp(from, from + 1, size - 1) == 0)) return to;
  return std::find_if(from, to, [](std::byte b) { return b != std::byte{canary}; });
}

}  // namespace

Arena& arena() {
  static Arena* const one = [] {
    auto* a = new Arena;  // never deleted: faults are explained until the very end
    reserve(*a);
    watch_faults();
    return a;
  }();
  return *one;
}

std::size_t device_memory() {
  return std::size_t(setting("CUDA_EMULATION_MEMORY_MIB", 4096)) << 20;
}

std::byte* allocate(std::size_t size) {
  Arena& a = arena();
  const std::size_t total = device_memory();
  if (size > total || a.used + counted(size) > total) return nullptr;
  Allocation m;
  m.pages_size = round_up(counted(size), page_size());
  m.pages = free_place(a, m.pages_size);
  if (!m.pages) return nullptr;
  m.begin = m.pages + m.pages_size - counted(size);
  m.size = size;
  // Closing and opening is a matter of the number of pages.
  if (m.pages_size >= large_page) madvise(m.pages, m.pages_size, MADV_HUGEPAGE);
  protect(m, PROT_READ | PROT_WRITE);
  allow(m.pages, m.pages_size);
  std::memset(m.pages, canary, m.pages_size);
  std::memset(m.begin, unset, m.size);
  forbid(m.pages, std::size_t(m.begin - m.pages));
  forbid(m.begin + m.size, counted(size) - size);
  if (!a.accessible) protect(m, PROT_NONE);
  a.live.emplace(m.pages, m);
  a.next = m.pages + m.pages_size;
  a.used += counted(size);
  return m.begin;
}

bool release(const void* begin) {
  Arena& a = arena();
  const Allocation* found = allocation_at(begin);
  if (!found || found->begin != begin) return false;
  const Allocation m = *found;
  // Gives the memory back and leaves the addresses without access.
  if (mmap(m.pages, m.pages_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
           0) == MAP_FAILED)
    fail("cannot release device memory");
  forbid(m.pages, m.pages_size);
  a.used -= counted(m.size);
  a.live.erase(m.pages);
  return true;
}

bool in_arena(const void* address) {
  const auto* p = static_cast<const std::byte*>(address);
  return p >= arena().begin && p < arena().end;
}

const Allocation* allocation_at(const void* address) {
  auto* p = static_cast<std::byte*>(const_cast<void*>(address));
  const auto behind = arena().live.upper_bound(p);
  if (behind == arena().live.begin()) return nullptr;
  const Allocation& m = std::prev(behind)->second;
  return p < m.pages + m.pages_size ? &m : nullptr;
}

bool is_device_memory(const void* address, std::size_t size) {
  const Allocation* m = allocation_at(address);
  const auto* p = static_cast<const std::byte*>(address);
  return m && p >= m->begin && size <= m->size && p - m->begin <= std::ptrdiff_t(m->size - size);
}

void check_canaries(const char* culprit) {
  if (with_address_sanitizer) return;  // it has caught the access itself
  for (const auto& [pages, m] : arena().live) {
    const std::byte *end = m.begin + m.size, *last = m.pages + m.pages_size;
    if (const std::byte* at = first_written(m.pages, m.begin); at != m.begin)
      fail("{} wrote {} bytes before an allocation of {} bytes", culprit, m.begin - at, m.size);
    if (const std::byte* at = first_written(end, last); at != last)
      fail("{} wrote {} bytes past the end of an allocation of {} bytes", culprit, at - end, m.size);
  }
}

ArenaAccess::ArenaAccess() {
  Arena& a = arena();
  if (a.users++ > 0 || a.accessible) return;
  const auto start = std::chrono::steady_clock::now();
  set_accessible(true);
  a.cost = std::chrono::steady_clock::now() - start;
}

ArenaAccess::~ArenaAccess() {
  Arena& a = arena();
  if (--a.users > 0) return;
  const auto start = std::chrono::steady_clock::now();
  if (a.closings >= always_closed && start - a.closed_at < 10 * a.cost) return;
  set_accessible(false);
  ++a.closings;
  a.closed_at = std::chrono::steady_clock::now();
  a.cost += a.closed_at - start;
}

ArenaClosed::ArenaClosed() {
  set_accessible(false);
}

ArenaClosed::~ArenaClosed() {
  set_accessible(arena().users > 0);
}

}  // namespace soleus::cuda_emulation
