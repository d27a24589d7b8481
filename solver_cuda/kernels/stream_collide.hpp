// One time step of every fluid node: read what arrives, collide, leave it where it streams to.
#pragma once

#include "solver_cuda/config.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/state/lumen_nodes.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Moves 2 Q values per fluid node through memory (D3Q19 in single precision: 152 bytes). Rows of eight nodes
/// without a fluid node are skipped; solid nodes in other rows are computed too, into slots that nobody
/// reads. Flips f.next.
template <class L, class Real>
void stream_collide(Populations<L, Real>& f, const Tiles& tiles, const LumenNodes& nodes,
                    const Relaxation<Real>& rates, Collision collision);

}  // namespace soleus
