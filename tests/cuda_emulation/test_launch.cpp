// Launches: indices, arguments, order of blocks, atomic functions, and what is refused.
#include <algorithm>
#include <numeric>

#include "emulated.hpp"

namespace soleus {
namespace {

/// Writes each thread's place, as (block, thread) digits, into the slot that it computes for itself.
__global__ void write_place(int* out) {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] =
      int(threadIdx.x + 10 * threadIdx.y + 100 * threadIdx.z + 1000 * blockIdx.x + 10000 * blockIdx.y +
          100000 * blockIdx.z);
}

std::vector<int> expected_places(dim3 grid, dim3 block) {
  std::vector<int> places;
  for (unsigned c = 0; c < grid.z; ++c)
    for (unsigned b = 0; b < grid.y; ++b)
      for (unsigned a = 0; a < grid.x; ++a)
        for (unsigned z = 0; z < block.z; ++z)
          for (unsigned y = 0; y < block.y; ++y)
            for (unsigned x = 0; x < block.x; ++x)
              places.push_back(int(x + 10 * y + 100 * z + 1000 * a + 10000 * b + 100000 * c));
  return places;
}

__global__ void take_number(int* counter, int* number) {
  number[blockIdx.x * blockDim.x + threadIdx.x] = atomicAdd(counter, 1);
}

/// The order in which the threads of a grid run.
std::vector<int> order_of_threads(unsigned blocks, unsigned threads) {
  const Array<int> counter(std::vector<int>{0}), number(blocks * threads);
  const auto config = shape(blocks, threads);
  EXPECT_EQ(cudaLaunchKernelEx(&config, take_number, counter, number), cudaSuccess);
  return number.host();
}

/// Moves all values down by one in place: right only when each thread runs before the next.
__global__ void move_down(int n, int* p) {
  const int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (i + 1 < n) p[i] = p[i + 1];
}

__global__ void store(int value, int* to) {
  *to = value;
}

struct Sums {
  int i;
  unsigned u;
  unsigned long long l;
  float f;
  double d;
};

__global__ void add_ones(Sums* s) {
  atomicAdd(&s->i, 1);
  atomicAdd(&s->u, 1u);
  atomicAdd(&s->l, 1ull);
  atomicAdd(&s->f, 1.f);
  atomicAdd(&s->d, 1.);
}

__global__ void find_extremes(int* least, unsigned* most) {
  const int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  atomicMin(least, -i);
  atomicMax(most, unsigned(i));
}

/// Sum by compare-and-swap, as for types without atomicAdd.
__global__ void add_by_swapping(unsigned long long* sum) {
  unsigned long long seen = *sum, before;
  do {
    before = seen;
    seen = atomicCAS(sum, before, before + 2);
  } while (seen != before);
}

TEST(Launch, EveryThreadRunsOnceAndKnowsItsPlace) {
  for (const char* threads : {"1", "3"}) {
    for (const char* seed : {"0", "5"}) {
      const Setting pool("CUDA_EMULATION_THREADS", threads), order("CUDA_EMULATION_SEED", seed);
      const dim3 grid(5, 3, 2), block(7, 2, 3);
      const Array<int> out(30 * 42);
      const auto config = shape(grid, block);
      ASSERT_EQ(cudaLaunchKernelEx(&config, write_place, out), cudaSuccess);
      EXPECT_EQ(out.host(), expected_places(grid, block));
    }
  }
}

TEST(Launch, OrderIsAscendingOnOneThread) {
  const Setting pool("CUDA_EMULATION_THREADS", "1");
  std::vector<int> ascending(60);
  std::iota(ascending.begin(), ascending.end(), 0);
  EXPECT_EQ(order_of_threads(6, 10), ascending);
}

TEST(Launch, SeedShufflesBlocksAndThreads) {
  const Setting pool("CUDA_EMULATION_THREADS", "1"), seed("CUDA_EMULATION_SEED", "1");
  const auto first = order_of_threads(6, 10), second = order_of_threads(6, 10);
  EXPECT_NE(first, second);  // another order in every launch

  // A block runs as a whole: its ten numbers belong together, in neither blocks' nor threads' usual order.
  std::vector<int> of_blocks;
  for (int b = 0; b < 6; ++b) {
    const std::vector<int> block(first.begin() + 10 * b, first.begin() + 10 * b + 10);
    const auto [least, most] = std::minmax_element(block.begin(), block.end());
    EXPECT_EQ(*most - *least, 9);
    EXPECT_FALSE(std::is_sorted(block.begin(), block.end()));
    of_blocks.push_back(*least);
  }
  EXPECT_FALSE(std::is_sorted(of_blocks.begin(), of_blocks.end()));
}

TEST(Launch, ResultThatDependsOnTheOrderChangesWithTheSeed) {
  const Setting pool("CUDA_EMULATION_THREADS", "1");
  std::vector<int> values(64), down(64, 63);
  std::iota(values.begin(), values.end(), 0);
  std::iota(down.begin(), down.end() - 1, 1);
  const auto moved = [&] {
    const Array<int> p(values);
    const auto config = shape(8, 8);
    cudaLaunchKernelEx(&config, move_down, 64, p);
    return p.host();
  };
  EXPECT_EQ(moved(), down);
  const Setting seed("CUDA_EMULATION_SEED", "3");
  EXPECT_NE(moved(), down);
}

TEST(Launch, ArgumentsAreCopied) {
  const Array<int> p(1);
  int value = 3;
  const auto config = shape(1, 1);
  cudaLaunchKernelEx(&config, store, value, p);
  value = 4;
  EXPECT_EQ(p.first(), 3);
}

TEST(Launch, AtomicsLoseNothing) {
  const Setting pool("CUDA_EMULATION_THREADS", "4");
  const Array<Sums> sums(std::vector<Sums>{{-1, 0xffffffff, 0xffffffffull, 1, 1}});
  const auto config = shape(64, 256);
  cudaLaunchKernelEx(&config, add_ones, sums);
  const Sums s = sums.first();
  EXPECT_EQ(s.i, 16383);
  EXPECT_EQ(s.u, 16383u);  // wraps around
  EXPECT_EQ(s.l, 0xffffffffull + 16384);
  EXPECT_EQ(s.f, 16385.f);
  EXPECT_EQ(s.d, 16385.);

  const Array<int> least(std::vector<int>{0});
  const Array<unsigned> most(std::vector<unsigned>{0});
  const Array<unsigned long long> swapped(std::vector<unsigned long long>{1});
  cudaLaunchKernelEx(&config, find_extremes, least, most);
  cudaLaunchKernelEx(&config, add_by_swapping, swapped);
  EXPECT_EQ(least.first(), -16383);
  EXPECT_EQ(most.first(), 16383u);
  EXPECT_EQ(swapped.first(), 2 * 16384u + 1);
}

TEST(Launch, SignedOverflowOfAnAtomicWrapsAround) {
  int value = 0x7fffffff;
  EXPECT_EQ(atomicAdd(&value, 1), 0x7fffffff);
  EXPECT_EQ(value, -0x7fffffff - 1);
  EXPECT_EQ(atomicExch(&value, 5), -0x7fffffff - 1);
  EXPECT_EQ(atomicSub(&value, 7), 5);
  EXPECT_EQ(atomicAnd(&value, 6), -2);
  EXPECT_EQ(atomicOr(&value, 8), 6);
  EXPECT_EQ(value, 14);
  EXPECT_EQ(atomicCAS(&value, 13, 1), 14);
  EXPECT_EQ(value, 14);
}

TEST(Launch, BadConfigurationsAreRefused) {
  const Array<int> p(std::vector<int>{7});
  const auto launch = [&](dim3 grid, dim3 block, std::size_t shared = 0) {
    const auto config = shape(grid, block, nullptr, shared);
    const cudaError_t error = cudaLaunchKernelEx(&config, store, 8, p);
    EXPECT_EQ(cudaPeekAtLastError(), error);
    EXPECT_EQ(cudaGetLastError(), error);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    return error;
  };
  EXPECT_EQ(launch(dim3(0), 1), cudaErrorInvalidConfiguration);
  EXPECT_EQ(launch(1, dim3(0)), cudaErrorInvalidConfiguration);
  EXPECT_EQ(launch(1, 1025), cudaErrorInvalidConfiguration);
  EXPECT_EQ(launch(1, dim3(32, 33)), cudaErrorInvalidConfiguration);
  EXPECT_EQ(launch(1, dim3(1, 1, 65)), cudaErrorInvalidConfiguration);
  EXPECT_EQ(launch(dim3(1, 65536), 1), cudaErrorInvalidConfiguration);
  EXPECT_EQ(launch(1, 1, 48 * 1024 + 1), cudaErrorInvalidValue);
  EXPECT_EQ(p.first(), 7);

  EXPECT_EQ(cudaFuncSetAttribute(store, cudaFuncAttributeMaxDynamicSharedMemorySize, 227 * 1024 + 1),
            cudaErrorInvalidValue);
  EXPECT_EQ(cudaFuncSetAttribute(store, cudaFuncAttributeMaxDynamicSharedMemorySize, 100 * 1024),
            cudaSuccess);
  cudaGetLastError();
  EXPECT_EQ(launch(1, 1, 100 * 1024), cudaSuccess);
  EXPECT_EQ(launch(1, 1, 100 * 1024 + 1), cudaErrorInvalidValue);
  EXPECT_EQ(launch(1, 1024), cudaSuccess);
  EXPECT_EQ(p.first(), 8);

  void (*no_kernel)(int, int*) = nullptr;
  const auto config = shape(1, 1);
  EXPECT_EQ(cudaLaunchKernelEx(&config, no_kernel, 8, p), cudaErrorInvalidDeviceFunction);
  cudaGetLastError();
}

TEST(Device, SaysWhatItIs) {
  int count = 0, number = -1, version = 0;
  EXPECT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
  EXPECT_EQ(count, 1);
  EXPECT_EQ(cudaGetDevice(&number), cudaSuccess);
  EXPECT_EQ(number, 0);
  EXPECT_EQ(cudaSetDevice(1), cudaErrorInvalidDevice);
  EXPECT_EQ(cudaRuntimeGetVersion(&version), cudaSuccess);
  EXPECT_EQ(version, CUDART_VERSION);
  cudaDeviceProp properties{};
  EXPECT_EQ(cudaGetDeviceProperties(&properties, 0), cudaSuccess);
  EXPECT_NE(std::string(properties.name).find("emulation"), std::string::npos);
  EXPECT_EQ(properties.maxThreadsPerBlock, 1024);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
  EXPECT_STREQ(cudaGetErrorName(cudaErrorMemoryAllocation), "cudaErrorMemoryAllocation");
  EXPECT_STREQ(cudaGetErrorString(cudaErrorMemoryAllocation), "out of memory");
}

TEST(Device, CanBeMissing) {
  const Setting none("CUDA_EMULATION_DEVICES", "0");
  int count = -1;
  EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorNoDevice);
  EXPECT_EQ(count, 0);
  EXPECT_EQ(cudaSetDevice(0), cudaErrorNoDevice);
  cudaGetLastError();
}

}  // namespace
}  // namespace soleus
