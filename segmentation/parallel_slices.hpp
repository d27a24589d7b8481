// Work over slices on all threads of the program; the result does not depend on how many there are.
#pragma once

#include <atomic>
#include <thread>

#include "pipeline/base/parallel.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {

/// Calls work(i) for i in [0, n). The calling thread shows the progress.
template <class Work>
void parallel_for(int n, Progress& progress, double done_before, const Work& work) {
  const std::thread::id caller = std::this_thread::get_id();
  std::atomic<int> done = 0;
  parallel_for(static_cast<std::size_t>(n), 1, [&](std::size_t i) {
    work(static_cast<int>(i));
    const int so_far = ++done;
    if (std::this_thread::get_id() == caller) progress.update(done_before + so_far);
  });
}

}  // namespace soleus
