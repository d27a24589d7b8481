// A thin elastic sheet alone: patch tests, rigid motions, forces from energies.
#include <gtest/gtest.h>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/geometry/make_shell.hpp"
#include "solver_cuda/kernels/advance_immersed.hpp"
#include "tests/solver/sheets.hpp"

namespace soleus {
namespace {

using test::Diagonals;
using test::rectangle;

SheetMaterial material(MembraneLaw law) {
  return {.law = law,
          .thickness_m = 0.05,
          .young_pa = 2.0,
          .poisson = law == MembraneLaw::st_venant_kirchhoff ? 0.3 : 0.5,
          .fung = {3, 1, 0.5, 0.8},
          .density_kg_m3 = 1,
          .bending_pa = 2.5};
}

/// Of the unit of length, moved by a smooth field and shaken, its edges turned.
void deform(Shell& shell, double shaken) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> away(-shaken, shaken);
  for (Vec3& x : shell.x_m) {
    x = {x.x * 1.1 + 0.1 * x.y * x.y, x.y * 0.95 - 0.05 * x.x, 0.3 * std::sin(2 * x.x) + 0.2 * x.x * x.y};
    x += Vec3{away(random), away(random), away(random)};
  }
  for (std::size_t e = 0; e < shell.edges.size(); ++e)
    if (shell.edges[e].mirror < 0) shell.turn[e] = 5 * away(random);
}

double energy_j(const Shell& shell) {
  ShellForces forces;
  elastic_forces(shell, forces);
  return forces.energy.total_j();
}

/// By differences of fourth order.
double slope_of_energy(const Shell& shell, double& coordinate) {
  constexpr double h = 1e-4;
  const double at = coordinate;
  double energy[4];
  for (std::size_t k = 0; k < 4; ++k)
    coordinate = at + h * std::array{-2, -1, 1, 2}[k], energy[k] = energy_j(shell);
  coordinate = at;
  return (energy[0] - 8 * energy[1] + 8 * energy[2] - energy[3]) / (12 * h);
}

/// Of a rectangle of 5 by 4 squares.
ShellSupport clamped_side() {
  ShellSupport support;
  for (int j = 0; j < 4; ++j) support.clamped.push_back({{6 * j, 6 * (j + 1)}, {1, 0, 0}});
  return support;
}

void expect_forces_are_the_gradient(Shell& shell) {
  deform(shell, 0.02);
  ShellForces forces;
  elastic_forces(shell, forces);
  double largest = 0;
  for (const Vec3& f : forces.on_nodes_n) largest = std::max(largest, norm(f));
  for (std::size_t n = 0; n < shell.x_m.size(); ++n)
    for (int a = 0; a < 3; ++a)
      EXPECT_NEAR(forces.on_nodes_n[n][a], -slope_of_energy(shell, shell.x_m[n][a]), 1e-9 * largest)
          << n << ", " << a;
  for (std::size_t e = 0; e < shell.edges.size(); ++e) {
    if (shell.edges[e].mirror >= 0) continue;
    EXPECT_NEAR(forces.on_edges_nm[e], -slope_of_energy(shell, shell.turn[e]), 1e-9 * largest) << e;
  }
}

class SheetOf : public testing::TestWithParam<MembraneLaw> {};

TEST_P(SheetOf, HasForcesThatAreTheGradientOfItsEnergy) {
  Shell shell =
      make_shell(rectangle(1, 0.8, 5, 4, Diagonals::random, 0.2), material(GetParam()), clamped_side());
  expect_forces_are_the_gradient(shell);
}

TEST_P(SheetOf, FeelsNoRigidMotionAndPullsAtNothingElse) {
  Shell shell = make_shell(rectangle(1, 0.8, 5, 4, Diagonals::random, 0.2), material(GetParam()));
  Shell turned = shell;
  const Vec3 axis = normalized(Vec3{1, 2, -0.5});
  for (Vec3& x : turned.x_m) {
    const double c = std::cos(2.0), s = std::sin(2.0);
    x = x * c + cross(axis, x) * s + axis * (dot(axis, x) * (1 - c)) + Vec3{3, -1, 2};
  }
  ShellForces forces;
  elastic_forces(turned, forces);
  EXPECT_LT(forces.energy.total_j(), 1e-28);
  for (const Vec3& f : forces.on_nodes_n) EXPECT_LT(norm(f), 1e-14);
  deform(shell, 0.02);
  elastic_forces(shell, forces);
  Vec3 sum, torque;
  double all = 0;
  for (std::size_t n = 0; n < shell.x_m.size(); ++n) {
    const Vec3& f = forces.on_nodes_n[n];
    sum += f, torque += cross(shell.x_m[n], f), all += norm(f);
  }
  EXPECT_LT(norm(sum), 1e-14 * all);
  EXPECT_LT(norm(torque), 1e-14 * all);
}
/// Each triangle as thick as it likes, up to three times the material's.
Shell uneven_sheet(MembraneLaw law, const ShellSupport& support = {}) {
  const Surface mesh = rectangle(1, 0.8, 5, 4, Diagonals::random, 0.2);
  std::vector<double> thickness;
  for (std::size_t k = 0; k < mesh.triangles.size(); ++k)
    thickness.push_back(1 + 2 * std::abs(std::sin(3.7 * double(k))));
  return make_shell(mesh, material(law), support, {{}, thickness});
}

TEST_P(SheetOf, UnevenThicknessHasForcesThatAreTheGradientOfItsEnergy) {
  Shell shell = uneven_sheet(GetParam(), clamped_side());
  expect_forces_are_the_gradient(shell);
}

TEST_P(SheetOf, OnceAsThickHasTheSameBitsAsOneWithoutThicknesses) {
  const Surface mesh = rectangle(1, 0.8, 5, 4, Diagonals::random, 0.2);
  Shell plain = make_shell(mesh, material(GetParam())),
        once = make_shell(mesh, material(GetParam()), {}, {{}, std::vector(mesh.triangles.size(), 1.0)});
  deform(plain, 0.02), deform(once, 0.02);
  ShellForces of_plain, of_once;
  elastic_forces(plain, of_plain), elastic_forces(once, of_once);
  EXPECT_EQ(of_plain.on_nodes_n, of_once.on_nodes_n);
  EXPECT_EQ(of_plain.on_edges_nm, of_once.on_edges_nm);
  EXPECT_EQ(plain.mass_kg, once.mass_kg);
}

INSTANTIATE_TEST_SUITE_P(Law, SheetOf,
                         testing::Values(MembraneLaw::st_venant_kirchhoff, MembraneLaw::neo_hookean,
                                         MembraneLaw::fung));

/// With the edges turned as the surface is, which is an equilibrium inside it: the patch test of Morley's
/// triangle.
TEST(Sheet, HasTheExactEnergyOfAConstantCurvatureOnAnyMesh) {
  for (const Diagonals diagonals : {Diagonals::one_way, Diagonals::crossed, Diagonals::random})
    for (const double uneven : {0.0, 0.3})
      for (const PlaneTensor k : {PlaneTensor{1, 0, 0}, PlaneTensor{1, 1, 0}, PlaneTensor{0, 0, 1}}) {
        Shell shell = make_shell(rectangle(1, 0.8, 6, 5, diagonals, uneven),
                                 material(MembraneLaw::st_venant_kirchhoff));
        constexpr double small = 1e-5;
        const std::vector<Vec3> at_rest = shell.x_m;
        for (Vec3& x : shell.x_m)
          x.z = small * (0.5 * (k.xx * x.x * x.x + k.yy * x.y * x.y) + k.xy * x.x * x.y);
        for (std::size_t e = 0; e < shell.edges.size(); ++e) {
          const ShellEdge& edge = shell.edges[e];
          const auto place = [&](int n) { return at_rest[std::size_t(n)]; };
          const Vec3 middle = (place(edge.nodes[0]) + place(edge.nodes[1])) / 2,
                     along = normalized(place(edge.nodes[1]) - place(edge.nodes[0])),
                     out{along.y, -along.x, 0};
          const Vec3 slope{small * (k.xx * middle.x + k.xy * middle.y),
                           small * (k.yy * middle.y + k.xy * middle.x), 0};
          const Tangents f = tangents(shell.triangles[std::size_t(edge.triangles[0])], shell.x_m.data());
          const Vec3 n = cross(f.along, f.across);
          const double with_first = dot(slope, out) + (n.x * out.x + n.y * out.y) / n.z;
          shell.turn[e] = with_first - 0.5 * angle_at(edge, shell.mirrors.data(), shell.x_m.data()).value;
        }
        const double d = shell.material.bending_stiffness_nm(), nu = 0.3,
                     exact = 0.5 * d * ((1 - nu) * contract(k, k) + nu * k.trace() * k.trace()) * 0.8 *
                             small * small;
        ShellForces forces;
        elastic_forces(shell, forces);
        EXPECT_NEAR(forces.energy.bending_j / exact, 1, 1e-8) << uneven;
        for (std::size_t e = 0; e < shell.edges.size(); ++e)
          EXPECT_NEAR(shell.edges[e].opposite[1] >= 0 ? forces.on_edges_nm[e] : 0, 0, 1e-8 * d * small) << e;
        for (int j = 2; j < 4; ++j)  // the moments at the border act on the nodes beside it
          for (int i = 2; i < 5; ++i)
            EXPECT_NEAR(forces.on_nodes_n[std::size_t(i + 7 * j)].z, 0, 1e-7 * d * small) << i << ", " << j;
      }
}

TEST(Sheet, HasTheExactTensionOfAConstantStrainOnAnyMesh) {
  const Surface mesh = rectangle(1, 0.8, 4, 3, Diagonals::random, 0.3);
  Shell shell = make_shell(mesh, material(MembraneLaw::st_venant_kirchhoff), {},
                           {std::vector(mesh.triangles.size(), Vec3{1, 0, 0}), {}});
  for (Vec3& x : shell.x_m) x = {1.2 * x.x + 0.1 * x.y, 0.9 * x.y, 0.3 * x.x};
  const PlaneTensor c{1.2 * 1.2 + 0.3 * 0.3, 0.1 * 0.1 + 0.9 * 0.9, 1.2 * 0.1};
  const SheetStress exact = sheet_stress(shell.material, c);
  for (const ShellTriangle& t : shell.triangles) {
    const SheetStress s = sheet_stress(shell.material, metric(tangents(t, shell.x_m.data())));
    EXPECT_NEAR(s.tension_n_m.xx, exact.tension_n_m.xx, 1e-14);
    EXPECT_NEAR(s.tension_n_m.yy, exact.tension_n_m.yy, 1e-14);
    EXPECT_NEAR(s.tension_n_m.xy, exact.tension_n_m.xy, 1e-14);
  }
}

// What make_shell does not take
// ------------------------------------------------------------------------------

std::string refusal(const Surface& mesh, const ShellSupport& support = {}) {
  try {
    make_shell(mesh, material(MembraneLaw::neo_hookean), support);
  } catch (const InputError& e) {
    return e.what();
  }
  return "none";
}

/// A square of two triangles, and a place above it.
const Surface square{{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0.5, 0.5, 1}}, {{0, 1, 2}, {0, 2, 3}}};

