#include "pipeline/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace soleus {
namespace {

constexpr std::size_t pieces_per_thread = 8;
constexpr int yields_before_sleep = 50;  // some 20 us, longer than the gap between two loops of a time step

/// Waits for an atomic to leave a value; looks a few times, letting others go first, before it sleeps.
template <class T>
T wait_while(const std::atomic<T>& a, T value) {
  for (int k = 0; k < yields_before_sleep; ++k, std::this_thread::yield())
    if (const T now = a.load(std::memory_order_acquire); now != value) return now;
  a.wait(value);
  return a.load(std::memory_order_acquire);
}

/// Each thread takes the pieces of its own share of a loop, always the same ones while nobody is late, so
/// that data stays near it; then it helps the others. A thread that the system has not woken yet is not
/// waited for: on a shared machine the loop goes on without it.
class Workers {
 public:
  Workers(int helpers, void (*prepare)()) : shares_(static_cast<std::size_t>(helpers) + 1) {
    prepare();
    for (int k = 1; k <= helpers; ++k)
      threads_.emplace_back([this, k, prepare] {
        prepare();
        serve(static_cast<std::size_t>(k));
      });
  }
  ~Workers() {
    stop_ = true;
    round_.fetch_add(1);
    round_.notify_all();
  }
  int size() const { return static_cast<int>(shares_.size()); }

  void run(std::size_t n, void (*body)(void*, std::size_t, std::size_t), void* context) {
    n_ = n, body_ = body, context_ = context, failure_ = nullptr, failed_ = false;
    const std::size_t pieces = shares_.size() * pieces_per_thread;
    pending_.store(static_cast<std::uint32_t>(pieces));
    const std::uint32_t round = round_.load() + 1;
    for (Share& s : shares_) s.next.store(std::uint64_t(round) << 32, std::memory_order_release);
    round_.store(round, std::memory_order_release);
    round_.notify_all();
    work(0, round);
    for (std::uint32_t left = pending_.load(); left > 0;) left = wait_while(pending_, left);
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  /// The round and the next piece of it that is not taken; alone on its cache line.
  struct alignas(64) Share {
    std::atomic<std::uint64_t> next{0};
  };
  std::vector<Share> shares_;
  std::size_t n_ = 0;
  void (*body_)(void*, std::size_t, std::size_t) = nullptr;
  void* context_ = nullptr;
  std::atomic<std::uint32_t> round_{0}, pending_{0};
  std::atomic<bool> stop_{false}, failed_{false};
  std::mutex failure_guard_;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;  // last: joined before the rest goes away

  /// Takes one piece of a share; false when all are taken or the round is over. Whoever has taken a piece
  /// keeps the round open until it is done, so that n_, body_ and context_ stand.
  bool take(Share& share, std::uint32_t round, std::size_t& piece) {
    std::uint64_t seen = share.next.load(std::memory_order_acquire);
    while (seen >> 32 == round && (seen & 0xffffffffu) < pieces_per_thread) {
      if (!share.next.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel)) continue;
      piece = seen & 0xffffffffu;
      return true;
    }
    return false;
  }

  void work(std::size_t self, std::uint32_t round) {
    for (std::size_t k = 0; k < shares_.size(); ++k) {
      const std::size_t owner = (self + k) % shares_.size();
      for (std::size_t piece = 0; take(shares_[owner], round, piece);)
        do_piece(owner * pieces_per_thread + piece);
    }
  }

  void do_piece(std::size_t p) {
    const std::size_t pieces = shares_.size() * pieces_per_thread;
    const std::size_t first = n_ * p / pieces, last = n_ * (p + 1) / pieces;
    try {
      if (first < last && !failed_) body_(context_, first, last);
    } catch (...) {
      const std::lock_guard lock(failure_guard_);
      failure_ = std::current_exception();
      failed_ = true;
    }
    if (pending_.fetch_sub(1) == 1) pending_.notify_one();
  }

  void serve(std::size_t self) {
    for (std::uint32_t seen = 0;;) {
      seen = wait_while(round_, seen);
      if (stop_) return;
      work(self, seen);
    }
  }
};

void nothing() {}

std::unique_ptr<Workers>& workers() {
  static std::unique_ptr<Workers> all = std::make_unique<Workers>(0, nothing);
  return all;
}

}  // namespace

void set_threads(int threads, void (*prepare)()) {
  workers() = std::make_unique<Workers>(std::max(1, threads) - 1, prepare ? prepare : nothing);
}

int threads() {
  return workers()->size();
}

void detail::for_ranges(std::size_t n, std::size_t grain, void (*body)(void*, std::size_t, std::size_t),
                        void* context) {
  if (n == 0) return;
  if (threads() == 1 || n < 2 * grain)
    body(context, 0, n);
  else
    workers()->run(n, body, context);
}

}  // namespace soleus
