#include "pipeline/app/machine.hpp"

namespace soleus {

std::vector<std::string> cuda_devices() {
  return {"none (this program was built without CUDA)"};
}

}  // namespace soleus
