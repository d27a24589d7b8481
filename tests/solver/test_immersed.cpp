// Sheets in the fluid, kernel by kernel: the deltas, and the weights by which sheet and fluid touch.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_pack.hpp"
#include "solver_cuda/kernels/immersed_boundary.hpp"
#include "solver_cuda/physics/delta_weights.hpp"
#include "solver_cuda/physics/push.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus {
namespace {

using test::cube;
using test::SmallLumen;

class DeltaOf : public testing::TestWithParam<Delta> {};
INSTANTIATE_TEST_SUITE_P(Points, DeltaOf, testing::Values(Delta::three_points, Delta::four_points),
                         [](const auto& p) {
                           return std::string(p.param == Delta::three_points ? "three" : "four");
                         });

/// The factors of the nodes about each of many places: that they go on from one to the next is seen where a
/// place passes from one first node to another.
template <int P>
void check_moments(Delta kind) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> place(-3, 3);
  for (int k = 0; k < 10000; ++k) {
    const double at = place(random);
    const int first = first_node(kind, at);
    double part[P], sum = 0, moment = 0, squared = 0;
    deltas(at - first, part);
    for (int n = 0; n < P; ++n)
      sum += part[n], moment += part[n] * (first + n - at), squared += part[n] * part[n];
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_NEAR(moment, 0, 1e-12);
    EXPECT_NEAR(squared, squares(kind), 1e-12);
  }
  double begin[P], end[P];
  const double from = kind == Delta::three_points ? 0.5 : 1;  // of the first node
  deltas(from, begin), deltas(from + 1, end);
  EXPECT_NEAR(begin[P - 1], 0, 1e-12);
  EXPECT_NEAR(end[0], 0, 1e-12);
  for (int n = 1; n < P; ++n) EXPECT_NEAR(end[n], begin[n - 1], 1e-12);
}
TEST_P(DeltaOf, HasTheMomentsOfADeltaWhereverItLies) {
  if (GetParam() == Delta::three_points)
    check_moments<3>(GetParam());
  else
    check_moments<4>(GetParam());
}

/// Markers in a cube of 15 cells, some of them beside its walls.
struct InCube {
  static constexpr int cells = 15;
  SmallLumen lumen{cube(cells)};
  std::vector<Vec3> x_m;
  Markers<double> markers;
  ImmersedFields<double> fields{lumen.order};

  InCube(Delta kind, double reach_cells) {
    std::mt19937 random(9);
    std::uniform_real_distribution<double> place(-reach_cells * test::dx, reach_cells * test::dx);
    for (int k = 0; k < 300; ++k) x_m.push_back({place(random), place(random), place(random)});
    markers.delta = kind;
    touch(markers, x_m, lumen.lattice, lumen.order);
    choose_packs(fields, markers, lumen.lattice, lumen.order);
  }
  std::size_t place(Node n) const { return std::size_t(lumen.order.place(n)); }
};

/// Also beside walls, up to half a cell from them.
TEST_P(DeltaOf, SpreadsForceAndTorqueWhole) {
  InCube s(GetParam(), 7);
  std::mt19937 random(2);
  std::uniform_real_distribution<double> some(-1, 1);
  std::vector<Vec3> push;
  Vec3 force, torque;
  for (const Vec3& x : s.x_m) {
    push.push_back({some(random), some(random), some(random)});
    force += push.back(), torque += cross(x, push.back());
  }
  spread(s.fields, s.markers, push, s.lumen.order);
  Vec3 arrived, turned;
  for (const Node n : s.lumen.fluid) {
    const std::size_t at = s.place(n);
    const Vec3 p{s.fields.push[0][at], s.fields.push[1][at], s.fields.push[2][at]};
    arrived += p, turned += cross(s.lumen.lattice.tiles.position(n), p);
  }
  EXPECT_LT(norm(arrived - force), 1e-10);
  EXPECT_LT(norm(turned - torque), 1e-10 * test::dx * InCube::cells);
}

/// What they touched before is kept where they still do.
TEST_P(DeltaOf, GoesOnAsIfFoundAnew) {
  InCube s(GetParam(), 6);
  std::mt19937 random(5);
  std::uniform_real_distribution<double> way(-test::dx, test::dx);
  for (Vec3& x : s.x_m) x += Vec3{way(random), way(random), way(random)} * 0.7;
  touch(s.markers, s.x_m, s.lumen.lattice, s.lumen.order);
  Markers<double> anew{.delta = GetParam()};
  touch(anew, s.x_m, s.lumen.lattice, s.lumen.order);
  EXPECT_EQ(s.markers.first, anew.first);
  EXPECT_EQ(s.markers.fluid, anew.fluid);
  EXPECT_EQ(s.markers.weights, anew.weights);
  EXPECT_EQ(s.markers.tiles, anew.tiles);
  EXPECT_EQ(s.markers.first_of_tile, anew.first_of_tile);
  std::vector<Vec3> found, found_anew;
  for (auto& stream : s.fields.velocity)
    for (std::size_t n = 0; n < stream.size(); ++n) stream[n] = 0.01 * double(n % 97);
  interpolate(found, s.markers, s.fields), interpolate(found_anew, anew, s.fields);
  for (std::size_t k = 0; k < found.size(); ++k) EXPECT_EQ(found[k], found_anew[k]);
}

