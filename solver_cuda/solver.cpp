#include "solver_cuda/solver.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/backend/cpu_parallel.hpp"
#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/solver_impl.hpp"

namespace soleus {
namespace {

constexpr double least_tau = 0.5005;  // below, the regularised operator has not been shown to be stable
constexpr double greatest_tau = 3;
constexpr double most_lattice_velocity = 0.15;
constexpr double fewest_cells_across = 6;

void require_stable(const FlowCase& c, const Scales& s) {
  const double tau = s.tau(c.fluid.viscosity_pa_s), u = c.solver.max_velocity_m_s / s.velocity_m_s();
  std::vector<std::string> faults;
  if (tau < least_tau || tau > greatest_tau) {
    const double nearest = std::clamp(tau, least_tau, greatest_tau);
    const double dt = s.dt_s * (nearest - 0.5) / (tau - 0.5);
    faults.push_back(fmt::format(
        "solver.dt = {:.4g} us with solver.dx = {:.4g} mm gives a relaxation time tau = {:.5f}; {} to {} is "
        "stable. Use solver.dt = {:.4g} us or solver.dx = {:.4g} mm.",
        s.dt_s * 1e6, s.dx_m * 1e3, tau, least_tau, greatest_tau, dt * 1e6,
        s.dx_m * std::sqrt((tau - 0.5) / (nearest - 0.5)) * 1e3));
  }
  if (u > most_lattice_velocity)
    faults.push_back(
        fmt::format("solver.dt = {:.4g} us lets blood at solver.max_velocity = {:.4g} m/s move {:.3f} cells "
                    "per step; at most "
                    "{} is accurate. Use solver.dt <= {:.4g} us.",
                    s.dt_s * 1e6, c.solver.max_velocity_m_s, u, most_lattice_velocity,
                    s.dt_s * most_lattice_velocity / u * 1e6));
  if (!faults.empty()) throw InputError(faults);
}

Scales make_scales(const FlowCase& c) {
  const SolverConfig& s = c.solver;
  const double dt = s.dt_s.value_or(s.lattice_velocity * s.dx_m / s.max_velocity_m_s);
  const Scales scales{s.dx_m, dt, c.fluid.density_kg_m3};
  require_stable(c, scales);
  return scales;
}

void require_openings(const FlowCase& c, const Geometry& g) {
  std::vector<std::string> faults;
  for (const OpeningConfig& o : c.openings)
    if (std::none_of(g.openings.begin(), g.openings.end(),
                     [&](const Opening& p) { return p.name == o.name; }) &&
        o.kind != OpeningKind::closed)
      faults.push_back(fmt::format("opening '{}' is not in the mesh; run the mesh stage again.", o.name));
  if (!faults.empty()) throw InputError(faults);
}

/// Everything a solver needs, built once.
struct Prepared {
  std::unique_ptr<Wall> wall;
  std::unique_ptr<Lattice> lattice;
  std::unique_ptr<Setup> setup;

  Prepared(const FlowCase& c, const Geometry& g) {
    if (c.solver.backend == BackendKind::cuda)
      throw InputError(
          "solver.backend = cuda: this build runs the solver on the CPU only. Use backend: cpu.");
    require_openings(c, g);
    if (c.solver.initial == InitialField::taylor_green &&
        !(g.shape && g.shape->periodic[0] && g.shape->periodic[1]))
      throw InputError(
          "solver.initial = taylor_green needs geometry.analytic that is periodic along x and y.");
    const Scales scales = make_scales(c);
    wall = std::make_unique<Wall>(g, c.wall, c.openings);
    lattice =
        std::make_unique<Lattice>(voxelize(*wall, scales.dx_m, c.solver.lattice_offset, c.solver.end_time_s));
    // Not a step short of the end; a hair is rounding of the case's digits.
    const auto steps = static_cast<std::int64_t>(std::ceil(c.solver.end_time_s / scales.dt_s - 1e-6));
    setup = std::make_unique<Setup>(Setup{c, *wall, *lattice, scales, std::max<std::int64_t>(1, steps)});
  }

  std::unique_ptr<SolverBase> solver() const {
    if (setup->flow_case.solver.precision == Precision::single)
      return std::make_unique<LatticeSolver<float>>(*setup);
    return std::make_unique<LatticeSolver<double>>(*setup);
  }
};

double memory_bytes(const Prepared& p) {
  const double real = p.setup->flow_case.solver.precision == Precision::single ? 4 : 8;
  const double nodes = static_cast<double>(p.lattice->tiles.nodes());
  const bool sampled = !p.wall->motion().still() && !p.wall->geometry().shape;
  return nodes * (d3q19::Q * real + 4 * sizeof(float) + 3 * sizeof(float)) +
         static_cast<double>(p.lattice->reachable.size()) *
             (sizeof(Node) + 4 + (sampled ? sizeof(Stations) : 0)) +
         64e6;
}

/// Frames times nodes times the bytes of the fields before compression, about 60 % of which remain.
double disk_bytes(const Prepared& p, std::int64_t cells) {
  const OutputConfig& o = p.setup->flow_case.output;
  const double end = static_cast<double>(p.setup->steps) * p.setup->scales.dt_s;
  const double frames = o.interval_s ? end / *o.interval_s + 1 : 21;
  const double volume = o.volume ? static_cast<double>(cells) * (o.format == VolumeFormat::vtu ? 60 : 17) : 0;
  const double wall = o.wall ? static_cast<double>(p.wall->geometry().surface.points_m.size()) * 72 : 0;
  return 0.6 * frames * (volume + wall);
}

void add_notes(Preflight& f, const Prepared& p) {
  for (const Cap& cap : p.wall->caps()) {
    const double across = 2 * cap.opening.radius_m / f.dx_m;
    if (across < fewest_cells_across)
      f.notes.push_back(fmt::format(
          "opening '{}' is only {:.1f} cells across; solver.dx <= {:.3g} mm gives {} cells.",
          cap.opening.name, across, 2e3 * cap.opening.radius_m / fewest_cells_across, fewest_cells_across));
  }
}

}  // namespace

Preflight preflight(const FlowCase& flow_case, const Geometry& geometry, int threads) {
  set_threads(threads);
  const Prepared p(flow_case, geometry);
  const Scales& s = p.setup->scales;
  Preflight f;
  f.fluid_cells = p.lattice->nodes.count(p.lattice->nodes.candidate_rows);
  f.stored_cells = static_cast<std::int64_t>(p.lattice->tiles.nodes()) - tile_nodes;
  f.dx_m = s.dx_m, f.dt_s = s.dt_s, f.tau = s.tau(flow_case.fluid.viscosity_pa_s);
  const double u = flow_case.solver.max_velocity_m_s / s.velocity_m_s();
  f.mach = u * std::sqrt(3.0);
  f.grid_reynolds = u / s.viscosity(flow_case.fluid.viscosity_pa_s);
  f.steps = p.setup->steps;
  f.memory_bytes = memory_bytes(p);
  f.disk_bytes = disk_bytes(p, f.fluid_cells);
  f.seconds = p.solver()->calibrate() * static_cast<double>(f.steps);
  add_notes(f, p);
  return f;
}

Flow solve(const FlowCase& flow_case, const Geometry& geometry, int threads,
           const std::filesystem::path& folder) {
  set_threads(threads);
  const Prepared p(flow_case, geometry);
  Flow flow = p.solver()->run(folder);
  save(flow, folder);
  return flow;
}

}  // namespace soleus
