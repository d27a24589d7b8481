// Strips that bend, against beams and published deflections. REFERENCES: [1] Sze, Liu & Lo, Finite Elem.
// Anal. Des. 40, 1551 (2004), tables 1 and 2. [2] Blevins, Formulas for Natural Frequency and Mode Shape
// (Krieger 1984), table 8-1. [3] Luhar & Nepf, Limnol. Oceanogr. 56, 2003 (2011). Measured errors are
// printed.
#include <gtest/gtest.h>

#include "tests/solver/sheets.hpp"
#include "tests/solver/sheets_at_rest.hpp"

namespace soleus {
namespace {

using std::numbers::pi;
using test::Diagonals;
using test::on_plane;
using test::SheetAtRest;

/// Clamped at x = 0; no Poisson's ratio, so that it is a beam.
struct Strip {
  static constexpr double young = 1.2e6, width = 1, height = 0.1;
  static constexpr double bending = young * width * height * height * height / 12;  // E I

  /// `thicker`: so many times as high up to the middle.
  Strip(double length_m, int along, int across, double thicker = 1)
      : length(length_m), mesh(test::rectangle(length_m, width, along, across, Diagonals::one_way)) {
    supports.hold(on_plane(0, 0)).clamp(on_plane(0, 0), [](const Vec3&) { return Vec3{1, 0, 0}; });
    SheetTriangles triangles;
    for (const auto& [a, b, c] : mesh.triangles)
      triangles.thickness.push_back(
          mesh.points_m[a].x + mesh.points_m[b].x + mesh.points_m[c].x < 1.5 * length ? thicker : 1);
    sheet = make_shell(mesh, test::plate(young, 0, height), supports.nodes, triangles);
    tip = std::size_t(test::nearest_node(mesh, {length, width / 2, 0}));
  }
  /// Share of a node in what acts along the free end, as of beams across it.
  double share_of_end(std::size_t n) const {
    const Vec3& x = mesh.points_m[n];
    const double between = width / std::round(width / spacing_at_end());
    if (!on_plane(0, length)(x)) return 0;
    return (x.y < 1e-6 || x.y > width - 1e-6 ? 0.5 : 1) * between / width;
  }
  double spacing_at_end() const {
    double y = width;
    for (const Vec3& x : mesh.points_m)
      if (on_plane(0, length)(x) && x.y > 1e-6) y = std::min(y, x.y);
    return y;
  }
  SheetAtRest::Loads force_at_end(double force_n) const {
    return [this, force_n](const Shell&, ShellForces& f) {
      for (std::size_t n = 0; n < mesh.points_m.size(); ++n) f.on_nodes_n[n].z += force_n * share_of_end(n);
    };
  }

