// Sheets on the emulated device, call by call: as on the CPU, and the same bits in any order.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/backend/cuda_backend.hpp"
#include "solver_cuda/kernels/cpu_backend.hpp"
#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "tests/cuda_emulation/emulated.hpp"
#include "tests/solver/sheets.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus {
namespace {

using test::Diagonals;
using test::dt;
using test::dx;
using test::scales;
using test::SmallLumen;

/// Of 8 x 6 cells about a place, held along its first side, askew to the lattice.
ImmersedSheet sheet_at(const char* name, const Vec3& center_m, double turned, Delta delta) {
  const SheetMaterial material{
      .thickness_m = 0.05 * dx, .young_pa = 4, .density_kg_m3 = 200, .bending_pa = 1e3};
  Surface at = test::rectangle(8 * dx, 6 * dx, 10, 8, Diagonals::random, 0.3);
  std::vector<double> thickness;  // as of a cusp with an agger
  for (std::size_t k = 0; k < at.triangles.size(); ++k) thickness.push_back(1 + double(k % 3) / 2);
  Shell shell = make_shell(at, material, {}, {{}, thickness});
  for (std::size_t n = 0; n < shell.x_m.size(); ++n) {
    const Vec3 x = shell.x_m[n] - Vec3{4 * dx, 3 * dx, 0};
    shell.held[n] = at.points_m[n].x == 0;
    shell.x_m[n] = center_m + Vec3{x.x * std::cos(turned), x.y, x.x * std::sin(turned)};
  }
  ImmersedSheet sheet = immerse(name, std::move(shell), scales, delta);
  sheet.gravity_m_s2 = {0, 0, -1};
  return sheet;
}

/// Two that cross the wall's and each other's gaps in a cube of 15 cells, which are several tiles.
std::vector<ImmersedSheet> sheets(Delta delta) {
  return {sheet_at("upper", Vec3{0.3, 0.2, 1.1} * dx, 0.1, delta),
          sheet_at("lower", Vec3{0.1, -0.4, 0.4} * dx, 0.1, delta),
          sheet_at("at the wall", Vec3{2.7, 1, -6.8} * dx, 0, delta)};
}

template <class Real>
BackendSetup<Real> setup(const SmallLumen& s) {
  return {s.lattice,
          s.lattice.tiles,
          s.lattice.nodes,
          {},
          0,
          scales,
          {Real(1 / 0.8), Real(1.2), {}, {}},
          Collision::trt,
          {},
          true,
          0};
}

struct Seen {
  MacroFields fields;
  std::vector<ImmersedSheet> sheets;
  Totals totals;
};

template <class Backend>
void prepare(Backend& backend, const SmallLumen& s, Delta delta) {
  using Real = typename Backend::Arithmetic;
  using L = typename Backend::VelocitySet;
  backend.initialize(s.fluid, [&](Node n, Real(&g)[L::Q]) {
    const Vec3 x = s.lattice.tiles.position(n) / dx;
    const Macro<Real> m{Real(0.001 * std::sin(x.y)), Real(0.02 * std::sin(x.z)), 0,
                        Real(0.03 * std::cos(0.4 * x.x))};
    for (int i = 0; i < L::Q; ++i) g[i] = equilibrium<L>(i, m);
  });
  backend.keep_sheets(sheets(delta), delta, s.near);
  link_wall(backend.boundary(), backend.cells([] { return std::vector<Node>{}; }), s.view(),
            WallRule::linear);
  link_openings(backend.boundary(), s.view());
  backend.boundary_changed();
}

/// After 24 steps, before half of which held nodes begin to move as a wall would move them.
template <class Backend>
Seen after(Delta delta) {
  const SmallLumen s(test::cube(15));
  Backend backend(setup<typename Backend::Arithmetic>(s));
  prepare(backend, s, delta);
  const Vec3 force{1e-5, 2e-5, -3e-5};
  const auto go = [&](std::size_t steps) { backend.advance(std::vector<StepValues>(steps, {force, {}})); };
  go(1), go(3), go(8);
  backend.settle_mass();
  backend.change_sheets([](std::vector<ImmersedSheet>& all) {
    for (ImmersedSheet& sheet : all)
      for (std::size_t n = 0; n < sheet.shell.held.size(); ++n)
        if (sheet.shell.held[n]) sheet.shell.v_m_s[n] = {0, 0, 0.01 * dx / dt};
  });
  backend.boundary_changed();
  go(7), go(5);
  backend.observe(Observed::strain, force);
  const Observation& seen = backend.observed();
  return {backend.fields(), *backend.sheets(), seen.totals};
}

double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0, off = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    most = std::max(most, std::abs(double(a[k])));
    off = std::max(off, std::abs(double(a[k]) - double(b[k])));
  }
  return off / most;
}
/// In cells.
double apart(const std::vector<Vec3>& a, const std::vector<Vec3>& b) {
  double off = 0;
  for (std::size_t k = 0; k < a.size(); ++k) off = std::max(off, norm(a[k] - b[k]) / dx);
  return off;
}

