#include "solver_cuda/geometry/regions.hpp"

#include <algorithm>

#include "pipeline/base/smooth_step.hpp"

namespace soleus {

void describe(Fields& f, ContractionRegion& r) {
  f.integer({"branch", "Branch id in centerlines.vtp; -1: all branches."}, r.branch, {.min = -1});
  f.quantity({"from", "Abscissa along the centreline where the squeezed stretch begins."}, r.from_m,
             Dimension::length);
  f.quantity({"to", "Abscissa where it ends."}, r.to_m, Dimension::length);
  f.quantity({"edge", "Length of the smooth transition at both ends."}, r.edge_m, Dimension::length,
             {.min = 0});
  if (r.to_m < r.from_m) f.fault("to", "the stretch ends before it begins; 'to' must be larger than 'from'.");
}

double share(const std::vector<ContractionRegion>& regions, int branch, double abscissa_m) {
  if (regions.empty()) return 1;
  double w = 0;
  for (const ContractionRegion& r : regions) {
    if (r.branch >= 0 && r.branch != branch) continue;
    const double edge = std::max(r.edge_m, 1e-9);
    w = std::max(w, smooth_step((abscissa_m - r.from_m) / edge + 0.5) *
                        smooth_step((r.to_m - abscissa_m) / edge + 0.5));
  }
  return w;
}

}  // namespace soleus
