#include "solver_cuda/kernels/link_wall.hpp"

#include <algorithm>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/kernels/link_openings.hpp"

namespace soleus {
namespace {

/// Fraction of the link at which the wall cuts it, by linear interpolation between the distances at its ends
/// and, where the distance is exact, one secant step.
double cut_fraction(const WallView& view, Node x, int i, double inside, double outside) {
  if (outside <= 0) return 0.5;
  double q = inside / (inside - outside);
  if (view.near.exact()) {
    const Tiles& tiles = view.lattice.tiles;
    const Vec3 at = tiles.position(x), step = Directions::c(i) * -tiles.dx_m;
    const double d = view.near.distance_at(at + step * q, view.time_s);
    q = d < 0 ? q + (1 - q) * d / (d - outside) : q * inside / (inside - d);
  }
  return std::clamp(q, 1e-3, 1.0);
}

template <class L, class Real>
double density(const Populations<L, Real>& f, const Tiles& tiles, Node n) {
  Real g[L::Q];
  gather(f, tiles, n, g);
  double rho = 1;
  for (const Real population : g) rho += double(population);
  return rho;
}

template <class Real>
struct FoundLinks {
  struct AtWall {
    Node node;
    std::size_t end_link;
    double mass_per_step, cells_per_step;
  };
  std::vector<LinkSlots> slots;
  std::vector<WallLink<Real>> links;
  std::vector<AtWall> nodes;
};

/// The links of one node of the band, but for those that end at an opening.
template <class L, class Real>
void link_node(FoundLinks<Real>& found, const Populations<L, Real>& f, const WallView& view, std::size_t band,
               std::uint32_t open, WallRule rule) {
  const Tiles& tiles = view.lattice.tiles;
  const LumenNodes& nodes = view.lattice.nodes;
  const NearWall& near = view.near;
  const Node x = near.band[band];
  const double rho = near.max_speed_m_s > 0 ? density(f, tiles, x) : 1;
  const std::size_t links_before = found.links.size();
  double mass_per_step = 0;
  for (int i = 1; i < L::Q; ++i) {
    const Node y = tiles.neighbour(x, L::opposite(i));
    if (nodes.fluid(y) || (open >> i & 1)) continue;
    const Node behind = tiles.neighbour(x, i);
    const std::int32_t ys = near.slot_of[y];
    const double outside = ys < 0 ? tiles.dx_m : near.distance_m[ys];
    const double q = cut_fraction(view, x, i, near.distance_m[band], outside);
    const double cu = dot(L::c(i), near.link_velocity(band, ys, q)) / view.scales.velocity_m_s();
    // At the rim of a moving end the wall's velocity jumps: interpolation along the link has no meaning
    // there.
    const bool halfway = rule == WallRule::staircase || !nodes.fluid(behind) ||
                         view.wall.behind_rim(tiles.position(y), view.time_s);
    found.links.push_back(halfway ? halfway_link<L, Real>(i, rho, cu) : wall_link<L, Real>(i, q, rho, cu));
    found.slots.push_back({slot<L>(x, i), slot<L>(y, L::opposite(i)), slot<L>(x, L::opposite(i)),
                           slot<L>(halfway ? x : behind, i)});
    mass_per_step += double(halfway_link<L, Real>(i, rho, cu).push);
  }
  if (found.links.size() > links_before)
    found.nodes.push_back({x, found.links.size(), mass_per_step, mass_per_step / rho});
}

/// Appends links to those of the boundary, tile by tile; nodes come in ascending order.
template <class L, class Real>
void append(Boundary<Real>& boundary, const FoundLinks<Real>& part) {
  const auto links_before = static_cast<std::uint32_t>(boundary.slots.size());
  boundary.slots.insert(boundary.slots.end(), part.slots.begin(), part.slots.end());
  boundary.links.insert(boundary.links.end(), part.links.begin(), part.links.end());
  for (const auto& at : part.nodes) {
    const Slot rest = slot<L>(at.node, 0);
    const bool same_tile =
        !boundary.at_wall.empty() && tile_of<L>(boundary.at_wall.back()) == tile_of<L>(rest);
    if (!same_tile) {
      const std::uint32_t link = boundary.wall_tiles.empty() ? 0 : boundary.wall_tiles.back().end_link;
      const auto node = static_cast<std::uint32_t>(boundary.at_wall.size());
      boundary.wall_tiles.push_back({link, link, node, node, 0, 0});
    }
    boundary.at_wall.push_back(rest);
    auto& tile = boundary.wall_tiles.back();
    tile.end_link = links_before + static_cast<std::uint32_t>(at.end_link);
    tile.end_node = static_cast<std::uint32_t>(boundary.at_wall.size());
    tile.mass_per_step += at.mass_per_step;
    tile.cells_per_step += at.cells_per_step;
  }
}

}  // namespace

template <class L, class Real>
void link_wall(Boundary<Real>& boundary, const Populations<L, Real>& f, const WallView& view, WallRule rule) {
  constexpr std::size_t block = 1024;
  const std::vector<Node>& band = view.near.band;
  std::vector<FoundLinks<Real>> found((band.size() + block - 1) / block);
  parallel_for(found.size(), 1, [&](std::size_t b) {
    for (std::size_t k = b * block; k < band.size() && k < (b + 1) * block; ++k)
      if (view.lattice.nodes.fluid(band[k]))
        link_node(found[b], f, view, k, open_directions(view, band[k]), rule);
  });
  boundary.slots.clear(), boundary.links.clear();
  boundary.wall_tiles.clear(), boundary.at_wall.clear();
  for (const auto& part : found) append<L>(boundary, part);
}

template void link_wall(Boundary<float>&, const Populations<D3Q19, float>&, const WallView&, WallRule);
template void link_wall(Boundary<double>&, const Populations<D3Q19, double>&, const WallView&, WallRule);
template void link_wall(Boundary<float>&, const Populations<D3Q27, float>&, const WallView&, WallRule);
template void link_wall(Boundary<double>&, const Populations<D3Q27, double>&, const WallView&, WallRule);

}  // namespace soleus
