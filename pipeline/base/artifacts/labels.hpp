// A label map: 0 is background, other values name structures. The output of segmentation, the input of
// meshing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pipeline/base/artifacts/grid.hpp"

namespace soleus {

struct Labels {
  Grid grid;
  std::vector<std::uint8_t> values;  // grid.voxels() values, i fastest
  std::map<int, std::string> names;  // {{1, "vein"}}
};

}  // namespace soleus
