// Device memory: a range of addresses of its own that only kernels and copies can touch.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>

namespace soleus::cuda_emulation {

/// Unset memory: NaN as float, double and half, -1 as a signed and the largest as an unsigned integer.
inline constexpr unsigned char unset = 0xff;
/// What lies around an allocation, to find writes there. Unlike `unset`, so that a kernel writing -1 or NaN
/// is found too.
inline constexpr unsigned char canary = 0xfe;

/// Canaries, the user's bytes, canaries up to the next multiple of 256; then a page that is never accessible.
/// The user's bytes end next to that page, because overruns are commoner than underruns.
struct Allocation {
  std::byte* pages;
  std::size_t pages_size;
  std::byte* begin;
  std::size_t size;
};

struct Arena {
  std::byte *begin = nullptr, *end = nullptr;
  std::byte* next = nullptr;  // where the search for a free place starts: freed addresses are reused last
  std::map<std::byte*, Allocation> live;  // by first page
  std::size_t used = 0;                   // bytes as cudaMemGetInfo counts them
  bool accessible = false;
  int users = 0;      // that need it to be accessible
  long closings = 0;  // so far
  std::chrono::steady_clock::time_point closed_at{};
  std::chrono::steady_clock::duration cost{};  // of opening and closing, the last time
};

/// The one arena of the process, reserved at the first call.
Arena& arena();

/// Memory filled with `unset`, or null when it does not fit into the device (CUDA_EMULATION_MEMORY_MIB).
std::byte* allocate(std::size_t size);
/// False when nothing was allocated there.
bool release(const void* begin);

std::size_t device_memory();
bool in_arena(const void* address);
/// The allocation whose pages hold `address`, or null.
const Allocation* allocation_at(const void* address);
/// All of [address, address + size) belongs to one allocation.
bool is_device_memory(const void* address, std::size_t size);

/// Ends the program when something was written around an allocation; `culprit` ran since the last check.
void check_canaries(const char* culprit);

/// While one exists device memory is accessible. Opening and closing takes some microseconds for each
/// allocation and a tenth for each page, so after the first thousand times it is closed only as often as this
/// costs a tenth of the time at most.
class ArenaAccess {
 public:
  ArenaAccess();
  ~ArenaAccess();
  ArenaAccess(const ArenaAccess&) = delete;
  ArenaAccess& operator=(const ArenaAccess&) = delete;
};

/// While one exists device memory is not accessible, also inside an ArenaAccess: for host functions in a
/// stream.
class ArenaClosed {
 public:
  ArenaClosed();
  ~ArenaClosed();
  ArenaClosed(const ArenaClosed&) = delete;
  ArenaClosed& operator=(const ArenaClosed&) = delete;
};

}  // namespace soleus::cuda_emulation
