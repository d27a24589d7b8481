#include "solver_cuda/kernels/move_wall.hpp"

#include <algorithm>
#include <cmath>

#include "solver_cuda/backend/cpu_parallel.hpp"
#include "solver_cuda/physics/moments.hpp"

namespace soleus {
namespace {

Vec3 velocity_of(int i) {
  return {double(d3q19::cx(i)), double(d3q19::cy(i)), double(d3q19::cz(i))};
}

/// Direction from an uncovered node into the fluid: the deepest neighbour that was fluid before, 0 if there
/// is none.
int inward_direction(const Tiles& tiles, const LumenNodes& nodes, const NearWall& near,
                     const std::vector<Node>& uncovered, Node n) {
  int best = 0;
  double deepest = 0;
  const auto depth = [&](Node m) {
    const std::int32_t s = near.slot_of[m];
    return s < 0 ? 4 * tiles.dx_m : -double(near.distance_m[s]);  // beyond the band: deep inside
  };
  for (int i = 1; i < d3q19::Q; ++i) {
    const Node m = tiles.neighbour(n, d3q19::cx(i), d3q19::cy(i), d3q19::cz(i));
    if (!nodes.fluid(m) || std::binary_search(uncovered.begin(), uncovered.end(), m)) continue;
    const double d = depth(m) / norm(velocity_of(i));
    if (d > deepest) deepest = d, best = i;
  }
  return best;
}

/// Fraction of the link at which the wall cuts it, by linear interpolation and, where the distance is exact,
/// one secant step.
double cut_fraction(const NearWall& near, const Tiles& tiles, Node x, int i, double inside, double outside,
                    double time_s) {
  if (outside <= 0) return 0.5;
  double q = inside / (inside - outside);
  if (near.exact()) {
    const Vec3 at = tiles.position(x), step = velocity_of(i) * -tiles.dx_m;
    const double d = near.distance_at(at + step * q, time_s);
    q = d < 0 ? q + (1 - q) * d / (d - outside) : q * inside / (inside - d);
  }
  return std::clamp(q, 1e-3, 1.0);
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

template <class Real>
void link_node(FoundLinks<Real>& found, const Populations<Real>& f, const Lattice& lattice, const Wall& wall,
               const NearWall& near, std::size_t band, std::uint32_t cap_directions, WallRule rule,
               const Scales& scales, double time_s) {
  const Tiles& tiles = lattice.tiles;
  const Node x = near.band[band];
  double rho = 1;  // of this node
  if (near.max_speed_m_s > 0) {
    Real g[d3q19::Q];
    gather(f, tiles, x, g);
    for (const Real population : g) rho += double(population);
  }
  const std::size_t links_before = found.links.size();
  double mass_per_step = 0;
  for (int i = 1; i < d3q19::Q; ++i) {
    const Node y = tiles.neighbour(x, -d3q19::cx(i), -d3q19::cy(i), -d3q19::cz(i));
    if (lattice.nodes.fluid(y) || (cap_directions >> i & 1)) continue;
    const Node behind = tiles.neighbour(x, d3q19::cx(i), d3q19::cy(i), d3q19::cz(i));
    const std::int32_t ys = near.slot_of[y];
    const double outside = ys < 0 ? tiles.dx_m : near.distance_m[ys];
    const double q = cut_fraction(near, tiles, x, i, near.distance_m[band], outside, time_s);
    const Vec3 u = near.link_velocity(band, ys, q);
    const Real cu = static_cast<Real>(rho * dot(velocity_of(i), u) / scales.velocity_m_s());
    // At the rim of a moving end the wall's velocity jumps: interpolation along the link has no meaning
    // there.
    const bool halfway = rule == WallRule::staircase || !lattice.nodes.fluid(behind) ||
                         wall.behind_rim(tiles.position(y), time_s);
    found.links.push_back(halfway ? halfway_link(i, cu) : wall_link(i, static_cast<Real>(q), cu));
    found.slots.push_back({slot(x, i), slot(y, d3q19::opposite(i)), slot(x, d3q19::opposite(i)),
                           slot(halfway ? x : behind, i)});
    mass_per_step += double(halfway_link(i, cu).push);
  }
  if (found.links.size() > links_before)
    found.nodes.push_back({x, found.links.size(), mass_per_step, mass_per_step / rho});
}

/// Appends links to those of the boundary, tile by tile; nodes come in ascending order.
template <class Real>
void append(Boundary<Real>& boundary, const FoundLinks<Real>& part) {
  const auto links_before = static_cast<std::uint32_t>(boundary.slots.size());
  boundary.slots.insert(boundary.slots.end(), part.slots.begin(), part.slots.end());
  boundary.links.insert(boundary.links.end(), part.links.begin(), part.links.end());
  for (const auto& at : part.nodes) {
    const Slot rest = slot(at.node, 0);
    const bool same_tile = !boundary.at_wall.empty() && tile_of(boundary.at_wall.back()) == tile_of(rest);
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

/// Velocity of the imposed profile at a point of the cap, for unit mean.
double profile(const Cap& cap, const Vec3& x) {
  if (cap.condition.profile == Profile::uniform) return 1;
  const Vec3 d = x - cap.opening.center_m;
  const double r2 = dot(d, d) - std::pow(dot(d, cap.opening.outward), 2);
  return std::max(0.0, 2 * (1 - r2 / (cap.opening.radius_m * cap.opening.radius_m)));
}

/// The cap directions of a node that the wall does not cut before the cap does.
std::uint32_t open_directions(const Lattice& lattice, const Wall& wall, const NearWall& near,
                              const CapNode& c) {
  const std::int32_t xs = near.slot_of[c.node];
  if (xs < 0) return c.directions;
  std::uint32_t open = 0;
  const Vec3 x = lattice.tiles.position(c.node);
  const Opening& cap = wall.caps()[c.cap].opening;
  for (int i = 1; i < d3q19::Q; ++i) {
    if (!(c.directions >> i & 1)) continue;
    const std::int32_t ys =
        near.slot_of[lattice.tiles.neighbour(c.node, -d3q19::cx(i), -d3q19::cy(i), -d3q19::cz(i))];
    const double to_cap =
        dot(cap.center_m - x, cap.outward) / (-dot(velocity_of(i), cap.outward) * lattice.tiles.dx_m);
    const double outside = ys < 0 ? near.distance_m[xs] : near.distance_m[ys];
    if (near.distance_m[xs] * (1 - to_cap) + outside * to_cap < 0) open |= 1u << i;
  }
  return open;
}

/// The nodes at the caps. The profile is scaled so that its inflow over all links is one cell per step,
/// whatever flow is imposed: it also carries the correction of an opening at rest.
template <class Real>
void link_caps(Boundary<Real>& boundary, const Lattice& lattice, const Wall& wall, const NearWall& near,
               const Scales& scales) {
  boundary.caps.assign(wall.caps().size(), {});
  for (const CapNode& c : lattice.cap_nodes) {
    if (!lattice.nodes.fluid(c.node)) continue;
    const double speed = profile(wall.caps()[c.cap], lattice.tiles.position(c.node));
    const std::uint32_t directions = open_directions(lattice, wall, near, c);
    if (directions) boundary.caps[c.cap].nodes.push_back({c.node, directions, static_cast<Real>(speed)});
  }
  for (std::size_t k = 0; k < boundary.caps.size(); ++k) {
    const Cap& cap = wall.caps()[k];
    auto& links = boundary.caps[k];
    for (int a = 0; a < 3; ++a) links.inward[a] = static_cast<Real>(-cap.opening.outward[a]);
    links.imposes_flow = cap.condition.kind != OpeningKind::pressure;
    if (!links.imposes_flow) continue;
    const double flow_m3_s = cap.condition.kind == OpeningKind::flow
                                 ? cap.condition.flow_m3_s
                                 : cap.condition.velocity_m_s * cap.opening.area_m2;
    links.flow = flow_m3_s / scales.flow_m3_s();
    double carried = 0;
    for (const auto& open : links.nodes)
      for (int i = 1; i < d3q19::Q; ++i)
        if (open.directions >> i & 1) carried += double(inflow_through(i, links.inward, open.profile));
    if (carried <= 0) continue;  // the wall has closed the opening
    for (auto& open : links.nodes) open.profile *= static_cast<Real>(1 / carried);
  }
}

}  // namespace

std::vector<Node> classify(LumenNodes& nodes, const NearWall& near) {
  std::vector<Node> uncovered;
  for (std::size_t k = 0; k < near.band.size(); ++k) {
    const Node n = near.band[k];
    const bool inside = near.distance_m[k] < 0 && nodes.candidate(n);
    if (inside == nodes.fluid(n)) continue;
    nodes.set_fluid(n, inside);
    if (inside) uncovered.push_back(n);
  }
  return uncovered;
}

template <class Real>
void refill(Populations<Real>& f, const Lattice& lattice, const NearWall& near,
            const std::vector<Node>& uncovered, RefillRule rule, const Scales& scales,
            const Real (&force)[3]) {
  const Tiles& tiles = lattice.tiles;
  struct Filled {
    Real g[d3q19::Q];
  };
  std::vector<Filled> filled(uncovered.size());
  parallel_for(uncovered.size(), 256, [&](std::size_t k) {
    const Node n = uncovered[k];
    const std::int32_t s = near.slot_of[n];
    const Vec3 wall = near.velocity_m_s[s] / scales.velocity_m_s();
    Macro<Real> m{0, static_cast<Real>(wall.x), static_cast<Real>(wall.y), static_cast<Real>(wall.z)};
    Real off[d3q19::Q] = {};
    const int in = rule == RefillRule::none ? 0 : inward_direction(tiles, lattice.nodes, near, uncovered, n);
    if (in > 0) {
      Real g[d3q19::Q];
      gather(f, tiles, tiles.neighbour(n, d3q19::cx(in), d3q19::cy(in), d3q19::cz(in)), g);
      const Macro<Real> next = macro(g, force);
      for (int i = 0; i < d3q19::Q; ++i) off[i] = g[i] - equilibrium(i, next);
      const double depth = -near.distance_m[s] / scales.dx_m;
      const Real share = static_cast<Real>(depth / (depth + norm(velocity_of(in))));
      m.x += share * (next.x - m.x), m.y += share * (next.y - m.y), m.z += share * (next.z - m.z);
      double weight = 0, drho = 0;
      for (int i = 1; i < d3q19::Q; ++i) {
        const Node b = tiles.neighbour(n, d3q19::cx(i), d3q19::cy(i), d3q19::cz(i));
        if (!lattice.nodes.fluid(b) || std::binary_search(uncovered.begin(), uncovered.end(), b)) continue;
        gather(f, tiles, b, g);
        weight += d3q19::weight(i), drho += d3q19::weight(i) * macro(g, force).drho;
      }
      m.drho = static_cast<Real>(drho / weight);
    } else if (rule == RefillRule::none) {
      m = {0, 0, 0, 0};
    }
    for (int i = 0; i < d3q19::Q; ++i) filled[k].g[i] = equilibrium(i, m) + off[i];
  });
  for (std::size_t k = 0; k < uncovered.size(); ++k) scatter(f, tiles, uncovered[k], filled[k].g);
}

template <class Real>
void link_wall(Boundary<Real>& boundary, const Populations<Real>& f, const Lattice& lattice, const Wall& wall,
               const NearWall& near, WallRule rule, const Scales& scales, double time_s) {
  constexpr std::size_t block = 1024;
  std::vector<FoundLinks<Real>> found((near.band.size() + block - 1) / block);
  parallel_for(found.size(), 1, [&](std::size_t b) {
    for (std::size_t k = b * block; k < near.band.size() && k < (b + 1) * block; ++k) {
      if (!lattice.nodes.fluid(near.band[k])) continue;
      const auto cap = std::lower_bound(lattice.cap_nodes.begin(), lattice.cap_nodes.end(), near.band[k],
                                        [](const CapNode& c, Node n) { return c.node < n; });
      const bool at_cap = cap != lattice.cap_nodes.end() && cap->node == near.band[k];
      link_node(found[b], f, lattice, wall, near, k, at_cap ? open_directions(lattice, wall, near, *cap) : 0u,
                rule, scales, time_s);
    }
  });
  boundary.slots.clear(), boundary.links.clear();
  boundary.wall_tiles.clear(), boundary.at_wall.clear();
  for (const auto& part : found) append(boundary, part);
  link_caps(boundary, lattice, wall, near, scales);
}

template void refill(Populations<float>&, const Lattice&, const NearWall&, const std::vector<Node>&,
                     RefillRule, const Scales&, const float (&)[3]);
template void refill(Populations<double>&, const Lattice&, const NearWall&, const std::vector<Node>&,
                     RefillRule, const Scales&, const double (&)[3]);
template void link_wall(Boundary<float>&, const Populations<float>&, const Lattice&, const Wall&,
                        const NearWall&, WallRule, const Scales&, double);
template void link_wall(Boundary<double>&, const Populations<double>&, const Lattice&, const Wall&,
                        const NearWall&, WallRule, const Scales&, double);

}  // namespace soleus
