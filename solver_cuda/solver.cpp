#include "solver_cuda/solver.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/backend/cpu_parallel.hpp"
#include "solver_cuda/geometry/voxelize.hpp"
#include "solver_cuda/kernels/advance_immersed.hpp"
#include "solver_cuda/solver_impl.hpp"

namespace soleus {
namespace {

/// Below, rounding of single precision is no longer small beside the viscosity.
constexpr double least_tau = 0.5001;
constexpr double greatest_tau = 3;
constexpr double most_lattice_velocity = 0.15;
/// Cells per step, squared, over the lattice's viscosity up to which the regularised operator is stable: the
/// jet of configs/verification/pipe-jet.yaml stays finite at 60 and blows up at 90.
constexpr double most_thinness = 45;

double stable_lattice_velocity(double tau) {
  return std::min(most_lattice_velocity, std::sqrt(most_thinness * (tau - 0.5) / 3));
}

/// A sentence when the relaxation time of a viscosity is outside the stable range.
std::optional<std::string> relaxation_fault(const Scales& s, double viscosity_pa_s,
                                            const std::string& where) {
  const double tau = s.tau(viscosity_pa_s);
  if (tau >= least_tau && tau <= greatest_tau) return {};
  const double nearest = std::clamp(tau, least_tau, greatest_tau);
  return fmt::format(
      "solver.dt = {:.4g} us with solver.dx = {:.4g} mm gives a relaxation time tau = {:.5f}{}; {} to {} is "
      "stable. Use solver.dt = {:.4g} us or solver.dx = {:.4g} mm.",
      s.dt_s * 1e6, s.dx_m * 1e3, tau, where, least_tau, greatest_tau,
      s.dt_s * (nearest - 0.5) / (tau - 0.5) * 1e6, s.dx_m * std::sqrt((tau - 0.5) / (nearest - 0.5)) * 1e3);
}

void require_stable(const FlowCase& c, const Scales& s) {
  const double u = c.solver.max_velocity_m_s / s.velocity_m_s();
  std::vector<std::string> faults;
  const Rheology<double> fluid = rheology_si(c.fluid);
  if (const auto fault = relaxation_fault(s, fluid.least, "")) faults.push_back(*fault);
  if (fluid.most > fluid.least)
    if (const auto fault = relaxation_fault(s, fluid.most, " where the fluid hardly moves"))
      faults.push_back(*fault);
  const double tau = s.tau(fluid.least), most = stable_lattice_velocity(tau);
  if (u > most)
    faults.push_back(
        fmt::format("solver.dt = {:.4g} us lets blood at solver.max_velocity = {:.4g} m/s move {:.3f} cells "
                    "per step; at most "
                    "{:.3g} is {}. Use solver.dt <= {:.4g} us.",
                    s.dt_s * 1e6, c.solver.max_velocity_m_s, u, most,
                    most < most_lattice_velocity ? fmt::format("stable at tau = {:.5f}", tau) : "accurate",
                    s.dt_s * (most < most_lattice_velocity ? most * most / (u * u) : most / u) * 1e6));
  if (!faults.empty()) throw InputError(faults);
}

Scales make_scales(const FlowCase& c, double dt_s) {
  return {c.solver.dx_m, dt_s, c.fluid.density_kg_m3};
}
Scales make_scales(const FlowCase& c) {
  return make_scales(c, c.solver.dt_s.value());
}

/// The case's own and the cusps of valves.
std::vector<Sheet> all_sheets(const Geometry& g) {
  std::vector<Sheet> all = g.sheets;
  for (Sheet& cusp : sheets_of(g.valves)) all.push_back(std::move(cusp));
  return all;
}

Geometry with_cusps(Geometry g) {
  g.sheets = all_sheets(g);
  return g;
}

/// Pressures of openings over those of others, at most [Pa].
double largest_difference_pa(const FlowCase& c) {
  double largest = 0, next = 0;
  for (const OpeningConfig& o : c.openings) {
    if (o.kind != OpeningKind::pressure) continue;
    Waveform over_time = o.waveform;
    load_table(over_time);
    const double here = std::abs(o.pressure_pa) * peak(over_time);
    next = std::max(next, std::min(here, largest)), largest = std::max(largest, here);
  }
  const std::optional<WorkingPoint> limb = working_point(c);
  return std::max(largest + next, limb ? limb->largest_difference_pa : 0);
}

constexpr double least_strain = 0.12;  // that a step has to bear: what closed cusps have under 1 kPa

/// What a cusp is strained by that holds a difference of pressures, curved as its vein is.
double strain_to_bear(double difference_pa, const Geometry& g, const Sheet& sheet, const SheetMaterial& m) {
  const auto valve = std::ranges::find(g.valves.valves, sheet.valve, &Valve::name);
  if (valve == g.valves.valves.end() || m.law != MembraneLaw::fung) return least_strain;
  return std::max(least_strain, strain_under(m, difference_pa * valve->figures.diameter_m / 2));
}

/// Where the case leaves it open: for the velocity that it expects and its stiffest sheet, but not so short
/// that the fluid is too thin for the lattice; cusps then stiffen less than its pressures ask for. Throws
/// InputError where it is too long for a sheet.
void choose_step(FlowCase& c, const Geometry& g) {
  SolverConfig& s = c.solver;
  const double thinnest_s =
      (least_tau - 0.5 + 1e-9) / (make_scales(c, 1).tau(rheology_si(c.fluid).least) - 0.5);
  const double stable_s = most_thinness * rheology_si(c.fluid).least / c.fluid.density_kg_m3 /
                          (s.max_velocity_m_s * s.max_velocity_m_s);
  double chosen_s =
      std::min(s.lattice_velocity * s.dx_m / s.max_velocity_m_s, std::max(stable_s, thinnest_s));
  std::vector<std::string> faults;
  std::vector<std::pair<std::string, double>>
      soft;  // cusps that stiffen less, and the step that they ask for
  const double difference_pa = g.valves.valves.empty() ? 0 : largest_difference_pa(c);
  for (const Sheet& sheet : all_sheets(g)) {
    const SheetMaterial material = material_of(c, sheet);
    const auto longest_s = [&](double strain) {
      return longest_step_s(where_thickest(material, sheet), strain, c.fluid.density_kg_m3, s.dx_m, s.delta);
    };
    const double asked_s = longest_s(strain_to_bear(difference_pa, g, sheet, material)),
                 most_s = longest_s(least_strain);
    chosen_s = std::min(chosen_s, std::max(asked_s, std::min(thinnest_s, most_s)));
    if (s.dt_s && *s.dt_s > most_s * (1 + 1e-9))
      faults.push_back(fmt::format(
          "solver.dt = {:.4g} us is too long for sheet '{}', whose own waves it has to resolve; use at most "
          "{:.4g} us (or a softer or thinner sheet, or a coarser solver.dx).",
          *s.dt_s * 1e6, sheet.name, std::floor(most_s * 1e8) * 1e-2));
    soft.emplace_back(sheet.name, asked_s);
  }
  if (!faults.empty()) throw InputError(faults);
  if (!s.dt_s) s.dt_s = chosen_s;
  for (const auto& [name, asked_s] : soft)
    if (*s.dt_s > asked_s * (1 + 1e-9))
      spdlog::warn(
          "'{}' stiffens less than the pressures at the openings ask for, and is strained more: that would "
          "take "
          "solver.dt = {:.4g} us, and it is {:.4g} us.",
          name, asked_s * 1e6, *s.dt_s * 1e6);
}

std::int64_t steps_to_end(const FlowCase& c) {
  // Not a step short of the end; a hair is rounding of the case's digits.
  const double steps = std::ceil(c.solver.end_time_s / make_scales(c).dt_s - 1e-6);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(steps));
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

void require_sheets(const FlowCase& c, const Geometry& g) {
  std::vector<std::string> faults;
  const auto require_density = [&](const std::string& what, const SheetMaterial& m) {
    if (m.density_kg_m3 < c.fluid.density_kg_m3)
      faults.push_back(fmt::format(
          "{} has material.density = {:.4g} kg/m3, less than the fluid's; a sheet must weigh at least as "
          "much: {:.4g} kg/m3 or more.",
          what, m.density_kg_m3, c.fluid.density_kg_m3));
  };
  for (const SheetConfig& s : c.sheets) {
    if (std::ranges::find(g.sheets, s.name, &Sheet::name) == g.sheets.end())
      faults.push_back(fmt::format("sheet '{}' is not in the mesh; run the mesh stage again.", s.name));
    require_density(fmt::format("sheets: '{}'", s.name), s.material);
  }
  for (const ValveMaterial& v : c.valves) {
    if (std::ranges::find(g.valves.valves, v.name, &Valve::name) == g.valves.valves.end())
      faults.push_back(fmt::format("valve '{}' is not in the mesh; run the mesh stage again.", v.name));
    require_density(fmt::format("geometry.valves: '{}'", v.name), v.material.elastic);
  }
  if (!faults.empty()) throw InputError(faults);
}

/// The case itself when it can run in this geometry; asked before anything is built.
FlowCase checked(FlowCase c, const Geometry& g) {
  require_backend(c);
  require_openings(c, g);
  require_sheets(c, g);
  choose_step(c, g);
  c.wall.limb = limb_of_wall(c, g);
  if (c.solver.initial == InitialField::taylor_green_3d &&
      !(g.shape && g.shape->periodic[0] && g.shape->periodic[1] && g.shape->periodic[2]))
    throw InputError(
        "solver.initial = taylor_green_3d needs geometry.analytic that is periodic along x, y and z.");
  if (c.solver.initial == InitialField::taylor_green &&
      !(g.shape && g.shape->periodic[0] && g.shape->periodic[1]))
    throw InputError("solver.initial = taylor_green needs geometry.analytic that is periodic along x and y.");
  require_stable(c, make_scales(c));
  return c;
}

std::unique_ptr<SolverBase> new_solver(const Setup& setup) {
  const bool cuda = setup.flow_case.solver.backend == BackendKind::cuda;
  return cuda ? new_cuda_solver(setup) : new_cpu_solver(setup);
}

int directions(VelocitySet set) {
  return set == VelocitySet::d3q19 ? D3Q19::Q : D3Q27::Q;
}

double memory_bytes(const Setup& s) {
  const SolverConfig& c = s.flow_case.solver;
  const bool on_device = c.backend == BackendKind::cuda;  // the populations then lie there
  const double real = on_device ? 0 : c.precision == Precision::double_ ? 8 : 4;
  const double nodes = static_cast<double>(s.lattice.tiles.populated_nodes());
  const bool moving = !s.wall.motion().still();
  const bool sampled = moving && !s.wall.geometry().shape;
  const double strain = s.wall.geometry().surface.points_m.empty() ? 0 : sizeof(StrainRate);
  const bool scalar = s.flow_case.scalar.diffusivity_m2_s.has_value();
  const double cells = static_cast<double>(s.lattice.nodes.count(s.lattice.nodes.candidate_rows)),
               populations = (directions(c.velocity_set) + (scalar ? 2 * D3Q7::Q : 0)) * real;
  const double of_reachable = sizeof(Node) + sizeof(float) + (moving ? sizeof(Vec3) : 0) +
                              (sampled ? sizeof(CenterlineCoordinates) : 0);
  return cells * populations + nodes * (4 * sizeof(float) + strain + (scalar ? sizeof(float) : 0)) +
         static_cast<double>(s.lattice.reachable.size()) * (of_reachable + 5 * 2 * (real > 4 ? 8 : 4)) +
         static_cast<double>(bytes(s.lattice)) + 64e6;
}

/// Frames times nodes times the bytes of the fields before compression, about 60 % of which remain, and a
/// checkpoint while the next is written.
double disk_bytes(const Setup& s, std::int64_t cells) {
  const OutputConfig& o = s.flow_case.output;
  const double end = static_cast<double>(s.steps) * s.scales.dt_s;
  const double frames = o.interval_s ? end / *o.interval_s + 1 : 21;
  const double volume = o.volume ? static_cast<double>(cells) * (o.format == VolumeFormat::vtu ? 60 : 17) : 0;
  const double wall = o.wall ? static_cast<double>(s.wall.geometry().surface.points_m.size()) * 72 : 0;
  const int scalars = s.flow_case.scalar.diffusivity_m2_s ? 2 * D3Q7::Q : 0;
  const double state = static_cast<double>(cells) * (directions(s.flow_case.solver.velocity_set) + scalars) *
                       (s.flow_case.solver.precision == Precision::double_ ? 8 : 4);
  return 0.6 * frames * (volume + wall) + 2 * state;
}

void add_notes(Preflight& f, const Setup& s) {
  const auto look = [&](const std::string& what, double radius_m) {
    const double across = 2 * radius_m / f.dx_m;
    if (across < fewest_cells_across)
      f.notes.push_back(fmt::format("{} is only {:.1f} cells across; solver.dx <= {:.3g} mm gives {} cells.",
                                    what, across, 2e3 * radius_m / fewest_cells_across, fewest_cells_across));
  };
  for (const Cap& cap : s.wall.caps())
    look(fmt::format("opening '{}'", cap.opening.name), cap.opening.radius_m);
  for (const Branch& b : s.wall.geometry().centerlines.branches)
    if (!b.radius_m.empty())
      look(fmt::format("branch {} at its narrowest", b.id), *std::ranges::min_element(b.radius_m));
}

}  // namespace

struct Simulation::Prepared {
  FlowCase flow_case;
  Wall wall;
  Lattice lattice;
  Setup setup;  // refers to the others

