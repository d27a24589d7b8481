// Streaming, threads and distances on small lattices, against a naive oracle that stores two copies and
// indexes plainly.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "solver_cuda/backend/cpu_parallel.hpp"
#include "solver_cuda/geometry/surface_distance.hpp"
#include "solver_cuda/kernels/stream_collide.hpp"

namespace soleus {
namespace {

constexpr int n =
    16;  // nodes along each axis of a periodic cube: 2 x 2 x 2 tiles, so every tile face is crossed

Tiles periodic_cube() {
  return make_tiles({}, 1, {2, 2, 2}, {true, true, true}, std::vector<std::uint8_t>(8, 1));
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
  return 1e-2 * d3q19::weight(i) * std::sin(1 + x + 2.3 * y + 5.1 * z + 0.7 * i);
}

using Field = std::vector<double>;
std::size_t at(int x, int y, int z, int i) {
  return ((std::size_t(z) * n + y) * n + x) * d3q19::Q + i;
}

/// Collide everywhere, then copy each population to its neighbour in a second array.
Field oracle(int steps, const Relaxation<double>& rates) {
  Field f(std::size_t(n) * n * n * d3q19::Q), g(f.size());
  for (int z = 0; z < n; ++z)
    for (int y = 0; y < n; ++y)
      for (int x = 0; x < n; ++x)
        for (int i = 0; i < d3q19::Q; ++i) f[at(x, y, z, i)] = start_value(x, y, z, i);
  for (int s = 0; s < steps; ++s) {
    for (int z = 0; z < n; ++z)
      for (int y = 0; y < n; ++y)
        for (int x = 0; x < n; ++x) {
          double cell[d3q19::Q];
          for (int i = 0; i < d3q19::Q; ++i) cell[i] = f[at(x, y, z, i)];
          collide_trt(cell, rates);
          for (int i = 0; i < d3q19::Q; ++i)
            g[at((x + d3q19::cx(i) + n) % n, (y + d3q19::cy(i) + n) % n, (z + d3q19::cz(i) + n) % n, i)] =
                cell[i];
        }
    f.swap(g);
  }
  return f;
}

Populations<double> solve_in_place(int steps, const Tiles& tiles, const Relaxation<double>& rates) {
  Populations<double> f(tiles.count());
  for (Node k = tile_nodes; k < static_cast<Node>(tiles.nodes()); ++k) {
    const LatticeIndex l = tiles.index(k);
    double g[d3q19::Q];
    for (int i = 0; i < d3q19::Q; ++i) g[i] = start_value(l.i, l.j, l.k, i);
    scatter(f, tiles, k, g);
  }
  const LumenNodes nodes = all_fluid(tiles);
  for (int s = 0; s < steps; ++s) stream_collide(f, tiles, nodes, rates, Collision::trt);
  return f;
}

TEST(StreamCollide, InPlaceEqualsTheTwoArrayOracleAfterEvenAndOddSteps) {
  const Tiles tiles = periodic_cube();
  const Relaxation<double> rates{1.4, 0.8, {1e-5, 0, -2e-5}};
  set_threads(2);
  for (const int steps : {1, 2, 5}) {
    const Field expected = oracle(steps, rates);
    const Populations<double> f = solve_in_place(steps, tiles, rates);
    for (Node k = tile_nodes; k < static_cast<Node>(tiles.nodes()); ++k) {
      const LatticeIndex l = tiles.index(k);
      double g[d3q19::Q];
      gather(f, tiles, k, g);
      for (int i = 0; i < d3q19::Q; ++i)
        ASSERT_NEAR(g[i], expected[at(l.i, l.j, l.k, i)], 1e-16) << steps << " steps, direction " << i;
    }
  }
}

TEST(StreamCollide, GivesTheSameBitsForAnyNumberOfThreads) {
  const Tiles tiles = periodic_cube();
  const Relaxation<double> rates{1.9, 1.1, {}};
  set_threads(1);
  const auto one = solve_in_place(7, tiles, rates);
  set_threads(3);
  const auto three = solve_in_place(7, tiles, rates);
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
  const Tiles tiles = make_tiles({}, 1, {2, 1, 1}, {true, false, false}, {1, 1});
  EXPECT_EQ(tiles.node({16, 3, 3}), tiles.node({0, 3, 3}));
  EXPECT_EQ(tiles.neighbour(tiles.node({0, 3, 3}), -1, 0, 0), tiles.node({15, 3, 3}));
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
