// The CUDA backend over the emulated runtime, call by call: equal to the CPU backend, the same bits whatever
// order blocks and threads run in, and faults in a kernel are caught.
#include "solver_cuda/backend/cuda_backend.hpp"

#include <gtest/gtest.h>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/kernels/advance_scalar.hpp"
#include "solver_cuda/kernels/cpu_backend.hpp"
#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "tests/cuda_emulation/emulated.hpp"
#include "tests/solver/small_lumen.hpp"

namespace soleus {
namespace {

using test::dx;
using test::scales;

/// A pipe 7 cells across and 24 long, askew in three dimensions, with a driven and a free end: about 1000
/// nodes in several tiles, at walls, openings and inside.
struct Lumen {
  Wall wall;
  Lattice lattice;
  NearWall near;
  std::vector<Node> fluid;

  explicit Lumen(int directions)
      : wall(geometry(), {}, test::driven(10)),
        lattice(voxelize(wall, dx, {}, 1.0, directions)),
        near(wall, lattice, scales) {
    near.update(0);
    fluid = classify(lattice.nodes, near);
  }
  static Geometry geometry() {
    Geometry g;
    g.shape =
        Shape{.kind = ShapeKind::pipe, .radius_m = 3.5 * dx, .end_radius_m = 3.5 * dx, .length_m = 24 * dx};
    g.shape->direction = normalized(Vec3{1, 2, 3});
    for (const ShapeEnd& e : ends(*g.shape))
      g.openings.push_back({e.name, e.center_m, e.outward, 3.85e-5, e.radius_m});
    return g;
  }
  WallView view() const { return {lattice, wall, near, scales}; }
};

struct Fluid {
  Collision collision = Collision::regularized;
  RheologyModel model = RheologyModel::newtonian;
};

template <class Real>
BackendSetup<Real> setup(const Lumen& s, const Fluid& fluid) {
  Relaxation<Real> rates{Real(1 / 0.55), Real(1.2), {}};
  rates.rheology = {.model = fluid.model,
                    .least = Real(0.01),
                    .most = Real(0.1),
                    .time = Real(100),
                    .index = Real(0.36),
                    .yield = Real(1e-6),
                    .magic = Real(0.1875)};
  return {s.lattice, s.lattice.tiles, s.lattice.nodes, {}, 2, scales, rates, fluid.collision, {}, true, 0};
}

/// Enters with concentration 2, grows by a thousandth per step, diffuses by 0.02 cells² per step.
template <class Real>
ScalarRules<Real> scalar_rules() {
  const ScalarRates<double> rates = scalar_rates(0.02);
  return {{Real(rates.odd), Real(rates.even)}, 2, Real(1e-3)};
}

/// A shear flow, and the boundary at rest.
template <class Backend>
void prepare(Backend& backend, const Lumen& s) {
  using L = typename Backend::VelocitySet;
  using Real = typename Backend::Arithmetic;
  backend.initialize(s.fluid, [&](Node n, Real(&g)[L::Q]) {
    const Vec3 x = s.lattice.tiles.position(n) / dx;
    const Macro<Real> m{Real(0.001 * std::sin(x.y)), Real(0.02 * std::sin(x.z)), Real(0.03 * std::cos(x.x)),
                        0};
    for (int i = 0; i < L::Q; ++i) g[i] = equilibrium<L>(i, m);
  });
  link_wall(backend.boundary(), backend.cells([] { return std::vector<Node>{}; }), s.view(),
            WallRule::linear);
  link_openings(backend.boundary(), s.view());
  backend.boundary_changed();
}

/// Runs `steps` steps in calls of one, two and three steps, and looks at the fluid.
template <class Backend>
MacroFields flow_after(const Lumen& s, const Fluid& fluid, int steps, Totals* totals = nullptr) {
  Backend backend(setup<typename Backend::Arithmetic>(s, fluid));
  prepare(backend, s);
  Vec3 force;
  for (int done = 0, call = 0; done < steps; ++call) {
    std::vector<StepValues> now;
    for (int k = 0; k < 1 + call % 3 && done < steps; ++k, ++done) {
      force = {1e-5 * done, 2e-5, 0};
      now.push_back({force, {{0.1 + 0.01 * done, 0}, {0, -1e-3}}});
    }
    backend.advance(now);
  }
  backend.observe(Observed::strain, force);
  const Observation& seen = backend.observed();
  if (totals) *totals = seen.totals;
  return backend.fields();
}

double difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double most = 0, off = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    most = std::max(most, std::abs(double(a[k])));
    off = std::max(off, std::abs(double(a[k]) - double(b[k])));
  }
  EXPECT_GT(most, 0);
  return off / most;
}

