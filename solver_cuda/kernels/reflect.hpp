// What comes back from walls and openings after a step.
#pragma once

#include <vector>

#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Fills the populations that the wall sends back. Tiles touch disjoint slots: any order gives the same bits.
/// Interpolated bounce-back lets mass through the wall, along a 7 cells wide vein 3 % of its flow; what a
/// tile gains beyond what the moving wall displaces is taken from the populations at rest beside its wall.
/// Node by node instead of tile by tile, the differences between neighbours would drive a flow (rotated pipe:
/// order 1.4 instead of 1.9). REFERENCES: Bao, Yuan & Schaefer, J. Comput. Phys. 227, 8472 (2008); Sanjeevi,
/// Zarghami & Padding, Phys. Rev. E 97, 043305 (2018).
template <class Real>
void reflect_walls(Populations<Real>& f, const Boundary<Real>& boundary);

/// What an opening imposes in this step, lattice units.
struct OpeningValue {
  double factor = 0;  // of the inflow links
  double drho = 0;    // density excess of a pressure opening
};

/// Notes density and velocity at the openings; goes before the collision.
template <class Real>
void look_at_open_ends(Boundary<Real>& boundary, const Populations<Real>& f, const Tiles& tiles,
                       const Real (&force)[3]);

/// Fills the populations that arrive through the caps and records the mass that entered through each.
template <class Real>
void open_ends(Populations<Real>& f, const Tiles& tiles, Boundary<Real>& boundary,
               const std::vector<OpeningValue>& values);

}  // namespace soleus
