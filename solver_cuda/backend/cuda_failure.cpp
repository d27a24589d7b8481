#include "solver_cuda/backend/cuda_failure.hpp"

#include <fmt/format.h>

#include <cmath>

#include "pipeline/base/errors.hpp"

namespace soleus::cuda {

void fail(const char* doing, const char* text, const char* name) {
  throw ResourceError(fmt::format("the CUDA device failed while {}: {} ({}).", doing, text, name));
}

void require_device(int device, int count, const char* error) {
  if (error || count == 0)
    throw ResourceError(fmt::format("solver.backend: cuda finds no CUDA device ({}); use cpu.",
                                    error ? error : "this machine has none"));
  if (device >= 0 && device < count) return;
  throw InputError(
      fmt::format("--device {}: the CUDA devices of this machine are 0 to {}; soleus info lists them.",
                  device, count - 1));
}

void require_memory(double needed_bytes, double free_bytes, double total_bytes, double dx_m) {
  if (needed_bytes <= free_bytes) return;
  // The number of cells falls with the cube of dx; tiles at the wall and the reserve fall slower.
  const double fitting = dx_m * std::cbrt(needed_bytes / free_bytes) * 1.05;
  throw ResourceError(
      fmt::format("the run needs {:.0f} MB on the CUDA device and {:.0f} of its {:.0f} MB are free; "
                  "solver.dx = {:.3g} mm "
                  "would fit.",
                  needed_bytes * 1e-6, free_bytes * 1e-6, total_bytes * 1e-6, fitting * 1e3));
}

}  // namespace soleus::cuda
