// Streaming, threads and distances on small lattices, against a naive oracle that stores two copies and
// indexes plainly.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_sweep.hpp"
#include "solver_cuda/geometry/surface_distance.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "solver_cuda/kernels/stream_collide.hpp"
#include "solver_cuda/physics/regularized.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus {
namespace {

/// Nodes along each axis of a periodic cube: 4 x 4 x 4 tiles, so that every tile face is crossed, inside and
/// where the period ends.
constexpr int n = 32;

Tiles periodic_cube() {
  return make_tiles({}, 1, {4, 4, 4}, {true, true, true}, std::vector<Kept>(64, Kept::all));
}

LumenNodes all_fluid(const Tiles& tiles) {
  LumenNodes nodes;
  nodes.fluid_rows.assign(tiles.nodes() / tile_edge, 0xff);
  std::fill(nodes.fluid_rows.begin(), nodes.fluid_rows.begin() + tile_nodes / tile_edge,
            std::uint8_t{0});  // the dummy
  nodes.candidate_rows = nodes.fluid_rows;
  for (int t = 1; t < tiles.count(); ++t) nodes.active_tiles.push_back(t);
  return nodes;
}

double start_value(int x, int y, int z, int i) {
  return 1e-2 * D3Q19::weight(i) * std::sin(1 + x + 2.3 * y + 5.1 * z + 0.7 * i);
}

using Field = std::vector<double>;
std::size_t at(int x, int y, int z, int i) {
  return ((std::size_t(z) * n + y) * n + x) * D3Q19::Q + i;
}

using IsFluid = std::function<bool(int x, int y, int z)>;
bool everywhere(int, int, int) {
  return true;
}

template <class Real>
void collide(Real (&cell)[D3Q19::Q], const Relaxation<Real>& rates, Collision collision) {
  collision == Collision::trt ? collide_trt<D3Q19>(cell, rates) : collide_regularized<D3Q19>(cell, rates);
}

/// Collide in all fluid nodes, then copy each population to its neighbour in a second array, or back to its
/// own node where the neighbour is solid.
template <class Real>
Field oracle(int steps, const Relaxation<Real>& rates, Collision collision,
             const IsFluid& fluid = everywhere) {
  Field f(std::size_t(n) * n * n * D3Q19::Q), g(f.size());
  const auto each_fluid_node = [&](const auto& visit) {
    for (int z = 0; z < n; ++z)
      for (int y = 0; y < n; ++y)
        for (int x = 0; x < n; ++x)
          if (fluid(x, y, z)) visit(x, y, z);
  };
  each_fluid_node([&](int x, int y, int z) {
    for (int i = 0; i < D3Q19::Q; ++i) f[at(x, y, z, i)] = Real(start_value(x, y, z, i));
  });
  for (int s = 0; s < steps; ++s) {
    each_fluid_node([&](int x, int y, int z) {
      Real cell[D3Q19::Q];
      for (int i = 0; i < D3Q19::Q; ++i) cell[i] = Real(f[at(x, y, z, i)]);
      collide(cell, rates, collision);
      for (int i = 0; i < D3Q19::Q; ++i) {
        const int tx = (x + D3Q19::cx(i) + n) % n, ty = (y + D3Q19::cy(i) + n) % n,
                  tz = (z + D3Q19::cz(i) + n) % n;
        (fluid(tx, ty, tz) ? g[at(tx, ty, tz, i)] : g[at(x, y, z, D3Q19::opposite(i))]) = cell[i];
      }
    });
    f.swap(g);
  }
  return f;
}

struct PeriodicCube {
  Tiles tiles = periodic_cube();
  LumenNodes nodes = all_fluid(tiles);
  RowOrder order{tiles, nodes};
};

template <class Real>
Populations<D3Q19, Real> start(const Tiles& tiles, const LumenNodes& nodes, const RowOrder& order) {
  Populations<D3Q19, Real> f(order);
  for (Node k = tile_nodes; k < static_cast<Node>(tiles.nodes()); ++k) {
    if (!nodes.fluid(k)) continue;
    const LatticeIndex l = tiles.index(k);
    Real g[D3Q19::Q];
    for (int i = 0; i < D3Q19::Q; ++i) g[i] = Real(start_value(l.i, l.j, l.k, i));
    scatter(f, tiles, nodes, k, g);
  }
  return f;
}

template <class Real>
Populations<D3Q19, Real> solve_in_place(int steps, const PeriodicCube& cube, const Relaxation<Real>& rates,
                                        Collision collision) {
  Populations<D3Q19, Real> f = start<Real>(cube.tiles, cube.nodes, cube.order);
  Boundary<D3Q19, Real> none(cube.order);
  none.tiles.resize(cube.nodes.active_tiles.size());
  for (int s = 0; s < steps; ++s) stream_collide(f, cube.tiles, cube.nodes, none, rates, collision);
  return f;
}

template <class Real>
void expect_equal(const Populations<D3Q19, Real>& f, const Tiles& tiles, const LumenNodes& nodes,
                  const Field& expected, double tolerance) {
  for (Node k = tile_nodes; k < static_cast<Node>(tiles.nodes()); ++k) {
    if (!nodes.fluid(k)) continue;
    const LatticeIndex l = tiles.index(k);
    Real g[D3Q19::Q];
    gather(f, tiles, nodes, k, g);
    for (int i = 0; i < D3Q19::Q; ++i)
      ASSERT_NEAR(double(g[i]), expected[at(l.i, l.j, l.k, i)], tolerance) << "direction " << i;
  }
}

// Populations are of the order of 1e-3; the clones may join products and sums (FMA).
constexpr double tolerance_double = 1e-16, tolerance_single = 3e-9;

template <class Real>
void expect_oracle(Collision collision, double tolerance) {
  const PeriodicCube cube;
  const Relaxation<Real> rates{Real(1.4), Real(0.8), {Real(1e-5), 0, Real(-2e-5)}};
  set_threads(2);
  for (const int steps : {1, 2, 5}) {
    SCOPED_TRACE(steps);
    expect_equal(solve_in_place(steps, cube, rates, collision), cube.tiles, cube.nodes,
                 oracle(steps, rates, collision), tolerance);
  }
}

TEST(StreamCollide, InPlaceEqualsTheTwoArrayOracleAfterEvenAndOddSteps) {
  expect_oracle<double>(Collision::trt, tolerance_double);
  expect_oracle<double>(Collision::regularized, tolerance_double);
  expect_oracle<float>(Collision::trt, tolerance_single);
  expect_oracle<float>(Collision::regularized, tolerance_single);
}

/// A cube of 7 cells lies in eight tiles, of which it fills six, or one, nodes along each axis.
template <class Real>
void expect_oracle_between_walls(Collision collision, double tolerance) {
  const test::SmallLumen s(test::cube(7));
  const Tiles& tiles = s.lattice.tiles;
  ASSERT_EQ(s.fluid.size(), 343u);
  ASSERT_EQ(tiles.count(), 1 + 8);
  const auto fluid = [&](int x, int y, int z) { return s.lattice.nodes.fluid(tiles.node({x, y, z})); };
  const Relaxation<Real> rates{Real(1.4), Real(0.8), {}};
  for (const int steps : {1, 2, 5}) {
    SCOPED_TRACE(steps);
    Populations<D3Q19, Real> f = start<Real>(tiles, s.lattice.nodes, s.order);
    Boundary<D3Q19, Real> boundary(s.order);
    link_wall(boundary, f, s.view(), WallRule::staircase);
    for (int k = 0; k < steps; ++k) stream_collide(f, tiles, s.lattice.nodes, boundary, rates, collision);
    expect_equal(f, tiles, s.lattice.nodes, oracle(steps, rates, collision, fluid), tolerance);
  }
}

TEST(StreamCollide, EqualsTheOracleInTilesThatArePartlySolid) {
  expect_oracle_between_walls<double>(Collision::trt, tolerance_double);
  expect_oracle_between_walls<float>(Collision::regularized, tolerance_single);
}

/// Each node that can be fluid has a place of its own, and finds each neighbour that can be by one stretch of
/// its pack.
void expect_order(const test::SmallLumen& s, double most_places_a_node, double most_stretches_a_pack) {
  const Tiles& tiles = s.lattice.tiles;
  const RowOrder& order = s.order;
  std::vector<int> taken(order.places);
  for (Node k = tile_nodes; k < static_cast<Node>(tiles.populated_nodes()); ++k) {
    if (!s.lattice.nodes.candidate(k)) continue;
    const std::int64_t place = order.place(k);
    ++taken[static_cast<std::size_t>(place)];
    const std::uint32_t* stretch = &order.first_stretch[static_cast<std::size_t>(place / pack_nodes)];
    for (int i = 1; i < D3Q27::Q; ++i) {
      const Node m = tiles.neighbour(k, i);
      if (!s.lattice.nodes.candidate(m)) continue;
      int ways = 0;
      for (std::uint32_t l = stretch[0]; l < stretch[1]; ++l) {
        const Stretch& of = order.stretches[l];
        if (!(of.lanes[1 + D3Q27::cx(i)] >> (place % pack_nodes) & 1)) continue;
        ++ways;
        EXPECT_EQ(order.place(m), place + of.lines[1 + D3Q27::cy(i) + 3 * (1 + D3Q27::cz(i))] + D3Q27::cx(i));
      }
      EXPECT_EQ(ways, 1);
    }
  }
  EXPECT_EQ(std::ranges::max(taken), 1);
  const std::int64_t places = order.bricks.back().begin - order.bricks.front().begin;
  const auto count = double(s.lattice.nodes.count(s.lattice.nodes.candidate_rows));
  EXPECT_LE(double(places), most_places_a_node * count);
  EXPECT_LE(double(order.stretches.size()), most_stretches_a_pack * double(places) / pack_nodes);
}

TEST(RowOrder, PutsNodesOfTheLumenNextToEachOther) {
  Geometry ball;
  ball.shape = Shape{.kind = ShapeKind::sphere, .radius_m = 19.3 * test::dx};
  expect_order(test::SmallLumen(ball), 1.01, 1.6);
  Geometry tree;
  tree.shape = Shape{.kind = ShapeKind::vein_tree,
                     .direction = {0, 0, 1},
                     .normal = {1, 1, 0},
                     .radius_m = 12 * test::dx,
                     .length_m = 60 * test::dx,
                     .bend_angle_rad = 0.35};
  expect_order(test::SmallLumen(tree), 1.02, 2);
}

/// Those that this processor has.
std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> all;
  for (const InstructionSet set : {InstructionSet::baseline, InstructionSet::v3, InstructionSet::v4})
    if (set <= best_instruction_set()) all.push_back(set);
  return all;
}

