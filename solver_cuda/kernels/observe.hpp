// What the fluid does now, in SI: fields at the nodes and totals.
#pragma once

#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/physics/trt.hpp"
#include "solver_cuda/scales.hpp"
#include "solver_cuda/state/immersed_fields.hpp"
#include "solver_cuda/state/macro_fields.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// `immersed`: the push of sheets in the step to come, null without any.
template <class L, class Real>
Totals observe(MacroFields& fields, const Populations<L, Real>& f, const Lattice& lattice,
               const Scales& scales, const Real (&force)[3], const ImmersedFields<Real>* immersed = nullptr);

/// The strain rate of the fluid nodes, which a wall stress needs. NaN next to an opening, where what arrives
/// is an equilibrium and carries none.
template <class L, class Real>
void observe_strain(MacroFields& fields, const Populations<L, Real>& f, const Lattice& lattice,
                    const Scales& scales, const Relaxation<Real>& rates);

}  // namespace soleus
