#include "block.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "arena.hpp"
#include "failure.hpp"
#include "fiber.hpp"
#include "sanitizer.hpp"
#include "symbols.hpp"

alignas(128) __shared__
    unsigned char soleus::dynamic_shared_memory[cuda_emulation::most_shared + cuda_emulation::shared_canary];

namespace soleus::cuda_emulation {

constinit thread_local Running running;

namespace {

/// A lane that waits for its warp.
struct Lane {
  Fiber* fiber = nullptr;  // null: it does not wait
  unsigned mask = 0;
  std::uint64_t value = 0;
  unsigned source = 0;
  Site site;
};

struct Waiting {
  Fiber* fiber;
  Site site;
};

// Threads run one after the other on one stack until one has to wait. That stack then belongs to it, and the
// others go on on another one. A stack whose thread has ended takes the next thread that has not been
// started. So a kernel without barriers never switches.
struct Block {
  const Kernel* kernel = nullptr;
  Fiber own;                                   // the stack of this thread of the host
  std::vector<std::unique_ptr<Fiber>> fibers;  // the others
  std::vector<Fiber*> idle;
  Fiber* current = &own;
  std::deque<Fiber*> ready;
  std::vector<Waiting> at_barrier;
  std::array<Lane, 1024> lanes;  // by thread; warps are 32 in a row
  std::array<WarpAnswer, 1024> answers;
  std::array<unsigned, 32> ended{};  // bit per thread, word per warp
  unsigned ended_count = 0;
  std::vector<std::uint16_t> order;
  std::minstd_rand random;
  bool shared_used = true;  // static shared memory may hold values of an earlier block
};

Block& block() {
  static thread_local Block one;
  return one;
}

unsigned this_thread() {
  return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
}

std::string text(uint3 v) {
  return fmt::format("({},{},{})", v.x, v.y, v.z);
}

std::string text(Site site) {
  return fmt::format("{}:{}", site.file, site.line);
}

[[noreturn]] void fail_in_kernel(const std::string& what) {
  fail("{}, block {}, thread {}: {}", running.kernel, text(blockIdx), text(threadIdx), what);
}

void end_thread(Block& b, unsigned thread) {
  b.ended[thread / 32] |= 1u << thread % 32;
  ++b.ended_count;
}

/// From the first wait of a block on it is recorded which threads have ended: so far all that were started
/// but the current one.
void record_from_here_on(Block& b) {
  if (cursor.suspended) return;
  cursor.suspended = true;
  b.shared_used = true;
  for (unsigned i = 0; i + 1 < cursor.next; ++i) end_thread(b, b.order.empty() ? i : b.order[i]);
}

[[noreturn]] void fail_for_ever_waiting(const Block& b) {
  std::string who;
  const auto count_at = [&](auto begin, auto end, const char* where) {
    for (auto i = begin; i != end; ++i) {
      if (!i->fiber || std::find_if(begin, i, [&](auto& w) { return w.fiber && w.site == i->site; }) != i)
        continue;
      const auto n = std::count_if(begin, end, [&](auto& w) { return w.fiber && w.site == i->site; });
      who += fmt::format("\n  {} threads wait for their {} at {}", n, where, text(i->site));
    }
  };
  count_at(b.at_barrier.begin(), b.at_barrier.end(), "block");
  count_at(b.lanes.begin(), b.lanes.end(), "warp");
  fail("{}, block {} never ends:{}\n  {} threads have ended", running.kernel, text(blockIdx), who,
       b.ended_count);
}

void run_loop_for_ever();

/// The fiber to run when the current one cannot go on.
Fiber& next_fiber(Block& b) {
  if (!b.ready.empty()) {
    if (b.kernel->seed) std::swap(b.ready.front(), b.ready[b.random() % b.ready.size()]);
    Fiber* fiber = b.ready.front();
    b.ready.pop_front();
    return *fiber;
  }
  if (cursor.next == cursor.count) {
    if (b.ended_count == cursor.count) return b.own;  // it waits for the end of the block
    fail_for_ever_waiting(b);
  }
  if (b.idle.empty()) {
    b.fibers.push_back(make_fiber(run_loop_for_ever));
    b.idle.push_back(b.fibers.back().get());
  }
  Fiber* fiber = b.idle.back();
  b.idle.pop_back();
  return *fiber;
}

void suspend(Block& b) {
  Fiber &from = *b.current, &to = next_fiber(b);
  if (&from == &to) return;
  from.thread = threadIdx;
  b.current = &to;
  running.stack_guard = to.pages;
  running.stack_guard_size = to.guard_size;
  switch_fiber(from, to);
  threadIdx = from.thread;
}

/// What every fiber but the first does.
void run_loop_for_ever() {
  for (;;) {
    Block& b = block();
    b.kernel->loop();
    b.idle.push_back(b.current);
    suspend(b);
  }
}

/// Lets the waiting threads go when nobody else will come.
void open_barrier(Block& b) {
  if (b.at_barrier.empty() || b.at_barrier.size() + b.ended_count != cursor.count) return;
  const Site site = b.at_barrier.front().site;
  for (const Waiting& w : b.at_barrier)
    if (w.site != site)
      fail_in_kernel(
          fmt::format("threads of a block wait at different barriers: {} and {}", text(site), text(w.site)));
  for (const Waiting& w : b.at_barrier) b.ready.push_back(w.fiber);
  b.at_barrier.clear();
}

/// Lanes of `warp` named by `mask` that have not ended.
unsigned expected(const Block& b, unsigned warp, unsigned mask) {
  const unsigned size = std::min(32u, cursor.count - warp * 32);
  const unsigned existing = size == 32 ? ~0u : (1u << size) - 1;
  return mask & existing & ~b.ended[warp];
}

/// Hands out values to the lanes that wait with this mask when nobody else will come.
void open_warp(Block& b, unsigned warp, unsigned mask) {
  Lane* lanes = &b.lanes[warp * 32];
  const unsigned present = expected(b, warp, mask);
  unsigned set = 0;
  const Site* site = nullptr;
  for (unsigned l = 0; l < 32; ++l) {
    if (!(present >> l & 1)) continue;
    if (!lanes[l].fiber || lanes[l].mask != mask) return;
    if (site && *site != lanes[l].site)
      fail_in_kernel(fmt::format("lanes of a warp wait in different places: {} and {}", text(*site),
                                 text(lanes[l].site)));
    site = &lanes[l].site;
    set |= unsigned(lanes[l].value & 1) << l;
  }
  for (unsigned l = 0; l < 32; ++l) {
    if (!(present >> l & 1)) continue;
    const unsigned source = lanes[l].source % 32;
    const bool took_part = present >> source & 1;
    b.answers[warp * 32 + l] = {took_part ? lanes[source].value : ~std::uint64_t(0), set, took_part};
    b.ready.push_back(lanes[l].fiber);
  }
  for (unsigned l = 0; l < 32; ++l)
    if (present >> l & 1) lanes[l].fiber = nullptr;
}

void prepare_shared_memory(Block& b) {
  if (b.shared_used) unset_static_shared_memory();
  b.shared_used = false;
  std::memset(dynamic_shared_memory, unset, b.kernel->dynamic_shared);
  if (!with_address_sanitizer)
    std::memset(dynamic_shared_memory + b.kernel->dynamic_shared, canary, shared_canary);
}

void check_shared_memory(const Block& b) {
  if (with_address_sanitizer) return;
  const unsigned char* begin = dynamic_shared_memory + b.kernel->dynamic_shared;
  const unsigned char* at = std::find_if(begin, begin + shared_canary, [](auto c) { return c != canary; });
  if (at != begin + shared_canary)
    fail("{}, block {} wrote {} bytes past the end of its dynamic shared memory of {} bytes", running.kernel,
         text(blockIdx), at - begin, b.kernel->dynamic_shared);
}

}  // namespace

void leave_kernel() {
  Block& b = block();
  const unsigned thread = this_thread(), warp = thread / 32;
  end_thread(b, thread);
  open_barrier(b);
  for (unsigned l = 0; l < 32; ++l)  // lanes may have waited for this one only
    if (const Lane& lane = b.lanes[warp * 32 + l]; lane.fiber) open_warp(b, warp, lane.mask);
}

void wait_for_block(Site site) {
  Block& b = block();
  record_from_here_on(b);
  b.at_barrier.push_back({b.current, site});
  open_barrier(b);
  suspend(b);
}

WarpAnswer exchange_in_warp(unsigned mask, std::uint64_t value, unsigned source_lane, Site site) {
  Block& b = block();
  record_from_here_on(b);
  const unsigned thread = this_thread();
  if (!(mask >> thread % 32 & 1))
    fail_in_kernel(fmt::format("the mask at {} leaves out the calling lane", text(site)));
  b.lanes[thread] = {b.current, mask, value, source_lane, site};
  open_warp(b, thread / 32, mask);
  suspend(b);
  return b.answers[thread];
}

void begin_kernel(const Kernel& kernel) {
  Block& b = block();
  b.kernel = &kernel;
  gridDim = kernel.grid;
  blockDim = kernel.block;
  running = {kernel.name, nullptr, 0};
  watch_stack_of_this_thread();
  allow(dynamic_shared_memory, kernel.dynamic_shared);
  forbid(dynamic_shared_memory + kernel.dynamic_shared, sizeof dynamic_shared_memory - kernel.dynamic_shared);
  b.order.clear();
  if (kernel.seed) {
    b.random.seed(static_cast<unsigned>(kernel.seed));
    b.order.resize(kernel.block.x * kernel.block.y * kernel.block.z);
    std::iota(b.order.begin(), b.order.end(), std::uint16_t(0));
  }
}

void end_kernel() {
  running = {};
}

void run_block(const Kernel& kernel, uint3 index) {
  Block& b = block();
  blockIdx = index;
  b.ended.fill(0);
  b.ended_count = 0;
  if (kernel.seed) std::shuffle(b.order.begin(), b.order.end(), b.random);
  cursor = {0, kernel.block.x * kernel.block.y * kernel.block.z, kernel.seed ? b.order.data() : nullptr,
            false};
  prepare_shared_memory(b);
  kernel.loop();
  if (cursor.suspended && b.ended_count < cursor.count) suspend(b);
  check_shared_memory(b);
}

}  // namespace soleus::cuda_emulation