/// Populations that arrive at the fluid nodes of a ball with interpolated walls that move, after a few steps.
template <class Real>
std::vector<Real> ball_after_steps(InstructionSet set) {
  Geometry ball;
  ball.shape = Shape{.kind = ShapeKind::sphere, .radius_m = 11.3 * test::dx};
  WallConfig wall;
  wall.motion = MotionKind::translation;
  wall.velocity_m_s = {0.01, 0.02, -0.01};
  const test::SmallLumen s(ball, wall);
  Populations<D3Q19, Real> f = test::filled<Real>(s, Macro<Real>{0.01, 0.03, -0.02, 0.01});
  Boundary<D3Q19, Real> boundary(s.order);
  link_wall(boundary, f, s.view(), WallRule::linear);
  for (int k = 0; k < 5; ++k) {
    const Sweep<D3Q19, Real> sweep{
        &f, &s.lattice.tiles, &s.lattice.nodes, &boundary, {1.4, 0.8, {}}, f.next, Collision::regularized,
        set};
    step_bricks(sweep, 0, s.order.bricks.size() - 1);
    f.next = f.next == Parity::even ? Parity::odd : Parity::even;
  }
  std::vector<Real> all;
  for (const Node k : s.fluid) {
    Real g[D3Q19::Q];
    gather(f, s.lattice.tiles, s.lattice.nodes, k, g);
    all.insert(all.end(), std::begin(g), std::end(g));
  }
  return all;
}

