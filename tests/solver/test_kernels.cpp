// The verbs of a step at walls and openings, on lumens of a few cells: hand numbers.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "solver_cuda/kernels/displace.hpp"
#include "solver_cuda/kernels/fill_openings.hpp"
#include "solver_cuda/kernels/keep_mass.hpp"
#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "solver_cuda/kernels/near_tile.hpp"
#include "solver_cuda/kernels/observe.hpp"
#include "solver_cuda/kernels/refill.hpp"
#include "solver_cuda/kernels/sample_openings.hpp"
#include "solver_cuda/kernels/stream_collide.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus::test {
namespace {

constexpr double roundoff = 1e-14;
constexpr double single = 2e-6;  // distances are stored in single precision
constexpr double none[3] = {};

template <class Real>
Boundary<D3Q19, Real> linked(const SmallLumen& s, const Populations<D3Q19, Real>& f,
                             WallRule rule = WallRule::linear) {
  Boundary<D3Q19, Real> b(s.order);
  link_wall(b, f, s.view(), rule);
  link_openings(b, s.view());
  return b;
}

/// Calls visit(node, direction, link) for every link.
template <class Visit>
void for_each_link(const SmallLumen& s, const Boundary<D3Q19, double>& b, const Visit& visit) {
  for (std::size_t brick = 0; brick + 1 < s.order.bricks.size(); ++brick)
    for_each_pack(b, s.lattice.nodes, brick, [&](const BoundaryPack<D3Q19>& pack, const auto& nodes) {
      soleus::for_each_link(pack, [&](int l, int i, std::uint32_t k) {
        visit(nodes[l], i, WallLink<double>{b.shares[k], b.push.empty() ? 0 : b.push[k]});
      });
    });
}

/// The link that ends at node x and points into the fluid along i.
WallLink<double> link_at(const SmallLumen& s, const Boundary<D3Q19, double>& b, Node x, int i) {
  WallLink<double> found{0, 0};
  for_each_link(s, b, [&](Node n, int direction, const WallLink<double>& link) {
    if (n == x && direction == i) found = link;
  });
  return found;
}

double total_mass(const SmallLumen& s, const Populations<D3Q19, double>& f) {
  double mass = 0;
  for (const Node n : s.fluid) {
    double g[D3Q19::Q];
    gather(f, s.lattice.tiles, s.lattice.nodes, n, g);
    mass += macro<D3Q19>(g, none).drho;
  }
  return mass;
}

TEST(LinkWall, CutsEachLinkOutOfACubeHalfWay) {
  const SmallLumen s(cube(3));
  const Boundary<D3Q19, double> b = linked(s, filled<double>(s, {}));
  // 27 nodes of 18 links; 6 x 18 lead along an axis to another fluid node and 12 x 12 along a diagonal.
  ASSERT_EQ(b.packs.back().first_link, 27u * 18 - 6 * 18 - 12 * 12);
  ASSERT_EQ(b.shares.size(), b.packs.back().first_link + pack_nodes);
  EXPECT_TRUE(b.push.empty()) << "the wall stands still";
  for_each_link(s, b, [](Node, int i, const WallLink<double>& link) {
    // One secant step finds q = 0.478 instead of 0.5 over an edge of the cube, and a flat wall exactly.
    EXPECT_NEAR(std::abs(link.share), 1, i < 7 ? single : 0.045) << i;
  });
  std::uint32_t at_wall = 0;
  for (const BoundaryTile& tile : b.tiles) at_wall += tile.wall_nodes;
  EXPECT_EQ(at_wall, 26u) << "all but the one in the middle";
}

TEST(LinkWall, CutsWhereTheWallIs) {
  const SmallLumen s(cube(3), {}, {}, {0.2, 0, 0});  // nodes at -0.8, 0.2, 1.2: q = 0.7 and 0.3
  const Boundary<D3Q19, double> b = linked(s, filled<double>(s, {}));
  EXPECT_NEAR(link_at(s, b, s.at(-0.8, 0, 0), direction(1, 0, 0)).share, -1 / 1.4, single);
  EXPECT_NEAR(link_at(s, b, s.at(1.2, 0, 0), direction(-1, 0, 0)).share, 0.6, single);
  const Boundary<D3Q19, double> staircase = linked(s, filled<double>(s, {}), WallRule::staircase);
  EXPECT_EQ(link_at(s, staircase, s.at(1.2, 0, 0), direction(-1, 0, 0)).share, 1);
}

TEST(LinkWall, AMovingWallPushesWithTheDensityOfTheFluidAtIt) {
  WallConfig motion;
  motion.motion = MotionKind::translation;
  motion.velocity_m_s = {0.05, 0, 0};  // cells per step
  const SmallLumen s(cube(3), motion);
  const Boundary<D3Q19, double> b = linked(s, filled<double>(s, {0.02, 0, 0, 0}));
  // 6 w rho c . u at half-way
  EXPECT_NEAR(link_at(s, b, s.at(-1, 0, 0), direction(1, 0, 0)).push, 6.0 / 18 * 1.02 * 0.05, single);
  EXPECT_NEAR(link_at(s, b, s.at(1, 0, 0), direction(-1, 0, 0)).push, -6.0 / 18 * 1.02 * 0.05, single);
  EXPECT_NEAR(link_at(s, b, s.at(0, -1, 0), direction(0, 1, 0)).push, 0, roundoff);
}

TEST(StreamCollide, SendsBackWhatMeetsAWallAndKeepsTheMass) {
  const SmallLumen s(cube(3));
  Populations<D3Q19, double> f = filled<double>(s, {0.01, 0.03, -0.02, 0.01});
  Boundary<D3Q19, double> b = linked(s, f);
  const double before = total_mass(s, f);
  for (const Parity after : {Parity::odd, Parity::even}) {
    stream_collide(f, s.lattice.tiles, s.lattice.nodes, b, Relaxation<double>{1.3, 1.3, {}},
                   Collision::regularized);
    ASSERT_EQ(f.next, after);
    settle_mass(f, b, s.lattice.tiles, s.lattice.nodes);
    EXPECT_NEAR(total_mass(s, f), before, roundoff * 27);
  }
}

TEST(StreamCollide, GainsExactlyWhatTheMovingWallDisplaces) {
  const SmallLumen s(cube(3), {}, {}, {0.2, 0, 0});
  Populations<D3Q19, double> f = filled<double>(s, {1e-3, 0.01, 0.02, -0.03});
  Boundary<D3Q19, double> b = linked(s, f);
  double displaced = 0;
  for (BoundaryTile& tile : b.tiles) displaced += tile.mass_per_step = 0.25;
  const double before = 27 * 1e-3;
  for (int step = 1; step <= 2; ++step) {
    stream_collide(f, s.lattice.tiles, s.lattice.nodes, b, {1.0, 1.0, {0, 0, 0}}, Collision::trt);
    settle_mass(f, b, s.lattice.tiles, s.lattice.nodes);
    EXPECT_NEAR(total_mass(s, f), before + step * displaced, roundoff);
  }
}

TEST(Displace, SharesTheMissingVolumeAsTilesDisplace) {
  std::vector<BoundaryTile> tiles{{0, 0, 2.2, 2}, {0, 0, -1, -1}, {0, 0, 0, 0}};
  EXPECT_NEAR(displace(tiles, 1.5, 10), 1 + 0.15, roundoff);  // 5 % of 3 cells per step
  EXPECT_NEAR(tiles[0].mass_per_step, 1.05 * 2.2, roundoff);
  EXPECT_NEAR(tiles[1].cells_per_step, -0.95, roundoff);
  EXPECT_EQ(tiles[2].mass_per_step, 0);
}

TEST(Displace, ChangesAtMostATenthAndLeavesAStillWallAlone) {
  std::vector<BoundaryTile> tiles{{0, 0, 2, 2}};
  EXPECT_NEAR(displace(tiles, -100, 1), 1.8, roundoff);
  tiles = {{0, 0, 0, 0}};
  EXPECT_EQ(displace(tiles, 5, 1), 0);
  EXPECT_EQ(tiles[0].mass_per_step, 0);
}

TEST(Refill, TakesVelocityBetweenWallAndFluidAndTheDensityOfTheNeighbours) {
  WallConfig motion;
  motion.motion = MotionKind::translation;
  motion.velocity_m_s = {0.1, 0, 0};
  SmallLumen s(cube(3), motion);
  const Macro<double> m{0.03, 0.02, 0.01, 0};
  Populations<D3Q19, double> f = filled(s, m);
  s.near.update(6e-3);  // the wall at 2.1: the node at 2 lies 0.1 deep, the next is one step further
  const std::vector<Node> uncovered = classify(s.lattice.nodes, s.near);

  refill(f, s.view(), uncovered, RefillRule::extrapolation, none);

  double g[D3Q19::Q];
  gather(f, s.lattice.tiles, s.lattice.nodes, s.at(2, 0, 0), g);
  const Macro<double> found = macro<D3Q19>(g, none);
  const double t = 0.1 / 1.1;
  EXPECT_NEAR(found.drho, 0.03, roundoff);
  EXPECT_NEAR(found.x, 0.1 + t * (0.02 - 0.1), single);
  EXPECT_NEAR(found.y, t * 0.01, single);
}

TEST(Refill, NoneLeavesRest) {
  WallConfig motion;
  motion.motion = MotionKind::translation;
  motion.velocity_m_s = {0.1, 0, 0};
  SmallLumen s(cube(3), motion);
  Populations<D3Q19, double> f = filled(s, Macro<double>{0.03, 0.02, 0, 0});
  s.near.update(6e-3);
  const std::vector<Node> uncovered = classify(s.lattice.nodes, s.near);
  refill(f, s.view(), uncovered, RefillRule::none, none);
  double g[D3Q19::Q];
  gather(f, s.lattice.tiles, s.lattice.nodes, s.at(2, 0, 0), g);
  for (const double population : g) EXPECT_EQ(population, 0);
}

TEST(LinkOpenings, TheProfileCarriesOneCellPerStep) {
  const SmallLumen s(pipe(), {}, driven(2.5));
  const Boundary<D3Q19, double> b = linked(s, filled<double>(s, {}));
  ASSERT_EQ(b.caps.size(), 2u);
  EXPECT_NEAR(b.caps[0].flow, 2.5, roundoff);  // 2.5 mm3 per ms
  EXPECT_EQ(b.caps[0].nodes.size(), 9u);
  double carried = 0, corner = 0, axis = 0;
  for (const auto& open : b.caps[0].nodes) {
    for (int i = 0; i < D3Q19::Q; ++i)
      if (open.directions >> i & 1) carried += inflow_through<D3Q19>(i, b.caps[0].inward, open.profile);
    if (open.node == s.at(-1.5, 0, 0)) axis = open.profile;
    if (open.node == s.at(-1.5, 1, 1)) corner = open.profile;
  }
  EXPECT_NEAR(carried, 1, roundoff);
  EXPECT_NEAR(corner / axis, 1 - 2 / 2.25, roundoff);  // 1 - r^2 / R^2
}

TEST(FillOpenings, LetTheImposedFlowThroughToTheLastDigit) {
  for (const double flow : {0.3, -0.3, 0.0}) {
    const SmallLumen s(pipe(), {}, driven(flow));
    Populations<D3Q19, double> f = filled<double>(s, {0.01, 0.04, 0.01, 0});
    Boundary<D3Q19, double> b = linked(s, f);
    for (int step = 0; step < 2; ++step) {
      const double before = total_mass(s, f);
      sample_openings(b, f, s.lattice.tiles, s.lattice.nodes, none);
      stream_collide(f, s.lattice.tiles, s.lattice.nodes, b, Relaxation<double>{1.3, 1.3, {}},
                     Collision::trt);
      fill_openings(f, b, {{1, 0}, {1, 0}});
      settle_mass(f, b, s.lattice.tiles, s.lattice.nodes);
      EXPECT_NEAR(b.caps[0].mass_in, flow, roundoff) << flow;
      EXPECT_NEAR(total_mass(s, f) - before, b.caps[0].mass_in + b.caps[1].mass_in, 1e-12) << flow;
    }
  }
}

TEST(FillOpenings, APressureOpeningSendsItsDensityIn) {
  const SmallLumen s(pipe(), {}, driven(0));
  Populations<D3Q19, double> f = filled<double>(s, {});
  Boundary<D3Q19, double> b = linked(s, f);
  sample_openings(b, f, s.lattice.tiles, s.lattice.nodes, none);
  stream_collide(f, s.lattice.tiles, s.lattice.nodes, b, Relaxation<double>{1, 1, {}}, Collision::trt);
  fill_openings(f, b, {{1, 0}, {1, 0.06}});
  const int i = direction(-1, 0, 0);
  EXPECT_NEAR(f.at(s.at(1.5, 0, 0), i), 0.06 / 18, roundoff);
}

TEST(Observe, AddsUpMassMomentumAndEnergy) {
  const SmallLumen s(cube(3));
  MacroFields fields;
  const Totals t = observe(fields, filled<double>(s, {0.02, 0.1, 0, 0}), s.lattice, scales, none);
  const double mass = 27e-9 * 1000 * 1.02;
  EXPECT_EQ(t.cells, 27);
  EXPECT_NEAR(t.mass_kg, mass, mass * 1e-12);
  EXPECT_NEAR(t.excess_mass_kg, mass * 0.02 / 1.02, mass * 1e-12);
  EXPECT_NEAR(t.momentum_kg_m_s.x, 0.1 * mass, mass * 1e-12);
  EXPECT_NEAR(t.kinetic_energy_J, 0.5 * 0.01 * mass, mass * 1e-12);
  EXPECT_NEAR(t.peak_velocity_m_s, 0.1, 1e-12);
  EXPECT_NEAR(t.max_drho, 0.02, 1e-12);
  EXPECT_TRUE(t.finite);
  EXPECT_NEAR(fields.drho[s.at(1, 1, 1)], 0.02, 1e-8);
  EXPECT_EQ(fields.vx[s.at(2, 0, 0)], 0);
}

TEST(Observe, NamesTheNodeOfTheFirstValueThatIsNotFinite) {
  const SmallLumen s(cube(3));
  Populations<D3Q19, double> f = filled<double>(s, {});
  f.at(s.at(0, 1, 0), 3) = std::nan("");
  MacroFields fields;
  const Totals t = observe(fields, f, s.lattice, scales, none);
  EXPECT_FALSE(t.finite);
  EXPECT_EQ(t.worst, s.at(0, 1, 0));
}

TEST(NearTile, AgreesWithLookingAtEachNodeAndItsNeighbours) {
  Geometry ball;  // its wall passes through several tiles, their faces, edges and corners
  ball.shape = Shape{.kind = ShapeKind::sphere, .radius_m = 9.3 * dx};
  const SmallLumen s(ball);
  const Tiles& tiles = s.lattice.tiles;
  int boundary_rows = 0, tiles_with_band = 0;
  for (int tile = 1; tile < tiles.count(); ++tile) {
    const FluidAround fluid(s.lattice, tile);
    BandAround band(s.view(), tile);
    bool any_slot = false;
    for (int row = 0; row < 64; ++row) {
      bool at_boundary = false;
      const std::int32_t* slots = band.around(row);
      for (int x = 0; x < tile_edge; ++x)
        for (int k = 0; k < 27; ++k) {
          const int i = k % 3 - 1, j = k / 3 % 3 - 1, l = k / 9 - 1;
          const Node n = tile * tile_nodes + row * tile_edge + x, m = tiles.neighbour(n, i, j, l);
          EXPECT_EQ(fluid.at(row, i, j, l) >> x & 1, s.lattice.nodes.fluid(m)) << n << " " << k;
          EXPECT_EQ(slots[x + BandAround::offset(i, j, l)], s.near.slot(m)) << n << " " << k;
          at_boundary = at_boundary || (s.lattice.nodes.fluid(n) && !s.lattice.nodes.fluid(m));
          any_slot = any_slot || s.near.slot(m) >= 0;
        }
      EXPECT_EQ(fluid.boundary_rows() >> row & 1, at_boundary ? 1u : 0u) << tile << " " << row;
      boundary_rows += at_boundary;
    }
    tiles_with_band += any_slot;
  }
  EXPECT_GT(boundary_rows, 100);
  EXPECT_GE(tiles_with_band, 8);
}

}  // namespace
}  // namespace soleus::test
