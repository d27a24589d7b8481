// Interpolated bounce-back lets mass through the wall, along a vein seven cells wide 3 % of its flow. What a
// tile's links let in beyond what the moving wall displaces is taken from the populations at rest beside the
// walls of the tiles around it, in the step that follows.
//
// Around the tile and not in it alone: the links of a flow along the wall gain at some nodes and lose at
// others, and what does not add up within one tile would drive a flow from tile to tile (rotated pipe: stress
// at the wall of first order). REFERENCES: Bao, Yuan & Schaefer, J. Comput. Phys. 227, 8472 (2008); Sanjeevi,
// Zarghami & Padding, Phys. Rev. E 97, 043305 (2018).
#pragma once

#include "solver_cuda/state/boundary.hpp"

namespace soleus {

/// The last part of link_wall(): Boundary::let_in is zero, and BoundaryTile::wall_nodes_around is counted.
template <class L, class Real>
void prepare_keeping_mass(Boundary<L, Real>& boundary, const Tiles& tiles, const LumenNodes& nodes);

/// Takes at once what the next step would take: the mass of the fluid is exact after that.
template <class L, class Real>
void settle_mass(Populations<L, Real>& f, Boundary<L, Real>& boundary, const Tiles& tiles,
                 const LumenNodes& nodes);

}  // namespace soleus
