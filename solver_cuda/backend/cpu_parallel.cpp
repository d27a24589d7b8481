#include "solver_cuda/backend/cpu_parallel.hpp"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace soleus {
namespace {

void flush_denormals() {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
#endif
}

}  // namespace

void set_kernel_threads(int threads) {
  set_threads(threads, flush_denormals);
}

}  // namespace soleus
