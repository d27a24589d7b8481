#include "solver_cuda/backend/cpu_bandwidth.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/state/large_pages.hpp"

namespace soleus {
namespace {

constexpr int streams = 19;
constexpr std::size_t packs = std::size_t(1) << 18;  // of each stream
typedef float Pack16 __attribute__((vector_size(64)));

void update(Pack16* all, std::size_t first, std::size_t last) {
  for (std::size_t k = first; k < last; ++k)
    for (int s = 0; s < streams; ++s) all[s * packs + k] *= 1.0001f;
}

}  // namespace

double memory_bandwidth_bytes_s() {
  constexpr int passes = 8;
  std::vector<Pack16, LargePages<Pack16>> all(streams * packs);
  parallel_ranges(packs, 1024, [&](std::size_t first, std::size_t last) {
    for (int s = 0; s < streams; ++s)
      std::fill(all.begin() + std::ptrdiff_t(s * packs + first),
                all.begin() + std::ptrdiff_t(s * packs + last), Pack16{} + 1.f);
  });
  double best = 0;
  for (int pass = 0; pass < passes; ++pass) {
    const auto start = std::chrono::steady_clock::now();
    parallel_ranges(packs, 1024, [&](std::size_t a, std::size_t b) { update(all.data(), a, b); });
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * static_cast<double>(all.size() * sizeof(Pack16)) / taken.count());
  }
  return best;
}

}  // namespace soleus
