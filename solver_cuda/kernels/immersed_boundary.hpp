// The immersed boundary method: sheets push the fluid beside them and move with it, through the same weights,
// so that what one gives is what the other gets. REFERENCE: Peskin, Acta Numer. 11, 479 (2002).
#pragma once

#include <vector>

#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/state/immersed_fields.hpp"
#include "solver_cuda/state/markers.hpp"

namespace soleus {

/// Weights of markers at `x_m`. Beside walls, where part of a delta lies on nodes that are not fluid, the
/// rest is made to have the sum and the first moment that the whole has, so that force and torque arrive and
/// a linear flow is found exactly; where too few nodes are left for that, the sum alone. A marker without a
/// fluid node has no weights. What they touch is found anew for those only that have gone to another node,
/// and for all where `markers.lumen_changed`.
template <class Real>
void touch(Markers<Real>& markers, const std::vector<Vec3>& x_m, const Lattice& lattice,
           const RowOrder& order);

/// The packs whose nodes markers may touch until one of them has moved by a cell.
template <class Real>
void choose_packs(ImmersedFields<Real>& fields, const Markers<Real>& markers, const Lattice& lattice,
                  const RowOrder& order);

/// Sets the push of all nodes beside sheets to those of the markers. Each node adds up its markers in their
/// order: the same bits for any number of threads.
template <class Real>
void spread(ImmersedFields<Real>& fields, const Markers<Real>& markers, const std::vector<Vec3>& push,
            const RowOrder& order);

/// Velocity of the fluid at the markers, lattice units.
template <class Real>
void interpolate(std::vector<Vec3>& velocity, const Markers<Real>& markers,
                 const ImmersedFields<Real>& fields);

}  // namespace soleus
