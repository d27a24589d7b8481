// The members of LatticeSolver, for the files that instantiate it: one for each backend.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <numbers>
#include <optional>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/backend/cpu_sweep.hpp"
#include "solver_cuda/geometry/make_shell.hpp"
#include "solver_cuda/kernels/advance_immersed.hpp"
#include "solver_cuda/kernels/advance_scalar.hpp"
#include "solver_cuda/kernels/classify.hpp"
#include "solver_cuda/kernels/displace.hpp"
#include "solver_cuda/kernels/link_openings.hpp"
#include "solver_cuda/kernels/link_wall.hpp"
#include "solver_cuda/kernels/refill.hpp"
#include "solver_cuda/kernels/slip.hpp"
#include "solver_cuda/lattice_checkpoint.hpp"
#include "solver_cuda/physics/initial_flow.hpp"
#include "solver_cuda/recorder.hpp"
#include "solver_cuda/solver_impl.hpp"

namespace soleus {

inline constexpr double max_wall_step = 0.2;  // cells per step

/// Velocity [m/s] and pressure [Pa] of the initial field at a point.
inline FlowAtPoint initial_at(const Setup& s, const Vec3& x) {
  const SolverConfig& c = s.flow_case.solver;
  if (c.initial == InitialField::rest) return {c.initial_drift_m_s};
  const Shape& cell = *s.wall.geometry().shape;
  Vec3 phase;
  for (int a = 0; a < 3; ++a)
    phase[a] = cell.periodic[a] ? 2 * std::numbers::pi / cell.period_m[a] * (x[a] - cell.center_m[a]) : 0;
  FlowAtPoint flow = c.initial == InitialField::taylor_green
                         ? taylor_green(phase.x, phase.y, c.initial_velocity_m_s, s.scales.density_kg_m3)
                         : taylor_green_3d(phase, c.initial_velocity_m_s, s.scales.density_kg_m3);
  flow.velocity += c.initial_drift_m_s;
  return flow;
}

template <class Real>
Rheology<Real> lattice_rheology(const Setup& s) {
  const Rheology<double> si = rheology_si(s.flow_case.fluid);
  const auto viscosity = [&](double pa_s) { return static_cast<Real>(s.scales.viscosity(pa_s)); };
  return {.model = si.model,
          .least = viscosity(si.least),
          .most = viscosity(si.most),
          .time = static_cast<Real>(si.time / s.scales.dt_s),
          .index = static_cast<Real>(si.index),
          .half_exponent = static_cast<Real>(si.half_exponent),
          .yield = static_cast<Real>(si.yield / s.scales.pressure_pa()),
          .magic = static_cast<Real>(s.flow_case.solver.magic)};
}

template <class L, class Real>
void initial_populations(const Setup& s, const Vec3& x, double tau, Real (&g)[L::Q]) {
  const FlowAtPoint here = initial_at(s, x);
  const double to_lattice = 1 / s.scales.velocity_m_s();
  const Macro<Real> m{static_cast<Real>(here.pressure / s.scales.pressure_pa() / cs2),
                      static_cast<Real>(here.velocity.x * to_lattice),
                      static_cast<Real>(here.velocity.y * to_lattice),
                      static_cast<Real>(here.velocity.z * to_lattice)};
  VelocityGradient gradient;  // by central differences
  for (int a = 0; a < 3; ++a) {
    Vec3 e{};
    e[a] = 1e-3 * s.scales.dx_m;
    const Vec3 du = (initial_at(s, x + e).velocity - initial_at(s, x - e).velocity) * (to_lattice / 2e-3);
    for (int u = 0; u < 3; ++u) gradient[u][a] = du[u];
  }
  smooth_flow_populations<L>(m, gradient, tau, g);
}

template <class Real>
ScalarRules<Real> scalar_rules(const Setup& s) {
  const ScalarConfig& c = s.flow_case.scalar;
  const ScalarRates<double> rates =
      scalar_rates(*c.diffusivity_m2_s * s.scales.dt_s / (s.scales.dx_m * s.scales.dx_m));
  return {{static_cast<Real>(rates.odd), static_cast<Real>(rates.even)},
          static_cast<Real>(c.inflow),
          static_cast<Real>(c.growth * s.scales.dt_s)};
}

/// At the start.
inline double concentration_at(const ScalarConfig& c, const Vec3& x) {
  if (!c.initial_min_m) return c.initial;
  const Vec3 &lo = *c.initial_min_m, &hi = *c.initial_max_m;
  const bool inside = x.x >= lo.x && x.x <= hi.x && x.y >= lo.y && x.y <= hi.y && x.z >= lo.z && x.z <= hi.z;
  return inside ? c.initial : 0;
}

template <class Real>
BackendSetup<Real> backend_setup(const Setup& s) {
  const double omega = 1 / s.scales.tau(s.flow_case.fluid.viscosity_pa_s);
  std::vector<Node> at_caps;
  for (const CapNode& c : s.lattice.cap_nodes) at_caps.push_back(c.node);
  return {.lattice = s.lattice,
          .tiles = s.lattice.tiles,
          .nodes = s.lattice.nodes,
          .nodes_at_caps = std::move(at_caps),
          .caps = s.wall.caps().size(),
          .scales = s.scales,
          .rates = {static_cast<Real>(omega),
                    static_cast<Real>(odd_rate(omega, s.flow_case.solver.magic)),
                    {},
                    lattice_rheology<Real>(s)},
          .collision = s.flow_case.solver.collision,
          .scalar = s.flow_case.scalar.diffusivity_m2_s ? std::optional(scalar_rules<Real>(s)) : std::nullopt,
          .takes_strain = !s.wall.geometry().surface.points_m.empty(),
          .device = s.device};
}

inline Waveform loaded(Waveform w) {
  load_table(w);
  return w;
}

/// As they lie at the start, in a fluid that moves as it does then.
inline std::vector<ImmersedSheet> immersed_sheets(const Setup& s) {
  std::vector<ImmersedSheet> all;
  for (const Sheet& sheet : s.wall.geometry().sheets) {
    SheetMaterial material = material_of(s.flow_case, sheet);
    material.fung.stiffens_to = stiffens_to(where_thickest(material, sheet), s.scales.dt_s,
                                            s.scales.density_kg_m3, s.scales.dx_m, s.flow_case.solver.delta);
    material.density_kg_m3 -= s.scales.density_kg_m3;
    Shell shell = make_shell(sheet.rest, material, support_of(sheet), {sheet.fibre, sheet.thickness});
    shell.x_m = sheet.start_m;
    ImmersedSheet& fresh =
        all.emplace_back(immerse(sheet.name, std::move(shell), s.scales, s.flow_case.solver.delta));
    fresh.gravity_m_s2 = s.flow_case.fluid.gravity_m_s2;
    for (std::size_t n = 0; n < fresh.shell.x_m.size(); ++n)
      if (!fresh.shell.held[n])
        fresh.shell.v_m_s[n] = fresh.velocity_before_m_s[n] = fresh.fluid_velocity_m_s[n] =
            fresh.fluid_velocity_before_m_s[n] = initial_at(s, fresh.shell.x_m[n]).velocity;
  }
  return all;
}

template <class Backend>
LatticeSolver<Backend>::LatticeSolver(const Setup& setup)
    : setup_(setup),
      lattice_(setup.lattice),
      force_waveform_(loaded(setup.flow_case.fluid.body_force_waveform)),
      near_(setup.wall, setup.lattice, setup.scales),
      attachments_(setup.wall),
      limb_(LimbAround::of(setup.flow_case, setup.wall, setup.scales)),
      backend_(backend_setup<Real>(setup)) {
  start_pa_ = first_pressure_pa(0);
  force_ = imposed_at(0).force;
  initialize();
}

template <class Backend>
void LatticeSolver<Backend>::initialize() {
  std::fill(lattice_.nodes.fluid_rows.begin(), lattice_.nodes.fluid_rows.end(), std::uint8_t{0});
  if (setup_.wall.motion().compliant()) {
    compliant_.emplace(setup_.wall, setup_.flow_case.wall, setup_.scales, reference_pa(0),
                       setup_.flow_case.muscle_surfaces);
    backend_.keep_sections(make_sections(setup_.wall, lattice_));
  }
  near_.update(0, areas());
  wall_moves_at_ = steps_with_wall();
  const double tau = setup_.scales.tau(setup_.flow_case.fluid.viscosity_pa_s);
  backend_.initialize(classify(lattice_.nodes, near_), [&](Node n, Real(&g)[L::Q]) {
    initial_populations<L>(setup_, lattice_.tiles.position(n), tau, g);
  });
  near_.narrow();
  if (!setup_.wall.geometry().sheets.empty())
    backend_.keep_sheets(immersed_sheets(setup_), setup_.flow_case.solver.delta, near_);
  lumen_ = near_.fluid_volume_m3() / std::pow(setup_.scales.dx_m, 3);
  find_links();
  if (has_scalar())
    backend_.initialize_scalar([&](Node n) {
      return static_cast<Real>(concentration_at(setup_.flow_case.scalar, lattice_.tiles.position(n)));
    });
}

template <class Backend>
void LatticeSolver<Backend>::move_wall(double time_s) {
  backend_.settle_mass();
  if (compliant_) answer_pressure(time_s);
  const std::int64_t steps = steps_with_wall();
  near_.update(time_s + 0.5 * static_cast<double>(steps) * setup_.scales.dt_s, areas());
  wall_moves_at_ = steps_done_ + std::min(steps, steps_with_wall());
  if (!attachments_.none())
    backend_.change_sheets([&](std::vector<ImmersedSheet>& sheets) {
      attachments_.lead(sheets, near_.now(),
                        static_cast<double>(wall_moves_at_ - steps_done_) * setup_.scales.dt_s);
    });
  const double cells_per_step = near_.max_speed_m_s / setup_.scales.velocity_m_s();
  if (cells_per_step > max_wall_step)
    throw NumericalError(fmt::format(
        "the wall moves {:.2f} cells per step at t = {:.4g} s (at most {} are allowed); use solver.dt <= "
        "{:.3g} us or a slower contraction.",
        cells_per_step, time_s, max_wall_step, setup_.scales.dt_s * max_wall_step / cells_per_step * 1e6));
  const std::vector<std::uint8_t> before =
      has_scalar() ? lattice_.nodes.fluid_rows : std::vector<std::uint8_t>{};
  const std::vector<Node> uncovered = classify(lattice_.nodes, near_);
  if (has_scalar()) {
    auto&& held = backend_.scalar_cells([&] { return scalar_moved_among(lattice_, before); });
    move_scalar(held, lattice_, before);
    backend_.write_scalar(held);
  }
  auto&& around = backend_.cells([&] { return with_fluid_neighbours(lattice_, uncovered, L::Q); });
  Real force[3];
  for (int a = 0; a < 3; ++a) force[a] = static_cast<Real>(imposed_at(time_s).force[a]);
  refill(around, view(), uncovered, setup_.flow_case.solver.refill, force);
  backend_.write(around, uncovered);
  find_links();
}

/// What has entered is settled: on a device this waits for the steps so far.
template <class Backend>
void LatticeSolver<Backend>::exchange_with_limb() {
  if (steps_done_ > 0) limb_->exchange(time_s(), volumes(backend_.openings().mass_in));
  limb_->find_ends(areas());
  limb_at_ = steps_done_ + limb_->interval();
}

/// Finds how fast a compliant wall moves until it is moved again.
template <class Backend>
void LatticeSolver<Backend>::answer_pressure(double time_s) {
  std::vector<double> lumen_pa = station_means(backend_.sum_sections(), setup_.wall.motion().stations());
  for (double& p : lumen_pa) p = reference_pa(time_s) + cs2 * p * setup_.scales.pressure_pa();
  compliant_->advance(time_s, static_cast<double>(steps_with_wall()) * setup_.scales.dt_s, lumen_pa);
}

template <class Backend>
void LatticeSolver<Backend>::find_links() {
  const bool moving = near_.max_speed_m_s > 0, corrects_all = corrections_old();
  auto&& at_wall =
      backend_.cells([&] { return moving ? nodes_at_boundary<L>(lattice_) : std::vector<Node>{}; });
  std::optional<KnownCorrections<L, Real>> known;
  if (corrects_links() && !corrects_all) known.emplace(backend_.corrected());
  link_wall(backend_.boundary(), at_wall, view(), setup_.flow_case.solver.wall_rule);
  link_openings(backend_.boundary(), view());
  link_slip(backend_.boundary(), view());
  displace_volume();
  if (corrects_links()) make_room_for_corrections(backend_.boundary());
  if (known) known->carry_over(backend_.boundary());
  backend_.boundary_changed();
  correct_links();
  if (corrects_all) corrected_at_ = steps_done_;
}

template <class Backend>
void LatticeSolver<Backend>::correct_links() {
  if (corrects_links()) backend_.correct_links(imposed_at(time_s()).force);
}

/// Settled, so that a checkpoint at this place changes nothing.
template <class Backend>
void LatticeSolver<Backend>::renew_corrections() {
  backend_.settle_mass();
  correct_links();
  corrected_at_ = steps_done_;
}

/// Lets the wall displace what the lumen loses. The difference, which the count of nodes makes jump, is made
/// good within five cells of wall motion: sooner, the jumps would be felt as accelerations.
template <class Backend>
void LatticeSolver<Backend>::displace_volume() {
  constexpr double within = 5;  // cells of wall motion
  const double lumen = near_.fluid_volume_m3() / std::pow(setup_.scales.dx_m, 3);
  to_displace_ += lumen_ - lumen - displaced_per_step_ * static_cast<double>(steps_done_ - updated_at_);
  lumen_ = lumen, updated_at_ = steps_done_;
  const double steps = within * setup_.scales.velocity_m_s() / near_.max_speed_m_s;
  displaced_per_step_ = displace(backend_.boundary().tiles, to_displace_, steps);
}

/// Two steps are kept because momentum at walls alternates from step to step, more so where the wall moves
/// (Ladd, J. Fluid Mech. 271, 285 (1994)); their mean is the force. The cuda backend has no such measurement:
/// require_backend() has refused the case.
template <class Backend>
void LatticeSolver<Backend>::measure_force() {
  if constexpr (Backend::measures_force)
    force_N_ = {force_N_[1],
                backend_.wall_force(view(), imposed_at(time_s()).force, setup_.flow_case.output.force)};
}

/// Under a compliant wall it stays what it was at the start: a wave in it does not reach the whole lumen at
/// once.
template <class Backend>
double LatticeSolver<Backend>::reference_pa(double time_s) const {
  return setup_.wall.motion().compliant() ? start_pa_ : first_pressure_pa(time_s);
}

template <class Backend>
double LatticeSolver<Backend>::first_pressure_pa(double time_s) const {
  const std::vector<Cap>& caps = setup_.wall.caps();
  for (std::size_t k = 0; k < caps.size(); ++k)
    if (caps[k].condition.kind == OpeningKind::pressure) return outside_pa(k, time_s);
  return 0;
}

/// That a pressure opening leads to.
template <class Backend>
double LatticeSolver<Backend>::outside_pa(std::size_t cap, double time_s) const {
  if (limb_ && limb_->joins(cap)) return limb_->level_pa(cap);
  const OpeningConfig& o = setup_.wall.caps()[cap].condition;
  return o.pressure_pa * factor(o.waveform, time_s);
}

template <class Backend>
StepValues LatticeSolver<Backend>::imposed_at(double time_s) const {
  const double of_force = factor(force_waveform_, time_s) / setup_.scales.force_pa_m();
  StepValues now{setup_.flow_case.fluid.body_force_pa_m * of_force, {}};
  const std::vector<Cap>& caps = setup_.wall.caps();
  for (std::size_t k = 0; k < caps.size(); ++k) {
    const double f = factor(caps[k].condition.waveform, time_s);
    const double over_reference = outside_pa(k, time_s) - reference_pa(time_s);
    now.openings.push_back({f, over_reference / setup_.scales.pressure_pa() / cs2,
                            limb_ && limb_->joins(k) ? limb_->end(k) : WaveEnd{}});
  }
  return now;
}

template <class Backend>
std::vector<double> LatticeSolver<Backend>::volumes(const std::vector<double>& masses) const {
  std::vector<double> all;
  for (const double m : masses) all.push_back(m * std::pow(setup_.scales.dx_m, 3));
  return all;
}

template <class Backend>
std::optional<ScalarNow> LatticeSolver<Backend>::scalar_of(const Observation& seen) const {
  if (!has_scalar()) return {};
  return ScalarNow{seen.scalar.amount * std::pow(setup_.scales.dx_m, 3),
                   seen.scalar.amount / seen.scalar.measure, volumes(seen.scalar_in)};
}

/// What is due is looked at; while the backend goes on, it is recorded. A step that the wall or its force
/// holds up is taken after that.
template <class Backend>
Flow LatticeSolver<Backend>::run(const std::filesystem::path& folder, double checkpoint_interval_s) {
  Recorder recorder(setup_, folder);
  Checkpoints checkpoints(folder, checkpoint_interval_s, told_apart());
  if (!setup_.flow_case.case_hash.empty()) {  // else nothing tells whose state lies there
    checkpoints.load([&](std::istream& in) { read_state(in, recorder); });
    saving_.emplace(Saving{checkpoints, recorder});
  }
  if (compliant_) recorder.announce(summary(compliant_->outside()));
  for (;;) {
    go_to(next_due_);
    const std::int64_t step = steps_done_;
    next_due_ = recorder.next_due(step);
    force_from_ = recorder.force_from(step);
    const double now_s = time_s();
    backend_.observe(recorder.watches(step), force_);
    const WallView wall = view();
    const double volume_m3 = near_.fluid_volume_m3();
    const Vec3 wall_force_N = (force_N_[0] + force_N_[1]) * 0.5;
    if (!wall_due() && !force_due() && !saving_due() && !limb_due()) advance_to(next_due_);
    const Observation& seen = backend_.observed();
    if (limb_) limb_->take(now_s, volumes(seen.mass_in));
    recorder.record({step, now_s, reference_pa(now_s), seen.totals, &backend_.fields(), &wall,
                     volumes(seen.mass_in), volume_m3, scalar_of(seen), wall_force_N, areas(),
                     backend_.sheets(), limb_ ? &*limb_ : nullptr});
    if (step >= setup_.steps) break;
  }
  saving_.reset();
  return recorder.finish();
}

template <class Backend>
std::string LatticeSolver<Backend>::told_apart() const {
  const auto cells = lattice_.nodes.count(lattice_.nodes.candidate_rows);
  return fmt::format("{} {} {} {} cells {} steps of {} s Q {} bytes {}", setup_.flow_case.program,
                     setup_.flow_case.case_hash, name(best_instruction_set()), cells, setup_.steps,
                     setup_.scales.dt_s, int(L::Q), sizeof(Real));
}

template <class Backend>
Speed LatticeSolver<Backend>::measure(int steps) {
  go_to(2);
  backend_.wait();
  const auto start = std::chrono::steady_clock::now();
  go_to(2 + steps);
  backend_.wait();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return {.seconds_per_step = seconds / steps,
          .fluid_cells = lattice_.nodes.count(lattice_.nodes.fluid_rows),
          .populations_bytes = static_cast<double>(backend_.populations_bytes()),
          .boundary_bytes = static_cast<double>(bytes(backend_.boundary())),
          .lattice_bytes = static_cast<double>(bytes(lattice_)),
          .near_wall_bytes = static_cast<double>(near_.bytes())};
}

}  // namespace soleus
