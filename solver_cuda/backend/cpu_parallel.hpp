// The parallel loops of the base, on threads that flush denormal numbers to zero: these slow the kernels down
// and carry nothing that single precision shows.
#pragma once

#include "pipeline/base/parallel.hpp"

namespace soleus {

/// Number of threads for all parallel loops that follow; they and the caller flush denormals from now on.
void set_kernel_threads(int threads);

}  // namespace soleus