double difference(const MacroFields& a, const MacroFields& b) {
  return std::max({difference(a.vx, b.vx), difference(a.vy, b.vy), difference(a.vz, b.vz)});
}

template <class L, class Real>
void expect_equal(const Fluid& fluid) {
  const Lumen s(L::Q);
  Totals of_cpu, of_cuda;
  const MacroFields cpu = flow_after<CpuBackend<L, Real>>(s, fluid, 25, &of_cpu);
  const MacroFields cuda = flow_after<CudaBackend<L, Real>>(s, fluid, 25, &of_cuda);
  EXPECT_LT(difference(cpu, cuda), 1e-6);
  EXPECT_LT(difference(cpu.drho, cuda.drho), 1e-5);  // single precision: a thousandth of what is added up
  double most = 0, off = 0;
  for (const Node n : s.fluid)
    for (int c = 0; c < 6; ++c) {
      most = std::max(most, std::abs(double(cpu.strain[n][c])));
      off = std::max(off, std::abs(double(cpu.strain[n][c]) - double(cuda.strain[n][c])));
    }
  EXPECT_LT(off, 1e-5 * most);
  EXPECT_EQ(of_cpu.cells, of_cuda.cells);
  EXPECT_NEAR(of_cpu.mass_kg, of_cuda.mass_kg, 1e-7 * of_cpu.mass_kg);
  EXPECT_NEAR(of_cpu.kinetic_energy_J, of_cuda.kinetic_energy_J, 1e-6 * of_cpu.kinetic_energy_J);
  EXPECT_TRUE(of_cuda.finite);
}

TEST(CudaBackend, EqualsTheCpuOnD3Q19) {
  for (const Collision c : {Collision::trt, Collision::regularized})
    for (const RheologyModel m :
         {RheologyModel::newtonian, RheologyModel::carreau_yasuda, RheologyModel::casson}) {
      SCOPED_TRACE(collision_names[std::size_t(c)]);
      SCOPED_TRACE(rheology_names[std::size_t(m)]);
      expect_equal<D3Q19, float>({c, m});
      expect_equal<D3Q19, double>({c, m});
    }
}

TEST(CudaBackend, EqualsTheCpuOnD3Q27) {
  for (const Collision c : {Collision::trt, Collision::regularized, Collision::cumulant})
    for (const RheologyModel m : {RheologyModel::newtonian, RheologyModel::carreau_yasuda}) {
      SCOPED_TRACE(collision_names[std::size_t(c)]);
      SCOPED_TRACE(rheology_names[std::size_t(m)]);
      expect_equal<D3Q27, float>({c, m});
      expect_equal<D3Q27, double>({c, m});
    }
}

struct ScalarSeen {
  std::vector<float> concentration;
  Observation totals;
};

