// What cannot be had from a CUDA device, as sentences. Apart from the .cu files because nvcc does not take
// fmt's checked formats.
#pragma once

namespace soleus::cuda {

/// Throws ResourceError: `text` and `name` are CUDA's for the error.
[[noreturn]] void fail(const char* doing, const char* text, const char* name);

/// Throws when there is none, or when `device` is none of them; `error` is null or what CUDA says.
void require_device(int device, int count, const char* error);

/// Throws ResourceError with the dx [m] that would fit.
void require_memory(double needed_bytes, double free_bytes, double total_bytes, double dx_m);

}  // namespace soleus::cuda
