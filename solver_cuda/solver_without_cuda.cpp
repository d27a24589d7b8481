#include "solver_cuda/backend/cuda_devices.hpp"
#include "solver_cuda/solver_impl.hpp"

namespace soleus {

bool cuda_is_built() {
  return false;
}

std::vector<std::string> cuda_devices() {
  return {"none (this program was built without CUDA)"};
}

std::unique_ptr<SolverBase> new_cuda_solver(const Setup&) {
  return nullptr;  // such a case has been refused by require_backend()
}

}  // namespace soleus