/// The scalar after 25 steps, halfway through which every fifth node is covered, and uncovered
/// two steps later.
template <class Backend>
ScalarSeen scalar_after(Lumen& s) {
  using L = typename Backend::VelocitySet;
  using Real = typename Backend::Arithmetic;
  BackendSetup<Real> with = setup<Real>(s, {});
  with.scalar = scalar_rules<Real>();
  Backend backend(with);
  prepare(backend, s);
  backend.initialize_scalar(
      [&](Node n) { return Real(1 + std::sin(0.5 * s.lattice.tiles.position(n).z / dx)); });
  const auto go = [&](int steps) {
    backend.advance(std::vector<StepValues>(std::size_t(steps), {{1e-5, 2e-5, 0}, {{0.3, 0}, {0, -1e-3}}}));
  };
  const auto move = [&](bool fluid) {
    const std::vector<std::uint8_t> before = s.lattice.nodes.fluid_rows;
    std::vector<Node> moved;
    for (std::size_t k = 0; k < s.fluid.size(); k += 5) moved.push_back(s.fluid[k]);
    for (const Node n : moved) s.lattice.nodes.set_fluid(n, fluid);
    auto&& held = backend.scalar_cells([&] { return scalar_moved_among(s.lattice, before); });
    move_scalar(held, s.lattice, before);
    backend.write_scalar(held);
    auto&& around = backend.cells([&] { return moved; });
    const Real at_rest[L::Q] = {};
    for (const Node n : moved) scatter(around, s.lattice.tiles, s.lattice.nodes, n, at_rest);
    backend.write(around, moved);
    link_wall(backend.boundary(), backend.cells([] { return std::vector<Node>{}; }), s.view(),
              WallRule::staircase);
    link_openings(backend.boundary(), s.view());
    backend.boundary_changed();
  };
  go(12), move(false), go(2), move(true), go(11);
  backend.observe(Observed::fields, {1e-5, 2e-5, 0});
  const Observation seen = backend.observed();
  return {backend.fields().concentration, seen};
}

template <class L, class Real, class Stored>
void expect_equal_scalar(double of_concentration) {
  Lumen s(L::Q);
  const ScalarSeen cpu = scalar_after<CpuBackend<L, Real>>(s);
  const ScalarSeen cuda = scalar_after<CudaBackend<L, Real, Stored>>(s);
  EXPECT_LT(difference(cpu.concentration, cuda.concentration), of_concentration);
  const ScalarTotals &a = cpu.totals.scalar, &b = cuda.totals.scalar;
  EXPECT_GT(a.amount, 500);
  EXPECT_NEAR(a.amount, b.amount, of_concentration * a.amount);
  EXPECT_NEAR(a.measure, b.measure, of_concentration * a.measure);
  ASSERT_EQ(cuda.totals.scalar_in.size(), 2u);
  EXPECT_GT(cpu.totals.scalar_in[0], 1);
  for (int k = 0; k < 2; ++k)
    EXPECT_NEAR(cpu.totals.scalar_in[k], cuda.totals.scalar_in[k], of_concentration * a.amount);
}

TEST(CudaBackend, CarriesTheScalarAsTheCpuDoes) {
  expect_equal_scalar<D3Q19, float, float>(2e-6);
  expect_equal_scalar<D3Q19, double, double>(1e-7);  // of fields in single precision
  expect_equal_scalar<D3Q27, float, float>(2e-6);
  expect_equal_scalar<D3Q27, double, double>(1e-7);
  expect_equal_scalar<D3Q19, float, ScaledHalf>(2e-3);  // as the velocity that carries it
}

/// Blocks, threads, streams and graph nodes run in another order with each seed: a race, or a sum in the
/// order of arrival, would change bits.
TEST(CudaBackend, GivesTheSameBitsInAnyOrder) {
  const Lumen s(D3Q19::Q);
  const MacroFields usual = flow_after<CudaBackend<D3Q19, float>>(s, {}, 12);
  for (const char* seed : {"1", "2", "3"}) {
    const Setting shuffled("CUDA_EMULATION_SEED", seed);
    const MacroFields other = flow_after<CudaBackend<D3Q19, float>>(s, {}, 12);
    EXPECT_EQ(usual.vx, other.vx);
    EXPECT_EQ(usual.drho, other.drho);
  }
}

/// A population near 0.03 is stored to 2^-17, one near 0.001 to 2^-22.
TEST(CudaBackend, HalfStorageKeepsThreeDigits) {
  const Lumen s(D3Q19::Q);
  const MacroFields single = flow_after<CudaBackend<D3Q19, float>>(s, {}, 40);
  const MacroFields half = flow_after<CudaBackend<D3Q19, float, ScaledHalf>>(s, {}, 40);
  EXPECT_LT(difference(single, half), 2e-3);
  EXPECT_GT(difference(single, half), 1e-6);  // or nothing was stored as halves
}

