#include "solver_cuda/kernels/link_openings.hpp"

#include <algorithm>

namespace soleus {
namespace {

/// The cap directions of a node that the wall does not cut before the cap does.
std::uint32_t before_the_wall(const WallView& view, const CapNode& c) {
  const NearWall& near = view.near;
  const Tiles& tiles = view.lattice.tiles;
  const std::int32_t xs = near.slot(c.node);
  if (xs < 0) return c.directions;
  std::uint32_t open = 0;
  const Vec3 x = tiles.position(c.node);
  const Opening& cap = view.wall.caps()[c.cap].opening;
  for (int i = 1; i < D3Q27::Q; ++i) {
    if (!(c.directions >> i & 1)) continue;
    const std::int32_t ys = near.slot(tiles.neighbour(c.node, Directions::opposite(i)));
    const double to_cap =
        dot(cap.center_m - x, cap.outward) / (-dot(Directions::c(i), cap.outward) * tiles.dx_m);
    const double outside = ys < 0 ? near.distance_m[xs] : near.distance_m[ys];
    if (near.distance_m[xs] * (1 - to_cap) + outside * to_cap < 0) open |= 1u << i;
  }
  return open;
}

/// Velocity of the imposed profile at a point of the cap, over its mean.
double profile_at(const Cap& cap, const Vec3& x) {
  if (cap.condition.profile == Profile::uniform) return 1;
  const Vec3 d = x - cap.opening.center_m;
  if (!cap.round) return rectangular_profile(d, cap.half_m);
  const double height = dot(d, cap.opening.outward);
  return parabolic_profile(dot(d, d) - height * height, cap.opening.radius_m);
}

double imposed_flow_m3_s(const Cap& cap) {
  return cap.condition.kind == OpeningKind::flow ? cap.condition.flow_m3_s
                                                 : cap.condition.velocity_m_s * cap.opening.area_m2;
}

/// Scales the profile to an inflow of one cell per step.
template <class L, class Real>
void scale_profile(typename Boundary<L, Real>::CapLinks& cap) {
  double carried = 0;
  for (const auto& open : cap.nodes)
    for (int i = 1; i < L::Q; ++i)
      if (open.directions >> i & 1) carried += double(inflow_through<L>(i, cap.inward, open.profile));
  if (carried <= 0) return;  // the wall has closed the opening
  for (auto& open : cap.nodes) open.profile *= static_cast<Real>(1 / carried);
}

}  // namespace

std::uint32_t open_directions(const WallView& view, Node n) {
  const std::vector<CapNode>& all = view.lattice.cap_nodes;
  const auto cap = std::ranges::lower_bound(all, n, {}, &CapNode::node);
  return cap != all.end() && cap->node == n ? before_the_wall(view, *cap) : 0u;
}

template <class L, class Real>
void link_openings(Boundary<L, Real>& boundary, const WallView& view) {
  const std::vector<Cap>& caps = view.wall.caps();
  boundary.caps.assign(caps.size(), {});
  boundary.openings.resize(caps.size());
  for (const CapNode& c : view.lattice.cap_nodes) {
    if (!view.lattice.nodes.fluid(c.node)) continue;
    const double profile = profile_at(caps[c.cap], view.lattice.tiles.position(c.node));
    if (const std::uint32_t directions = before_the_wall(view, c))
      boundary.caps[c.cap].nodes.push_back({c.node, directions, static_cast<Real>(profile)});
  }
  for (std::size_t k = 0; k < caps.size(); ++k) {
    auto& links = boundary.caps[k];
    for (int a = 0; a < 3; ++a) links.inward[a] = static_cast<Real>(-caps[k].opening.outward[a]);
    links.imposes_flow = caps[k].condition.kind != OpeningKind::pressure;
    const OneWay passage = caps[k].condition.passage;
    links.way = passage == OneWay::in ? 1 : passage == OneWay::out ? -1 : 0;
    if (!links.imposes_flow) continue;
    links.flow = imposed_flow_m3_s(caps[k]) / view.scales.flow_m3_s();
    scale_profile<L, Real>(links);
  }
}

template void link_openings(Boundary<D3Q19, float>&, const WallView&);
template void link_openings(Boundary<D3Q19, double>&, const WallView&);
template void link_openings(Boundary<D3Q27, float>&, const WallView&);
template void link_openings(Boundary<D3Q27, double>&, const WallView&);

}  // namespace soleus
