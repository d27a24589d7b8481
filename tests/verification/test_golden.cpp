// Checksums of fields that must not change by accident. cpu_sweep.cpp is compiled into this program once
// more, for the oldest instruction set only and without contraction to fused multiply-adds, whose rounding
// differs: the program chooses among three instruction sets, so its bits depend on the machine.
// Nodes are taken by position, so neither the order of tiles nor the layout in memory matters.
//
// A change that means to change results (a rule of the wall, an operator) changes these numbers: put in the
// ones the test prints and say so in the changelog. Any other change must not.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "pipeline/base/artifacts/shape.hpp"
#include "solver_cuda/solver.hpp"
#include "tests/base/temporary_folder.hpp"
#include "tests/verification/run_case.hpp"

namespace soleus::verification {
namespace {

/// FNV-1a over the bytes of 32-bit words.
struct Checksum {
  std::uint64_t value = 0xcbf29ce484222325;
  void add(std::uint32_t word) {
    for (int shift = 0; shift < 32; shift += 8) value = (value ^ (word >> shift & 0xff)) * 0x100000001b3;
  }
};

/// Places in cells from `center_m`, velocities and pressures, which are single precision in the file.
std::uint64_t checksum(const VolumeField& field, const Vec3& center_m, double dx_m) {
  struct Entry {
    std::array<int, 3> place;  // z first
    std::size_t node;
    bool operator<(const Entry& o) const { return place < o.place; }
  };
  std::vector<Entry> order;
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3 x = (field.x_m[n] - center_m) / dx_m;
    order.push_back({{int(std::floor(x.z)), int(std::floor(x.y)), int(std::floor(x.x))}, n});
  }
  std::sort(order.begin(), order.end());
  Checksum sum;
  for (const Entry& e : order) {
    for (const int p : e.place) sum.add(std::uint32_t(p));
    const Vec3& u = field.u_m_s[e.node];
    for (const double v : {u.x, u.y, u.z, field.p_pa[e.node]})
      sum.add(std::bit_cast<std::uint32_t>(static_cast<float>(v)));
  }
  return sum.value;
}

FlowCase golden_case(Collision collision) {
  FlowCase c;
  c.solver.dx_m = 0.5e-3;
  c.solver.dt_s = 100e-6;
  c.solver.end_time_s = 0.02;
  c.solver.collision = collision;
  c.output.wall = false;
  c.output.interval_s = 0.02;
  return c;
}

std::uint64_t run_checksum(const FlowCase& c, const Geometry& g, const Vec3& center_m) {
  const test::TemporaryFolder folder;
  const Flow flow = Simulation(c, g, 2).run(folder.path);
  const VolumeField field = read_volumes(folder.path, flow.volume_series, c.solver.end_time_s * 0.99).back();
  EXPECT_GT(field.x_m.size(), 500u);
  return checksum(field, center_m, c.solver.dx_m);
}

void expect_checksum(const char* name, std::uint64_t ours, std::uint64_t golden) {
  std::printf("%s: 0x%016llx\n", name, static_cast<unsigned long long>(ours));
  EXPECT_EQ(ours, golden) << name;
}

/// Pipe with a flow opening and a pressure opening, its wall at rest.
std::uint64_t driven_pipe_checksum(Collision collision) {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::pipe, .radius_m = 2.1e-3, .end_radius_m = 2.1e-3, .length_m = 8e-3};
  for (const ShapeEnd& e : ends(*g.shape))
    g.openings.push_back({e.name, e.center_m, e.outward, 1.3854e-5, e.radius_m});
  FlowCase c = golden_case(collision);
  c.openings.resize(2);
  c.openings[0].name = "start", c.openings[0].kind = OpeningKind::flow, c.openings[0].flow_m3_s = 1e-6;
  c.openings[1].name = "end", c.openings[1].kind = OpeningKind::pressure;
  return run_checksum(c, g, {});
}

/// Closed sphere that moves through the lattice while a force stirs it.
std::uint64_t moving_sphere_checksum(Collision collision) {
  Geometry g;
  g.shape = Shape{.kind = ShapeKind::sphere, .radius_m = 3.1e-3};
  FlowCase c = golden_case(collision);
  c.wall.motion = MotionKind::translation;
  c.wall.velocity_m_s = {0.05, 0.03, 0};
  c.fluid.body_force_pa_m = {0, 0, 500};
  return run_checksum(c, g, {});
}

TEST(Golden, FieldsKeepTheirBits) {
#if !defined(__x86_64__) || defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
  GTEST_SKIP()
      << "the checksums are those of an optimised build for x86-64: elsewhere the rest of the solver "
         "may be contracted to fused multiply-adds, too.";
#endif
  expect_checksum("driven pipe, trt", driven_pipe_checksum(Collision::trt), 0x87cca1c4b8cad798);
  expect_checksum("driven pipe, regularized", driven_pipe_checksum(Collision::regularized),
                  0x5ebdebce4a3db8e1);
  expect_checksum("moving sphere, trt", moving_sphere_checksum(Collision::trt), 0x738f6f63af8b226d);
  expect_checksum("moving sphere, regularized", moving_sphere_checksum(Collision::regularized),
                  0xefbbceac4afc8017);
}

}  // namespace
}  // namespace soleus::verification
