// Every function and number of the interface, as CUDA 13 declares them. nvcc compiles this with NVIDIA's
// headers and the host compiler with the emulation's: where either differs there is an error.
#include <cuda_fp16.h>
#include <cuda_runtime.h>

namespace {

/// Picks the overload of this type; there is an error without one.
template <class Signature>
constexpr bool has(Signature*) {
  return true;
}

using std::size_t;
using Error = cudaError_t;

static_assert(has<Error()>(cudaGetLastError) && has<Error()>(cudaPeekAtLastError) &&
              has<Error()>(cudaDeviceSynchronize));
static_assert(has<const char*(Error)>(cudaGetErrorName) && has<const char*(Error)>(cudaGetErrorString));
static_assert(has<Error(int*)>(cudaGetDeviceCount) && has<Error(int)>(cudaSetDevice) &&
              has<Error(int*)>(cudaGetDevice));
static_assert(has<Error(cudaDeviceProp*, int)>(cudaGetDeviceProperties));
static_assert(has<Error(int*)>(cudaDriverGetVersion) && has<Error(int*)>(cudaRuntimeGetVersion));
static_assert(has<Error(const void*, cudaFuncAttribute, int)>(cudaFuncSetAttribute));

static_assert(has<Error(void**, size_t)>(cudaMalloc) && has<Error(float**, size_t)>(cudaMalloc));
static_assert(has<Error(void**, size_t, cudaStream_t)>(cudaMallocAsync));
static_assert(has<Error(float**, size_t, cudaStream_t)>(cudaMallocAsync));
static_assert(has<Error(void*)>(cudaFree) && has<Error(void*, cudaStream_t)>(cudaFreeAsync));
static_assert(has<Error(void**, size_t)>(cudaMallocHost) &&
              has<Error(float**, size_t, unsigned)>(cudaMallocHost));
static_assert(has<Error(void**, size_t, unsigned)>(cudaHostAlloc) && has<Error(void*)>(cudaFreeHost));
static_assert(has<Error(size_t*, size_t*)>(cudaMemGetInfo));
static_assert(has<Error(void*, const void*, size_t, cudaMemcpyKind)>(cudaMemcpy));
static_assert(has<Error(void*, const void*, size_t, cudaMemcpyKind, cudaStream_t)>(cudaMemcpyAsync));
static_assert(has<Error(void*, int, size_t)>(cudaMemset) &&
              has<Error(void*, int, size_t, cudaStream_t)>(cudaMemsetAsync));

static_assert(has<Error(cudaStream_t*)>(cudaStreamCreate) &&
              has<Error(cudaStream_t*, unsigned)>(cudaStreamCreateWithFlags));
static_assert(has<Error(cudaStream_t)>(cudaStreamDestroy) && has<Error(cudaStream_t)>(cudaStreamSynchronize));
static_assert(has<Error(cudaStream_t)>(cudaStreamQuery));
static_assert(has<Error(cudaStream_t, cudaEvent_t, unsigned)>(cudaStreamWaitEvent));
static_assert(has<Error(cudaStream_t, cudaHostFn_t, void*)>(cudaLaunchHostFunc));
static_assert(has<Error(cudaEvent_t*)>(cudaEventCreate) &&
              has<Error(cudaEvent_t*, unsigned)>(cudaEventCreateWithFlags));
static_assert(has<Error(cudaEvent_t, cudaStream_t)>(cudaEventRecord));
static_assert(has<Error(cudaEvent_t)>(cudaEventQuery) && has<Error(cudaEvent_t)>(cudaEventSynchronize));
static_assert(has<Error(cudaEvent_t)>(cudaEventDestroy));
static_assert(has<Error(float*, cudaEvent_t, cudaEvent_t)>(cudaEventElapsedTime));

static_assert(has<Error(cudaStream_t, cudaStreamCaptureMode)>(cudaStreamBeginCapture));
static_assert(has<Error(cudaStream_t, cudaGraph_t*)>(cudaStreamEndCapture));
static_assert(has<Error(cudaStream_t, cudaStreamCaptureStatus*)>(cudaStreamIsCapturing));
static_assert(has<Error(cudaGraphExec_t*, cudaGraph_t, unsigned long long)>(cudaGraphInstantiate));
static_assert(has<Error(cudaGraphExec_t, cudaStream_t)>(cudaGraphLaunch));
static_assert(has<Error(cudaGraphExec_t)>(cudaGraphExecDestroy) && has<Error(cudaGraph_t)>(cudaGraphDestroy));
static_assert(has<Error(const cudaLaunchConfig_t*, void (*)(int, float*), int&&, float*&&)>(
    cudaLaunchKernelEx<int, float*>));

static_assert(cudaSuccess == 0 && cudaErrorInvalidValue == 1 && cudaErrorMemoryAllocation == 2);
static_assert(cudaErrorInitializationError == 3 && cudaErrorInvalidConfiguration == 9);
static_assert(cudaErrorInvalidMemcpyDirection == 21 && cudaErrorInsufficientDriver == 35);
static_assert(cudaErrorInvalidDeviceFunction == 98 && cudaErrorNoDevice == 100 &&
              cudaErrorInvalidDevice == 101);
static_assert(cudaErrorInvalidResourceHandle == 400 && cudaErrorIllegalState == 401 &&
              cudaErrorNotReady == 600);
static_assert(cudaErrorIllegalAddress == 700 && cudaErrorLaunchOutOfResources == 701 &&
              cudaErrorLaunchFailure == 719);
static_assert(cudaErrorNotPermitted == 800 && cudaErrorNotSupported == 801 && cudaErrorUnknown == 999);
static_assert(cudaErrorStreamCaptureUnsupported == 900 && cudaErrorStreamCaptureInvalidated == 901);
static_assert(cudaErrorStreamCaptureMerge == 902 && cudaErrorStreamCaptureUnmatched == 903);
static_assert(cudaErrorStreamCaptureUnjoined == 904 && cudaErrorStreamCaptureIsolation == 905);
static_assert(cudaErrorStreamCaptureImplicit == 906 && cudaErrorCapturedEvent == 907);
static_assert(cudaErrorStreamCaptureWrongThread == 908);
static_assert(cudaMemcpyHostToHost == 0 && cudaMemcpyHostToDevice == 1 && cudaMemcpyDeviceToHost == 2);
static_assert(cudaMemcpyDeviceToDevice == 3 && cudaMemcpyDefault == 4);
static_assert(cudaStreamCaptureModeGlobal == 0 && cudaStreamCaptureModeThreadLocal == 1 &&
              cudaStreamCaptureModeRelaxed == 2);
static_assert(cudaStreamCaptureStatusNone == 0 && cudaStreamCaptureStatusActive == 1);
static_assert(cudaStreamCaptureStatusInvalidated == 2 && cudaFuncAttributeMaxDynamicSharedMemorySize == 8);
static_assert(cudaFuncAttributePreferredSharedMemoryCarveout == 9);
static_assert(cudaStreamDefault == 0 && cudaStreamNonBlocking == 1 && cudaEventDefault == 0);
static_assert(cudaEventBlockingSync == 1 && cudaEventDisableTiming == 2 && cudaHostAllocDefault == 0);
static_assert(cudaHostAllocPortable == 1 && cudaHostAllocMapped == 2 && cudaHostAllocWriteCombined == 4);

/// The members of cudaDeviceProp and cudaLaunchConfig_t.
[[maybe_unused]] size_t members(const cudaDeviceProp& p, const cudaLaunchConfig_t& c) {
  const size_t sizes = p.totalGlobalMem + p.sharedMemPerBlock + p.sharedMemPerBlockOptin +
                       p.sharedMemPerMultiprocessor + p.totalConstMem + c.dynamicSmemBytes;
  const int counts = p.name[0] + p.regsPerBlock + p.warpSize + p.maxThreadsPerBlock + p.maxThreadsDim[2] +
                     p.maxGridSize[2] + p.maxThreadsPerMultiProcessor + p.major + p.minor +
                     p.multiProcessorCount + p.memoryBusWidth + p.l2CacheSize + p.ECCEnabled +
                     p.asyncEngineCount + p.concurrentKernels + p.unifiedAddressing + p.integrated +
                     p.canMapHostMemory + p.memoryPoolsSupported;
  return sizes + size_t(counts) + c.gridDim.x + c.blockDim.z + c.numAttrs + (c.attrs != nullptr) +
         (c.stream != nullptr);
}

/// What may be called on the device.
template <class T>
__device__ void atomics_of_integers(T* p) {
  const T old = atomicAdd(p, T(1));
  atomicMin(p, old);
  atomicMax(p, old);
  atomicAnd(p, old);
  atomicOr(p, old);
  atomicExch(p, old);
  atomicCAS(p, old, T(2));
}

template <class T>
__device__ T shuffles(T v) {
  v += __shfl_sync(0xffffffff, v, 0) + __shfl_up_sync(0xffffffff, v, 1) +
       __shfl_down_sync(0xffffffff, v, 1, 16);
  return v + __shfl_xor_sync(0xffffffff, v, 1);
}

__global__ void device_side(int* i, unsigned* u, unsigned long long* l, long long* s, float* f, double* d) {
  atomics_of_integers(i);
  atomics_of_integers(u);
  atomics_of_integers(l);
  atomicSub(i, 1);
  atomicSub(u, 1u);
  atomicMin(s, 1ll);
  atomicMax(s, 1ll);
  atomicAdd(f, 1.f);
  atomicExch(f, 1.f);
  atomicAdd(d, 1.);
  *i += shuffles(1) + __any_sync(0xffffffff, 1) + __all_sync(0xffffffff, 1) + warpSize;
  *u += shuffles(1u) + __ballot_sync(0xffffffff, 1) + unsigned(__popc(*u) + __popcll(*l));
  *l += shuffles(1ull);
  *f += shuffles(1.f) + __half2float(__float2half_rn(*f)) +
        __half2float(__ushort_as_half(__half_as_ushort(__float2half(*f))));
  *d += shuffles(1.) + gridDim.x + blockDim.x + blockIdx.x + threadIdx.x;
  __syncwarp();
  __threadfence_block();
  __threadfence();
  __syncthreads();
}

[[maybe_unused]] void (*const kernel)(int*, unsigned*, unsigned long long*, long long*, float*,
                                      double*) = device_side;

}  // namespace
