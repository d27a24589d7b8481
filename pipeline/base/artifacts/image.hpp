// A grey-value volume (CT: Hounsfield units; MR: as stored). The output of the phantom stage, the input of
// segmentation.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/grid.hpp"

namespace soleus {

struct Image {
  Grid grid;
  std::vector<float> values;  // grid.voxels() values, i fastest
};

}  // namespace soleus
