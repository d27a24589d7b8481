#include "solver_cuda/kernels/displace.hpp"

#include <algorithm>
#include <cmath>

namespace soleus {

double displace(std::vector<BoundaryTile>& tiles, double cells, double steps) {
  double net = 0, gross = 0;
  for (const BoundaryTile& tile : tiles) net += tile.cells_per_step, gross += std::abs(tile.cells_per_step);
  if (gross == 0) return 0;
  const double change = std::clamp(cells / (steps * gross), -0.1, 0.1);
  for (BoundaryTile& tile : tiles) {
    tile.mass_per_step += change * std::abs(tile.mass_per_step);
    tile.cells_per_step += change * std::abs(tile.cells_per_step);
  }
  return net + change * gross;
}

}  // namespace soleus