TEST(Sheet, WeighsByTheThicknessOfItsTriangles) {
  const Shell shell = uneven_sheet(MembraneLaw::neo_hookean);
  double of_nodes = 0, of_triangles = 0;
  for (const double m : shell.mass_kg) of_nodes += m;
  for (const ShellTriangle& t : shell.triangles) of_triangles += t.area_m2 * t.thickness;
  EXPECT_NEAR(of_nodes / (of_triangles * shell.material.density_kg_m3 * shell.material.thickness_m), 1,
              1e-12);
}

TEST(Sheet, IsAsStiffForTheTimeStepAsWhereItIsThickest) {
  const SheetMaterial thin{.thickness_m = 60e-6, .young_pa = 1e6, .density_kg_m3 = 1070, .bending_pa = 1e6};
  Sheet sheet;
  sheet.thickness = {1, 3, 2};

  EXPECT_DOUBLE_EQ(where_thickest(thin, sheet).thickness_m, 180e-6);
  EXPECT_DOUBLE_EQ(where_thickest(thin, {}).thickness_m, 60e-6);
  const auto step = [](const SheetMaterial& m) {
    return longest_step_s(m, 0.1, 1060, 0.3e-3, Delta::three_points);
  };
  // Stretching counts once, bending three times.
  EXPECT_LT(step(where_thickest(thin, sheet)), step(thin) / std::sqrt(3.0));
  EXPECT_GT(step(where_thickest(thin, sheet)), step(thin) / std::sqrt(27.0));
}

