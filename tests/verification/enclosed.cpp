// Flow in cavity, step, nozzle and periodic box.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/verification/external.hpp"
#include "tests/verification/field_sampler.hpp"

namespace soleus::verification {
namespace {

constexpr double pi = std::numbers::pi;

double late_change(const Run& run) {
  const std::vector<double>& energy = run.column("kinetic_energy_J");
  return energy[energy.size() - 1 - energy.size() / 10] / energy.back() - 1;
}

}  // namespace

Cavity lid_driven_cavity(int cells, Settings more) {
  constexpr double side_m = 20e-3, lid_m_s = 0.175;
  const double dx = side_m / cells;
  const Run run("cavity", more.set("solver.dx", dx, "m").set("solver.dt", 0.1 * dx / lid_m_s, "s"));
  const VolumeField field = run.volume();
  const FieldSampler at(field, dx);
  std::vector<double> place, u, v;
  for (int k = 0; k < cells; ++k) {
    const double s = (k + 0.5) / cells;
    place.push_back(s);
    u.push_back(at.velocity({0, (s - 0.5) * side_m, 0}).x / lid_m_s);
    v.push_back(at.velocity({(s - 0.5) * side_m, 0, 0}).y / lid_m_s);
  }
  const Extreme u_min = extreme(place, u, -1), v_min = extreme(place, v, -1), v_max = extreme(place, v, 1);
  return {u_min.value, u_min.place, v_min.value, v_min.place, v_max.value, v_max.place, late_change(run)};
}

StepFlow backward_step(double reynolds, int cells, Settings more) {
  constexpr double height_m = 5e-3, mean_m_s = 35e-3, density_kg_m3 = 1000;
  const double dx = height_m / cells;
  const Run run("backward-step",
                more.set("solver.dx", dx, "m")
                    .set("solver.dt", 0.05 * dx / mean_m_s, "s")
                    .set("fluid.viscosity", 2 * height_m * mean_m_s / reynolds * density_kg_m3, "Pa s")
                    .set("geometry.analytic.size", Vec3{0.15, 0.01, 8 * dx}, "m")
                    .set("geometry.analytic.period", Vec3{0.15, 0.01, 8 * dx}, "m"));
  const VolumeField field = run.volume();
  const FieldSampler at(field, dx);
  std::vector<double> place, shear;  // of the parabola through the wall and two nodes
  for (double x = 1.5 * dx; x < 15 * height_m; x += dx) {
    place.push_back(x / height_m);
    shear.push_back(9 * at.velocity({x, dx / 2, 0}).x - at.velocity({x, 1.5 * dx, 0}).x);
  }
  return {last_rise_through_zero(place, shear), late_change(run)};
}

Nozzle fda_nozzle(int cells, Settings more) {
  constexpr double throat_m = 4e-3, flow_m3_s = 5.21e-6, density_kg_m3 = 1056;
  const double dx = throat_m / cells, mean_m_s = flow_m3_s / (pi * throat_m * throat_m / 4);
  const Run run("fda-nozzle", more.set("solver.dx", dx, "m"));
  const VolumeField field = run.volume();
  const FieldSampler at(field, dx);
  Nozzle found{};
  for (const double z : {-64e-3, -52e-3, -42e-3, -20e-3, -8e-3, 8e-3, 16e-3, 24e-3, 32e-3, 48e-3}) {
    // The flow through the nodes of the two planes around z.
    double flow = 0;
    for (std::size_t n = 0; n < field.x_m.size(); ++n)
      flow += field.u_m_s[n].z * dx * dx * std::max(0.0, 1 - std::abs(field.x_m[n].z - z) / dx);
    found.worst_flow_error = std::max(found.worst_flow_error, std::abs(flow / flow_m3_s - 1));
  }
  const double dynamic_pa = density_kg_m3 * mean_m_s * mean_m_s / 2;
  found.pressure_drop = (at.pressure({0, 0, -64e-3}) - at.pressure({0, 0, -dx})) / dynamic_pa;
  found.throat_centre = at.velocity({0, 0, 0}).z / mean_m_s;
  return found;
}

namespace {

/// Mean of |curl u|^2 / 2 on a periodic cube, by central differences of sixth order.
double mean_enstrophy(const VolumeField& field, int cells, double dx) {
  std::vector<Vec3> u(std::size_t(cells) * cells * cells);
  const auto index = [&](int i, int j, int k) {
    const auto wrap = [&](int v) { return std::size_t((v % cells + cells) % cells); };
    return wrap(i) + std::size_t(cells) * (wrap(j) + std::size_t(cells) * wrap(k));
  };
  const auto lattice = [&](double x) { return int(std::floor(x / dx + 0.5 * cells)); };
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3& x = field.x_m[n];
    u[index(lattice(x.x), lattice(x.y), lattice(x.z))] = field.u_m_s[n];
  }
  constexpr double weight[3] = {3.0 / 4, -3.0 / 20, 1.0 / 60};
  double sum = 0;
  for (int k = 0; k < cells; ++k)
    for (int j = 0; j < cells; ++j)
      for (int i = 0; i < cells; ++i) {
        Vec3 along[3]{};
        for (int s = 1; s <= 3; ++s) {
          const double w = weight[s - 1] / dx;
          along[0] += (u[index(i + s, j, k)] - u[index(i - s, j, k)]) * w;
          along[1] += (u[index(i, j + s, k)] - u[index(i, j - s, k)]) * w;
          along[2] += (u[index(i, j, k + s)] - u[index(i, j, k - s)]) * w;
        }
        const Vec3 curl{along[1].z - along[2].y, along[2].x - along[0].z, along[0].y - along[1].x};
        sum += dot(curl, curl) / 2;
      }
  return sum / double(u.size());
}

}  // namespace

