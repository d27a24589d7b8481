// A grey-value volume (CT: Hounsfield units; MR: as stored). The output of the phantom stage, the input of
// segmentation.
#pragma once

#include <string>
#include <vector>

#include "pipeline/base/artifacts/grid.hpp"

namespace soleus {

struct Image {
  Grid grid;
  std::vector<float> values;         // grid.voxels() values, i fastest
  std::string frame_of_reference{};  // DICOM UID (0020,0052); empty: not known. Never written to a file.
};

}  // namespace soleus
