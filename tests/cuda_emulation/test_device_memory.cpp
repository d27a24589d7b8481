// Device memory: who may touch it, what lies around it, how much there is.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <thread>

#include "emulated.hpp"

namespace soleus {
namespace {

__global__ void write_at(float* p, long index, float value) {
  p[index] = value;
}

__global__ void copy_one(const float* from, long index, float* to) {
  *to = from[index];
}

__global__ void fill(int n, float* p, float value) {
  const int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < n) p[i] = value;
}

void write_and_wait(float* p, long index) {
  const auto config = shape(1, 1);
  // The value that unset memory has must be found as well.
  cudaLaunchKernelEx(&config, write_at, p, index, std::numeric_limits<float>::quiet_NaN());
  cudaDeviceSynchronize();
}

TEST(DeviceMemory, RoundTripsAndIsAligned) {
  const std::vector<float> values{1, 2, 3};
  const Array<float> p(values);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(static_cast<float*>(p)) % 256, 0u);
  EXPECT_EQ(p.host(), values);
}

TEST(DeviceMemory, IsUnsetNotZero) {
  const Array<float> f(5);
  const Array<int> i(5);
  for (const float v : f.host()) EXPECT_TRUE(std::isnan(v));
  for (const int v : i.host()) EXPECT_EQ(v, -1);
}

TEST(DeviceMemory, PinnedMemoryIsUnsetAndOpenToHostAndKernels) {
  float* pinned = nullptr;
  ASSERT_EQ(cudaMallocHost(&pinned, 4 * sizeof(float)), cudaSuccess);
  EXPECT_TRUE(std::isnan(pinned[3]));
  const auto config = shape(1, 4);
  ASSERT_EQ(cudaLaunchKernelEx(&config, fill, 4, pinned, 2.f), cudaSuccess);
  cudaDeviceSynchronize();
  EXPECT_EQ(pinned[3], 2.f);
  EXPECT_EQ(cudaFreeHost(pinned), cudaSuccess);
  EXPECT_EQ(cudaFreeHost(pinned), cudaErrorInvalidValue);
}

TEST(DeviceMemory, IsAsLargeAsTheEnvironmentSays) {
  const Setting limit("CUDA_EMULATION_MEMORY_MIB", "3");
  std::size_t free = 0, total = 0;
  ASSERT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);
  EXPECT_EQ(total, 3u << 20);
  const std::size_t before = free;

  char *p = nullptr, *q = nullptr;
  ASSERT_EQ(cudaMalloc(&p, 2 << 20), cudaSuccess);
  cudaMemGetInfo(&free, &total);
  EXPECT_EQ(free, before - (2 << 20));
  EXPECT_EQ(cudaMalloc(&q, 2 << 20), cudaErrorMemoryAllocation);
  EXPECT_EQ(q, nullptr);
  EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaMalloc(&q, ~std::size_t(0) - 4096), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaFree(p), cudaSuccess);
  EXPECT_EQ(cudaMalloc(&q, 2 << 20), cudaSuccess);
  cudaFree(q);
  cudaGetLastError();
}

TEST(DeviceMemory, FreedInAStreamFitsAgain) {
  const Setting limit("CUDA_EMULATION_MEMORY_MIB", "3");
  const cudaStream_t stream = independent_stream();
  for (int i = 0; i < 4; ++i) {
    float* p = nullptr;
    ASSERT_EQ(cudaMallocAsync(&p, 2 << 20, stream), cudaSuccess);
    const auto config = shape(1, 1, stream);
    EXPECT_EQ(cudaLaunchKernelEx(&config, fill, 1, p, 1.f), cudaSuccess);
    EXPECT_EQ(cudaFreeAsync(p, stream), cudaSuccess);
  }
  cudaStreamSynchronize(stream);
  std::size_t free = 0, total = 0;
  cudaMemGetInfo(&free, &total);
  EXPECT_GE(free, 2u << 20);
  cudaStreamDestroy(stream);
}

