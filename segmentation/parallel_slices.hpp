// Work over slices on all threads of the program; the result does not depend on how many there are.
#pragma once

#include <atomic>

#include "pipeline/base/parallel.hpp"
#include "pipeline/base/progress.hpp"

namespace soleus {

/// Calls work(i) for i in [0, n); each thread takes the next i when it is free. The calling one shows the
/// progress.
template <class Work>
void parallel_for(int n, Progress& progress, double done_before, const Work& work) {
  std::atomic<int> next = 0;
  on_each_thread([&](std::size_t thread) {
    try {
      for (int i = next++; i < n; i = next++) {
        work(i);
        if (thread == 0) progress.update(done_before + i + 1);
      }
    } catch (...) {
      next = n;  // the others stop, too
      throw;
    }
  });
}

}  // namespace soleus
