// Threads for the whole program: a pool that sleeps between loops and waits for no thread that the system has
// not woken. Results never depend on how many there are: reductions go over fixed blocks.
#pragma once

#include <cstddef>
#include <vector>

namespace soleus {

/// Number of threads for all parallel loops that follow, the caller's included; 1 until somebody asks for
/// more. Each of them, the caller too, calls `prepare` once before its first loop.
void set_threads(int threads, void (*prepare)() = nullptr);
int threads();

namespace detail {
/// At least `grain` items per thread, so that small loops do not pay for waking threads.
void for_ranges(std::size_t n, std::size_t grain, void (*body)(void*, std::size_t, std::size_t),
                void* context);
}  // namespace detail

/// body(first, last) on disjoint ranges that cover [0, n). After an exception no further range begins; it
/// leaves when those that have begun are done. Loops do not nest.
template <class Body>
void parallel_ranges(std::size_t n, std::size_t grain, Body&& body) {
  detail::for_ranges(
      n, grain,
      [](void* c, std::size_t a, std::size_t b) { (*static_cast<std::remove_reference_t<Body>*>(c))(a, b); },
      const_cast<void*>(static_cast<const void*>(&body)));
}

/// body(i) for each i in [0, n).
template <class Body>
void parallel_for(std::size_t n, std::size_t grain, Body&& body) {
  parallel_ranges(n, grain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) body(i);
  });
}

/// Sum of term(i) over [0, n), in blocks of 64 that are added in order: the same bits for any number of
/// threads.
template <class Sum, class Term>
Sum parallel_sum(std::size_t n, Sum zero, Term&& term) {
  constexpr std::size_t block = 64;
  std::vector<Sum> parts((n + block - 1) / block, zero);
  parallel_for(parts.size(), 1, [&](std::size_t b) {
    for (std::size_t i = b * block; i < n && i < (b + 1) * block; ++i) parts[b] += term(i);
  });
  for (const Sum& p : parts) zero += p;
  return zero;
}

}  // namespace soleus
