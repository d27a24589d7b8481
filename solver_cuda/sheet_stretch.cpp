#include "solver_cuda/sheet_stretch.hpp"

#include <algorithm>
#include <cmath>

namespace soleus {
namespace {

/// Larger principal value of a tensor in the plane.
double larger_principal(double trace, double determinant) {
  return 0.5 * trace + std::sqrt(std::max(0.0, 0.25 * trace * trace - determinant));
}

}  // namespace

/// F S F^T / (J h) has the principal values of C S / (J h), C and S in the sheet's own axes.
SheetStretch stretch_of(const Shell& shell) {
  SheetStretch found;
  for (const ShellTriangle& t : shell.triangles) {
    const PlaneTensor c = metric(tangents(t, shell.x_m.data())), e = strain(c);
    const PlaneTensor s = sheet_stress(shell.material, c).tension_n_m;
    const double stress = larger_principal(contract(c, s), c.determinant() * s.determinant());
    found.strain.push_back(static_cast<float>(larger_principal(e.trace(), e.determinant())));
    found.stress_pa.push_back(
        static_cast<float>(stress / (std::sqrt(c.determinant()) * shell.material.thickness_m)));
  }
  return found;
}

}  // namespace soleus
