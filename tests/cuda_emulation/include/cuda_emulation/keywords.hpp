// The words that CUDA adds to C++, as far as they can be said to a host compiler.
#pragma once

#define __host__
#define __device__
#define __global__
#define __grid_constant__
#define __launch_bounds__(...)
#define __forceinline__ inline __attribute__((always_inline))
#define __align__(n) __attribute__((aligned(n)))

// A block runs on one thread of the host, so what its threads share belongs to that thread. The tag becomes
// part of the symbol's name, by which the runtime finds all such variables and unsets them at the start of a
// block (runtime/symbols.hpp). The model of thread-local storage is the fastest, and the only one that
// UndefinedBehaviorSanitizer gets along with: with initial-exec GCC 12 takes a check for null from the flags
// of an addition that the linker then makes an instruction without flags.
#define __shared__ __attribute__((abi_tag("cuda_shared"), tls_model("local-exec"))) constinit thread_local
