#include "solver_cuda/solver_impl.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "solver_cuda/physics/initial_flow.hpp"
#include "solver_cuda/recorder.hpp"

namespace soleus {
namespace {

constexpr double max_wall_step = 0.2;  // cells per step

/// Velocity [m/s] and pressure [Pa] of the initial field at a point.
FlowAtPoint initial_at(const Setup& s, const Vec3& x) {
  const SolverConfig& c = s.flow_case.solver;
  if (c.initial == InitialField::rest) return {};
  const Shape& cell = *s.wall.geometry().shape;
  Vec3 phase;
  for (int a = 0; a < 3; ++a)
    phase[a] = cell.periodic[a] ? 2 * std::numbers::pi / cell.period_m[a] * (x[a] - cell.center_m[a]) : 0;
  return c.initial == InitialField::taylor_green
             ? taylor_green(phase.x, phase.y, c.initial_velocity_m_s, s.scales.density_kg_m3)
             : taylor_green_3d(phase, c.initial_velocity_m_s, s.scales.density_kg_m3);
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

}  // namespace

template <class L, class Real>
LatticeSolver<L, Real>::LatticeSolver(const Setup& setup)
    : setup_(setup),
      lattice_(setup.lattice),
      collision_(setup.flow_case.solver.collision),
      f_(setup.lattice.tiles.count()),
      near_(setup.wall, setup.lattice, setup.scales),
      mass_in_(setup.wall.caps().size(), 0.0) {
  const FluidConfig& fluid = setup.flow_case.fluid;
  const double omega = 1 / setup.scales.tau(fluid.viscosity_pa_s);
  rates_.omega_plus = static_cast<Real>(omega);
  rates_.omega_minus = static_cast<Real>(odd_rate(omega, setup.flow_case.solver.magic));
  rates_.rheology = lattice_rheology<Real>(setup);
  force_waveform_ = fluid.body_force_waveform;
  if (force_waveform_.kind == WaveformKind::table) load_table(force_waveform_);
  update_body_force(0);
  initialize();
}

template <class L, class Real>
void LatticeSolver<L, Real>::update_body_force(double time_s) {
  const Vec3 force =
      setup_.flow_case.fluid.body_force_pa_m * (factor(force_waveform_, time_s) / setup_.scales.force_pa_m());
  for (int a = 0; a < 3; ++a) rates_.force[a] = force_[a] = static_cast<Real>(force[a]);
}

template <class L, class Real>
void LatticeSolver<L, Real>::initialize() {
  std::fill(lattice_.nodes.fluid_rows.begin(), lattice_.nodes.fluid_rows.end(), std::uint8_t{0});
  near_.update(0);
  const std::vector<Node> fluid = classify(lattice_.nodes, near_);
  const double tau = 1 / double(rates_.omega_plus);
  parallel_for(fluid.size(), 256, [&](std::size_t k) {
    Real g[L::Q];
    initial_populations<L>(setup_, lattice_.tiles.position(fluid[k]), tau, g);
    scatter(f_, lattice_.tiles, lattice_.nodes, fluid[k], g);
  });
  find_links(0);
  lumen_ = near_.fluid_volume_m3() / std::pow(setup_.scales.dx_m, 3);
  displace_volume();
}

template <class L, class Real>
void LatticeSolver<L, Real>::move_wall(double time_s) {
  // Before an even step everything that arrives at a node lies in its own slots, whichever neighbours are
  // fluid.
  if (f_.next == Parity::odd || time_s + 0.5 * setup_.scales.dt_s < near_.next_update_s()) return;
  near_.update(time_s);
  const double cells_per_step = near_.max_speed_m_s / setup_.scales.velocity_m_s();
  if (cells_per_step > max_wall_step)
    throw NumericalError(fmt::format(
        "the wall moves {:.2f} cells per step at t = {:.4g} s (at most {} are allowed); use solver.dt <= "
        "{:.3g} us or a slower contraction.",
        cells_per_step, time_s, max_wall_step, setup_.scales.dt_s * max_wall_step / cells_per_step * 1e6));
  const std::vector<Node> uncovered = classify(lattice_.nodes, near_);
  refill(f_, view(time_s), uncovered, setup_.flow_case.solver.refill, force_);
  find_links(time_s);
  displace_volume();
}

template <class L, class Real>
void LatticeSolver<L, Real>::find_links(double time_s) {
  link_wall(boundary_, f_, view(time_s), setup_.flow_case.solver.wall_rule);
  link_openings(boundary_, view(time_s));
  link_slip(boundary_, view(time_s));
}

/// Lets the wall displace what the lumen loses. The difference, which the count of nodes makes jump, is made
/// good within five cells of wall motion: sooner, the jumps would be felt as accelerations.
template <class L, class Real>
void LatticeSolver<L, Real>::displace_volume() {
  constexpr double within = 5;  // cells of wall motion
  const double lumen = near_.fluid_volume_m3() / std::pow(setup_.scales.dx_m, 3);
  to_displace_ += lumen_ - lumen - displaced_per_step_ * static_cast<double>(steps_done_ - updated_at_);
  lumen_ = lumen, updated_at_ = steps_done_;
  const double steps = within * setup_.scales.velocity_m_s() / near_.max_speed_m_s;
  displaced_per_step_ = displace(boundary_.tiles, to_displace_, steps);
}

template <class L, class Real>
double LatticeSolver<L, Real>::reference_pa(double time_s) const {
  for (const Cap& cap : setup_.wall.caps())
    if (cap.condition.kind == OpeningKind::pressure)
      return cap.condition.pressure_pa * factor(cap.condition.waveform, time_s);
  return 0;
}

template <class L, class Real>
std::vector<OpeningValue> LatticeSolver<L, Real>::openings_at(double time_s) const {
  std::vector<OpeningValue> values;
  for (const Cap& cap : setup_.wall.caps()) {
    const double f = factor(cap.condition.waveform, time_s);
    const double over_reference = cap.condition.pressure_pa * f - reference_pa(time_s);
    values.push_back({f, over_reference / setup_.scales.pressure_pa() / cs2});
  }
  return values;
}

template <class L, class Real>
void LatticeSolver<L, Real>::account() {
  for (std::size_t k = 0; k < mass_in_.size(); ++k) mass_in_[k] += boundary_.caps[k].mass_in;
}

/// Two steps are kept because momentum at walls alternates from step to step, more so where the wall moves
/// (Ladd, J. Fluid Mech. 271, 285 (1994)); their mean is the force.
template <class L, class Real>
void LatticeSolver<L, Real>::measure_force() {
  force_N_ = {force_N_[1],
              wall_force(f_, boundary_, view(time_s()), rates_, collision_, setup_.flow_case.output.force)};
}

template <class L, class Real>
std::vector<double> LatticeSolver<L, Real>::take_inflow() {
  std::vector<double> volume;
  for (double& m : mass_in_) {
    volume.push_back(m * std::pow(setup_.scales.dx_m, 3));
    m = 0;
  }
  return volume;
}

template <class L, class Real>
Flow LatticeSolver<L, Real>::run(const std::filesystem::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  Recorder recorder(setup_, folder);
  MacroFields fields;
  const auto record = [&] {
    const Totals totals = observe(fields, f_, lattice_, setup_.scales, force_);
    if (recorder.wall_stress_due(steps_done_)) observe_strain(fields, f_, lattice_, setup_.scales, rates_);
    const WallView wall = view(time_s());
    recorder.record({steps_done_, time_s(), reference_pa(time_s()), totals, &fields, &wall, take_inflow(),
                     near_.fluid_volume_m3(), (force_N_[0] + force_N_[1]) * 0.5});
  };
  record();
  while (steps_done_ < setup_.steps) {
    force_due_ = recorder.force_due(steps_done_);
    step();
    if (recorder.due(steps_done_)) record();
  }
  return recorder.finish(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

template <class L, class Real>
double LatticeSolver<L, Real>::calibrate() {
  constexpr int steps = 10;
  step();
  const auto start = std::chrono::steady_clock::now();
  for (int k = 0; k < steps; ++k) step();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / steps;
}

template class LatticeSolver<D3Q19, float>;
template class LatticeSolver<D3Q19, double>;
template class LatticeSolver<D3Q27, float>;
template class LatticeSolver<D3Q27, double>;

}  // namespace soleus