TEST_P(DeltaOf, FindsALinearFlowExactlyAlsoBesideWalls) {
  InCube s(GetParam(), 7);
  const auto flow = [](const Vec3& x) {
    return Vec3{0.01 + 3 * x.x - 2 * x.y, -0.02 + x.z, 5 * x.y - 3 * x.z};
  };
  for (const Node n : s.lumen.fluid) {
    const Vec3 u = flow(s.lumen.lattice.tiles.position(n));
    for (int a = 0; a < 3; ++a) s.fields.velocity[std::size_t(a)][s.place(n)] = u[a];
  }
  std::vector<Vec3> found;
  interpolate(found, s.markers, s.fields);
  for (std::size_t k = 0; k < s.x_m.size(); ++k) EXPECT_LT(norm(found[k] - flow(s.x_m[k])), 1e-12) << k;
}

/// The power that sheets give is the power that the fluid gets.
TEST_P(DeltaOf, SpreadsAsItInterpolates) {
  InCube s(GetParam(), 7);
  std::mt19937 random(4);
  std::uniform_real_distribution<double> some(-1, 1);
  std::vector<Vec3> push, found;
  for (std::size_t k = 0; k < s.x_m.size(); ++k) push.push_back({some(random), some(random), some(random)});
  spread(s.fields, s.markers, push, s.lumen.order);
  double fluid = 0, sheet = 0;
  for (const Node n : s.lumen.fluid)
    for (std::size_t a = 0; a < 3; ++a) {
      s.fields.velocity[a][s.place(n)] = some(random);
      fluid += s.fields.velocity[a][s.place(n)] * s.fields.push[a][s.place(n)];
    }
  interpolate(found, s.markers, s.fields);
  for (std::size_t k = 0; k < s.x_m.size(); ++k) sheet += dot(push[k], found[k]);
  EXPECT_NEAR(sheet / fluid, 1, 1e-12);
}

TEST_P(DeltaOf, SpreadsTheSameBitsOnAnyNumberOfThreads) {
  std::vector<double> first;
  for (const int n : {1, 2, 5}) {
    set_threads(n);
    InCube s(GetParam(), 7);
    std::vector<Vec3> push;
    for (const Vec3& x : s.x_m) push.push_back(x * 1.234567);
    spread(s.fields, s.markers, push, s.lumen.order);
    std::vector<double> all;
    for (const Node node : s.lumen.fluid) all.push_back(s.fields.push[1][s.place(node)]);
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << n;
  }
  set_threads(1);
}

/// Of 64 nodes, those on one side of a plane near the point are fluid.
TEST(DeltaWeights, AreTheSameWithAndWithoutVectors) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> part(0, 1);
  for (int k = 0; k < 1000; ++k) {
    const Vec3 at{1 + part(random), 1 + part(random), 1 + part(random)},
        normal{part(random) - 0.5, part(random) - 0.5, part(random) - 0.5};
    const double behind = part(random);
    std::uint64_t fluid = 0;
    for (unsigned n = 0; n < 64; ++n)
      if (dot(normal, Vec3{double(n % 4), double(n / 4 % 4), double(n / 16)} - at) < behind)
        fluid |= std::uint64_t(1) << n;
    double vectors[64], numbers[64];
    delta_weights<4, double, Pack<double, 4>>(vectors, at, fluid);
    delta_weights<4>(numbers, at, fluid);
    for (int n = 0; n < 64; ++n) EXPECT_NEAR(vectors[n], numbers[n], 1e-12);
  }
}

TEST(Push, MovesTheEquilibriumWithTheFluid) {
  const Macro<double> before{0.02, 0.03, -0.01, 0.05};
  const Push<double> push{0.004, 0.01, -0.02};
  const double rho = 1.02;
  const Macro<double> after{0.02, 0.03 + push.x / rho, -0.01 + push.y / rho, 0.05 + push.z / rho};
  double f[D3Q19::Q];
  for (int i = 0; i < D3Q19::Q; ++i) f[i] = equilibrium<D3Q19>(i, before);
  const Macro<double> told = push_cell<D3Q19>(f, push);
  for (int i = 0; i < D3Q19::Q; ++i) EXPECT_NEAR(f[i], equilibrium<D3Q19>(i, after), 1e-16) << i;
  EXPECT_NEAR(told.x, after.x, 1e-15);
  EXPECT_NEAR(told.y, after.y, 1e-15);
  EXPECT_NEAR(told.z, after.z, 1e-15);
}

}  // namespace
}  // namespace soleus
