// Sliding and frictionless faces of a box, and the force on its wall and obstacles.
#include <gtest/gtest.h>

#include <cmath>

#include "solver_cuda/kernels/keep_mass.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "solver_cuda/kernels/slip.hpp"
#include "solver_cuda/kernels/stream_collide.hpp"
#include "solver_cuda/kernels/wall_force.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus::test {
namespace {

constexpr double roundoff = 1e-12;
constexpr double newton = 1e-3;  // of one lattice unit of force: rho dx^4 / dt^2

Relaxation<double> rates(double tau, double force = 0) {
  return {.omega_plus = 1 / tau, .omega_minus = odd_rate(1 / tau, 3.0 / 16), .force = {force, 0, 0}};
}

/// 8 x 5 x 8 cells, periodic along x and z.
Geometry slab() {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::box,
                  .size_m = Vec3{8, 5, 8} * dx,
                  .periodic = {true, false, true},
                  .period_m = Vec3{8, 5, 8} * dx};
  return g;
}

WallConfig with_faces(std::vector<FaceConfig> faces) {
  WallConfig c;
  c.faces = std::move(faces);
  return c;
}

struct Flow3d {
  const SmallLumen& s;
  Populations<D3Q19, double> f;
  Boundary<D3Q19, double> boundary;

  Flow3d(const SmallLumen& lumen, const Macro<double>& m)
      : s(lumen), f(filled<double>(lumen, m)), boundary(lumen.order) {
    link_wall(boundary, f, s.view(), WallRule::linear);
    link_slip(boundary, s.view());
  }
  void step(const Relaxation<double>& r, Collision collision = Collision::trt) {
    stream_collide(f, s.lattice.tiles, s.lattice.nodes, boundary, r, collision);
    exchange_slip(f, boundary);
    settle_mass(f, boundary, s.lattice.tiles, s.lattice.nodes);
  }
  Macro<double> at(Node n) const {
    constexpr double none[3] = {};
    double g[D3Q19::Q];
    gather(f, s.lattice.tiles, s.lattice.nodes, n, g);
    return macro<D3Q19>(g, none);
  }
  Vec3 momentum() const {
    Vec3 sum{};
    for (const Node n : s.fluid) {
      double g[D3Q19::Q];
      gather(f, s.lattice.tiles, s.lattice.nodes, n, g);
      for (int i = 1; i < D3Q19::Q; ++i) sum += Directions::c(i) * g[i];
    }
    return sum;
  }
};

TEST(SlidingFace, DrivesTheLinearFlowBetweenTwoPlates) {
  const SmallLumen s(slab(), with_faces({{.face = Face::y_max, .velocity_m_s = {0.05, 0, 0}}}));
  Flow3d flow(s, {});
  for (int k = 0; k < 1500; ++k) flow.step(rates(1));

  for (const Node n : s.fluid) {
    const double height = s.lattice.tiles.position(n).y / dx + 2.5;  // above the still plate
    EXPECT_NEAR(flow.at(n).x, 0.05 * height / 5, 1e-9);
    EXPECT_NEAR(flow.at(n).drho, 0, roundoff);
  }
}

TEST(SlidingFace, IsHeldBackByTheShearOfTheFluid) {
  const SmallLumen s(slab(), with_faces({{.face = Face::y_max, .velocity_m_s = {0.05, 0, 0}}}));
  Flow3d flow(s, {});
  for (int k = 0; k < 1500; ++k) flow.step(rates(1));

  // Both plates feel nu du/dy over 64 cells, in opposite directions.
  const Vec3 both = wall_force(flow.f, flow.boundary, s.view(), rates(1), Collision::trt, ForceOn::wall);
  EXPECT_NEAR(both.x, 0, 1e-9 * newton);
  Flow3d still(s, {});
  const Vec3 start = wall_force(still.f, still.boundary, s.view(), rates(1), Collision::trt, ForceOn::wall);
  // Fluid at rest gets 6 w c_x c_x u from each of the two diagonal links that the lid pushes.
  EXPECT_NEAR(start.x, -64 * 2 * 6.0 / 36 * 0.05 * newton, 1e-9 * newton);
}

TEST(SlidingFace, TakesAtOneEdgeWhatItBringsToTheOther) {
  const SmallLumen s(cube(5), with_faces({{.face = Face::y_max, .velocity_m_s = {0.05, 0, 0}}}));
  Flow3d flow(s, {});
  flow.step(rates(1));

  const double one_link = 6 * D3Q19::weight(direction(1, 1, 0)) * 0.05;
  for (const Node n : s.fluid) {
    const Vec3 x = s.lattice.tiles.position(n) / dx;
    const bool at_edge = x.y > 1.5 && std::abs(x.x) > 1.5;
    EXPECT_NEAR(flow.at(n).drho, at_edge ? std::copysign(one_link, x.x) : 0, 1e-12);
  }
}

