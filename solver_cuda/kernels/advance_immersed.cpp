#include "solver_cuda/kernels/advance_immersed.hpp"

#include <cmath>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {
constexpr std::size_t grain = 256;
}

ImmersedSheet immerse(std::string name, Shell shell, const Scales& scales, Delta delta) {
  ImmersedSheet sheet{.name = std::move(name), .shell = std::move(shell)};
  const std::size_t nodes = sheet.shell.x_m.size();
  sheet.fluid_mass_kg.assign(nodes, 0);
  const double per_area = scales.density_kg_m3 * scales.dx_m / squares(delta);
  for (const ShellTriangle& t : sheet.shell.triangles)
    for (const int n : t.nodes) sheet.fluid_mass_kg[std::size_t(n)] += per_area * t.area_m2 / 3;
  for (std::size_t n = 0; n < nodes; ++n) sheet.shell.mass_kg[n] += sheet.fluid_mass_kg[n];
  for (auto* all : {&sheet.velocity_before_m_s, &sheet.force_n, &sheet.force_before_n}) all->resize(nodes);
  sheet.stable_step_s = stable_step_s(sheet.shell);
  return sheet;
}

void push_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& loads_n, double dt_s, PushWork& work) {
  Shell& shell = sheet.shell;
  const std::size_t nodes = shell.x_m.size();
  work.x_m = shell.x_m, work.v_m_s = shell.v_m_s;
  work.others_n.resize(nodes);  // m_f R
  parallel_for(nodes, grain, [&](std::size_t n) {
    work.others_n[n] = (shell.v_m_s[n] - sheet.velocity_before_m_s[n]) * (sheet.fluid_mass_kg[n] / dt_s) -
                       (sheet.force_n[n] + sheet.force_before_n[n]) * 0.5;
  });
  const int substeps = std::max(1, static_cast<int>(std::ceil(dt_s / sheet.stable_step_s)));
  for (int k = 0; k < substeps; ++k) {
    elastic_forces(shell, work.forces);
    parallel_for(nodes, grain,
                 [&](std::size_t n) { work.forces.on_nodes_n[n] += work.others_n[n] + loads_n[n]; });
    advance(shell, work.forces, dt_s / substeps, 0);
  }
  std::swap(sheet.force_n, sheet.force_before_n);
  parallel_for(nodes, grain, [&](std::size_t n) {
    const Vec3 gained = (shell.v_m_s[n] - work.v_m_s[n]) * (sheet.fluid_mass_kg[n] / dt_s);
    sheet.force_n[n] = shell.held[n] ? Vec3{} : gained - work.others_n[n];
  });
  std::swap(shell.x_m, work.x_m), std::swap(shell.v_m_s, work.v_m_s);
}

void follow_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& velocity_m_s, std::size_t first,
                  double dt_s) {
  Shell& shell = sheet.shell;
  parallel_for(shell.x_m.size(), grain, [&](std::size_t n) {
    sheet.velocity_before_m_s[n] = shell.v_m_s[n];
    if (!shell.held[n]) shell.v_m_s[n] = velocity_m_s[first + n];
    shell.x_m[n] += shell.v_m_s[n] * dt_s;
  });
}

}  // namespace soleus
