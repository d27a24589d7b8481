#include "solver_cuda/backend/torn_sheet.hpp"

#include <fmt/format.h>

#include "pipeline/base/errors.hpp"

namespace soleus {

void fail_torn(const std::string& sheet, double cells_per_step, const Vec3& x_m) {
  const Vec3 x = x_m * 1e3;
  throw NumericalError(fmt::format(
      "sheet '{}' is torn along at {:.2g} cells per step near ({:.1f}, {:.1f}, {:.1f}) mm; use a smaller "
      "solver.dt or a finer solver.dx.",
      sheet, cells_per_step, x.x, x.y, x.z));
}

}  // namespace soleus
