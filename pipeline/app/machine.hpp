// What this machine offers: memory, cores, CUDA devices.
#pragma once

#include <string>
#include <vector>

namespace soleus {

/// Memory that a new allocation may use without swapping, the limit of the process's cgroup included.
double available_memory_bytes();

/// Peak resident memory since reset_peak_memory() (since the start where the kernel does not allow the
/// reset).
double peak_memory_bytes();
void reset_peak_memory();

/// Threads to use when the user does not say.
int default_threads();

/// One line per device, or one that says why there is none.
std::vector<std::string> cuda_devices();

}  // namespace soleus
