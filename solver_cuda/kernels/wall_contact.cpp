#include "solver_cuda/kernels/wall_contact.hpp"

#include <cmath>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 64;

/// `far_m`: distance of nodes outside the band, which are further from the wall than that.
WallSeen wall_seen(const Vec3& x_m, double far_m, const NearWall& near, const Lattice& lattice) {
  const Tiles& tiles = lattice.tiles;
  const Vec3 at = (x_m - tiles.origin_m) / tiles.dx_m;
  const LatticeIndex low{int(std::floor(at.x)), int(std::floor(at.y)), int(std::floor(at.z))};
  const Vec3 t = at - Vec3{double(low.i), double(low.j), double(low.k)};
  const Node first = tiles.node(low);
  if (first < tile_nodes) return {-far_m, {}, {}};
  WallAtNode around[8];
  for (int corner = 0; corner < 8; ++corner) {
    const Node n = tiles.neighbour(first, corner & 1, corner >> 1 & 1, corner >> 2);
    const std::int32_t slot = near.slot(n);
    around[corner].distance_m =
        slot >= 0 ? double(near.distance_m[std::size_t(slot)]) : (lattice.nodes.fluid(n) ? -far_m : far_m);
    if (slot >= 0 && !near.velocity_m_s.empty())
      around[corner].velocity_m_s = near.velocity_m_s[std::size_t(slot)];
  }
  return soleus::wall_seen(t, around);
}

void begin(WallContact& known, const std::vector<ImmersedSheet>& sheets, const ContactRule& rule,
           double far_m, const NearWall& near, const Lattice& lattice) {
  for (const ImmersedSheet& s : sheets) {
    std::vector<double>& gap_m = known.gap_m.emplace_back();
    for (const Vec3& x : s.shell.x_m)
      gap_m.push_back(std::clamp(-wall_seen(x, far_m, near, lattice).distance_m, 0.0, rule.gap_m));
    known.clear_m.emplace_back(gap_m.size(), 0.0), known.seen_at_m.push_back(s.shell.x_m);
  }
}

}  // namespace

void add_wall_contact(std::vector<std::vector<Vec3>>& force_n, const std::vector<ImmersedSheet>& sheets,
                      const ContactRule& rule, const NearWall& near, const Lattice& lattice,
                      WallContact& known) {
  const double far_m = 2 * lattice.tiles.dx_m;
  if (known.gap_m.size() != sheets.size()) begin(known, sheets, rule, far_m, near, lattice);
  for (std::size_t s = 0; s < sheets.size(); ++s) {
    const Shell& shell = sheets[s].shell;
    parallel_for(shell.x_m.size(), grain, [&](std::size_t n) {
      const Vec3& x = shell.x_m[n];
      if (shell.held[n] || norm(x - known.seen_at_m[s][n]) < known.clear_m[s][n]) return;
      const WallSeen wall = wall_seen(x, far_m, near, lattice);
      const double depth_m = known.gap_m[s][n] + wall.distance_m;
      known.clear_m[s][n] = std::max(0.0, -depth_m), known.seen_at_m[s][n] = x;
      if (depth_m <= 0) return;
      force_n[s][n] += wall_push(rule, sheets[s].moved_kg(n), depth_m, shell.v_m_s[n], wall);
    });
  }
}

}  // namespace soleus
