// Warp-wide functions: each waits for the lanes of its mask and exchanges one value of four or eight bytes.
#pragma once

#include <bit>
#include <cstring>

#include "block.hpp"

namespace soleus::cuda_emulation {

/// `value` of lane `source`, a lane of the caller's warp. What a lane that took no part would give is unset
/// memory, as on a GPU.
template <class T>
requires(std::is_arithmetic_v<T> && (sizeof(T) == 4 || sizeof(T) == 8)) T
    fetch_from_lane(unsigned mask, T value, unsigned source, Site site) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  const WarpAnswer answer = exchange_in_warp(mask, bits, source, site);
  std::memcpy(&value, &answer.value, sizeof(T));
  return value;
}

/// First lane of the caller's group of `width` lanes, a power of two.
inline unsigned group_begin(int width) {
  return lane() & ~(unsigned(width) - 1);
}

}  // namespace soleus::cuda_emulation

template <class T>
T __shfl_sync(unsigned mask, T var, int srcLane, int width = warpSize, const char* file = __builtin_FILE(),
              int line = __builtin_LINE()) {
  using namespace soleus::cuda_emulation;
  const unsigned source = group_begin(width) + (unsigned(srcLane) & (unsigned(width) - 1));
  return fetch_from_lane(mask, var, source, {file, line});
}

template <class T>
T __shfl_up_sync(unsigned mask, T var, unsigned delta, int width = warpSize,
                 const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  using namespace soleus::cuda_emulation;
  const bool inside = lane() >= group_begin(width) + delta;  // else a lane keeps its own
  return fetch_from_lane(mask, var, inside ? lane() - delta : lane(), {file, line});
}

template <class T>
T __shfl_down_sync(unsigned mask, T var, unsigned delta, int width = warpSize,
                   const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  using namespace soleus::cuda_emulation;
  const bool inside = lane() + delta < group_begin(width) + unsigned(width);
  return fetch_from_lane(mask, var, inside ? lane() + delta : lane(), {file, line});
}

template <class T>
T __shfl_xor_sync(unsigned mask, T var, int laneMask, int width = warpSize,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  using namespace soleus::cuda_emulation;
  const unsigned source = lane() ^ unsigned(laneMask);  // an earlier group may be read, a later one not
  const bool inside = source < group_begin(width) + unsigned(width);
  return fetch_from_lane(mask, var, inside ? source : lane(), {file, line});
}

inline void __syncwarp(unsigned mask = 0xffffffff, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  using namespace soleus::cuda_emulation;
  exchange_in_warp(mask, 0, lane(), {file, line});
}

inline unsigned __ballot_sync(unsigned mask, int predicate, const char* file = __builtin_FILE(),
                              int line = __builtin_LINE()) {
  using namespace soleus::cuda_emulation;
  return exchange_in_warp(mask, predicate != 0, lane(), {file, line}).set;
}

inline int __any_sync(unsigned mask, int predicate, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  return __ballot_sync(mask, predicate, file, line) != 0;
}

inline int __all_sync(unsigned mask, int predicate, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  return __ballot_sync(mask, !predicate, file, line) == 0;
}
