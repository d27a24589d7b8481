#include "queue.hpp"

#include <algorithm>

#include "arena.hpp"
#include "capture.hpp"
#include "settings.hpp"

namespace soleus::cuda_emulation {
namespace {

// Work that waits. When there is more the oldest half is done: a GPU's queues are finite too.
constexpr std::size_t most_pending = 1024;

void run_front(CUstream_st& stream) {
  const Work work = std::move(stream.pending.front());
  stream.pending.pop_front();
  for (const Position& p : work.after)
    while (p.stream->done < p.number) run_front(*p.stream);
  work.run();
  ++stream.done;
  --device().pending;
}

/// Forgets destroyed streams whose work is done.
void forget_idle_streams() {
  Device& d = device();
  std::erase_if(d.streams,
                [&](const auto& s) { return s->pending.empty() && !d.stream_handles.contains(s.get()); });
}

std::vector<std::shared_ptr<CUstream_st>> streams_with_work() {
  Device& d = device();
  std::vector<std::shared_ptr<CUstream_st>> found;
  if (!d.legacy->pending.empty()) found.push_back(d.legacy);
  for (const auto& s : d.streams)
    if (!s->pending.empty()) found.push_back(s);
  return found;
}

void run_oldest() {
  const auto streams = streams_with_work();
  const auto oldest = std::min_element(streams.begin(), streams.end(), [](const auto& a, const auto& b) {
    return a->pending.front().issued < b->pending.front().issued;
  });
  run_front(**oldest);
}

}  // namespace

std::uint64_t next_seed() {
  static std::uint64_t calls = 0;
  const long seed = setting("CUDA_EMULATION_SEED", 0);
  return seed == 0 ? 0 : std::uint64_t(seed) * 0x9e3779b97f4a7c15u + ++calls;
}

Position tail(const std::shared_ptr<CUstream_st>& stream) {
  return {stream, stream->appended};
}

Position append(const std::shared_ptr<CUstream_st>& stream, Action run, std::vector<Position> after) {
  Device& d = device();
  if (stream == d.legacy) {
    for (const auto& s : d.streams)
      if (s->blocking && s->done < s->appended) after.push_back(tail(s));
  } else if (stream->blocking && d.legacy->done < d.legacy->appended) {
    after.push_back(tail(d.legacy));
  }
  stream->pending.push_back({std::move(run), std::move(after), ++d.issued});
  ++stream->appended;
  Position position = tail(stream);
  if (++d.pending > most_pending) {
    const ArenaAccess access;
    while (d.pending > most_pending / 2) run_oldest();
  }
  return position;
}

cudaError_t submit(cudaStream_t handle, Action run) {
  const auto stream = find_stream(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (stream->capture) return capture_work(*stream, std::move(run));
  if (stream == device().legacy)
    if (const cudaError_t error = legacy_stream_during_capture(); error != cudaSuccess) return error;
  append(stream, std::move(run));
  return cudaSuccess;
}

void finish(const Position& position) {
  if (position.stream->done >= position.number) return;
  const ArenaAccess access;
  while (position.stream->done < position.number) run_front(*position.stream);
  forget_idle_streams();
}

bool advance(const Position& position) {
  if (position.stream->done >= position.number) return true;
  const ArenaAccess access;
  run_front(*position.stream);
  forget_idle_streams();
  return false;
}

void finish_all() {
  if (device().pending == 0) return;
  const ArenaAccess access;
  for (auto streams = streams_with_work(); !streams.empty(); streams = streams_with_work()) {
    if (const std::uint64_t seed = next_seed(); seed != 0) {
      run_front(*streams[seed % streams.size()]);
    } else {
      const auto& youngest = streams.back();  // the legacy stream comes first in the list, so last here
      while (!youngest->pending.empty()) run_front(*youngest);
    }
  }
  forget_idle_streams();
}

}  // namespace soleus::cuda_emulation
