// The state of the emulated device: streams with the work that waits in them, events, graphs and captures.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "cuda_runtime_api.h"

namespace soleus::cuda_emulation {

using Action = std::function<void()>;
struct Capture;

/// "When this much of the stream is done."
struct Position {
  std::shared_ptr<CUstream_st> stream;
  std::uint64_t number = 0;
};

struct Work {
  Action run;
  std::vector<Position> after;  // beside what is before it in its stream
  std::uint64_t issued;         // count over all streams
};

/// What cudaEventRecord leaves in an event: a place in a stream, or in a capture.
struct EventRecord {
  Position at;
  std::optional<std::chrono::steady_clock::time_point> time;  // once it is done
  std::shared_ptr<Capture> capture;
  std::set<std::size_t> nodes;
};

struct GraphNode {
  Action run;
  std::set<std::size_t> after;  // earlier nodes
};

/// A recording that goes on.
struct Capture {
  std::vector<GraphNode> nodes;
  std::shared_ptr<CUstream_st> origin;
  std::vector<std::shared_ptr<CUstream_st>> streams;
  cudaStreamCaptureMode mode;
  std::thread::id thread;
  bool valid = true, ended = false;
};

}  // namespace soleus::cuda_emulation

struct CUstream_st {
  bool blocking = true;  // waits for the legacy stream and makes it wait
  std::uint64_t appended = 0, done = 0;
  std::deque<soleus::cuda_emulation::Work> pending;
  std::shared_ptr<soleus::cuda_emulation::Capture> capture;
  std::set<std::size_t> last_nodes;  // of the capture: the next node comes after these
};

struct CUevent_st {
  unsigned int flags = cudaEventDefault;
  std::shared_ptr<soleus::cuda_emulation::EventRecord> record;  // null: never recorded
};

struct CUgraph_st {
  std::vector<soleus::cuda_emulation::GraphNode> nodes;
};

struct CUgraphExec_st {
  std::shared_ptr<const std::vector<soleus::cuda_emulation::GraphNode>> nodes;
  soleus::cuda_emulation::Position last_launch;
};

namespace soleus::cuda_emulation {

struct Device {
  std::recursive_mutex mutex;  // held by every function of the interface, also while work runs
  std::shared_ptr<CUstream_st> legacy = std::make_shared<CUstream_st>();
  std::vector<std::shared_ptr<CUstream_st>>
      streams;  // in order of creation; destroyed ones until their work is done
  std::set<cudaStream_t> stream_handles;
  std::map<cudaEvent_t, std::unique_ptr<CUevent_st>> events;
  std::map<cudaGraph_t, std::unique_ptr<CUgraph_st>> graphs;
  std::map<cudaGraphExec_t, std::unique_ptr<CUgraphExec_st>> graph_execs;
  std::vector<std::shared_ptr<Capture>> captures;  // that go on
  std::map<const std::byte*, std::size_t> pinned;
  std::map<const void*, std::size_t>
      shared_limits;  // dynamic shared memory allowed beyond the default, by kernel
  std::uint64_t issued = 0;
  std::size_t pending = 0, pending_frees = 0;
};

/// The one device of the process, never destroyed.
Device& device();

/// Keeps the error for cudaGetLastError and hands it on.
cudaError_t note(cudaError_t error);

/// The stream of a handle, the legacy stream for null; null for a handle that was destroyed or never given
/// out.
std::shared_ptr<CUstream_st> find_stream(cudaStream_t handle);

}  // namespace soleus::cuda_emulation
