#include "solver_cuda/kernels/advance_immersed.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/sheet_node.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 256;

/// Of fluid that follows a sheet in a moment [kg/m2].
double fluid_per_area(double density_kg_m3, double dx_m, Delta delta) {
  return density_kg_m3 * dx_m / squares(delta);
}

SheetNodes nodes_of(ImmersedSheet& s) {
  return {.x_m = s.shell.x_m.data(),
          .v_m_s = s.shell.v_m_s.data(),
          .fluid_velocity_m_s = s.fluid_velocity_m_s.data(),
          .fluid_velocity_before_m_s = s.fluid_velocity_before_m_s.data(),
          .velocity_before_m_s = s.velocity_before_m_s.data(),
          .force_n = s.force_n.data(),
          .force_before_n = s.force_before_n.data(),
          .slip_m = s.slip_m.data(),
          .slip_m_s = s.slip_m_s.data(),
          .mass_kg = s.shell.mass_kg.data(),
          .fluid_mass_kg = s.fluid_mass_kg.data(),
          .held = s.shell.held.data()};
}

}  // namespace

double longest_step_s(const SheetMaterial& material, double strain, double fluid_kg_m3, double dx_m,
                      Delta delta) {
  const double fluid_kg_m2 = fluid_per_area(fluid_kg_m3, dx_m, delta),
               sheet_kg_m2 = (material.density_kg_m3 - fluid_kg_m3) * material.thickness_m;
  const bool heavy = is_heavy(sheet_kg_m2, fluid_kg_m2);
  const double cells_per_step = delta == Delta::four_points && !heavy ? 0.4 : 0.25;
  const double k = std::numbers::pi / (2 * dx_m);
  const double stiffness =
      stiffness_n_m(material, strain) * k * k + material.bending_stiffness_nm() * k * k * k * k;  // [N/m3]
  const double frequency_1_s = std::sqrt(stiffness / (heavy ? sheet_kg_m2 : fluid_kg_m2));
  return cells_per_step * dx_m * k / frequency_1_s;
}

namespace {
/// The largest strain that is within something.
template <class Within>
double largest_strain(const Within& within) {
  double low = 0, high = 1;
  for (int k = 0; k < 40; ++k) (within(0.5 * (low + high)) ? low : high) = 0.5 * (low + high);
  return low;
}
double stiffer(const SheetMaterial& m) {
  return std::max(m.fung.along, m.fung.across);
}
}  // namespace

double strain_under(const SheetMaterial& material, double tension_n_m) {
  const double a = stiffer(material), modulus = material.young_pa * material.thickness_m;
  return largest_strain([&](double e) { return modulus * a * e * std::exp(a * e * e) < tension_n_m; });
}

double stiffens_to(const SheetMaterial& material, double step_s, double fluid_kg_m3, double dx_m,
                   Delta delta) {
  const double strain = largest_strain(
      [&](double e) { return longest_step_s(material, e, fluid_kg_m3, dx_m, delta) > step_s * (1 - 1e-9); });
  return stiffer(material) * strain * strain;
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
  const SheetNodes at = nodes_of(sheet);
  parallel_for(nodes, grain, [&](std::size_t n) {
    push_fluid(at, n, work.forces.on_nodes_n[n], loads_n[n], sheet.gravity_m_s2, dt_s);
  });
  turn_edges(shell, work.forces, dt_s);
}

void follow_fluid(ImmersedSheet& sheet, const std::vector<Vec3>& velocity_m_s, std::size_t first,
                  double dt_s) {
  const SheetNodes at = nodes_of(sheet);
  parallel_for(sheet.shell.x_m.size(), grain,
               [&](std::size_t n) { follow_fluid(at, n, velocity_m_s[first + n], dt_s); });
}

}  // namespace soleus
