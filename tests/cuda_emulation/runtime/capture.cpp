#include "capture.hpp"

#include <algorithm>

#include "queue.hpp"

namespace soleus::cuda_emulation {
namespace {

/// Spoils the captures that `concerned` picks; the error when there is one.
template <class Concerned>
cudaError_t spoil_if(cudaError_t error, Concerned concerned) {
  cudaError_t result = cudaSuccess;
  for (const auto& capture : device().captures) {
    if (!concerned(*capture)) continue;
    capture->valid = false;
    result = error;
  }
  return result;
}

cudaError_t spoil(Capture& capture, cudaError_t error) {
  capture.valid = false;
  return error;
}

void end(Capture& capture) {
  capture.ended = true;
  for (const auto& stream : capture.streams) {
    stream->capture = nullptr;
    stream->last_nodes.clear();
  }
  std::erase_if(device().captures, [&](const auto& c) { return c.get() == &capture; });
}

/// Every node leads to the end of the stream that the capture began in.
bool is_joined(const Capture& capture) {
  std::set<std::size_t> reached, open = capture.origin->last_nodes;
  while (!open.empty()) {
    const std::size_t node = *open.begin();
    open.erase(open.begin());
    if (!reached.insert(node).second) continue;
    open.insert(capture.nodes[node].after.begin(), capture.nodes[node].after.end());
  }
  return reached.size() == capture.nodes.size();
}

}  // namespace

cudaError_t capture_work(CUstream_st& stream, Action run) {
  Capture& capture = *stream.capture;
  if (!capture.valid) return cudaErrorStreamCaptureInvalidated;
  capture.nodes.push_back({std::move(run), stream.last_nodes});
  stream.last_nodes = {capture.nodes.size() - 1};
  return cudaSuccess;
}

cudaError_t capture_wait(const std::shared_ptr<CUstream_st>& stream, const EventRecord& record) {
  const auto& capture = record.capture;
  if (stream->capture && !stream->capture->valid) return cudaErrorStreamCaptureInvalidated;
  if (!capture) return spoil(*stream->capture, cudaErrorStreamCaptureIsolation);  // on work outside the graph
  if (capture->ended) return cudaErrorCapturedEvent;
  if (stream == device().legacy) return spoil(*capture, cudaErrorStreamCaptureImplicit);
  if (stream->capture && stream->capture != capture) {
    spoil(*stream->capture, cudaErrorStreamCaptureMerge);
    return spoil(*capture, cudaErrorStreamCaptureMerge);
  }
  if (!stream->capture) {
    stream->capture = capture;
    capture->streams.push_back(stream);
  }
  stream->last_nodes.insert(record.nodes.begin(), record.nodes.end());
  return cudaSuccess;
}

cudaError_t unsafe_during_capture() {
  return spoil_if(cudaErrorStreamCaptureUnsupported, [](const Capture& c) {
    return c.mode == cudaStreamCaptureModeGlobal ||
           (c.mode == cudaStreamCaptureModeThreadLocal && c.thread == std::this_thread::get_id());
  });
}

cudaError_t waiting_during_capture(const CUstream_st* stream) {
  const cudaError_t error = spoil_if(cudaErrorStreamCaptureUnsupported, [&](const Capture& c) {
    return !stream || stream->capture.get() == &c;
  });
  return error == cudaSuccess ? unsafe_during_capture() : error;
}

cudaError_t legacy_stream_during_capture() {
  return spoil_if(cudaErrorStreamCaptureImplicit, [](const Capture& c) {
    return std::any_of(c.streams.begin(), c.streams.end(), [](const auto& s) { return s->blocking; });
  });
}

void run_graph(const std::vector<GraphNode>& nodes) {
  std::vector<std::size_t> missing(nodes.size());
  std::vector<std::vector<std::size_t>> followers(nodes.size());
  std::set<std::size_t> ready;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    missing[i] = nodes[i].after.size();
    for (const std::size_t before : nodes[i].after) followers[before].push_back(i);
    if (missing[i] == 0) ready.insert(i);
  }
  while (!ready.empty()) {
    const std::uint64_t seed = next_seed();
    const std::size_t node =
        seed == 0 ? *ready.rbegin() : *std::next(ready.begin(), std::ptrdiff_t(seed % ready.size()));
    ready.erase(node);
    nodes[node].run();
    for (const std::size_t follower : followers[node])
      if (--missing[follower] == 0) ready.insert(follower);
  }
}

}  // namespace soleus::cuda_emulation