TEST(DeviceMemory, AddressesAreReusedLast) {
  const auto address = [] { return static_cast<float*>(Array<float>(1)); };
  EXPECT_NE(address(), address());
}

TEST(DeviceMemory, WrongCopiesAreRefused) {
  std::vector<float> host(4);
  const Array<float> p(4);
  const auto copy = [&](void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    const cudaError_t error = cudaMemcpy(to, from, bytes, kind);
    EXPECT_EQ(cudaGetLastError(), error);
    return error;
  };
  EXPECT_EQ(copy(p, host.data(), 16, cudaMemcpyHostToDevice), cudaSuccess);
  EXPECT_EQ(copy(p, host.data(), 16, cudaMemcpyDefault), cudaSuccess);
  EXPECT_EQ(copy(p, host.data(), 16, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_EQ(copy(host.data(), p, 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(copy(host.data(), host.data(), 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(copy(p, host.data(), 20, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(copy(p + 1, host.data(), 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(copy(p, nullptr, 16, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(copy(p, host.data(), 16, cudaMemcpyKind(7)), cudaErrorInvalidMemcpyDirection);
  EXPECT_EQ(cudaMemset(p, 0, 20), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemset(host.data(), 0, 16), cudaErrorInvalidValue);
  cudaGetLastError();
}

TEST(DeviceMemory, WrongFreesAreRefused) {
  float* p = nullptr;
  ASSERT_EQ(cudaMalloc(&p, 16), cudaSuccess);
  EXPECT_EQ(cudaFree(p + 1), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(p), cudaSuccess);
  EXPECT_EQ(cudaFree(p), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFreeAsync(p, nullptr), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFree(nullptr), cudaSuccess);
  cudaGetLastError();
}

TEST(DeviceMemory, MemsetSetsBytes) {
  const Array<unsigned> p(3);
  EXPECT_EQ(cudaMemset(p, 0x01, 8), cudaSuccess);
  EXPECT_EQ(p.host(), (std::vector<unsigned>{0x01010101, 0x01010101, 0xffffffff}));
}

using DeviceMemoryDeathTest = Fatal;

TEST_F(DeviceMemoryDeathTest, HostReadIsCaught) {
  const Array<float> p(std::vector<float>{1, 2, 3});
  EXPECT_DEATH(std::printf("%g", double(p[1])),
               "host code touched device memory: byte 4 of a device allocation of 12 bytes");
}

TEST_F(DeviceMemoryDeathTest, HostTouchOfFreshMemoryIsCaught) {
  const Array<float> p(1);
  EXPECT_DEATH(p[0] = 1, "host code touched device memory: byte 0 of a device allocation of 4 bytes");
}

TEST_F(DeviceMemoryDeathTest, HostWriteIsCaughtAfterKernelsHaveRun) {
  const Array<float> p(1 << 20);
  const auto config = shape(1, 1);
  for (int i = 0; i < 50; ++i) {
    cudaLaunchKernelEx(&config, fill, 1, p, 1.f);
    cudaDeviceSynchronize();
  }
  EXPECT_DEATH(p[0] = 1, "host code touched device memory: byte 0 of a device allocation of 4194304 bytes");
}

TEST_F(DeviceMemoryDeathTest, HostTouchInALongRunIsCaught) {
  const auto touch_late = [] {
    const Array<float> p(1);
    for (int i = 0; i < 1500; ++i) p.first();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // closing is due again
    p.first();
    p[0] = 1;
  };
  EXPECT_DEATH(touch_late(), "host code touched device memory: byte 0 of a device allocation of 4 bytes");
}

TEST_F(DeviceMemoryDeathTest, WriteJustPastTheEndIsCaught) {
  const Array<float> p(5);
  EXPECT_DEATH(write_and_wait(p, 5),
               caught("kernel .*write_at.* wrote 0 bytes past the end of an allocation of 20 bytes",
                      "use-after-poison(.|\n)*write_at"));
}

TEST_F(DeviceMemoryDeathTest, WriteFarPastTheEndIsCaught) {
  const Array<float> p(5);
  EXPECT_DEATH(write_and_wait(p, 64),
               "kernel .*write_at.*, block .0,0,0., thread .0,0,0. touched 236 bytes past the end of a "
               "device allocation of 20 bytes");
}

TEST_F(DeviceMemoryDeathTest, WriteBeforeTheBeginningIsCaught) {
  const Array<float> p(5);
  EXPECT_DEATH(write_and_wait(p, -1),
               caught("kernel .*write_at.* wrote 4 bytes before an allocation of 20 bytes",
                      "use-after-poison(.|\n)*write_at"));
}

TEST_F(DeviceMemoryDeathTest, WriteOfTheNeighbourIsCaughtAtThePageBetween) {
  const Array<float> p(1024);
  const Array<float> q(1024);
  ASSERT_GT(q - p, 1024);
  EXPECT_DEATH(write_and_wait(p, 1024),
               "kernel .*write_at.* touched 0 bytes past the end of a device allocation of 4096 bytes");
}

TEST_F(DeviceMemoryDeathTest, ReadFarPastTheEndIsCaught) {
  const auto read = [] {
    const Array<float> p(64);
    const Array<float> to(1);
    const auto config = shape(1, 1);
    cudaLaunchKernelEx(&config, copy_one, p, 64l, to);
    cudaDeviceSynchronize();
  };
  EXPECT_DEATH(read(),
               "kernel .*copy_one.* touched 0 bytes past the end of a device allocation of 256 bytes");
}

TEST_F(DeviceMemoryDeathTest, UseAfterFreeIsCaught) {
  float* p = nullptr;
  cudaMalloc(&p, 20);
  cudaFree(p);
  EXPECT_DEATH(write_and_wait(p, 0),
               "kernel .*write_at.* touched device memory that is not allocated|use-after-poison");
}

TEST_F(DeviceMemoryDeathTest, NullInAKernelIsCaught) {
  EXPECT_DEATH(write_and_wait(nullptr, 0),
               "kernel .*write_at.* touched no device memory|null pointer");  // the latter by UBSan
}

TEST_F(DeviceMemoryDeathTest, CopyFromFreedMemoryIsCaught) {
  const auto copy_late = [] {
    const cudaStream_t a = independent_stream(), b = independent_stream();
    std::vector<float> host(4);
    float* p = nullptr;
    cudaMalloc(&p, 16);
    cudaMemcpyAsync(host.data(), p, 16, cudaMemcpyDeviceToHost, a);
    cudaFreeAsync(p, b);  // not ordered after the copy
    cudaStreamSynchronize(b);
    cudaStreamSynchronize(a);
  };
  EXPECT_DEATH(copy_late(),
               "a copy of 16 bytes was issued, and device memory that it needs freed before it ran");
}

struct View {
  int n;
  const float* data;
};
__global__ void read_view(View view, float* to) {
  *to = view.data[view.n - 1];
}

TEST_F(DeviceMemoryDeathTest, AddressOfTheHostAsArgumentIsCaught) {
  const auto config = shape(1, 1);
  std::vector<float> host(4);
  const Array<float> p(4);
  EXPECT_DEATH(cudaLaunchKernelEx(&config, write_at, host.data(), 0l, 1.f),
               "argument 1 of kernel .*write_at.* is an address of host memory");
  EXPECT_DEATH(cudaLaunchKernelEx(&config, read_view, View{4, host.data()}, p),
               "argument 1 of kernel .*read_view.* holds an address of host memory");
  EXPECT_EQ(cudaLaunchKernelEx(&config, read_view, View{4, p}, p), cudaSuccess);
  cudaDeviceSynchronize();
}

}  // namespace
}  // namespace soleus
