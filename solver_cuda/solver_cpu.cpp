#include "solver_cuda/kernels/cpu_backend.hpp"
#include "solver_cuda/lattice_solver.hpp"

namespace soleus {
namespace {

template <class L>
std::unique_ptr<SolverBase> on(const Setup& setup) {
  if (setup.flow_case.solver.precision == Precision::double_)
    return std::make_unique<LatticeSolver<CpuBackend<L, double>>>(setup);
  return std::make_unique<LatticeSolver<CpuBackend<L, float>>>(setup);
}

}  // namespace

std::unique_ptr<SolverBase> new_cpu_solver(const Setup& setup) {
  return setup.flow_case.solver.velocity_set == VelocitySet::d3q19 ? on<D3Q19>(setup) : on<D3Q27>(setup);
}

}  // namespace soleus
