// One time step of every fluid node: read what arrives, collide, leave it where it streams to.
#pragma once

#include "solver_cuda/config.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/state/lumen_nodes.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Moves 2 x 19 values per fluid node through memory (152 bytes in single precision). Rows of eight nodes
/// without a fluid node are skipped; solid nodes in other rows are computed too, into slots that nobody
/// reads. Flips f.next.
void stream_collide(Populations<float>& f, const Tiles& tiles, const LumenNodes& nodes,
                    const Relaxation<float>& rates, Collision collision);
void stream_collide(Populations<double>& f, const Tiles& tiles, const LumenNodes& nodes,
                    const Relaxation<double>& rates, Collision collision);

}  // namespace soleus
