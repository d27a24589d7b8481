#include "solver_cuda/kernels/displace.hpp"

#include <algorithm>
#include <cmath>

namespace soleus {

template <class Real>
double displace(Boundary<Real>& boundary, double cells, double steps) {
  double net = 0, gross = 0;
  for (const auto& tile : boundary.wall_tiles)
    net += tile.cells_per_step, gross += std::abs(tile.cells_per_step);
  if (gross == 0) return 0;
  const double change = std::clamp(cells / (steps * gross), -0.1, 0.1);
  for (auto& tile : boundary.wall_tiles) {
    tile.mass_per_step += change * std::abs(tile.mass_per_step);
    tile.cells_per_step += change * std::abs(tile.cells_per_step);
  }
  return net + change * gross;
}

template double displace(Boundary<float>&, double, double);
template double displace(Boundary<double>&, double, double);

}  // namespace soleus
