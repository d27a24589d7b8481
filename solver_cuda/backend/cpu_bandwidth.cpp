#include "solver_cuda/backend/cpu_bandwidth.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_sweep.hpp"
#include "solver_cuda/state/large_pages.hpp"

namespace soleus {
namespace {

constexpr int streams = 19;
constexpr std::size_t packs = std::size_t(1) << 18;  // of each stream
typedef float Pack16 __attribute__((vector_size(64)));

[[gnu::always_inline]] inline void update(Pack16* all, std::size_t first, std::size_t last) {
  for (std::size_t k = first; k < last; ++k)
    for (int s = 0; s < streams; ++s) all[s * packs + k] *= 1.0001f;
}

// With the registers that the sweep has: narrower ones reach less on some processors.
using Update = void (*)(Pack16*, std::size_t, std::size_t);
void update_baseline(Pack16* all, std::size_t first, std::size_t last) {
  update(all, first, last);
}
#if defined(__x86_64__) && !defined(__clang__)
[[gnu::target("avx2")]] void update_v3(Pack16* all, std::size_t first, std::size_t last) {
  update(all, first, last);
}
[[gnu::target("avx512f")]] void update_v4(Pack16* all, std::size_t first, std::size_t last) {
  update(all, first, last);
}
Update best_update() {
  if (best_instruction_set() == InstructionSet::v4) return update_v4;
  return best_instruction_set() == InstructionSet::v3 ? update_v3 : update_baseline;
}
#else
Update best_update() {
  return update_baseline;
}
#endif

}  // namespace

double memory_bandwidth_bytes_s() {
  constexpr int passes = 8;
  std::vector<Pack16, LargePages<Pack16>> all(streams * packs);
  parallel_ranges(packs, 1024, [&](std::size_t first, std::size_t last) {
    for (int s = 0; s < streams; ++s)
      std::fill(all.begin() + std::ptrdiff_t(s * packs + first),
                all.begin() + std::ptrdiff_t(s * packs + last), Pack16{} + 1.f);
  });
  const Update update_part = best_update();
  double best = 0;
  for (int pass = 0; pass < passes; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    parallel_ranges(packs, 1024, [&](std::size_t a, std::size_t b) { update_part(all.data(), a, b); });
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * static_cast<double>(all.size() * sizeof(Pack16)) / taken.count());
  }
  return best;
}

}  // namespace soleus
