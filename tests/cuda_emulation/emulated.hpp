// Device arrays and launches for the tests of the emulation.
#pragma once

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace soleus {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool with_asan = true;
#else
inline constexpr bool with_asan = false;
#endif

/// What is printed for a bad access that AddressSanitizer finds first where it is there.
inline std::string caught(const std::string& by_emulation, const std::string& by_asan) {
  return with_asan ? by_asan : by_emulation;
}

/// Device memory of its own; unset, or a copy of a vector.
template <class T>
class Array {
 public:
  explicit Array(std::size_t n) : size_(n) { EXPECT_EQ(cudaMalloc(&data_, n * sizeof(T)), cudaSuccess); }
  explicit Array(const std::vector<T>& host) : Array(host.size()) {
    EXPECT_EQ(cudaMemcpy(data_, host.data(), size_ * sizeof(T), cudaMemcpyHostToDevice), cudaSuccess);
  }
  ~Array() { EXPECT_EQ(cudaFree(data_), cudaSuccess); }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  operator T*() const { return data_; }
  std::vector<T> host() const {
    std::vector<T> values(size_);
    EXPECT_EQ(cudaMemcpy(values.data(), data_, size_ * sizeof(T), cudaMemcpyDeviceToHost), cudaSuccess);
    return values;
  }
  /// Without asking for what has been issued to independent streams.
  T first() const { return host()[0]; }

 private:
  T* data_ = nullptr;
  std::size_t size_;
};

inline cudaLaunchConfig_t shape(dim3 grid, dim3 block, cudaStream_t stream = nullptr,
                                std::size_t shared = 0) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = block;
  config.dynamicSmemBytes = shared;
  config.stream = stream;
  return config;
}

/// A stream that the legacy stream does not wait for.
inline cudaStream_t independent_stream() {
  cudaStream_t stream = nullptr;
  EXPECT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  return stream;
}

/// Sets a variable of the environment for a scope.
class Setting {
 public:
  Setting(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Setting() { unsetenv(name_); }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;

 private:
  const char* name_;
};

/// Death tests start the program anew: a forked child would have no threads to run blocks on.
class Fatal : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

}  // namespace soleus
