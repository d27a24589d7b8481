// What comes back from the walls after a step.
#pragma once

#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Fills the populations that the wall sends back. Tiles touch disjoint slots: any order gives the same bits.
/// Interpolated bounce-back lets mass through the wall, along a 7 cells wide vein 3 % of its flow; what a
/// tile gains beyond what the moving wall displaces is taken from the populations at rest beside its wall.
/// Node by node instead of tile by tile, the differences between neighbours would drive a flow (rotated pipe:
/// order 1.4 instead of 1.9). REFERENCES: Bao, Yuan & Schaefer, J. Comput. Phys. 227, 8472 (2008); Sanjeevi,
/// Zarghami & Padding, Phys. Rev. E 97, 043305 (2018).
template <class L, class Real>
void reflect_walls(Populations<L, Real>& f, const Boundary<Real>& boundary);

}  // namespace soleus
