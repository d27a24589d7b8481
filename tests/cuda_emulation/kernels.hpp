// Host side of kernels.cu.
#pragma once

#include <vector>

namespace soleus {

/// y + a x, one thread an element.
std::vector<float> axpy(float a, const std::vector<float>& x, const std::vector<float>& y);

/// Sum with shared memory and barriers.
double sum_over_blocks(const std::vector<double>& values);

/// Sum with warp shuffles, atomics and dynamic shared memory.
float sum_over_warps(const std::vector<float>& values);

/// Steps of diffusion on a ring, f_i + rate (f_left - 2 f_i + f_right), between two buffers in half
/// precision: two steps recorded as a graph and replayed, or launched one by one.
enum class Steps { Replayed, Launched };
std::vector<float> diffuse(const std::vector<float>& start, float rate, int pairs_of_steps, Steps how);

}  // namespace soleus
