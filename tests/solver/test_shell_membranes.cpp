// Stretched sheets: the laws against closed forms, balloons, Laplace's law, a disc under pressure, a hanging
// strip. REFERENCES: [1] Holzapfel, Nonlinear Solid Mechanics (Wiley 2000), section 6.5. [2] Fichter, NASA
// TP-3658 (1997): Hencky's membrane. [3] Fung, Biomechanics (Springer 1993), chapter 7. Measured errors are
// printed.
#include <gtest/gtest.h>

#include "tests/solver/sheets.hpp"
#include "tests/solver/sheets_at_rest.hpp"

namespace soleus {
namespace {

using std::numbers::pi;
using test::add_pressure;
using test::Diagonals;
using test::on_plane;
using test::SheetAtRest;

// One square of side 1, pulled until it is `along` long
// ------------------------------------------------------

const SheetMaterial hooke{.law = MembraneLaw::st_venant_kirchhoff,
                          .thickness_m = 0.1,
                          .young_pa = 3,
                          .poisson = 0.3,
                          .density_kg_m3 = 1,
                          .bending_pa = 1},
    rubber{.law = MembraneLaw::neo_hookean,
           .thickness_m = 0.1,
           .young_pa = 3,
           .density_kg_m3 = 1,
           .bending_pa = 1},
    tissue{.law = MembraneLaw::fung,
           .thickness_m = 0.1,
           .young_pa = 3,
           .fung = {3, 1, 0.5, 0.8},
           .density_kg_m3 = 1,
           .bending_pa = 1};

/// Force over the side at x = `along` [N], first Piola-Kirchhoff: of thickness and width at rest.
double pull(const SheetMaterial& material, double along, std::optional<double> across) {
  const Surface mesh = test::rectangle(1, 1, 1, 1, Diagonals::one_way);
  test::Supports supports(mesh);
  supports.hold_axis(on_plane(0, 0), 0).hold_axis(on_plane(0, 1), 0).hold_axis(on_plane(1, 0), 1);
  supports.hold_axis([](const Vec3&) { return true; }, 2);
  if (across) supports.hold_axis(on_plane(1, 1), 1);
  Shell sheet =
      make_shell(mesh, material, supports.nodes, {std::vector(mesh.triangles.size(), Vec3{1, 0, 0}), {}});
  for (Vec3& x : sheet.x_m) x = {x.x * along, x.y * across.value_or(1), 0};
  EXPECT_TRUE(SheetAtRest(sheet, test::no_loads, supports.axes).load(0));
  ShellForces forces;
  elastic_forces(sheet, forces);
  double force = 0;
  for (std::size_t n = 0; n < sheet.x_m.size(); ++n)
    if (mesh.points_m[n].x == 1) force -= forces.on_nodes_n[n].x;
  return force;
}

struct ClosedForms {
  double uniaxial, equibiaxial, pure_shear;
};
void expect_closed_forms(const SheetMaterial& material, double along, const ClosedForms& exact) {
  constexpr double part = 1e-8;  // of Newton's method and differences; asked for is 1e-5
  EXPECT_NEAR(pull(material, along, {}) / exact.uniaxial, 1, part);
  EXPECT_NEAR(pull(material, along, along) / exact.equibiaxial, 1, part);
  EXPECT_NEAR(pull(material, along, 1) / exact.pure_shear, 1, part);
}

TEST(SheetOfHooke, PullsAsItsClosedForms) {
  for (const double l : {0.9, 1.1, 1.4}) {
    const double eh = hooke.young_pa * hooke.thickness_m, nu = hooke.poisson, e = 0.5 * (l * l - 1);
    expect_closed_forms(hooke, l, {eh * e * l, eh / (1 - nu) * e * l, eh / (1 - nu * nu) * e * l});
  }
}

/// [1]: mu (l - l^-2), mu (l - l^-5), mu (l - l^-3).
TEST(SheetOfRubber, PullsAsItsClosedForms) {
  for (const double l : {0.8, 1.2, 2.0}) {
    const double mu = rubber.young_pa * rubber.thickness_m / 3;
    expect_closed_forms(rubber, l,
                        {mu * (l - std::pow(l, -2)), mu * (l - std::pow(l, -5)), mu * (l - std::pow(l, -3))});
  }
}

/// S = c (a1 E11 + a3 E22) exp Q [3]; alone, E22 = - a3/a2 E11. Also where it stiffens no more.
TEST(SheetOfTissue, PullsAsItsClosedForms) {
  for (const double most : {1e30, 0.2}) {
    SheetMaterial sheet = tissue;
    sheet.fung.stiffens_to = most;
    const double c = sheet.young_pa * sheet.thickness_m;
    const FungExponents& a = sheet.fung;
    for (const double l : {0.9, 1.2, 1.5}) {
      const double e = 0.5 * (l * l - 1), alone = a.along - a.both * a.both / a.across,
                   both = a.along + a.both;
      const auto grown = [&](double of_square) { return std::exp(std::min(of_square * e * e, most)) * l; };
      expect_closed_forms(
          sheet, l,
          {c * alone * e * grown(alone), c * both * e * grown(a.along + a.across + 2 * a.both),
           c * a.along * e * grown(a.along)});
    }
  }
}

// Balloons
// ----------------------------------------------------------------------------------------------------

/// So little that bending does not count.
SheetMaterial thin(MembraneLaw law, double poisson) {
  return {.law = law,
          .thickness_m = 1e-3,
          .young_pa = 3000,
          .poisson = poisson,
          .density_kg_m3 = 1,
          .bending_pa = 3000};
}

SheetAtRest::Loads pressure(double pressure_pa) {
  return [=](const Shell& s, ShellForces& f) { add_pressure(s, pressure_pa, f.on_nodes_n); };
}

/// Between a sheet and the origin.
double volume_below(const Shell& sheet) {
  double sum = 0;
  for (const ShellTriangle& t : sheet.triangles) {
    const auto x = [&](std::size_t k) { return sheet.x_m[std::size_t(t.nodes[k])]; };
    sum += dot(x(0), cross(x(1), x(2))) / 6;
  }
  return sum;
}

/// Its volume prescribed: past the greatest pressure too. [1]: p = 2 mu h/R (1/l - 1/l^7).
TEST(Balloon, HasThePressureOfRubberAlsoPastItsMaximum) {
  const Surface mesh = test::sphere_octant(12);
  test::Supports supports(mesh);
  supports.mirror(0).mirror(1).mirror(2);
  Shell sheet = make_shell(mesh, thin(MembraneLaw::neo_hookean, 0.5), supports.nodes);
  SheetAtRest rest(sheet, pressure(1), supports.axes);
  const double at_rest = volume_below(sheet), mu_h = 1000 * 1e-3;
  double most = 0;
  const double of_most = std::pow(7, 1.0 / 6);
  for (const double stretch : {1.05, 1.2, 1.3, of_most, 1.5, 1.75, 2.0}) {
    const double found = rest.load_until(volume_below, at_rest * std::pow(stretch, 3)),
                 exact = 2 * mu_h * (1 / stretch - std::pow(stretch, -7));
    most = std::max(most, found);
    std::printf("balloon at %.3f: %.4f\n", stretch, found / exact - 1);
    EXPECT_NEAR(found / exact, 1, 0.01) << stretch;
  }
  EXPECT_NEAR(most / (0.6197 * 2 * mu_h), 1, 0.01);
}

/// Along the sheet as it lies now, along the axes of a triangle at rest [N/m].
PlaneTensor tension_now(const Shell& sheet, const ShellTriangle& t, Tangents& f) {
  f = tangents(t, sheet.x_m.data());
  const PlaneTensor c = metric(f);
  return sheet_stress(sheet.material, c).tension_n_m * (1 / std::sqrt(c.determinant()));
}

/// Largest difference of the tension along a direction from what is expected, over that. The direction is of
/// the sheet as it lies.
template <class Direction>
double error_of_tension(const Shell& sheet, double expected, const Direction& direction) {
  double largest = 0;
  for (const ShellTriangle& t : sheet.triangles) {
    Tangents f;
    const PlaneTensor n = tension_now(sheet, t, f);
    Vec3 middle;
    for (const int k : t.nodes) middle += sheet.x_m[std::size_t(k)] / 3;
    const Vec3 d = direction(middle);
    const double u = dot(f.along, d), v = dot(f.across, d);
    largest = std::max(largest, std::abs((n.xx * u * u + n.yy * v * v + 2 * n.xy * u * v) / expected - 1));
  }
  return largest;
}

TEST(LaplacesLaw, OfACylinder) {
  constexpr int around = 24;
  const Surface mesh =
      test::mapped(test::rectangle(pi / 2, 0.5, around, 8, Diagonals::crossed), [](const Vec3& u) {
        return Vec3{std::sin(u.x), u.y, std::cos(u.x)};
      });
  test::Supports supports(mesh);
  supports.mirror(0).mirror(1).mirror(2).mirror(1, 0.5);
  Shell sheet = make_shell(mesh, thin(MembraneLaw::neo_hookean, 0.5), supports.nodes);
  constexpr double p = 0.4;
  ASSERT_TRUE(SheetAtRest(sheet, pressure(p), supports.axes).load(1));
  const double radius = norm(Vec3{sheet.x_m[0].x, 0, sheet.x_m[0].z}),
               error = error_of_tension(sheet, p * radius, [](const Vec3&x) {
                 return normalized(Vec3{x.z, 0, -x.x});
               });
  std::printf("cylinder, %d around a quarter: radius %.4f, tension %.4f\n", around, radius, error);
  EXPECT_LT(error, 0.01);
}

TEST(LaplacesLaw, OfASphere) {
  const Surface mesh = test::sphere_octant(16);
  test::Supports supports(mesh);
  supports.mirror(0).mirror(1).mirror(2);
  Shell sheet = make_shell(mesh, thin(MembraneLaw::neo_hookean, 0.5), supports.nodes);
  constexpr double p = 1;
  ASSERT_TRUE(SheetAtRest(sheet, pressure(p), supports.axes).load(1));
  const double radius = norm(sheet.x_m[0]);
  double error = 0;
  for (const Vec3& axis : {Vec3{1, 0, 0}, Vec3{0, 1, 0}, Vec3{0, 0, 1}})
    error = std::max(error, error_of_tension(sheet, p * radius / 2,
                                             [&](const Vec3& x) { return normalized(cross(x, axis)); }));
  std::printf("sphere, 16: radius %.4f, tension %.4f\n", radius, error);
  EXPECT_LT(error, 0.01);
}

/// w/a = b (p a / E h)^(1/3), b of Hencky's series for nu = 0.3 [2]; begun from a cap.
TEST(HenckysMembrane, RisesAsItsSeries) {
  const Surface mesh = test::disc(14);
  const auto border = [](const Vec3& x) { return norm(x) > 1 - 1e-9; };
  test::Supports supports(mesh);
  supports.hold(border);
  SheetMaterial material = thin(MembraneLaw::st_venant_kirchhoff, 0.3);
  material.bending_pa *= 1e-3;
  Shell sheet = make_shell(mesh, material, supports.nodes);
  const double part = 1e-5, exact = 0.6536 * std::cbrt(part);
  for (Vec3& x : sheet.x_m) x.z = exact * (1 - dot(x, x));
  ASSERT_TRUE(SheetAtRest(sheet, pressure(part * material.young_pa * material.thickness_m)).load(1));
  std::printf("Hencky's membrane, 14 rings: %.4f\n", sheet.x_m[0].z / exact - 1);
  EXPECT_NEAR(sheet.x_m[0].z / exact, 1, 0.02);
}

/// Inextensible but for a millionth, 64 long: y = c cosh(x/c), 2 c sinh(1/(2c)) = length.
TEST(HangingStrip, IsACatenary) {
  constexpr int along = 64;
  constexpr double length = 1.5;
  double c = 0.3;
  for (int k = 0; k < 100; ++k)
    c -= (2 * c * std::sinh(0.5 / c) - length) / (2 * std::sinh(0.5 / c) - std::cosh(0.5 / c) / c);
  const Surface mesh = test::rectangle(length, length / along, along, 1, Diagonals::one_way);
  test::Supports supports(mesh);
  supports.hold(on_plane(0, 0)).hold(on_plane(0, length)).hold_axis([](const Vec3&) { return true; }, 1);
  SheetMaterial material = thin(MembraneLaw::st_venant_kirchhoff, 0);
  material.bending_pa *= 1e-3;
  Shell sheet = make_shell(mesh, material, supports.nodes);
  for (Vec3& x : sheet.x_m) {  // the catenary itself, and a wave
    const double s = x.x - 0.5 * length, wave = 0.01 * std::sin(3 * pi * x.x / length);
    const double at = c * std::asinh(s / c);
    x = {at + 0.5, x.y, c * std::cosh(at / c) - c * std::cosh(0.5 / c) + wave};
  }
  const double weight = 1e-5 * material.young_pa * material.thickness_m * length / along;
  SheetAtRest rest(
      sheet,
      [&](const Shell& s, ShellForces& f) {
        test::add_weight(s, {0, 0, -weight}, f.on_nodes_n);
      },
      supports.axes);
  ASSERT_TRUE(rest.load_thin(1, 1));
  const double sag = c * std::cosh(0.5 / c) - c, found = -sheet.x_m[along / 2].z;
  std::printf("hanging strip, 64: sag %.5f, %d iterations\n", found / sag - 1, rest.iterations());
  EXPECT_NEAR(found / sag, 1, 0.005);
}

}  // namespace
}  // namespace soleus