template <class Real, class Stored = Real>
void expect_equal(Delta delta, double of_fields, double of_sheets) {
  const Seen cpu = after<CpuBackend<D3Q19, Real>>(delta),
             cuda = after<CudaBackend<D3Q19, Real, Stored>>(delta);
  EXPECT_LT(difference(cpu.fields.vx, cuda.fields.vx), of_fields);
  EXPECT_LT(difference(cpu.fields.vz, cuda.fields.vz), of_fields);
  EXPECT_LT(norm(cpu.totals.momentum_kg_m_s - cuda.totals.momentum_kg_m_s),
            of_fields * norm(cpu.totals.momentum_kg_m_s));
  ASSERT_EQ(cuda.sheets.size(), 3u);
  const std::vector<ImmersedSheet> start = sheets(delta);
  for (std::size_t k = 0; k < 3; ++k) {
    const ImmersedSheet &a = cpu.sheets[k], &b = cuda.sheets[k];
    EXPECT_GT(apart(start[k].shell.x_m, a.shell.x_m), 0.1);
    EXPECT_LT(apart(a.shell.x_m, b.shell.x_m), of_sheets);
    double most = 0, off = 0;
    for (std::size_t n = 0; n < a.force_n.size(); ++n)
      most = std::max(most, norm(a.force_n[n])), off = std::max(off, norm(a.force_n[n] - b.force_n[n]));
    EXPECT_LT(off, 100 * of_sheets * most);
    for (std::size_t e = 0; e < a.shell.turn.size(); ++e)
      EXPECT_NEAR(a.shell.turn[e], b.shell.turn[e], 10 * of_sheets);
  }
}

TEST(CudaSheets, MoveAndPushAsOnTheCpu) {
  for (const Delta delta : {Delta::three_points, Delta::four_points}) {
    expect_equal<float>(delta, 1e-5, 1e-5);
    expect_equal<double>(delta, 1e-6, 1e-11);  // fields are told in single precision
  }
}

TEST(CudaSheets, HalfStorageKeepsThreeDigits) {
  expect_equal<float, ScaledHalf>(Delta::three_points, 3e-3, 3e-3);
}

TEST(CudaSheets, GiveTheSameBitsInAnyOrder) {
  const Seen usual = after<CudaBackend<D3Q19, float>>(Delta::four_points);
  for (const char* seed : {"1", "2"}) {
    const Setting shuffled("CUDA_EMULATION_SEED", seed);
    const Seen other = after<CudaBackend<D3Q19, float>>(Delta::four_points);
    EXPECT_EQ(usual.fields.vx, other.fields.vx);
    EXPECT_EQ(usual.fields.drho, other.fields.drho);
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_EQ(usual.sheets[k].shell.x_m, other.sheets[k].shell.x_m);
      EXPECT_EQ(usual.sheets[k].force_n, other.sheets[k].force_n);
    }
  }
}

/// What the CPU says at once is said when the device is looked at.
TEST(CudaSheets, ThatAreTornAlongStopTheRun) {
  const SmallLumen s(test::cube(15));
  CudaBackend<D3Q19, float> backend(setup<float>(s));
  prepare(backend, s, Delta::four_points);
  backend.change_sheets([](std::vector<ImmersedSheet>& all) {
    std::ranges::fill(all[2].force_n, Vec3{0, 0, 1});
  });
  backend.advance(std::vector<StepValues>(3, {{}, {}}));
  backend.observe(Observed::totals, {});
  try {
    backend.observed();
    FAIL() << "goes on";
  } catch (const NumericalError& e) {
    EXPECT_NE(std::string(e.what()).find("sheet 'at the wall' is torn along at "), std::string::npos)
        << e.what();
  }
}

}  // namespace
}  // namespace soleus
