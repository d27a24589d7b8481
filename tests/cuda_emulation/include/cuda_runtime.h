// The emulated CUDA runtime: a .cu file that launches its kernels with cudaLaunchKernelEx is C++ with this
// header in the place of NVIDIA's, and runs on the host. See ../README.md.
#pragma once

#include "cuda_runtime_api.h"
// In this order: later ones build on earlier ones.
#include "cuda_emulation/atomics.hpp"
#include "cuda_emulation/block.hpp"
#include "cuda_emulation/integers.hpp"
#include "cuda_emulation/launch.hpp"
#include "cuda_emulation/warp.hpp"
