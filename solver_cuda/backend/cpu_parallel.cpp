#include "solver_cuda/backend/cpu_parallel.hpp"

#include <algorithm>
#include <exception>
#include <omp.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace soleus {

void set_threads(int threads) {
  omp_set_dynamic(0);
  omp_set_num_threads(std::max(1, threads));
#pragma omp parallel
  {
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
#endif
  }
}

int threads() { return omp_get_max_threads(); }

void detail::for_ranges(std::size_t n, std::size_t grain, void (*body)(void*, std::size_t, std::size_t), void* context) {
  const int team = static_cast<int>(std::min<std::size_t>(threads(), n / std::max<std::size_t>(1, grain)));
  if (team <= 1) {
    if (n > 0) body(context, 0, n);
    return;
  }
  std::exception_ptr failure;
#pragma omp parallel num_threads(team)
  {
    const std::size_t t = omp_get_thread_num(), count = omp_get_num_threads();
    try {
      if (n * t / count < n * (t + 1) / count) body(context, n * t / count, n * (t + 1) / count);
    } catch (...) {
#pragma omp critical
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace soleus
