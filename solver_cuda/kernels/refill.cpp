#include "solver_cuda/kernels/refill.hpp"

#include <algorithm>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/refill.hpp"

namespace soleus {
namespace {

/// The node was fluid before the wall moved on.
bool was_fluid(const LumenNodes& nodes, const std::vector<Node>& uncovered, Node n) {
  return nodes.fluid(n) && !std::binary_search(uncovered.begin(), uncovered.end(), n);
}

/// Direction from an uncovered node into the fluid: the deepest neighbour that was fluid before, 0 if there
/// is none.
template <class L>
int inward_direction(const WallView& view, const std::vector<Node>& uncovered, Node n) {
  const Tiles& tiles = view.lattice.tiles;
  int best = 0;
  double deepest = 0;
  const auto depth = [&](Node m) {
    const std::int32_t s = view.near.slot(m);
    return s < 0 ? 4 * tiles.dx_m : -double(view.near.distance_m[s]);  // beyond the band: deep inside
  };
  for (int i = 1; i < L::Q; ++i) {
    const Node m = tiles.neighbour(n, i);
    if (!was_fluid(view.lattice.nodes, uncovered, m)) continue;
    const double d = depth(m) / norm(L::c(i));
    if (d > deepest) deepest = d, best = i;
  }
  return best;
}

/// Weighted mean density excess of the neighbours that were fluid before; there is at least one.
template <template <class, class> class Store, class L, class Real>
Real neighbours_drho(const Store<L, Real>& f, const Lattice& lattice, const std::vector<Node>& uncovered,
                     Node n, const Real (&force)[3]) {
  double weight = 0, drho = 0;
  for (int i = 1; i < L::Q; ++i) {
    const Node m = lattice.tiles.neighbour(n, i);
    if (!was_fluid(lattice.nodes, uncovered, m)) continue;
    Real g[L::Q];
    gather(f, lattice.tiles, lattice.nodes, m, g);
    weight += L::weight(i), drho += L::weight(i) * macro<L>(g, force).drho;
  }
  return static_cast<Real>(drho / weight);
}

}  // namespace

template <template <class, class> class Store, class L, class Real>
void refill(Store<L, Real>& f, const WallView& view, const std::vector<Node>& uncovered, RefillRule rule,
            const Real (&force)[3]) {
  const Tiles& tiles = view.lattice.tiles;
  std::vector<Cell<L, Real>> filled(uncovered.size());  // all are read before the first is written
  parallel_for(uncovered.size(), 256, [&](std::size_t k) {
    const Node n = uncovered[k];
    const std::int32_t s = view.near.slot(n);
    const Vec3 wall = view.near.link_velocity(s, -1, 0) / view.scales.velocity_m_s();
    Macro<Real> at_wall{0, static_cast<Real>(wall.x), static_cast<Real>(wall.y), static_cast<Real>(wall.z)};
    if (rule == RefillRule::none) at_wall = {0, 0, 0, 0};
    const int in = rule == RefillRule::none ? 0 : inward_direction<L>(view, uncovered, n);
    if (in == 0) {  // no fluid to learn from
      for (int i = 0; i < L::Q; ++i) filled[k].g[i] = equilibrium<L>(i, at_wall);
      return;
    }
    Real next[L::Q];
    gather(f, tiles, view.lattice.nodes, tiles.neighbour(n, in), next);
    at_wall.drho = neighbours_drho(f, view.lattice, uncovered, n, force);
    const double depth = -view.near.distance_m[s] / view.scales.dx_m;
    refill_cell<L>(filled[k].g, at_wall, next, force, depth, norm(L::c(in)));
  });
  for (std::size_t k = 0; k < uncovered.size(); ++k)
    scatter(f, tiles, view.lattice.nodes, uncovered[k], filled[k].g);
}

template void refill(Populations<D3Q19, float>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const float (&)[3]);
template void refill(Cells<D3Q19, float>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const float (&)[3]);
template void refill(Populations<D3Q19, double>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const double (&)[3]);
template void refill(Cells<D3Q19, double>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const double (&)[3]);
template void refill(Populations<D3Q27, float>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const float (&)[3]);
template void refill(Cells<D3Q27, float>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const float (&)[3]);
template void refill(Populations<D3Q27, double>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const double (&)[3]);
template void refill(Cells<D3Q27, double>&, const WallView&, const std::vector<Node>&, RefillRule,
                     const double (&)[3]);

}  // namespace soleus
