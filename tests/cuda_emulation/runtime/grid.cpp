#include "grid.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "settings.hpp"

namespace soleus::cuda_emulation {
namespace {

/// One launch, as the threads see it.
struct Grid {
  const Kernel* kernel;
  std::uint64_t blocks, chunk;
  std::vector<std::uint32_t> order;  // empty: ascending
  std::atomic<std::uint64_t> next{0};
};

struct Pool {
  std::mutex mutex;
  std::condition_variable start, end;
  Grid* grid = nullptr;
  std::uint64_t launches = 0;
  unsigned wanted = 0, at_work = 0, threads = 0;
};

/// Never destroyed: its threads sleep in it until the program ends.
Pool& pool() {
  static Pool* const one = new Pool;
  return *one;
}

void take_blocks(Grid& grid) {
  const Kernel& kernel = *grid.kernel;
  begin_kernel(kernel);
  for (;;) {
    const std::uint64_t begin = grid.next.fetch_add(grid.chunk);
    if (begin >= grid.blocks) break;
    for (std::uint64_t i = begin; i < std::min(begin + grid.chunk, grid.blocks); ++i) {
      const std::uint64_t block = grid.order.empty() ? i : grid.order[i], row = block / kernel.grid.x;
      run_block(kernel, {unsigned(block % kernel.grid.x), unsigned(row % kernel.grid.y),
                         unsigned(row / kernel.grid.y)});
    }
  }
  end_kernel();
}

void work(unsigned number) {
  Pool& p = pool();
  std::uint64_t seen = 0;
  for (;;) {
    Grid* grid = nullptr;
    {
      std::unique_lock lock(p.mutex);
      p.start.wait(lock, [&] { return p.launches != seen && p.grid; });
      seen = p.launches;
      if (number >= p.wanted) continue;
      grid = p.grid;
    }
    take_blocks(*grid);
    const std::lock_guard lock(p.mutex);
    if (--p.at_work == 0) p.end.notify_one();
  }
}

}  // namespace

unsigned host_threads() {
  // A block with barriers keeps up to a thousand stacks per thread of the host.
  static const unsigned usual = std::clamp(std::thread::hardware_concurrency(), 1u, 16u);  // asks the system
  return unsigned(std::clamp(setting("CUDA_EMULATION_THREADS", usual), 1l, 64l));
}

void run_grid(const Kernel& kernel) {
  Grid grid{&kernel, std::uint64_t(kernel.grid.x) * kernel.grid.y * kernel.grid.z, 1, {}, {}};
  const auto threads = unsigned(std::min<std::uint64_t>(host_threads(), grid.blocks));
  grid.chunk = std::clamp<std::uint64_t>(grid.blocks / (16 * threads), 1, 64);
  if (kernel.seed) {
    grid.order.resize(grid.blocks);
    std::iota(grid.order.begin(), grid.order.end(), 0u);
    std::shuffle(grid.order.begin(), grid.order.end(), std::mt19937_64(kernel.seed));
  }
  if (threads == 1) return take_blocks(grid);
  Pool& p = pool();
  {
    const std::lock_guard lock(p.mutex);
    for (; p.threads + 1 < threads; ++p.threads) std::thread(work, p.threads).detach();
    p.grid = &grid;
    p.wanted = p.at_work = threads - 1;
    ++p.launches;
  }
  p.start.notify_all();
  take_blocks(grid);
  std::unique_lock lock(p.mutex);
  p.end.wait(lock, [&] { return p.at_work == 0; });
  p.grid = nullptr;
}

}  // namespace soleus::cuda_emulation
