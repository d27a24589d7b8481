// What this machine offers, and how much of it is used: memory, cores.
#pragma once

namespace soleus {

/// Memory that a new allocation may use without swapping, the limit of the process's cgroup included.
double available_memory_bytes();

/// Peak resident memory since reset_peak_memory() (since the start where the kernel does not allow the
/// reset).
double peak_memory_bytes();
void reset_peak_memory();

/// Threads to use when the user does not say.
int default_threads();
/// All stages compute on so many threads from now on, ITK's filters included.
void use_threads(int threads);

}  // namespace soleus
