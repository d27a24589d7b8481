#include "segmentation/volume.hpp"

#include <cmath>

namespace soleus::segmentation {

const std::vector<Neighbor>& neighbors26() {
  static const std::vector<Neighbor> all = [] {
    std::vector<Neighbor> n;
    for (int dk = -1; dk <= 1; ++dk)
      for (int dj = -1; dj <= 1; ++dj)
        for (int di = -1; di <= 1; ++di)
          if (di || dj || dk) n.push_back({di, dj, dk});
    return n;
  }();
  return all;
}

bool covers(const Grid& grid, const Vec3& position_m) {
  const Vec3 c = grid.continuous_index(position_m);
  for (int a = 0; a < 3; ++a)
    if (!(c[a] >= -0.5 && c[a] < grid.size[a] - 0.5)) return false;
  return true;
}

std::size_t voxel_at(const Grid& grid, const Vec3& position_m) {
  const Vec3 c = grid.continuous_index(position_m);
  return grid.index(int(std::floor(c.x + 0.5)), int(std::floor(c.y + 0.5)), int(std::floor(c.z + 0.5)));
}

}  // namespace soleus::segmentation