using namespace soleus::cuda_emulation;

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, cudaStreamCaptureMode mode) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (stream == device().legacy) return note(cudaErrorStreamCaptureUnsupported);
  if (stream->capture) return note(cudaErrorIllegalState);
  auto capture = std::make_shared<Capture>();
  capture->origin = stream;
  capture->streams = {stream};
  capture->mode = mode;
  capture->thread = std::this_thread::get_id();
  stream->capture = capture;
  device().captures.push_back(std::move(capture));
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t* pGraph) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (!pGraph) return note(cudaErrorInvalidValue);
  *pGraph = nullptr;
  const auto capture = stream->capture;
  if (!capture) return note(cudaErrorIllegalState);
  if (capture->origin != stream) return note(spoil(*capture, cudaErrorStreamCaptureUnmatched));
  if (capture->mode != cudaStreamCaptureModeRelaxed && capture->thread != std::this_thread::get_id())
    return note(spoil(*capture, cudaErrorStreamCaptureWrongThread));
  const bool joined = is_joined(*capture);
  end(*capture);
  if (!capture->valid) return note(cudaErrorStreamCaptureInvalidated);
  if (!joined) return note(cudaErrorStreamCaptureUnjoined);
  auto graph = std::make_unique<CUgraph_st>(CUgraph_st{std::move(capture->nodes)});
  *pGraph = graph.get();
  device().graphs.emplace(*pGraph, std::move(graph));
  return cudaSuccess;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t handle, cudaStreamCaptureStatus* pCaptureStatus) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (!pCaptureStatus) return note(cudaErrorInvalidValue);
  *pCaptureStatus = !stream->capture         ? cudaStreamCaptureStatusNone
                    : stream->capture->valid ? cudaStreamCaptureStatusActive
                                             : cudaStreamCaptureStatusInvalidated;
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* pGraphExec, cudaGraph_t graph, unsigned long long flags) {
  const std::lock_guard lock(device().mutex);
  if (!pGraphExec || !device().graphs.contains(graph)) return note(cudaErrorInvalidValue);
  if (flags != 0) return note(cudaErrorNotSupported);
  auto exec = std::make_unique<CUgraphExec_st>();
  exec->nodes = std::make_shared<const std::vector<GraphNode>>(graph->nodes);
  *pGraphExec = exec.get();
  device().graph_execs.emplace(*pGraphExec, std::move(exec));
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graphExec, cudaStream_t handle) {
  const std::lock_guard lock(device().mutex);
  const auto stream = find_stream(handle);
  if (!device().graph_execs.contains(graphExec)) return note(cudaErrorInvalidValue);
  if (!stream) return note(cudaErrorInvalidResourceHandle);
  if (stream->capture) return note(spoil(*stream->capture, cudaErrorNotSupported));  // no graphs in graphs
  if (stream == device().legacy)
    if (const cudaError_t error = legacy_stream_during_capture(); error != cudaSuccess) return note(error);
  std::vector<Position> after;  // a graph does not overlap with itself
  if (graphExec->last_launch.stream) after.push_back(graphExec->last_launch);
  graphExec->last_launch = append(
      stream, [nodes = graphExec->nodes] { run_graph(*nodes); }, std::move(after));
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graphExec) {
  const std::lock_guard lock(device().mutex);
  return note(device().graph_execs.erase(graphExec) == 1 ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  const std::lock_guard lock(device().mutex);
  return note(device().graphs.erase(graph) == 1 ? cudaSuccess : cudaErrorInvalidValue);
}
