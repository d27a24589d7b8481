// Work over slices on all cores; the result does not depend on how many there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "pipeline/base/progress.hpp"

namespace soleus {

/// Calls work(i) for i in [0, n) from all cores; the calling thread shows the progress.
template <class Work>
void parallel_for(int n, Progress& progress, double done_before, const Work& work) {
  std::atomic<int> next = 0;
  std::vector<std::jthread> helpers;
  const int cores = std::max(1, int(std::thread::hardware_concurrency()));
  std::vector<std::exception_ptr> failures(cores);
  const auto share = [&](int core, auto&& after_each) {
    try {
      for (int i = next++; i < n; i = next++) work(i), after_each(i);
    } catch (...) {
      failures[core] = std::current_exception();
      next = n;  // the others stop, too
    }
  };
  for (int core = 1; core < cores; ++core) helpers.emplace_back([&, core] { share(core, [](int) {}); });
  share(0, [&](int i) { progress.update(done_before + i); });
  helpers.clear();  // joins
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace soleus
