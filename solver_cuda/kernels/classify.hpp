// Which nodes are fluid.
#pragma once

#include <vector>

#include "solver_cuda/geometry/near_wall.hpp"

namespace soleus {

/// Makes nodes fluid or solid as the wall says; returns the newly fluid ones, ascending.
std::vector<Node> classify(LumenNodes& nodes, const NearWall& near);

}  // namespace soleus
