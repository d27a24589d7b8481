#include "solver_cuda/backend/cuda_backend.hpp"
#include "solver_cuda/lattice_solver.hpp"

namespace soleus {
namespace {

template <class L>
std::unique_ptr<SolverBase> on(const Setup& setup) {
  switch (setup.flow_case.solver.precision) {
    case Precision::double_:
      return std::make_unique<LatticeSolver<CudaBackend<L, double>>>(setup);
    case Precision::half_storage:
      return std::make_unique<LatticeSolver<CudaBackend<L, float, ScaledHalf>>>(setup);
    default:
      return std::make_unique<LatticeSolver<CudaBackend<L, float>>>(setup);
  }
}

}  // namespace

bool cuda_is_built() {
  return true;
}

std::unique_ptr<SolverBase> new_cuda_solver(const Setup& setup) {
  return setup.flow_case.solver.velocity_set == VelocitySet::d3q19 ? on<D3Q19>(setup) : on<D3Q27>(setup);
}

}  // namespace soleus
