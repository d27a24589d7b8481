// One time step of every fluid node: read what arrives, collide, leave it where it streams to, send back what
// meets a wall.
#pragma once

#include "solver_cuda/config.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/state/boundary.hpp"

namespace soleus {

/// Moves 2 Q values per fluid node through memory (D3Q19 in single precision: 152 bytes). Rows of eight nodes
/// without a fluid node are skipped. Flips f.next.
///
/// Interpolated bounce-back lets mass through the wall, along a 7 cells wide vein 3 % of its flow; what a
/// tile gains beyond what the moving wall displaces is taken from the populations at rest beside its wall.
/// Node by node instead of tile by tile, the differences between neighbours would drive a flow (rotated pipe:
/// order 1.4 instead of 1.9). REFERENCES: Bao, Yuan & Schaefer, J. Comput. Phys. 227, 8472 (2008); Sanjeevi,
/// Zarghami & Padding, Phys. Rev. E 97, 043305 (2018).
template <class L, class Real>
void stream_collide(Populations<L, Real>& f, const Tiles& tiles, const LumenNodes& nodes,
                    const Boundary<L, Real>& boundary, const Relaxation<Real>& rates, Collision collision);

}  // namespace soleus
