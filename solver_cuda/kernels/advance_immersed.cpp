#include "solver_cuda/kernels/advance_immersed.hpp"

#include <cmath>
#include <numbers>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 256;

/// (frequency of a held node's tie times the step)^2.
constexpr double tied = 0.1;

/// Of fluid that follows a sheet in a moment [kg/m2].
double fluid_per_area(double density_kg_m3, double dx_m, Delta delta) {
  return density_kg_m3 * dx_m / squares(delta);
}

}  // namespace

double longest_step_s(const SheetMaterial& material, double fluid_kg_m3, double dx_m, Delta delta) {
  const double cells_per_step = delta == Delta::four_points ? 0.4 : 0.25;
  const double k = std::numbers::pi / (2 * dx_m);
  const double stiffness =
      stiffness_n_m(material) * k * k + material.bending_stiffness_nm() * k * k * k * k;  // [N/m3]
  const double frequency_1_s = std::sqrt(stiffness / fluid_per_area(fluid_kg_m3, dx_m, delta));
  return cells_per_step * dx_m * k / frequency_1_s;
}

ImmersedSheet immerse(std::string name, Shell shell, const Scales& scales, Delta delta) {
  ImmersedSheet sheet{.name = std::move(name), .shell = std::move(shell)};
  const std::size_t nodes = sheet.shell.x_m.size();
  sheet.fluid_mass_kg.assign(nodes, 0);
  const double per_area = fluid_per_area(scales.density_kg_m3, scales.dx_m, delta);
  for (const ShellTriangle& t : sheet.shell.triangles)
    for (const int n : t.nodes) sheet.fluid_mass_kg[std::size_t(n)] += per_area * t.area_m2 / 3;
  for (auto* all : {&sheet.fluid_velocity_m_s, &sheet.fluid_velocity_before_m_s, &sheet.velocity_before_m_s,
                    &sheet.force_n, &sheet.force_before_n, &sheet.slip_m, &sheet.slip_m_s})
    all->resize(nodes);
  return sheet;
}

void push_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& loads_n, double dt_s, PushWork& work) {
  Shell& shell = sheet.shell;
  const std::size_t nodes = shell.x_m.size();
  work.ahead_m.resize(nodes);
  parallel_for(nodes, grain, [&](std::size_t n) { work.ahead_m[n] = shell.x_m[n] + shell.v_m_s[n] * dt_s; });
  std::swap(shell.x_m, work.ahead_m);
  elastic_forces(shell, work.forces);
  std::swap(shell.x_m, work.ahead_m);
  parallel_for(nodes, grain, [&](std::size_t n) {
    if (shell.held[n]) {
      const Vec3 slip_m = sheet.slip_m[n] + sheet.slip_m_s[n] * dt_s;
      sheet.force_n[n] = slip_m * (-tied * sheet.fluid_mass_kg[n] / (dt_s * dt_s));
      return;
    }
    const double fluid_kg = sheet.fluid_mass_kg[n], sheet_kg = shell.mass_kg[n];
    const Vec3 others = (shell.v_m_s[n] - sheet.velocity_before_m_s[n]) * (fluid_kg / dt_s) -
                        (sheet.force_n[n] + sheet.force_before_n[n]) * 0.5;  // m_f R
    const Vec3 asked = work.forces.on_nodes_n[n] + loads_n[n] + sheet.gravity_m_s2 * sheet_kg;
    sheet.force_before_n[n] = sheet.force_n[n];
    sheet.force_n[n] = (asked * fluid_kg - others * sheet_kg) / (sheet_kg + fluid_kg);
  });
  turn_edges(shell, work.forces, dt_s);
}

void follow_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& velocity_m_s, std::size_t first,
                  double dt_s) {
  Shell& shell = sheet.shell;
  parallel_for(shell.x_m.size(), grain, [&](std::size_t n) {
    sheet.velocity_before_m_s[n] = shell.v_m_s[n];
    const Vec3 goes_m_s = velocity_m_s[first + n] * 0.75 + sheet.fluid_velocity_m_s[n] * 0.5 -
                          sheet.fluid_velocity_before_m_s[n] * 0.25;
    if (shell.held[n]) {
      sheet.slip_m_s[n] = goes_m_s - shell.v_m_s[n];
      sheet.slip_m[n] += sheet.slip_m_s[n] * dt_s;
    } else {
      shell.v_m_s[n] = goes_m_s;
    }
    sheet.fluid_velocity_before_m_s[n] = sheet.fluid_velocity_m_s[n];
    sheet.fluid_velocity_m_s[n] = velocity_m_s[first + n];
    shell.x_m[n] += shell.v_m_s[n] * dt_s;
  });
}

}  // namespace soleus
