// Recording of a stream's work into a graph, and what is forbidden meanwhile.
#pragma once

#include "device.hpp"

namespace soleus::cuda_emulation {

/// Makes a node of the work; `stream` takes part in a capture.
cudaError_t capture_work(CUstream_st& stream, Action run);

/// cudaStreamWaitEvent when the stream or the event takes part in a capture.
cudaError_t capture_wait(const std::shared_ptr<CUstream_st>& stream, const EventRecord& record);

/// What a call must return that may not be made while a capture goes on; such a call spoils the capture.
cudaError_t unsafe_during_capture();

/// The same for waiting on one stream, or (null) on all.
cudaError_t waiting_during_capture(const CUstream_st* stream);

/// The same for work in the legacy stream: a capture in a stream that waits for it would depend on work
/// outside the graph.
cudaError_t legacy_stream_during_capture();

/// Runs a graph's nodes, each after those that it depends on, and of several that could run the one recorded
/// last.
void run_graph(const std::vector<GraphNode>& nodes);

}  // namespace soleus::cuda_emulation