template <class Real>
void expect_same_with_every_instruction_set(double tolerance) {
  const std::vector<Real> expected = ball_after_steps<Real>(InstructionSet::baseline);
  for (const InstructionSet set : instruction_sets()) {
    const std::vector<Real> found = ball_after_steps<Real>(set);
    double worst = 0;
    for (std::size_t k = 0; k < found.size(); ++k)
      worst = std::max(worst, std::abs(double(found[k]) - double(expected[k])));
    EXPECT_LT(worst, tolerance) << name(set);
  }
}

TEST(StreamCollide, DoesTheSameAtMovingWallsWithEveryInstructionSet) {
  expect_same_with_every_instruction_set<double>(tolerance_double);
  expect_same_with_every_instruction_set<float>(2e-8);  // of populations of the order of 1e-2
}

TEST(StreamCollide, GivesTheSameBitsForAnyNumberOfThreads) {
  const PeriodicCube cube;
  const Relaxation<double> rates{1.9, 1.1, {}};
  set_threads(1);
  const auto one = solve_in_place(7, cube, rates, Collision::regularized);
  set_threads(3);
  const auto three = solve_in_place(7, cube, rates, Collision::regularized);
  EXPECT_EQ(one.storage, three.storage);
}

TEST(ParallelSum, DoesNotDependOnTheNumberOfThreads) {
  const auto sum = [] {
    return parallel_sum(100000, 0.0, [](std::size_t k) { return 1.0 / (1.0 + double(k)); });
  };
  set_threads(1);
  const double one = sum();
  set_threads(4);
  EXPECT_EQ(one, sum());
}

