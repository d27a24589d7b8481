// Where a surface passes through itself.
#pragma once

#include <utility>
#include <vector>

#include "pipeline/base/bvh.hpp"

namespace soleus {

/// Pairs of triangles that intersect other than in a shared corner or edge; at most `most` of them.
std::vector<std::pair<int, int>> self_intersections(const Bvh& surface, int most);

}  // namespace soleus