TEST(FrictionlessFaces, LetAUniformFlowPass) {
  const SmallLumen s(slab(),
                     with_faces({{.face = Face::y_min, .slip = true}, {.face = Face::y_max, .slip = true}}));
  const SmallLumen rough(slab());
  Flow3d flow(s, {0.01, 0.05, 0, 0.02}), held(rough, {0.01, 0.05, 0, 0.02});
  for (int k = 0; k < 101; ++k) flow.step(rates(0.6)), held.step(rates(0.6));

  for (const Node n : s.fluid) {
    EXPECT_NEAR(flow.at(n).x, 0.05, roundoff);
    EXPECT_NEAR(flow.at(n).z, 0.02, roundoff);
    EXPECT_NEAR(flow.at(n).drho, 0.01, roundoff);
  }
  EXPECT_LT(held.at(rough.at(0.5, 2, 0.5)).x, 0.04);
}

TEST(FrictionlessFaces, MeetInAnEdge) {
  Geometry g = cube(5);
  g.shape->periodic = {true, false, false};
  g.shape->period_m = Vec3{8, 5, 5} * dx;
  const SmallLumen s(g, with_faces({{.face = Face::y_min, .slip = true},
                                    {.face = Face::y_max, .slip = true},
                                    {.face = Face::z_min, .slip = true},
                                    {.face = Face::z_max, .slip = true}}));
  Flow3d flow(s, {0, 0.05, 0, 0});
  for (int k = 0; k < 50; ++k) flow.step(rates(0.6));

  for (const Node n : s.fluid) EXPECT_NEAR(flow.at(n).x, 0.05, roundoff);
}

/// A box of 7 cells with a ball off its middle.
Geometry ball_in_a_box() {
  Geometry g = cube(7);
  g.shape->obstacles = {
      {.kind = ObstacleKind::sphere, .center_m = Vec3{0.3, -0.2, 0.1} * dx, .radius_m = 1.6 * dx}};
  return g;
}

TEST(WallForce, IsTheMomentumThatTheFluidLoses) {
  const SmallLumen s(ball_in_a_box());
  for (const Collision collision : {Collision::trt, Collision::regularized}) {
    Flow3d flow(s, {0.01, 0.03, -0.02, 0.01});
    for (int k = 0; k < 5; ++k) {  // steps of both parities
      const Vec3 before = flow.momentum();
      const Vec3 force = wall_force(flow.f, flow.boundary, s.view(), rates(0.7), collision, ForceOn::wall);
      flow.step(rates(0.7), collision);
      const Vec3 lost = before - flow.momentum();
      for (int a = 0; a < 3; ++a) EXPECT_NEAR(force[a] / newton, lost[a], roundoff) << k;
    }
  }
}

TEST(WallForce, OnObstaclesAndOnTheRestAddUp) {
  const SmallLumen s(ball_in_a_box());
  const Flow3d flow(s, {0, 0.03, 0, 0});
  const auto on = [&](ForceOn part) {
    return wall_force(flow.f, flow.boundary, s.view(), rates(0.7), Collision::trt, part).x;
  };
  // The flow runs at the ball as it runs at two of the box's six sides.
  EXPECT_GT(on(ForceOn::obstacles), 0);
  EXPECT_GT(on(ForceOn::wall), 2 * on(ForceOn::obstacles));
}

TEST(WallForce, OfAUniformPressureVanishesOnAnObstacle) {
  const SmallLumen s(ball_in_a_box());
  const Flow3d flow(s, {0.1, 0, 0, 0});
  const Vec3 force =
      wall_force(flow.f, flow.boundary, s.view(), rates(0.7), Collision::trt, ForceOn::obstacles);
  EXPECT_NEAR(norm(force) / newton, 0, roundoff);
}

TEST(Oscillation, MovesOnlyTheObstacles) {
  WallConfig swing;
  swing.motion = MotionKind::oscillation;
  swing.part = MovingPart::obstacles;
  swing.amplitude_m = Vec3{1, 0, 0} * dx;
  swing.period_s = 0.4;
  const Wall wall(ball_in_a_box(), swing, {});
  const auto distance = [&](const Vec3& x, double time_s) {
    return wall.distance(x * dx, wall.motion().at(time_s));
  };
  EXPECT_NEAR(distance({1.9, -0.2, 0.1}, 0), 0, 1e-15);
  EXPECT_NEAR(distance({2.9, -0.2, 0.1}, 0.1), 0, 1e-15);  // a quarter period later, at the farthest
  EXPECT_NEAR(distance({0.9, -0.2, 0.1}, 0.3), 0, 1e-15);
  EXPECT_NEAR(distance({3.5, 0, 0}, 0.1), 0, 1e-15);

  const double fastest = 2 * 3.14159265358979 / 0.4 * dx;
  EXPECT_NEAR(wall.velocity(Vec3{1.9, -0.2, 0.1} * dx, wall.motion().at(0)).x, fastest, 1e-12);
  EXPECT_NEAR(wall.velocity(Vec3{2.9, -0.2, 0.1} * dx, wall.motion().at(0.1)).x, 0, 1e-12);
  EXPECT_EQ(wall.velocity(Vec3{3.5, 0, 0} * dx, wall.motion().at(0)).x, 0);
}

}  // namespace
}  // namespace soleus::test