  Prepared(FlowCase c, const Geometry& g, int device)
      : flow_case(checked(std::move(c), g)),
        wall(with_cusps(g), flow_case.wall, flow_case.openings),
        lattice(voxelize(wall, flow_case.solver.dx_m, flow_case.solver.lattice_offset,
                         flow_case.solver.end_time_s, directions(flow_case.solver.velocity_set))),
        setup{flow_case, wall, lattice, make_scales(flow_case), steps_to_end(flow_case), device} {}
};

Simulation::Simulation(FlowCase flow_case, const Geometry& geometry, int threads, int device) {
  set_kernel_threads(threads);
  prepared_ = std::make_unique<Prepared>(std::move(flow_case), geometry, device);
}

Simulation::~Simulation() = default;

Preflight Simulation::preflight() {
  const Setup& setup = prepared_->setup;
  const Scales& s = setup.scales;
  const FlowCase& c = setup.flow_case;
  Preflight f;
  f.limb = working_point(prepared_->flow_case);
  f.fluid_cells = fluid_cells();
  f.stored_cells = static_cast<std::int64_t>(setup.lattice.tiles.populated_nodes()) - tile_nodes;
  f.dx_m = s.dx_m, f.dt_s = s.dt_s, f.tau = s.tau(c.fluid.viscosity_pa_s);
  const double u = c.solver.max_velocity_m_s / s.velocity_m_s();
  f.mach = u * std::sqrt(3.0);
  f.grid_reynolds = u / s.viscosity(c.fluid.viscosity_pa_s);
  f.lattice_compliance_m3_pa = s.compliance_m3_pa(static_cast<double>(f.fluid_cells) * std::pow(s.dx_m, 3));
  f.steps = setup.steps;
  f.memory_bytes = memory_bytes(setup);
  f.disk_bytes = disk_bytes(setup, f.fluid_cells);
  f.seconds = new_solver(setup)->measure(10).seconds_per_step * static_cast<double>(f.steps);
  add_notes(f, setup);
  return f;
}

std::int64_t Simulation::fluid_cells() const {
  const LumenNodes& nodes = prepared_->lattice.nodes;
  return nodes.count(nodes.candidate_rows);
}

double Simulation::fill_of_box() const {
  const auto& [x, y, z] = prepared_->lattice.tiles.dims;
  return static_cast<double>(fluid_cells()) / (double(x) * y * z * tile_nodes);
}

Speed Simulation::measure(int steps) {
  return new_solver(prepared_->setup)->measure(steps);
}

Flow Simulation::run(const std::filesystem::path& folder, double checkpoint_interval_s) {
  const FlowCase& c = prepared_->flow_case;
  Flow flow = new_solver(prepared_->setup)->run(folder, checkpoint_interval_s);
  if (!c.case_hash.empty()) flow.texts["case_hash"] = c.case_hash;
  if (!c.program.empty()) flow.texts["program"] = c.program;
  save(flow, folder);
  return flow;
}

}  // namespace soleus
