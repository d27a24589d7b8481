// What `soleus info` says about CUDA devices.
#pragma once

#include <string>
#include <vector>

namespace soleus {

/// One line per device, or one that says why there is none.
std::vector<std::string> cuda_devices();

}  // namespace soleus
