// The density along the vein, for a wall that answers it.
#pragma once

#include <vector>

#include "solver_cuda/state/populations.hpp"
#include "solver_cuda/state/sections.hpp"

namespace soleus {

/// Sorts rows as their nodes are stored, for sum_sections().
void sort_by_place(Sections& sections, const RowOrder& order);

/// [stretches] Before an even step. The same whatever the number of threads.
template <class L, class Real>
std::vector<SectionSum> sum_sections(const Populations<L, Real>& f, const LumenNodes& nodes,
                                     const Sections& sections);

}  // namespace soleus
