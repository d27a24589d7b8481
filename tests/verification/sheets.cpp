#include "tests/verification/sheets.hpp"

#include <algorithm>
#include <cmath>

namespace soleus::verification {

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

ValveCycle valve_cycle() {
  const Run run("valve-cycle", {});
  const std::vector<double>&opening = run.column("popliteal_opening_ratio"), &time_s = run.time_s(),
        &entered_m3 = run.column("inflow_volume_calf_m3");
  const auto closed = std::size_t(std::ranges::lower_bound(time_s, 0.45) - time_s.begin());
  return {*std::ranges::max_element(opening), opening.back(), *std::ranges::max_element(entered_m3),
          (entered_m3[closed] - entered_m3.back()) / (time_s.back() - time_s[closed])};
}

}  // namespace soleus::verification
