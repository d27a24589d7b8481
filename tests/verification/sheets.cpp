#include "tests/verification/sheets.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/verification/result.hpp"

namespace soleus::verification {
namespace {
constexpr double pi = std::numbers::pi;
}

ElasticSphere elastic_sphere(int cells, const Vec3& stretch, Settings more) {
  constexpr double box_m = 48e-3, rest_m = 8.5e-3, young_pa = 150, thickness_m = 0.05e-3,
                   density_kg_m3 = 1000, viscosity_m2_s = 1e-4;
  const double dx = box_m / cells;
  const Run run("elastic-sphere", more.grid(dx, 0.1, viscosity_m2_s)
                                      .set("sheets.0.form.edge_length", 0.8 * dx, "m")
                                      .set("sheets.0.form.stretch", stretch, ""));
  const std::vector<double>& enclosed = run.column("membrane_volume_m3");
  const double lambda = std::cbrt(stretch.x * stretch.y * stretch.z), radius = lambda * rest_m,
               tension = young_pa * thickness_m / 3 * (1 - std::pow(lambda, -6));
  const VolumeField field = run.volume();
  double inside = 0, outside = 0, fastest = 0;
  int inner = 0, outer = 0;
  for (std::size_t k = 0; k < field.x_m.size(); ++k) {
    const double r = norm(field.x_m[k]);
    fastest = std::max(fastest, norm(field.u_m_s[k]));
    if (r < radius - 3 * dx) inside += field.p_pa[k], ++inner;
    if (r > radius + 3 * dx) outside += field.p_pa[k], ++outer;
  }
  const SheetField sheet = run.sheet("membrane");
  Vec3 center;
  for (const Vec3& x : sheet.x_m) center += x / double(sheet.x_m.size());
  double nearest = 1e30, farthest = 0;
  for (const Vec3& x : sheet.x_m)
    nearest = std::min(nearest, norm(x - center)), farthest = std::max(farthest, norm(x - center));
  return {(inside / inner - outside / outer) / (2 * tension / radius) - 1,
          enclosed.back() / enclosed.front() - 1, enclosed.back() / enclosed[enclosed.size() / 2] - 1,
          fastest / std::sqrt(tension / (density_kg_m3 * radius)), farthest / nearest - 1};
}

Diaphragm diaphragm(int cells, Settings more) {
  constexpr double radius_m = 16e-3, length_m = 32e-3, pressure_pa = 0.3, viscosity_m2_s = 1e-4,
                   density_kg_m3 = 1000, thickness_m = 4e-3, bending_pa = 115.2, last_s = 1;
  const double dx = radius_m / cells;
  const Run run("diaphragm", more.grid(dx, 0.04, viscosity_m2_s).set("sheets.0.form.edge_length", dx, "m"));
  const double stiffness_nm = bending_pa * std::pow(thickness_m, 3) / 12,
               of_small = pressure_pa * std::pow(radius_m, 4) / (64 * stiffness_nm * thickness_m);
  double deflection = of_small;  // over the thickness: w + 0.488 w^3 is that of small loads
  for (int k = 0; k < 20; ++k)
    deflection -=
        (deflection + 0.488 * std::pow(deflection, 3) - of_small) / (1 + 1.464 * deflection * deflection);
  const double open_m3_s =
      pi * std::pow(radius_m, 4) * pressure_pa / (8 * viscosity_m2_s * density_kg_m3 * length_m);
  const std::vector<double>& moved = run.column("disc_largest_displacement_m");
  const double from_s = run.time_s().back() - last_s;
  const auto half = moved[moved.size() / 2];
  return {run.sheet("disc").x_m.front().x / (deflection * thickness_m) - 1,
          (run.mean("flow_high_m3_s", from_s) - run.mean("flow_low_m3_s", from_s)) / (2 * open_m3_s),
          moved.back() / half - 1};
}

void report_diaphragm(int cells) {
  const Diaphragm found = diaphragm(cells);
  const auto report = [&](const char* quantity, double value, double tolerance) {
    report_result({.case_name = "Clamped diaphragm under pressure",
                   .quantity = quantity,
                   .ours = value,
                   .difference = Difference::absolute,
                   .tolerance = tolerance,
                   .resolution = fmt::format("{} cells across", 2 * cells),
                   .source = "Timoshenko & Woinowsky-Krieger 1959, plate that stretches; conservation"});
  };
  report("deflection of the middle, relative", found.deflection_error, 0.03);
  report("its change in the second half of the run, relative", found.unrest, 0.003);
  report("flow that passes over that without it", found.leak, 1e-3);
}

void report_capsule(double capillary_number, const std::vector<PublishedDeformation>& published) {
  constexpr double cells = 7.2, stiffness = 0.005;  // against wrinkles where the membrane is pressed together
  const Capsule found = capsule_in_shear(capillary_number, cells, stiffness);
  Result result{.case_name = fmt::format("Capsule in shear, Ca {:g}", capillary_number),
                .quantity = "deformation (L - B) / (L + B)",
                .ours = found.deformation,
                .tolerance = 0.04,
                .resolution = fmt::format("{:.3g} cells across", 2 * cells)};
  for (const PublishedDeformation& p : published) {
    result.reference = p.value, result.source = p.source;
    report_result(result);
  }
  result.quantity = "change of its volume, relative", result.source = "conservation";
  result.reference = 0, result.ours = found.volume_change;
  result.difference = Difference::absolute, result.tolerance = 0.005;
  report_result(result);
}

Capsule capsule_in_shear(double capillary_number, double cells, double stiffness, Settings more) {
  constexpr double of_case = 0.15, young_pa = 185.1851852, radius_m = 6e-3, thickness_m = 0.05e-3,
                   viscosity_m2_s = 1.666666667e-4;
  const double dx = radius_m / cells, young = young_pa * of_case / capillary_number,
               bending_pa = stiffness * 4 * young * std::pow(radius_m / thickness_m, 2);  // 12 D / h^3
  const Run run("capsule-shear", more.grid(dx, 1.0 / 6, viscosity_m2_s)
                                     .set("sheets.0.form.edge_length", 0.8 * dx, "m")
                                     .set("sheets.0.material.young", young, "Pa")
                                     .set("sheets.0.material.bending", bending_pa, "Pa"));
  const SheetField sheet = run.sheet("capsule");
  Vec3 center;
  for (const Vec3& x : sheet.x_m) center += x / double(sheet.x_m.size());
  // Of a solid ellipsoid, from its surface: the tetrahedra from the centre to the triangles.
  Eigen::Matrix3d second = Eigen::Matrix3d::Zero();
  for (const auto& t : sheet.triangles) {
    Eigen::Vector3d corner[3], sum = Eigen::Vector3d::Zero();
    for (std::size_t k = 0; k < 3; ++k) {
      const Vec3 d = sheet.x_m[std::size_t(t[k])] - center;
      corner[k] = {d.x, d.y, d.z}, sum += corner[k];
    }
    const double volume = corner[0].dot(corner[1].cross(corner[2])) / 6;
    second += volume / 20 * (sum * sum.transpose());
    for (const Eigen::Vector3d& c : corner) second += volume / 20 * (c * c.transpose());
  }
  const Eigen::Vector3d of_axes = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(second).eigenvalues();
  const double shortest = std::sqrt(of_axes[0]), longest = std::sqrt(of_axes[2]);
  return {(longest - shortest) / (longest + shortest),
          run.last("capsule_volume_m3") / run.first("capsule_volume_m3") - 1};
}

}  // namespace soleus::verification
