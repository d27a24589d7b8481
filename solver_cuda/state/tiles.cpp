#include "solver_cuda/state/tiles.hpp"

#include <algorithm>
#include <utility>

#include "solver_cuda/state/tile_box.hpp"

namespace soleus {
namespace {

std::uint64_t spread_bits(std::uint64_t v) {
  std::uint64_t r = 0;
  for (int b = 0; b < 21; ++b) r |= (v >> b & 1) << (3 * b);
  return r;
}

std::uint64_t morton(const std::array<int, 3>& p) {
  return spread_bits(p[0]) | spread_bits(p[1]) << 1 | spread_bits(p[2]) << 2;
}

TileBox box_of(const Tiles& t) {
  return {t.at.data(), {t.dims[0], t.dims[1], t.dims[2]}, {t.periodic[0], t.periodic[1], t.periodic[2]}};
}

}  // namespace

Node Tiles::node(LatticeIndex l) const {
  return node_in_box(box_of(*this), l);
}

Tiles make_tiles(const Vec3& origin_m, double dx_m, const std::array<int, 3>& dims,
                 const std::array<bool, 3>& periodic, const std::vector<Kept>& wanted) {
  Tiles t;
  t.origin_m = origin_m, t.dx_m = dx_m, t.dims = dims, t.periodic = periodic;
  const auto kept = [&](const std::array<int, 3>& p) {
    return wanted[p[0] + std::size_t(dims[0]) * (p[1] + std::size_t(dims[1]) * p[2])];
  };
  for (int z = 0; z < dims[2]; ++z)
    for (int y = 0; y < dims[1]; ++y)
      for (int x = 0; x < dims[0]; ++x)
        if (kept({x, y, z}) != Kept::nothing) t.place.push_back({x, y, z});
  std::sort(t.place.begin(), t.place.end(), [&](const auto& a, const auto& b) {
    return std::pair(kept(a), morton(a)) < std::pair(kept(b), morton(b));
  });
  t.populated = 1 + static_cast<int>(std::ranges::count(wanted, Kept::all));
  t.place.insert(t.place.begin(), {0, 0, 0});  // the dummy

  t.at.assign(wanted.size(), 0);
  for (int n = 1; n < t.count(); ++n) {
    const auto& p = t.place[n];
    t.at[p[0] + std::size_t(dims[0]) * (p[1] + std::size_t(dims[1]) * p[2])] = n;
  }
  t.neighbours.assign(t.place.size(), {});
  const TileBox box = box_of(t);
  for (int n = 1; n < t.count(); ++n) {
    const auto& p = t.place[n];
    for (int s = 0; s < 27; ++s)
      t.neighbours[n][s] = tile_in_box(box, {p[0] + s % 3 - 1, p[1] + s / 3 % 3 - 1, p[2] + s / 9 - 1});
  }
  return t;
}

}  // namespace soleus
