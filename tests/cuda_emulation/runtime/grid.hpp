// Runs the blocks of a kernel over the threads of the host (CUDA_EMULATION_THREADS).
#pragma once

#include "block.hpp"

namespace soleus::cuda_emulation {

/// Threads of the host that take part, the caller's included.
unsigned host_threads();

/// Runs all blocks; returns when they have ended.
void run_grid(const Kernel& kernel);

}  // namespace soleus::cuda_emulation
