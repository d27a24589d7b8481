// Lumens of a few cells, for cases that can be counted by hand. A cell is 1 mm, a step 1 ms: 1 m/s is one
// cell per step.
#pragma once

#include <array>

#include "solver_cuda/geometry/near_wall.hpp"
#include "solver_cuda/kernels/classify.hpp"
#include "solver_cuda/physics/moments.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus::test {

constexpr double dx = 1e-3, dt = 1e-3;
constexpr Scales scales{dx, dt, 1000};

/// Direction with this c_i.
inline int direction(int x, int y, int z) {
  for (int i = 0; i < D3Q19::Q; ++i)
    if (Directions::cx(i) == x && Directions::cy(i) == y && Directions::cz(i) == z) return i;
  return -1;
}

/// A cube of `cells` with nodes at -1, 0, 1, ... mm when `cells` is odd.
inline Geometry cube(double cells) {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::box, .size_m = Vec3{cells, cells, cells} * dx};
  return g;
}

/// A pipe along x, 3 cells across and 4 long: 3 x 3 nodes in each of 4 cross-sections. The openings "start"
/// and "end" have the exact area.
inline Geometry pipe() {
  Geometry g;
  g.shape =
      Shape{.kind = ShapeKind::pipe, .radius_m = 1.5 * dx, .end_radius_m = 1.5 * dx, .length_m = 4 * dx};
  for (const ShapeEnd& e : ends(*g.shape))
    g.openings.push_back({e.name, e.center_m, e.outward, 7.0685834705770345e-6, e.radius_m});
  return g;
}

/// One opening with a flow in mL/s and one with no pressure.
inline std::vector<OpeningConfig> driven(double flow_ml_s) {
  std::vector<OpeningConfig> o(2);
  o[0].name = "start";
  o[0].kind = OpeningKind::flow;
  o[0].flow_m3_s = flow_ml_s * 1e-6;
  o[1].name = "end";
  return o;
}

/// Wall, lattice and the nodes near the wall, at t = 0.
struct SmallLumen {
  Wall wall;
  Lattice lattice;
  NearWall near;
  std::vector<Node> fluid;  // at t = 0
  RowOrder order;

  explicit SmallLumen(const Geometry& g, const WallConfig& motion = {},
                      const std::vector<OpeningConfig>& openings = {}, const Vec3& offset = {})
      : wall(g, motion, openings),
        lattice(voxelize(wall, dx, offset, 1.0, D3Q19::Q)),
        near(wall, lattice, scales) {
    near.update(0);
    fluid = classify(lattice.nodes, near);
    order = RowOrder(lattice.tiles, lattice.nodes);
  }
  SmallLumen(const SmallLumen&) = delete;
  SmallLumen& operator=(const SmallLumen&) = delete;

  WallView view() const { return {lattice, wall, near, scales}; }
  /// The node at a position in cells.
  Node at(double x, double y, double z) const {
    const Vec3 c = (Vec3{x, y, z} * dx - lattice.tiles.origin_m) / dx;
    return lattice.tiles.node({int(std::lround(c.x)), int(std::lround(c.y)), int(std::lround(c.z))});
  }
};

/// Equilibrium of m in every fluid node.
template <class Real>
Populations<D3Q19, Real> filled(const SmallLumen& s, const Macro<Real>& m) {
  Populations<D3Q19, Real> f(s.order);
  Real g[D3Q19::Q];
  for (int i = 0; i < D3Q19::Q; ++i) g[i] = equilibrium<D3Q19>(i, m);
  for (const Node n : s.fluid) scatter(f, s.lattice.tiles, s.lattice.nodes, n, g);
  return f;
}

}  // namespace soleus::test
