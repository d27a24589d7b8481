// The density along the vein, for a wall that answers it.
#pragma once

#include <vector>

#include "solver_cuda/state/populations.hpp"
#include "solver_cuda/state/sections.hpp"

namespace soleus {

/// [stretches] Before an even step.
template <class L, class Real>
std::vector<SectionSum> sum_sections(const Populations<L, Real>& f, const LumenNodes& nodes,
                                     const Sections& sections);

}  // namespace soleus
