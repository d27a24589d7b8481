// One time step of every fluid node: read what arrives, collide, leave it where it streams to, send back what
// meets a wall.
#pragma once

#include "solver_cuda/choices.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/state/immersed_fields.hpp"

namespace soleus {

/// Moves 2 Q values per fluid node through memory (D3Q19 in single precision: 152 bytes). Packs of nodes
/// without a fluid node are skipped. Flips f.next. What walls let in is kept account of (keep_mass.hpp).
/// `immersed`: takes the push of sheets and leaves the velocity beside them.
template <class L, class Real>
void stream_collide(Populations<L, Real>& f, const Tiles& tiles, const LumenNodes& nodes,
                    Boundary<L, Real>& boundary, const Relaxation<Real>& rates, Collision collision,
                    ImmersedFields<Real>* immersed = nullptr);

}  // namespace soleus