TEST(CudaBackend, CellsThatAreWrittenAreRead) {
  const Lumen s(D3Q19::Q);
  CudaBackend<D3Q19, double> backend(setup<double>(s, {}));
  Cells<D3Q19, double> some;
  some.nodes = {s.fluid[3], s.fluid[200], s.fluid[500]};
  for (int k = 0; k < 3; ++k) {
    auto& cell = some.at.emplace_back();
    for (int i = 0; i < D3Q19::Q; ++i) cell.g[i] = k + 0.01 * i;
  }
  backend.write(some, {s.fluid[3], s.fluid[500]});
  const auto back = backend.cells([&] { return std::vector<Node>{s.fluid[3], s.fluid[500]}; });
  EXPECT_EQ(back.at[0].g[18], 0.18);
  EXPECT_EQ(back.at[1].g[7], 2.07);
}

TEST(CudaBackend, RefusesWhatDoesNotFit) {
  const Setting memory("CUDA_EMULATION_MEMORY_MIB", "16");
  const Lumen s(D3Q19::Q);
  try {
    CudaBackend<D3Q19, float> backend(setup<float>(s, {}));
    FAIL() << "fits";
  } catch (const ResourceError& e) {
    EXPECT_THAT(e.what(),
                testing::MatchesRegex("the run needs [0-9]+ MB on the CUDA device and 17 of its 17 MB "
                                      "are free; solver.dx = 1[.0-9]* mm would fit."));
  }
}

TEST(CudaBackend, RefusesADeviceThatIsNotThere) {
  const Lumen s(D3Q19::Q);
  BackendSetup<float> third = setup<float>(s, {});
  third.device = 2;
  try {
    CudaBackend<D3Q19, float> backend(third);
    FAIL() << "is there";
  } catch (const InputError& e) {
    EXPECT_STREQ(e.what(),
                 "--device 2: the CUDA devices of this machine are 0 to 0; soleus info lists them.");
  }
}

TEST(CudaBackend, SaysThatThereIsNoDevice) {
  const Setting none("CUDA_EMULATION_DEVICES", "0");
  const Lumen s(D3Q19::Q);
  EXPECT_THROW((CudaBackend<D3Q19, float>(setup<float>(s, {}))), ResourceError);
}

struct CudaBackendFault : Fatal {};

/// A node that the lattice does not have: the kernel writes where nothing is.
TEST_F(CudaBackendFault, AWriteBehindTheLatticeIsCaught) {
  const Lumen s(D3Q19::Q);
  CudaBackend<D3Q19, float> backend(setup<float>(s, {}));
  Cells<D3Q19, float> beyond;
  beyond.nodes = {Node(s.lattice.tiles.nodes()) + 1};
  beyond.at.resize(1);
  EXPECT_DEATH(backend.write(beyond, beyond.nodes), caught("scatter_cells", "AddressSanitizer"));
}

/// A table of neighbours that leads out of the lattice.
TEST_F(CudaBackendFault, AStepOutOfTheLatticeIsCaught) {
  Lumen s(D3Q19::Q);
  const auto right = s.lattice.tiles.neighbours;
  for (auto& around : s.lattice.tiles.neighbours)
    for (auto& tile : around)
      if (tile == s.lattice.nodes.active_tiles.back()) tile = s.lattice.tiles.count();
  CudaBackend<D3Q19, float> backend(setup<float>(s, {}));
  s.lattice.tiles.neighbours = right;
  prepare(backend, s);
  const std::vector<StepValues> steps(4, {{}, {{0.1, 0}, {0, 0}}});
  EXPECT_DEATH((backend.advance(steps), backend.wait()),
               caught("past the end of a device allocation", "AddressSanitizer"));
}

}  // namespace
}  // namespace soleus
