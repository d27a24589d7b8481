// kernels.cu, which nvcc compiles too, gives what the host computes.
#include <cuda_fp16.h>

#include <cmath>
#include <numeric>

#include "emulated.hpp"
#include "kernels.hpp"

namespace soleus {
namespace {

std::vector<float> waves(std::size_t n) {
  std::vector<float> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = std::sin(0.1f * float(i));
  return v;
}

TEST(DualKernels, AxpyEqualsTheHost) {
  for (const std::size_t n : {1u, 127u, 128u, 129u, 5000u}) {
    const auto x = waves(n);
    const std::vector<float> y(n, 0.5f);
    const auto result = axpy(2, x, y);
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(result[i], 0.5f + 2 * x[i]);
  }
}

TEST(DualKernels, SumsAreExact) {
  // Integers below 2^24: every order of addition gives the same.
  std::vector<double> d(3001);
  std::vector<float> f(3001);
  std::iota(d.begin(), d.end(), 0.);
  std::iota(f.begin(), f.end(), 0.f);
  EXPECT_EQ(sum_over_blocks(d), 3000. * 3001 / 2);
  EXPECT_EQ(sum_over_warps(f), 3000.f * 3001 / 2);
}

TEST(DualKernels, ReplayedStepsEqualLaunchedOnesAndTheHost) {
  const auto start = waves(300);
  std::vector<float> now(start.size()), next(start.size());
  const auto rounded = [](float v) { return __half2float(__float2half_rn(v)); };
  for (std::size_t i = 0; i < now.size(); ++i) now[i] = rounded(start[i]);
  for (int step = 0; step < 14; ++step) {
    for (std::size_t i = 0; i < now.size(); ++i) {
      const float left = now[(i + 299) % 300], right = now[(i + 1) % 300];
      next[i] = rounded(now[i] + 0.25f * (left - 2 * now[i] + right));
    }
    now.swap(next);
  }
  EXPECT_EQ(diffuse(start, 0.25f, 7, Steps::Replayed), now);
  EXPECT_EQ(diffuse(start, 0.25f, 7, Steps::Launched), now);
}

}  // namespace
}  // namespace soleus