TEST(Tiles, NeighboursWrapOnlyAlongPeriodicAxes) {
  const Tiles tiles = make_tiles({}, 1, {2, 1, 1}, {true, false, false}, {Kept::all, Kept::all});
  EXPECT_EQ(tiles.node({16, 3, 3}), tiles.node({0, 3, 3}));
  EXPECT_EQ(tiles.neighbour(tiles.node({0, 3, 3}), 2), tiles.node({15, 3, 3}));
  EXPECT_LT(tiles.node({0, 8, 3}), tile_nodes);  // not stored
}

/// Octahedron of circumradius 1: distance of points on the axes and across faces, edges and corners is known.
TEST(SurfaceDistance, OfAnOctahedronIsExactAndSigned) {
  const std::vector<Vec3> p{{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
  const std::vector<std::array<int, 3>> t{{0, 2, 4}, {2, 1, 4}, {1, 3, 4}, {3, 0, 4},
                                          {2, 0, 5}, {1, 2, 5}, {3, 1, 5}, {0, 3, 5}};
  const SurfaceDistance d(p, t);
  EXPECT_NEAR(d.signed_distance({0, 0, 0}), -1 / std::numbers::sqrt3, 1e-12);
  EXPECT_NEAR(d.signed_distance({2, 0, 0}), 1, 1e-12);                        // nearest to a corner
  EXPECT_NEAR(d.signed_distance({1, 1, 0}), std::numbers::sqrt2 / 2, 1e-12);  // nearest to an edge
  EXPECT_NEAR(d.signed_distance({1, 1, 1}), 2 / std::numbers::sqrt3, 1e-12);  // nearest to a face
}

}  // namespace
}  // namespace soleus
