#include "pipeline/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace soleus {
namespace {

/// Threads that sleep between loops instead of spinning: on a shared machine a spinning barrier takes the
/// time of others.
class Workers {
 public:
  explicit Workers(int helpers) : size_(helpers + 1) {
    for (int k = 1; k <= helpers; ++k) threads_.emplace_back([this, k] { serve(k); });
  }
  ~Workers() {
    stop_ = true;
    round_.fetch_add(1);
    round_.notify_all();
  }
  int size() const { return size_; }

  void run(std::size_t n, void (*body)(void*, std::size_t, std::size_t), void* context) {
    n_ = n, body_ = body, context_ = context;
    failure_ = nullptr;
    pending_.store(size_ - 1);
    round_.fetch_add(1);
    round_.notify_all();
    work(0);
    for (int left = pending_.load(); left > 0; left = pending_.load()) pending_.wait(left);
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  int size_;
  std::size_t n_ = 0;
  void (*body_)(void*, std::size_t, std::size_t) = nullptr;
  void* context_ = nullptr;
  std::atomic<unsigned> round_{0};
  std::atomic<int> pending_{0};
  std::atomic<bool> stop_{false};
  std::mutex failure_guard_;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;  // last: joined before the rest goes away

  void work(std::size_t k) {
    const std::size_t first = n_ * k / size_, last = n_ * (k + 1) / size_;
    try {
      if (first < last) body_(context_, first, last);
    } catch (...) {
      const std::lock_guard lock(failure_guard_);
      failure_ = std::current_exception();
    }
  }

  void serve(std::size_t k) {
    for (unsigned seen = 0;;) {
      round_.wait(seen);
      seen = round_.load();
      if (stop_) return;
      work(k);
      if (pending_.fetch_sub(1) == 1) pending_.notify_one();
    }
  }
};

std::unique_ptr<Workers>& workers() {
  static std::unique_ptr<Workers> all = std::make_unique<Workers>(0);
  return all;
}

}  // namespace

void set_threads(int threads) {
  if (workers()->size() != std::max(1, threads))
    workers() = std::make_unique<Workers>(std::max(1, threads) - 1);
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