TEST(SheetMesh, HasNoEdgeOfThreeTriangles) {
  Surface mesh = square;
  mesh.triangles.push_back({0, 2, 4});
  EXPECT_EQ(refusal(mesh), "sheet: the edge between nodes 0 and 2 has more than two triangles.");
}

TEST(SheetMesh, HasTrianglesThatAreTurnedTheSameWay) {
  Surface mesh = square;
  mesh.triangles[1] = {0, 3, 2};
  EXPECT_EQ(refusal(mesh),
            "sheet: the triangles at the edge between nodes 2 and 0 are not turned the same way.");
}

TEST(SheetMesh, HasTrianglesWithAnArea) {
  Surface mesh = square;
  mesh.points_m[3] = {0.5, 0.5, 0};
  EXPECT_EQ(refusal(mesh), "sheet: triangle 1 has no area.");
}

TEST(SheetMesh, IsClampedAtItsBorder) {
  EXPECT_EQ(refusal(square, {{}, {{{0, 2}, {1, 0, 0}}}}),
            "sheet: nodes 0 and 2, which are to be clamped, have no edge at its border.");
  EXPECT_EQ(refusal(square, {{}, {{{1, 3}, {1, 0, 0}}}}),
            "sheet: nodes 1 and 3, which are to be clamped, have no edge at its border.");
  EXPECT_EQ(refusal(square, {{}, {{{1, 0}, {0, 1, 0}}}}), "none");
}

}  // namespace
}  // namespace soleus
