// Errors, devices, versions.
#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "arena.hpp"
#include "cuda_emulation/block.hpp"
#include "device.hpp"
#include "grid.hpp"
#include "settings.hpp"

using namespace soleus::cuda_emulation;

namespace {

constinit thread_local cudaError_t last_error = cudaSuccess;
constinit thread_local int current_device = 0;

struct ErrorText {
  cudaError_t error;
  const char *name, *text;
};

constexpr std::array<ErrorText, 28> error_texts{{
    {cudaSuccess, "cudaSuccess", "no error"},
    {cudaErrorInvalidValue, "cudaErrorInvalidValue", "invalid argument"},
    {cudaErrorMemoryAllocation, "cudaErrorMemoryAllocation", "out of memory"},
    {cudaErrorInitializationError, "cudaErrorInitializationError", "initialization error"},
    {cudaErrorInvalidConfiguration, "cudaErrorInvalidConfiguration", "invalid configuration argument"},
    {cudaErrorInvalidMemcpyDirection, "cudaErrorInvalidMemcpyDirection", "invalid copy direction"},
    {cudaErrorInsufficientDriver, "cudaErrorInsufficientDriver", "driver older than the runtime"},
    {cudaErrorInvalidDeviceFunction, "cudaErrorInvalidDeviceFunction", "invalid device function"},
    {cudaErrorNoDevice, "cudaErrorNoDevice", "no CUDA device"},
    {cudaErrorInvalidDevice, "cudaErrorInvalidDevice", "no device of this number"},
    {cudaErrorInvalidResourceHandle, "cudaErrorInvalidResourceHandle", "invalid resource handle"},
    {cudaErrorIllegalState, "cudaErrorIllegalState", "not allowed in this state"},
    {cudaErrorNotReady, "cudaErrorNotReady", "not ready yet"},
    {cudaErrorIllegalAddress, "cudaErrorIllegalAddress", "illegal memory access"},
    {cudaErrorLaunchOutOfResources, "cudaErrorLaunchOutOfResources", "too many resources for a launch"},
    {cudaErrorLaunchFailure, "cudaErrorLaunchFailure", "launch failed"},
    {cudaErrorNotPermitted, "cudaErrorNotPermitted", "not permitted"},
    {cudaErrorNotSupported, "cudaErrorNotSupported", "not supported"},
    {cudaErrorStreamCaptureUnsupported, "cudaErrorStreamCaptureUnsupported", "not allowed during a capture"},
    {cudaErrorStreamCaptureInvalidated, "cudaErrorStreamCaptureInvalidated",
     "an earlier error spoiled the capture"},
    {cudaErrorStreamCaptureMerge, "cudaErrorStreamCaptureMerge", "would merge two captures"},
    {cudaErrorStreamCaptureUnmatched, "cudaErrorStreamCaptureUnmatched",
     "the capture began in another stream"},
    {cudaErrorStreamCaptureUnjoined, "cudaErrorStreamCaptureUnjoined",
     "a stream of the capture was not joined"},
    {cudaErrorStreamCaptureIsolation, "cudaErrorStreamCaptureIsolation",
     "would depend on work outside the capture"},
    {cudaErrorStreamCaptureImplicit, "cudaErrorStreamCaptureImplicit", "would depend on the legacy stream"},
    {cudaErrorCapturedEvent, "cudaErrorCapturedEvent", "the event was recorded in a capture"},
    {cudaErrorStreamCaptureWrongThread, "cudaErrorStreamCaptureWrongThread",
     "the capture began in another thread"},
    {cudaErrorUnknown, "cudaErrorUnknown", "unknown error"},
}};

const ErrorText* find_text(cudaError_t error) {
  const auto found = std::find_if(error_texts.begin(), error_texts.end(),
                                  [&](const ErrorText& t) { return t.error == error; });
  return found == error_texts.end() ? nullptr : found;
}

int device_count() {
  return int(std::max(0l, setting("CUDA_EMULATION_DEVICES", 1)));
}

}  // namespace

cudaError_t soleus::cuda_emulation::note(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

cudaError_t cudaGetLastError() {
  return std::exchange(last_error, cudaSuccess);
}

cudaError_t cudaPeekAtLastError() {
  return last_error;
}

const char* cudaGetErrorName(cudaError_t error) {
  const ErrorText* t = find_text(error);
  return t ? t->name : "unrecognized error code";
}

const char* cudaGetErrorString(cudaError_t error) {
  const ErrorText* t = find_text(error);
  return t ? t->text : "unrecognized error code";
}

cudaError_t cudaGetDeviceCount(int* count) {
  if (!count) return note(cudaErrorInvalidValue);
  *count = device_count();
  return note(*count > 0 ? cudaSuccess : cudaErrorNoDevice);
}

cudaError_t cudaSetDevice(int number) {
  if (device_count() == 0) return note(cudaErrorNoDevice);
  if (number < 0 || number >= device_count()) return note(cudaErrorInvalidDevice);
  current_device = number;
  return cudaSuccess;
}

cudaError_t cudaGetDevice(int* number) {
  if (!number) return note(cudaErrorInvalidValue);
  *number = current_device;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* prop, int number) {
  if (!prop) return note(cudaErrorInvalidValue);
  if (number < 0 || number >= device_count()) return note(cudaErrorInvalidDevice);
  *prop = {};
  std::snprintf(prop->name, sizeof prop->name, "CUDA emulation on %u host threads", host_threads());
  prop->totalGlobalMem = device_memory();
  prop->sharedMemPerBlock = most_shared_by_default;
  prop->sharedMemPerBlockOptin = most_shared;
  prop->sharedMemPerMultiprocessor = 228 * 1024;
  prop->totalConstMem = 64 * 1024;
  prop->regsPerBlock = 65536;
  prop->warpSize = warpSize;
  prop->maxThreadsPerBlock = 1024;
  prop->maxThreadsDim[0] = prop->maxThreadsDim[1] = 1024;
  prop->maxThreadsDim[2] = 64;
  prop->maxGridSize[0] = 0x7fffffff;
  prop->maxGridSize[1] = prop->maxGridSize[2] = 65535;
  prop->maxThreadsPerMultiProcessor = 2048;
  prop->major = 9;
  prop->minor = 0;
  prop->multiProcessorCount = int(host_threads());
  prop->memoryBusWidth = 64;
  prop->l2CacheSize = 1 << 20;
  prop->asyncEngineCount = 1;
  prop->concurrentKernels = prop->unifiedAddressing = prop->canMapHostMemory = prop->memoryPoolsSupported = 1;
  return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* driverVersion) {
  if (!driverVersion) return note(cudaErrorInvalidValue);
  *driverVersion = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* runtimeVersion) {
  return cudaDriverGetVersion(runtimeVersion);
}
