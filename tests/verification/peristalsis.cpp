#include <cmath>
#include <numbers>

#include "tests/verification/cases.hpp"
#include "tests/verification/reference.hpp"

namespace soleus::verification {
namespace {

constexpr double half_width_m = 4e-3, wave_length_m = 80e-3, wave_speed_m_s = 20e-3, amplitude = 0.4,
                 viscosity_m2_s = 1e-4;
constexpr double density_kg_m3 = 1000, lattice_viscosity = 0.05;

const char* case_of(Lumen lumen) {
  return lumen == Lumen::tube ? "peristalsis-tubular" : "peristalsis-planar";
}

Settings grid(Lumen lumen, int cells) {
  const double dx = half_width_m / cells;
  Settings s = Settings{}.grid(dx, lattice_viscosity, viscosity_m2_s);
  if (lumen == Lumen::channel)  // one tile deep
    s.set("geometry.analytic.size", Vec3{wave_length_m, 0, 8 * dx}, "m")
        .set("geometry.analytic.period", Vec3{wave_length_m, 0, 8 * dx}, "m");
  return s;
}

/// Mean flow at the end of the run, in the units of PeristalticPump.
double flow(Lumen lumen, int cells, const Run& run) {
  const double dx = half_width_m / cells;
  const double section_m2 =
      lumen == Lumen::tube ? std::numbers::pi * half_width_m * half_width_m : 2 * half_width_m * 8 * dx;
  // While the wave moves by two cells every position of the wall between nodes occurs.
  const double from = run.time_s().back() - 2 * dx / wave_speed_m_s;
  return run.mean("momentum_x_kg_m_s", from) / (density_kg_m3 * wave_length_m) /
         (section_m2 * wave_speed_m_s);
}

}  // namespace

const PeristalticPump& exact_pump(Lumen lumen) {
  const auto exact = [](bool tube) {
    return peristalsis(
        {tube, amplitude, wave_length_m / half_width_m, wave_speed_m_s * half_width_m / viscosity_m2_s});
  };
  static const PeristalticPump channel = exact(false), tube = exact(true);
  return lumen == Lumen::tube ? tube : channel;
}

Peristalsis peristaltic_pump(Lumen lumen, int cells) {
  const Run run(case_of(lumen), grid(lumen, cells));
  return {flow(lumen, cells, run) / exact_pump(lumen).free_flow - 1,
          run.last("fluid_mass_kg") / run.first("fluid_mass_kg") - 1};
}

double mean_flow_error(Lumen lumen, int cells) {
  struct Offset {
    double y, z, weight;
  };
  static const std::vector<Offset> channel{{0, 0, 0.25}, {0.25, 0, 0.5}, {0.5, 0, 0.25}},
      tube{{0, 0, 0.25}, {0, 0.5, 0.25}, {0.5, 0.5, 0.25}, {0.25, 0.25, 0.25}};
  double mean = 0;
  for (const Offset& o : lumen == Lumen::tube ? tube : channel) {
    const Settings at = grid(lumen, cells)
                            .set("solver.lattice_offset", Vec3{0, o.y, o.z}, "")
                            .set("solver.end_time", lumen == Lumen::tube ? 0.3 : 0.4, "s");
    mean += o.weight * flow(lumen, cells, Run(case_of(lumen), at));
  }
  return mean / exact_pump(lumen).free_flow - 1;
}

double shut_off_error(Lumen lumen, int cells) {
  // The flow falls linearly with the pressure rise (exactly so without inertia): the rise that stops it from
  // the flow with none and the flow against the exact one.
  const double unit_pa = density_kg_m3 * viscosity_m2_s * wave_speed_m_s / half_width_m;
  const double against_pa_m = exact_pump(lumen).shut_off_rise * unit_pa / wave_length_m;
  const auto with_force = [&](double pa_m) {
    return flow(lumen, cells,
                Run(case_of(lumen), grid(lumen, cells).set("fluid.body_force", Vec3{-pa_m, 0, 0}, "Pa/m")));
  };
  const double free = with_force(0), against = with_force(against_pa_m);
  return free / (free - against) - 1;
}

double mass_drift_per_period(Lumen lumen, int cells) {
  // Half a period after the first: the wall then lies on the lattice as before, by a whole number of cells
  // further, so that the count of nodes cannot be taken for a drift.
  const double period_s = wave_length_m / wave_speed_m_s;
  const Run run(case_of(lumen), grid(lumen, cells)
                                    .set("solver.end_time", 1.5 * period_s, "s")
                                    .set("output.series_interval", 0.125 * period_s, "s"));
  const std::vector<double>& mass = run.column("fluid_mass_kg");
  return 2 * (mass.back() / mass.at(8) - 1);
}

}  // namespace soleus::verification
