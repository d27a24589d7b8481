// Streams and events.
#include <algorithm>

#include "arena.hpp"
#include "capture.hpp"
#include "queue.hpp"

using namespace soleus::cuda_emulation;

namespace soleus::cuda_emulation {

Device& device() {
  static Device* const one = new Device;
  return *one;
}

std::shared_ptr<CUstream_st> find_stream(cudaStream_t handle) {
  Device& d = device();
  if (!handle) return d.legacy;
  if (!d.stream_handles.contains(handle)) return nullptr;
  return *std::find_if(d.streams.begin(), d.streams.end(), [&](const auto& s) { return s.get() == handle; });
}

namespace {

CUevent_st* find_event(cudaEvent_t handle) {
  const auto found = device().events.find(handle);
  return found == device().events.end() ? nullptr : found->second.get();
}

/// What querying or waiting for an event must return before anything else is looked at.
cudaError_t event_in_capture(const CUevent_st& event) {
  if (event.record && event.record->capture) return cudaErrorCapturedEvent;
  return unsafe_during_capture();
}

}  // namespace
}  // namespace soleus::cuda_emulation

cudaError_t cudaStreamCreate(cudaStream_t* pStream) {
  return cudaStreamCreateWithFlags(pStream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* pStream, unsigned int flags) {
  Device& d = device();
  const std::lock_guard lock(d.mutex);
  if (!pStream || flags > cudaStreamNonBlocking) return note(cudaErrorInvalidValue);
  auto stream = std::make_shared<CUstream_st>();
  stream->blocking = flags == cudaStreamDefault;
  *pStream = stream.get();
  d.stream_handles.insert(*pStream);
  d.streams.push_back(std::move(stream));
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t handle) {
  Device& d = device();
  const std::lock_guard lock(d.mutex);
  const auto stream = handle ? find_stream(handle) : nullptr;
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (stream->capture) stream->capture->valid = false;
  d.stream_handles.erase(handle);  // its work is still done, when somebody waits for it or for the device
  if (stream->pending.empty()) std::erase(d.streams, stream);
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (const cudaError_t error = waiting_during_capture(stream.get()); error != cudaSuccess)
    return note(error);
  finish(tail(stream));
  return cudaSuccess;
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (const cudaError_t error = waiting_during_capture(stream.get()); error != cudaSuccess)
    return note(error);
  return advance(tail(stream)) ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaDeviceSynchronize() {
  const std::lock_guard lock(device().mutex);
  if (const cudaError_t error = waiting_during_capture(nullptr); error != cudaSuccess) return note(error);
  finish_all();
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned int flags) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  const CUevent_st* e = find_event(event);
  if (!stream || !e) return note(cudaErrorInvalidResourceHandle);
  if (flags != 0) return note(cudaErrorNotSupported);
  if (!e->record) return cudaSuccess;
  if (stream->capture || e->record->capture) return note(capture_wait(stream, *e->record));
  append(stream, [] {}, {e->record->at});
  return cudaSuccess;
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t fn, void* userData) {
  const std::lock_guard lock(device().mutex);
  if (!fn) return note(cudaErrorInvalidValue);
  return note(submit(stream, [fn, userData] {
    const ArenaClosed closed;
    fn(userData);
  }));
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned int flags) {
  const std::lock_guard lock(device().mutex);
  if (!event || (flags & ~(cudaEventBlockingSync | cudaEventDisableTiming)) != 0)
    return note(cudaErrorInvalidValue);
  auto made = std::make_unique<CUevent_st>();
  made->flags = flags;
  *event = made.get();
  device().events.emplace(*event, std::move(made));
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  CUevent_st* e = find_event(event);
  if (!stream || !e) return note(cudaErrorInvalidResourceHandle);
  auto record = std::make_shared<EventRecord>();
  if (stream->capture) {
    if (!stream->capture->valid) return note(cudaErrorStreamCaptureInvalidated);
    record->capture = stream->capture;
    record->nodes = stream->last_nodes;
  } else {
    if (stream == device().legacy)
      if (const cudaError_t error = legacy_stream_during_capture(); error != cudaSuccess) return note(error);
    record->at = append(stream, [record] { record->time = std::chrono::steady_clock::now(); });
  }
  e->record = std::move(record);
  return cudaSuccess;
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  const std::lock_guard lock(device().mutex);
  const CUevent_st* e = find_event(event);
  if (!e) return note(cudaErrorInvalidResourceHandle);
  if (const cudaError_t error = event_in_capture(*e); error != cudaSuccess) return note(error);
  return !e->record || advance(e->record->at) ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const std::lock_guard lock(device().mutex);
  const CUevent_st* e = find_event(event);
  if (!e) return note(cudaErrorInvalidResourceHandle);
  if (const cudaError_t error = event_in_capture(*e); error != cudaSuccess) return note(error);
  if (e->record) finish(e->record->at);
  return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* ms, cudaEvent_t start, cudaEvent_t end) {
  const std::lock_guard lock(device().mutex);
  const CUevent_st *first = find_event(start), *second = find_event(end);
  if (!ms) return note(cudaErrorInvalidValue);
  if (!first || !second || !first->record || !second->record) return note(cudaErrorInvalidResourceHandle);
  if ((first->flags | second->flags) & cudaEventDisableTiming) return note(cudaErrorInvalidResourceHandle);
  if (first->record->capture || second->record->capture) return note(cudaErrorCapturedEvent);
  if (!first->record->time || !second->record->time) return cudaErrorNotReady;
  *ms = std::chrono::duration<float, std::milli>(*second->record->time - *first->record->time).count();
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  const std::lock_guard lock(device().mutex);
  return note(device().events.erase(event) == 1 ? cudaSuccess : cudaErrorInvalidResourceHandle);
}
