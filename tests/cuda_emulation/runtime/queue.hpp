// Work waits in its stream until somebody needs it: nothing runs when it is issued. See README.md, "Order".
#pragma once

#include "device.hpp"

namespace soleus::cuda_emulation {

/// Appends work to a stream, after what the rules of the legacy stream ask for.
Position append(const std::shared_ptr<CUstream_st>& stream, Action run, std::vector<Position> after = {});

/// Appends work to a stream, or to the capture that the stream takes part in.
cudaError_t submit(cudaStream_t handle, Action run);

/// Everything that has been issued to the stream.
Position tail(const std::shared_ptr<CUstream_st>& stream);

/// Runs what has to be done for the position to be reached, nothing else.
void finish(const Position& position);
void finish_all();

/// Runs one piece of work towards the position; true when it has been reached before.
bool advance(const Position& position);

/// 0: everything in the usual order; else a number that differs from call to call and is the same in every
/// run.
std::uint64_t next_seed();

}  // namespace soleus::cuda_emulation
