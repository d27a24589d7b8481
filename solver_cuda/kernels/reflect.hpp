// What comes back from walls and openings after a step.
#pragma once

#include <vector>

#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Fills the populations that the wall sends back. Links touch disjoint slots: any order gives the same bits.
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
