// What sheets immersed in the fluid and the fluid beside them tell each other, node by node.
#pragma once

#include <array>
#include <vector>

#include "solver_cuda/state/boundary.hpp"
#include "solver_cuda/state/large_pages.hpp"
#include "solver_cuda/state/row_order.hpp"

namespace soleus {

/// Arrays by place in the order of the populations; what lies outside the packs beside sheets is not set, and
/// takes no memory before it is.
template <class Real>
struct ImmersedFields {
  PackSet beside;
  using Stream = std::vector<Real, LargePages<Real>>;
  std::array<Stream, 3> push;        // half of the momentum that a step gives a node, lattice units
  std::array<Stream, 3> velocity{};  // of the last step, with that half; zero at nodes that are not fluid

  explicit ImmersedFields(const RowOrder& order) : beside(order.packs()) {
    for (auto* all : {&push, &velocity})
      for (Stream& s : *all) s.resize(order.places);
  }
};

}  // namespace soleus