  double length;
  Surface mesh;
  test::Supports supports{mesh};
  Shell sheet;
  std::size_t tip = 0;
};

TEST(Cantilever, BendsALittleAsABeamDoes) {
  constexpr double length = 10, to = 0.01;
  const double force = to * 3 * Strip::bending / std::pow(length, 3),
               per_length = to * 8 * Strip::bending / std::pow(length, 4);
  Strip at_end(length, 32, 4), everywhere(length, 32, 4);
  ASSERT_TRUE(SheetAtRest(at_end.sheet, at_end.force_at_end(force)).load(1));
  ASSERT_TRUE(SheetAtRest(everywhere.sheet, [&](const Shell& s, ShellForces& f) {
                test::add_weight(s, {0, 0, per_length * length}, f.on_nodes_n);
              }).load(1));
  const double of_force = at_end.sheet.x_m[at_end.tip].z / to - 1,
               of_weight = everywhere.sheet.x_m[everywhere.tip].z / to - 1;
  std::printf("cantilever 32 x 4: %.4f of a force at its end, %.4f of its weight\n", of_force, of_weight);
  EXPECT_NEAR(of_force, 0, 0.01);
  EXPECT_NEAR(of_weight, 0, 0.01);
}

TEST(Cantilever, WithAThickenedHalfBendsAndStretchesAsABeamDoes) {
  constexpr double length = 10, to = 0.01, thicker = 2;
  // By the moment P (L - x) over E I, 8 E I up to the middle; and by P / (E A), 2 E A up to the middle.
  const double across = to * 3 * Strip::bending / std::pow(length, 3),
               along = to * Strip::young * Strip::width * Strip::height / length;
  const double bent = to * (7 / (8 * thicker * thicker * thicker) + 1.0 / 8),
               stretched = to * (1 / thicker + 1) / 2;
  Strip strip(length, 32, 4, thicker), pulled(length, 32, 4, thicker);
  ASSERT_TRUE(SheetAtRest(strip.sheet, strip.force_at_end(across)).load(1));
  ASSERT_TRUE(SheetAtRest(pulled.sheet, [&](const Shell&, ShellForces& f) {
                for (std::size_t n = 0; n < f.on_nodes_n.size(); ++n)
                  f.on_nodes_n[n].x += along * pulled.share_of_end(n);
              }).load(1));
  const double of_bending = strip.sheet.x_m[strip.tip].z / bent - 1,
               of_stretching = (pulled.sheet.x_m[pulled.tip].x - length) / stretched - 1;
  std::printf("cantilever with a thickened half: %.4f of its bending, %.4f of its stretching\n", of_bending,
              of_stretching);
  EXPECT_NEAR(of_bending, 0, 0.01);
  EXPECT_NEAR(of_stretching, 0, 0.01);
}

TEST(Cantilever, SwingsAtTheFrequenciesOfABeam) {
  constexpr double length = 10, lambda2[] = {3.51602, 22.0345};
  Strip strip(length, 32, 2);
  for (int n = 0; n < int(strip.mesh.points_m.size()); ++n) strip.supports.axes.push_back({n, 1});
  const Eigen::VectorXd rates2 =
      SheetAtRest(strip.sheet, test::no_loads, strip.supports.axes).slowest_1_s2(3);
  const double per_length = Strip::height * Strip::width;  // density 1
  int of = 0;
  for (const double exact : lambda2) {
    // among the others may be one of torsion
    const double rate = exact * std::sqrt(Strip::bending / per_length) / (length * length);
    double nearest = 1e300;
    for (const double r : rates2)
      if (std::abs(std::sqrt(r) - rate) < std::abs(nearest - rate)) nearest = std::sqrt(r);
    std::printf("cantilever 32 x 2, frequency %d: %.4f\n", ++of, nearest / rate - 1);
    EXPECT_NEAR(nearest / rate, 1, 0.01);
  }
}

/// [1], table 1.
TEST(Cantilever, BendsFarUnderAForceAtItsEnd) {
  Strip strip(10, 20, 2);
  SheetAtRest rest(strip.sheet, strip.force_at_end(4));
  const struct {
    double part, back, up;
  } published[] = {{0.1, 0.103, 1.309}, {0.2, 0.381, 2.493}, {0.3, 0.763, 3.488}, {0.4, 1.184, 4.292},
                   {0.5, 1.604, 4.933}, {0.6, 2.002, 5.444}, {0.7, 2.370, 5.855}, {0.8, 2.705, 6.190},
                   {0.9, 3.010, 6.467}, {1, 3.286, 6.698}};
  for (const auto& p : published) {
    ASSERT_TRUE(rest.load(p.part, 0.1));
    const Vec3& tip = strip.sheet.x_m[strip.tip];
    EXPECT_NEAR(tip.z / p.up, 1, 0.01) << p.part;
    EXPECT_NEAR((strip.length - tip.x) / p.back, 1, 0.01) << p.part;
    std::printf("cantilever 20 x 2 at %.1f of the load: up %.4f (%.3f), back %.4f (%.3f)\n", p.part, tip.z,
                p.up, strip.length - tip.x, p.back);
  }
}

/// A couple about y on an edge of the free end, with the potential - M theta: theta is the angle of the
/// triangle beside it, psi = atan2(-n_x, n_z) of its normal n, and the edge's own angle, which turns on from
/// there.
void add_couple(const Shell& sheet, std::size_t e, double moment_nm, ShellForces& f) {
  const ShellEdge& edge = sheet.edges[e];
  const std::size_t nodes[] = {std::size_t(edge.nodes[0]), std::size_t(edge.nodes[1]),
                               std::size_t(edge.opposite[0])};
  const Vec3 along = sheet.x_m[nodes[1]] - sheet.x_m[nodes[0]],
             in = sheet.x_m[nodes[2]] - sheet.x_m[nodes[0]], n = cross(along, in),
             of_normal = Vec3{-n.z, 0, n.x} / (n.x * n.x + n.z * n.z);
  const Vec3 at_second = cross(in, of_normal), at_third = cross(of_normal, along);
  f.on_nodes_n[nodes[0]] -= (at_second + at_third) * moment_nm;
  f.on_nodes_n[nodes[1]] += at_second * moment_nm;
  f.on_nodes_n[nodes[2]] += at_third * moment_nm;
  f.on_edges_nm[e] += moment_nm;
}

TEST(Cantilever, RollsUpUnderACoupleAtItsEnd) {
  constexpr double length = 12;
  Strip strip(length, 24, 2);
  const double circle = 2 * pi * Strip::bending / length;  // 50 pi / 3
  SheetAtRest rest(strip.sheet, [&](const Shell& s, ShellForces& f) {
    for (std::size_t e = 0; e < s.edges.size(); ++e)
      if (s.edges[e].opposite[1] < 0 &&
          on_plane(0, length)(strip.mesh.points_m[std::size_t(s.edges[e].nodes[0])]) &&
          on_plane(0, length)(strip.mesh.points_m[std::size_t(s.edges[e].nodes[1])]))
        add_couple(s, e, circle / 2, f);
  });
  for (const double part : {0.25, 0.5, 0.75, 1.0}) {
    ASSERT_TRUE(rest.load(part, 0.05));
    const double t = 2 * pi * part, back = length * (1 - std::sin(t) / t),
                 up = length * (1 - std::cos(t)) / t;
    const Vec3& tip = strip.sheet.x_m[strip.tip];
    std::printf("couple, %.2f of a circle: up %.4f (%.4f), back %.4f (%.4f), %d iterations\n", part, tip.z,
                up, length - tip.x, back, rest.iterations());
    EXPECT_NEAR(length - tip.x, back, 0.01 * back);
    EXPECT_NEAR(tip.z, up, 0.01 * length);
  }
}

/// A blade that stands in a flow along x is pushed across itself by Ca (D / L^3) cos^2 theta, theta its angle
/// with z [3]; here it lies along x, and the flow comes along -z.
void add_drag(const Shell& sheet, double pressure_pa, std::vector<Vec3>& force_n) {
  for (const ShellTriangle& t : sheet.triangles) {
    const Tangents f = tangents(t, sheet.x_m.data());
    const Vec3 normal = normalized(cross(f.along, f.across)),
               third = normal * (normal.z * std::abs(normal.z) * pressure_pa * t.area_m2 / 3);
    for (const int n : t.nodes) force_n[std::size_t(n)] += third;
  }
}

/// [3] without buoyancy: drag over that of the rigid blade, and where its tip is, from theta'' = -Ca int_s^1
/// cos(theta - theta*) cos^2 theta* ds*, by quadrature.
TEST(Blade, YieldsToAFlowAsPublished) {
  constexpr double length = 10, tolerance = 0.005;
  Strip strip(length, 40, 2);
  const double pressure_pa = Strip::bending / Strip::width / std::pow(length, 3);
  SheetAtRest rest(
      strip.sheet, [&](const Shell& s, ShellForces& f) { add_drag(s, pressure_pa, f.on_nodes_n); }, {},
      false);
  const struct {
    double cauchy, drag, along_flow, up;
  } exact[] = {{0.1, 0.99973, 0.01250, 0.99991}, {1, 0.97483, 0.12153, 0.99152},
               {2, 0.91412, 0.22623, 0.97025},   {5, 0.71469, 0.42441, 0.89019},
               {10, 0.52361, 0.56829, 0.79062},  {20, 0.37213, 0.67788, 0.68030},
               {50, 0.24842, 0.77483, 0.54356}};
  for (const auto& e : exact) {
    ASSERT_TRUE(rest.load(e.cauchy, 0.5)) << e.cauchy;
    std::vector<Vec3> force(strip.sheet.x_m.size());
    add_drag(strip.sheet, 1, force);
    double drag = 0;
    for (const Vec3& f : force) drag += f.z / (Strip::width * length);
    const Vec3 tip = strip.sheet.x_m[strip.tip] / length;
    std::printf("blade 40 x 2, Ca %g: drag %+.4f, tip %+.4f along the flow, %+.4f up\n", e.cauchy,
                drag / e.drag - 1, tip.z / e.along_flow - 1, tip.x / e.up - 1);
    EXPECT_NEAR(drag / e.drag, 1, tolerance) << e.cauchy;
    EXPECT_NEAR(tip.z / e.along_flow, 1, tolerance) << e.cauchy;
    EXPECT_NEAR(tip.x / e.up, 1, tolerance) << e.cauchy;
  }
}

}  // namespace
}  // namespace soleus