Vortex3d taylor_green_3d(int cells, double reynolds, Settings more) {
  constexpr double side_m = 10e-3, density_kg_m3 = 1000, viscosity_m2_s = 3.5e-6, until = 10;
  const double k = 2 * pi / side_m, velocity = reynolds * k * viscosity_m2_s, unit_s = 1 / (k * velocity);
  const double dx = side_m / cells, lattice_velocity = 0.05 * 32 / cells;
  // A whole number of steps in a tenth of the time unit.
  const double dt = unit_s / 10 / std::ceil(unit_s / 10 / (lattice_velocity * dx / velocity));
  const Run run("taylor-green-3d", more.set("solver.dx", dx, "m")
                                       .set("solver.dt", dt, "s")
                                       .set("solver.initial_velocity", velocity, "m/s")
                                       .set("solver.end_time", until * unit_s, "s")
                                       .set("output.interval", unit_s, "s")
                                       .set("output.series_interval", unit_s / 10, "s"));
  const std::vector<double>& energy = run.column("kinetic_energy_J");
  const double mass = density_kg_m3 * std::pow(side_m, 3);
  Vortex3d found{};
  const auto decay = [&](std::size_t s) { return (energy[s - 1] - energy[s + 1]) / (0.2 * unit_s) / mass; };
  for (std::size_t s = 1; s + 1 < energy.size(); ++s)
    if (const double d = decay(s) / (std::pow(velocity, 3) * k); d > found.peak_decay)
      found.peak_decay = d, found.peak_time = 0.1 * double(s);
  for (const VolumeField& field : run.volumes(0.5 * unit_s)) {
    const auto s = std::size_t(std::lround(field.time_s / unit_s * 10));
    found.energy.push_back(energy[s] / energy[0]);
    if (s + 1 >= energy.size()) continue;
    const double dissipated = 2 * viscosity_m2_s * mean_enstrophy(field, cells, dx);
    found.budget_error = std::max(
        found.budget_error, std::abs(decay(s) - dissipated) / (found.peak_decay * std::pow(velocity, 3) * k));
  }
  return found;
}

}  // namespace soleus::verification
