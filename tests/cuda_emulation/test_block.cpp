// What the threads of a block do together: barriers, shared memory, warps.
#include <cmath>
#include <numeric>

#include "emulated.hpp"

namespace soleus {

extern __shared__ unsigned char dynamic_shared_memory[];

namespace {

constexpr int n = 256;

/// Reverses 256 values through shared memory.
__global__ void reverse(float* p) {
  __shared__ float all[n];
  const unsigned t = threadIdx.x;
  all[t] = p[blockIdx.x * n + t];
  __syncthreads();
  p[blockIdx.x * n + t] = all[n - 1 - t];
}

__global__ void reverse_without_barrier(float* p) {
  __shared__ float all[n];
  const unsigned t = threadIdx.x;
  all[t] = p[t];
  p[t] = all[n - 1 - t];
}

/// Inclusive prefix sum; two barriers in each of eight rounds.
__global__ void sum_up(int* p) {
  __shared__ int all[n];
  const unsigned t = threadIdx.x;
  all[t] = p[blockIdx.x * n + t];
  for (unsigned reach = 1; reach < n; reach *= 2) {
    __syncthreads();
    const int add = t >= reach ? all[t - reach] : 0;
    __syncthreads();
    all[t] += add;
  }
  p[blockIdx.x * n + t] = all[t];
}

/// Threads from `leave` on return at once; the others meet at barriers.
__global__ void count_those_who_stay(int leave, int* count) {
  __shared__ int stayed;
  if (int(threadIdx.x) >= leave) return;
  if (threadIdx.x == 0) stayed = 0;
  __syncthreads();
  atomicAdd(&stayed, 1);
  __syncthreads();
  if (threadIdx.x == 0) *count = stayed;
}

/// A helper with shared memory of its own.
__device__ float first_of_block(float value) {
  __shared__ float first;
  if (threadIdx.x == 0) first = value;
  __syncthreads();
  return first;
}

/// Shared memory as a block finds it, then as it leaves it.
__global__ void look_and_write(float* found_static, float* found_dynamic) {
  __shared__ float all[32];
  auto* dynamic = reinterpret_cast<float*>(dynamic_shared_memory);
  const unsigned t = threadIdx.x;
  found_static[blockIdx.x * 32 + t] = all[t];
  found_dynamic[blockIdx.x * 32 + t] = dynamic[t];
  __syncthreads();
  all[t] = dynamic[t] = first_of_block(1);
}

__global__ void write_shared(int index) {
  reinterpret_cast<float*>(dynamic_shared_memory)[index] = 1;
}

__global__ void wait_in_two_places() {
  if (threadIdx.x < 16)  // NOLINT(bugprone-branch-clone): that is the mistake
    __syncthreads();
  else
    __syncthreads();
}

__global__ void wait_with_one_missing() {
  if (threadIdx.x != 5)
    __syncwarp(0xffffffff);
  else
    __syncthreads();
}

__global__ void leave_out_oneself() {
  __shfl_sync(0x1, 1, 0);
}

__device__ int deep(int k) {
  volatile char bytes[1024] = {};
  bytes[k % 1024] = char(k);
  return k > 0 ? deep(k - 1) + bytes[k % 1024] : 0;
}

__global__ void recurse(int* out) {
  __syncthreads();
  out[threadIdx.x] = threadIdx.x == 3 ? deep(100000) : 0;
}

template <class T>
std::vector<T> counting(int size, T first = T(0)) {
  std::vector<T> v(static_cast<std::size_t>(size));
  std::iota(v.begin(), v.end(), first);
  return v;
}

/// Runs `test` in ascending and in shuffled order, on one and on several threads of the host.
template <class Test>
void in_every_order(Test test) {
  for (const char* threads : {"1", "3"}) {
    for (const char* seed : {"0", "1", "2"}) {
      const Setting pool("CUDA_EMULATION_THREADS", threads), order("CUDA_EMULATION_SEED", seed);
      SCOPED_TRACE(std::string(threads) + " host threads, seed " + seed);
      test();
    }
  }
}

TEST(Block, MeetsAtABarrier) {
  in_every_order([] {
    const auto values = counting<float>(20 * n);
    const Array<float> p(values);
    const auto config = shape(20, n);
    cudaLaunchKernelEx(&config, reverse, p);
    const auto result = p.host();
    for (int b = 0; b < 20; ++b)
      for (int t = 0; t < n; ++t) ASSERT_EQ(result[std::size_t(b * n + t)], float(b * n + n - 1 - t));
  });
}

TEST(Block, SumsUpThroughManyBarriers) {
  in_every_order([] {
    const Array<int> p(std::vector<int>(8 * n, 1));
    const auto config = shape(8, n);
    cudaLaunchKernelEx(&config, sum_up, p);
    const auto result = p.host();
    for (int i = 0; i < 8 * n; ++i) ASSERT_EQ(result[std::size_t(i)], i % n + 1);
  });
}

TEST(Block, MissingBarrierShowsAsUnsetValues) {
  const Array<float> p(counting<float>(n));
  const auto config = shape(1, n);
  cudaLaunchKernelEx(&config, reverse_without_barrier, p);
  const auto result = p.host();
  EXPECT_TRUE(std::isnan(result[0]));  // read before the last thread wrote
  EXPECT_FALSE(std::isnan(result[n - 1]));
}

TEST(Block, ThreadsThatHaveLeftAreNotWaitedFor) {
  in_every_order([] {
    for (const int leave : {1, 31, 32, 100, 128}) {
      const Array<int> count(1);
      const auto config = shape(1, 128);
      cudaLaunchKernelEx(&config, count_those_who_stay, leave, count);
      EXPECT_EQ(count.first(), leave);
    }
  });
}

TEST(Block, FindsSharedMemoryUnset) {
  for (const char* threads : {"1", "2"}) {
    const Setting pool("CUDA_EMULATION_THREADS", threads);
    const Array<float> in_static(10 * 32), in_dynamic(10 * 32);
    ASSERT_EQ(cudaMemset(in_static, 0, 10 * 32 * 4), cudaSuccess);
    ASSERT_EQ(cudaMemset(in_dynamic, 0, 10 * 32 * 4), cudaSuccess);
    const auto config = shape(10, 32, nullptr, 128);
    ASSERT_EQ(cudaLaunchKernelEx(&config, look_and_write, in_static, in_dynamic), cudaSuccess);
    for (const float v : in_static.host()) EXPECT_TRUE(std::isnan(v));
    for (const float v : in_dynamic.host()) EXPECT_TRUE(std::isnan(v));
  }
}

// --- warps ---

struct Lanes {
  int down, up, xor_, from_three, narrow_down, narrow_up, narrow_from_one, narrow_xor;
  double down_double;
  unsigned odd;
  int any_above_30, all_above_30;
};

__global__ void ask_around(Lanes* out) {
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const int lane = int(thread % 32), v = 100 + lane;
  constexpr unsigned all = 0xffffffff;
  Lanes r{};
  r.down = __shfl_down_sync(all, v, 3);
  r.up = __shfl_up_sync(all, v, 3);
  r.xor_ = __shfl_xor_sync(all, v, 5);
  r.from_three = __shfl_sync(all, v, 3);
  r.narrow_down = __shfl_down_sync(all, v, 2, 8);
  r.narrow_up = __shfl_up_sync(all, v, 2, 8);
  r.narrow_from_one = __shfl_sync(all, v, 9, 8);  // 9 mod 8
  r.narrow_xor = __shfl_xor_sync(all, v, 8, 8);
  r.down_double = __shfl_down_sync(all, v + 0.5, 1);
  r.odd = __ballot_sync(all, lane % 2);
  r.any_above_30 = __any_sync(all, lane > 30);
  r.all_above_30 = __all_sync(all, lane > 30);
  __syncwarp();
  out[thread] = r;
}

TEST(Warp, LanesSeeEachOther) {
  in_every_order([] {
    const Array<Lanes> out(96);
    const auto config = shape(1, dim3(8, 3, 4));  // warps run through rows and planes
    ASSERT_EQ(cudaLaunchKernelEx(&config, ask_around, out), cudaSuccess);
    const auto lanes = out.host();
    for (int t = 0; t < 96; ++t) {
      const int l = t % 32;
      const Lanes& r = lanes[std::size_t(t)];
      EXPECT_EQ(r.down, l + 3 < 32 ? 103 + l : 100 + l);
      EXPECT_EQ(r.up, l >= 3 ? 97 + l : 100 + l);
      EXPECT_EQ(r.xor_, 100 + (l ^ 5));
      EXPECT_EQ(r.from_three, 103);
      EXPECT_EQ(r.narrow_down, l % 8 < 6 ? 102 + l : 100 + l);
      EXPECT_EQ(r.narrow_up, l % 8 >= 2 ? 98 + l : 100 + l);
      EXPECT_EQ(r.narrow_from_one, 100 + l / 8 * 8 + 1);
      EXPECT_EQ(r.narrow_xor, (l ^ 8) < (l / 8 + 1) * 8 ? 100 + (l ^ 8) : 100 + l);
      EXPECT_EQ(r.down_double, (l < 31 ? 101 : 100) + l + 0.5);
      EXPECT_EQ(r.odd, 0xaaaaaaaau);
      EXPECT_EQ(r.any_above_30, 1);
      EXPECT_EQ(r.all_above_30, 0);
    }
  });
}

/// Halves of a warp work apart, then together; the last warp has 16 lanes.
__global__ void halves_then_all(int* out) {
  const unsigned lane = threadIdx.x % 32;
  const unsigned mask = lane < 16 ? 0xffff : 0xffff0000;
  int v = 1;
  for (int d = 8; d > 0; d /= 2) v += __shfl_xor_sync(mask, v, d);
  if (lane < 16) v += __shfl_xor_sync(mask, v, 1);  // one round more than the other half
  out[threadIdx.x] = v + 1000 * int(__ballot_sync(0xffffffff, 1) >> 31);
}

TEST(Warp, PartsOfAWarpWorkApart) {
  in_every_order([] {
    const Array<int> out(48);
    const auto config = shape(1, 48);
    cudaLaunchKernelEx(&config, halves_then_all, out);
    const auto result = out.host();
    for (std::size_t t = 0; t < 48; ++t)
      EXPECT_EQ(result[t], (t % 32 < 16 ? 32 : 16) + (t < 32 ? 1000 : 0))
          << t;  // the last warp has no lane 31
  });
}

/// The last lane leaves while the others wait for it.
__global__ void all_but_the_last(unsigned* out) {
  if (threadIdx.x == 31) return;
  out[threadIdx.x] = __ballot_sync(0xffffffff, 1);
}

TEST(Warp, LanesThatHaveLeftAreNotWaitedFor) {
  in_every_order([] {
    const Array<unsigned> out(31);
    const auto config = shape(1, 32);
    cudaLaunchKernelEx(&config, all_but_the_last, out);
    EXPECT_EQ(out.host(), std::vector<unsigned>(31, 0x7fffffff));
  });
}

// --- misuse ---

using BlockDeathTest = Fatal;

TEST_F(BlockDeathTest, WritePastDynamicSharedMemoryIsCaught) {
  const auto write = [] {
    const auto config = shape(1, 1, nullptr, 16);
    cudaLaunchKernelEx(&config, write_shared, 4);
    cudaDeviceSynchronize();
  };
  EXPECT_DEATH(
      write(),
      caught("kernel .*write_shared.* wrote 0 bytes past the end of its dynamic shared memory of 16 bytes",
             "use-after-poison(.|\n)*write_shared"));
}

TEST_F(BlockDeathTest, WaitingInDifferentPlacesIsCaught) {
  const auto wait = [] {
    const auto config = shape(1, 32);
    cudaLaunchKernelEx(&config, wait_in_two_places);
    cudaDeviceSynchronize();
  };
  EXPECT_DEATH(
      wait(),
      "threads of a block wait at different barriers: .*test_block.cpp:[0-9]+ and .*test_block.cpp:[0-9]+");
}

TEST_F(BlockDeathTest, WaitingForEverIsCaught) {
  const auto wait = [] {
    const auto config = shape(1, 32);
    cudaLaunchKernelEx(&config, wait_with_one_missing);
    cudaDeviceSynchronize();
  };
  EXPECT_DEATH(wait(),
               "never ends:\n  1 threads wait for their block at .*\n  31 threads wait for their warp at "
               ".*\n  0 threads "
               "have ended");
}

TEST_F(BlockDeathTest, MaskWithoutTheCallerIsCaught) {
  const auto ask = [] {
    const auto config = shape(1, 2);
    cudaLaunchKernelEx(&config, leave_out_oneself);
    cudaDeviceSynchronize();
  };
  EXPECT_DEATH(ask(), "thread .1,0,0.: the mask at .*test_block.cpp:[0-9]+ leaves out the calling lane");
}

TEST_F(BlockDeathTest, OverflowOfASuspendedThreadsStackIsCaught) {
  const auto dive = [] {
    const Array<int> p(4);
    const auto config = shape(1, 4);
    cudaLaunchKernelEx(&config, recurse, p);
    cudaDeviceSynchronize();
  };
  EXPECT_DEATH(dive(), "kernel .*recurse.*has overflowed its stack");
}

}  // namespace
}  // namespace soleus
