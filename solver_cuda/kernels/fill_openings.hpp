// What arrives through the openings after a step.
#pragma once

#include <vector>

#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {

/// Fills the populations that arrive through the caps and records the mass that entered through each.
template <class L, class Real>
void fill_openings(Populations<L, Real>& f, Boundary<L, Real>& boundary,
                   const std::vector<OpeningValue>& values);

}  // namespace soleus
