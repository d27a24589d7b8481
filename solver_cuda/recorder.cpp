#include "solver_cuda/recorder.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "pipeline/base/statistics.hpp"
#include "solver_cuda/kernels/wall_stress.hpp"
#include "solver_cuda/valve_figures.hpp"

namespace soleus {
namespace {

constexpr int default_samples_per_cycle = 200;
constexpr int default_frames = 20;
constexpr int most_wss_points = 1500;            // of a series sample; frames take all points
constexpr std::size_t most_kept_points = 50000;  // shares of so many take 100 MB
constexpr double unsound_mach = 0.4;             // lattice Mach number
constexpr double unsound_drho = 0.3;             // relative density

std::int64_t steps_of(double interval_s, double dt_s) {
  return std::max<std::int64_t>(1, std::llround(interval_s / dt_s));
}

/// Period of the wall's motion; of a wall that does not repeat itself, the longest of the openings' and the
/// body force's. 0: none.
double drive_period_s(const Setup& setup) {
  double longest_s = setup.wall.motion().period_s();
  if (longest_s > 0) return longest_s;
  for (const OpeningConfig& o : setup.flow_case.openings)
    longest_s = std::max(longest_s, period_s(o.waveform));
  longest_s = std::max(longest_s, period_s(setup.flow_case.fluid.body_force_waveform));
  return longest_s;
}

}  // namespace

Recorder::Recorder(const Setup& setup, const std::filesystem::path& folder)
    : setup_(setup),
      folder_(folder),
      label_{setup.flow_case.case_hash, setup.flow_case.program},
      progress_("solve", static_cast<double>(setup.steps), "steps"),
      probes_(setup, setup.flow_case.output.probes),
      sheets_(setup, folder, label_),
      valves_(setup),
      start_(std::chrono::steady_clock::now()) {
  const OutputConfig& out = setup.flow_case.output;
  const double dt = setup.scales.dt_s, end = static_cast<double>(setup.steps) * dt;
  flow_.cycle_s = drive_period_s(setup);
  const double cycle = flow_.cycle_s > 0 ? std::min(flow_.cycle_s, end) : end;
  sample_steps_ =
      steps_of(out.series_interval_s > 0 ? out.series_interval_s : cycle / default_samples_per_cycle, dt);
  frame_steps_ = steps_of(out.interval_s.value_or(end / default_frames), dt);
  guard_steps_ = std::clamp<std::int64_t>(setup.steps / 100, 1, 500);
  if (out.volume) volume_.emplace(folder, "volume", label_);
  const Surface& surface = setup.wall.geometry().surface;
  if (!surface.points_m.empty()) {
    if (out.wall) wall_.emplace(folder, "wall", label_);
    closed_surface_ = is_closed(surface);
    wall_points_ = points_off_caps(setup.wall.geometry());
    coordinates_.resize(surface.points_m.size());
    if (!setup.wall.motion().still())
      parallel_for(coordinates_.size(), 256, [&](std::size_t k) {
        coordinates_[k] = setup.wall.motion().coordinates(surface.points_m[k]);
      });
  }
  if (out.means && !coordinates_.empty())
    means_.emplace(setup, flow_.cycle_s, static_cast<double>(sample_steps_) * dt);
  if (setup.wall.motion().compliant()) vein_map_.emplace(setup);
  for (const Cap& cap : setup.wall.caps()) flow_.openings.push_back(cap.opening.name);
  for (const Valve& v : setup.wall.geometry().valves.valves) flow_.valves[v.name] = vein_area_m2(v.figures);
}

bool Recorder::sample_due(std::int64_t step) const {
  return step >= next_sample_ || step >= setup_.steps;
}

std::int64_t Recorder::force_from(std::int64_t step) const {
  if (setup_.flow_case.output.force == ForceOn::none) return std::numeric_limits<std::int64_t>::max();
  return std::min(next_sample(step), setup_.steps) - 2;
}

bool Recorder::frame_due(std::int64_t step) const {
  return step >= next_frame_ || step >= setup_.steps;
}

std::optional<std::string> Recorder::fault(const Snapshot& now) const {
  const Totals& t = now.totals;
  const double mach = t.peak_velocity_m_s / setup_.scales.velocity_m_s() * std::sqrt(3.0);
  const Vec3 x = setup_.lattice.tiles.position(t.worst);
  const std::string where = fmt::format("step {} (t = {:.5g} s) near ({:.1f}, {:.1f}, {:.1f}) mm", now.step,
                                        now.time_s, x.x * 1e3, x.y * 1e3, x.z * 1e3);
  const std::string advice = fmt::format(
      "Use a smaller time step (solver.dt = {:.3g} us) or a finer lattice (solver.dx = {:.3g} mm).",
      0.5e6 * setup_.scales.dt_s, 0.7e3 * setup_.scales.dx_m);
  if (!t.finite) return fmt::format("the flow is not finite at {}. {}", where, advice);
  if (mach > unsound_mach)
    return fmt::format(
        "the lattice Mach number is {:.2f} (velocity {:.3g} m/s) at {}; at most {} is sound. {}", mach,
        t.peak_velocity_m_s, where, unsound_mach, advice);
  if (t.max_drho > unsound_drho)
    return fmt::format(
        "the density is off by {:.0f} % at {}; the pressure range is too wide for this time step. {}",
        t.max_drho * 100, where, advice);
  return {};
}

double Recorder::cap_pressure(const Snapshot& now, int cap) const {
  double sum = 0;
  int n = 0;
  for (const CapNode& c : setup_.lattice.cap_nodes)
    if (c.cap == cap && setup_.lattice.nodes.fluid(c.node)) sum += now.fields->drho[c.node], ++n;
  return now.reference_pa + (n ? cs2 * sum / n * setup_.scales.pressure_pa() : 0.0);
}

Surface Recorder::moved_surface(const Snapshot& now) const {
  Surface moved = setup_.wall.geometry().surface;
  const Motion& motion = setup_.wall.motion();
  if (motion.still()) return moved;
  const MotionInstant instant = motion.at(now.time_s, now.areas);
  parallel_for(moved.points_m.size(), 256, [&](std::size_t k) {
    moved.points_m[k] = motion.moved_position(moved.points_m[k], coordinates_[k], instant);
  });
  return moved;
}

void Recorder::record(const Snapshot& now) {
  if (const auto why = fault(now)) throw NumericalError(*why);
  recorded_ = now.step;
  max_drho_ = std::max(max_drho_, now.totals.max_drho);
  peak_velocity_m_s_ = std::max(peak_velocity_m_s_, now.totals.peak_velocity_m_s);
  if (now.areas) watch_gap(now.areas->gap);
  if (sample_due(now.step)) sample(now);
  if (frame_due(now.step)) frame(now);
  const double mlups = 1e-6 * static_cast<double>(now.totals.cells) * static_cast<double>(now.step) /
                       std::max(seconds(), 1e-9);
  const double phase = flow_.cycle_s > 0 ? std::fmod(now.time_s, flow_.cycle_s) / flow_.cycle_s * 100 : 0;
  progress_.tell(static_cast<double>(now.step),
                 flow_.cycle_s > 0
                     ? fmt::format("t = {:.3f} s, {:2.0f} % of cycle, {:.1f} MLUPS", now.time_s, phase, mlups)
                     : fmt::format("t = {:.4g} s, {:.1f} MLUPS", now.time_s, mlups));
}

void Recorder::sample(const Snapshot& now) {
  next_sample_ = now.step + sample_steps_;
  const double interval = now.time_s - last_sample_s_;
  flow_.series.time_s.push_back(now.time_s);
  for (std::size_t k = 0; k < flow_.openings.size(); ++k) {
    const std::string& name = flow_.openings[k];
    auto& entered = flow_.series.columns["inflow_volume_" + name + "_m3"];
    const double before = entered.empty() ? 0 : entered.back();
    entered.push_back(now.inflow_m3[k]);
    add("flow_" + name + "_m3_s", interval > 0 ? (now.inflow_m3[k] - before) / interval : 0);
    add("pressure_" + name + "_Pa", cap_pressure(now, static_cast<int>(k)));
  }
  if (flow_.series.time_s.size() == 1) initial_mass_kg_ = now.totals.mass_kg;
  add("fluid_volume_m3", now.fluid_volume_m3);
  add("fluid_mass_kg", now.totals.mass_kg);
  add("excess_mass_kg", now.totals.excess_mass_kg);
  add("momentum_x_kg_m_s", now.totals.momentum_kg_m_s.x);
  add("momentum_y_kg_m_s", now.totals.momentum_kg_m_s.y);
  add("momentum_z_kg_m_s", now.totals.momentum_kg_m_s.z);
  add("kinetic_energy_J", now.totals.kinetic_energy_J);
  if (setup_.flow_case.output.force != ForceOn::none)
    for (int a = 0; a < 3; ++a) add(fmt::format("force_{}_N", "xyz"[a]), now.force_N[a]);
  add("peak_velocity_m_s", now.totals.peak_velocity_m_s);
  add("max_mach", now.totals.peak_velocity_m_s / setup_.scales.velocity_m_s() * std::sqrt(3.0));
  if (now.scalar) scalar_columns(*now.scalar);
  const Surface moved = moved_surface(now);
  add("lumen_volume_m3", closed_surface_ ? volume(moved) : now.fluid_volume_m3);
  if (gap_) add("stations_at_residual_gap", gap_->stations);
  wss_columns(now, moved);
  if (!coordinates_.empty()) {
    const FluidRates rates = fluid_rates(now, setup_);
    add("viscous_loss_W", rates.viscous_loss_w);
    add("stagnant_volume_m3", rates.stagnant_m3);
  }
  if (means_ && means_->due(now.time_s)) means_->take(now, stress_of_all(now, moved).shear_pa);
  probes_.sample(flow_.probes, now);
  if (vein_map_) vein_map_->sample(now);
  sheets_.sample(flow_.series, now);
  valves_.sample(flow_.series, now);
  if (now.limb) now.limb->sample(flow_.limb);
  last_sample_s_ = now.time_s;
}

void Recorder::watch_gap(const ResidualGap& gap) {
  if (gap.first_s && !(gap_ && gap_->first_s)) {
    const Stations& stations = setup_.wall.motion().stations();
    const Stations::Place at = stations.place(gap.first_station);
    const Vec3 x = stations.center_m[std::size_t(gap.first_station)] * 1e3;
    spdlog::warn(
        "the vein would close on branch {} at abscissa = {:.1f} mm, near ({:.1f}, {:.1f}, {:.1f}) mm, at "
        "t = {:.4g} s; there it is held open by the lattice's residual gap (column stations_at_residual_gap)",
        at.branch, 1e3 * at.abscissa_m, x.x, x.y, x.z, *gap.first_s);
  }
  gap_ = gap;
}

void Recorder::announce(const std::vector<std::string>& lines) const {
  for (const std::string& line : lines) spdlog::info("{}", line);
}

void Recorder::scalar_columns(const ScalarNow& scalar) {
  add("scalar_amount_m3", scalar.amount_m3);
  add("scalar_mean", scalar.mean);
  for (std::size_t k = 0; k < flow_.openings.size(); ++k)
    add("scalar_inflow_" + flow_.openings[k] + "_m3", scalar.entered_m3[k]);
}

void Recorder::wss_columns(const Snapshot& now, const Surface& moved) {
  std::vector<int> chosen;
  const std::size_t stride = wall_points_.size() / most_wss_points + 1;
  for (std::size_t k = 0; k < wall_points_.size(); k += stride) chosen.push_back(wall_points_[k]);
  const WallSamples w = wall_samples(moved, chosen);
  const WallStress s = wall_stress(*now.fields, *now.wall, w, rheology_si(setup_.flow_case.fluid),
                                   now.reference_pa, setup_.wall.motion().still() ? &wss_shares_ : nullptr);
  std::vector<std::pair<double, double>> values;
  for (std::size_t k = 0; k < chosen.size(); ++k)
    if (const double shear = std::hypot(s.shear_pa[3 * k], s.shear_pa[3 * k + 1], s.shear_pa[3 * k + 2]);
        std::isfinite(shear))
      values.emplace_back(shear, w.area_m2[k]);
  sampled_points_ = chosen.size();
  unknown_points_ = std::max(unknown_points_, chosen.size() - values.size());
  if (values.empty()) values.emplace_back(chosen.empty() ? 0 : std::numeric_limits<double>::quiet_NaN(), 1);
  std::sort(values.begin(), values.end());
  add("wss_p05_Pa", weighted_percentile(values, 0.05));
  add("wss_p50_Pa", weighted_percentile(values, 0.50));
  add("wss_p95_Pa", weighted_percentile(values, 0.95));
  add("wss_max_Pa", values.back().first);
}

WallStress Recorder::stress_of_all(const Snapshot& now, const Surface& moved) {
  std::vector<int> all(moved.points_m.size());
  for (std::size_t k = 0; k < all.size(); ++k) all[k] = static_cast<int>(k);
  const bool keeps = setup_.wall.motion().still() && all.size() <= most_kept_points;
  return wall_stress(*now.fields, *now.wall, wall_samples(moved, all), rheology_si(setup_.flow_case.fluid),
                     now.reference_pa, keeps ? &all_shares_ : nullptr);
}

void Recorder::frame(const Snapshot& now) {
  next_frame_ = now.step + frame_steps_;
  sheets_.frame(now);
  const Tiles& tiles = setup_.lattice.tiles;
  if (volume_) {
    VolumeFrame v{
        .time_s = now.time_s,
        .origin_m = tiles.origin_m,
        .dx_m = tiles.dx_m,
        .extent = {tiles.dims[0] * tile_edge, tiles.dims[1] * tile_edge, tiles.dims[2] * tile_edge}};
    for (const std::int32_t tile : setup_.lattice.nodes.active_tiles)
      for (Node n = tile * tile_nodes; n < (tile + 1) * tile_nodes; ++n) {
        if (!setup_.lattice.nodes.fluid(n)) continue;
        const LatticeIndex l = tiles.index(n);
        v.nodes.push_back({l.i, l.j, l.k});
        v.velocity_m_s.insert(v.velocity_m_s.end(),
                              {now.fields->vx[n], now.fields->vy[n], now.fields->vz[n]});
        v.pressure_pa.push_back(
            static_cast<float>(now.reference_pa + cs2 * now.fields->drho[n] * setup_.scales.pressure_pa()));
      }
    if (now.scalar)
      for (const auto& l : v.nodes)
        v.concentration.push_back(now.fields->concentration[tiles.node({l[0], l[1], l[2]})]);
    v.lumen.assign(v.nodes.size(), 1);
    volume_->write(v, setup_.flow_case.output);
  }
  if (!wall_) return;
  const Surface& rest = setup_.wall.geometry().surface;
  const Surface moved = moved_surface(now);
  WallStress s = stress_of_all(now, moved);
  WallFrame frame{.time_s = now.time_s, .surface = &rest};
  for (std::size_t k = 0; k < rest.points_m.size(); ++k) {
    const Vec3 d = moved.points_m[k] - rest.points_m[k];
    frame.displacement_m.insert(frame.displacement_m.end(), {float(d.x), float(d.y), float(d.z)});
  }
  frame.wall_shear_stress_pa = std::move(s.shear_pa);
  frame.traction_pa = std::move(s.traction_pa);
  wall_->write(frame);
}

void Recorder::go_on(double after_s) {
  using Clock = std::chrono::steady_clock;
  start_ = Clock::now() - std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(after_s));
  progress_.begin_at(static_cast<double>(recorded_));
}

Flow Recorder::finish() {
  const double seconds = std::max(this->seconds(), 1e-9);
  const FlowCase& c = setup_.flow_case;
  const Scales& s = setup_.scales;
  const auto cells = setup_.lattice.nodes.count(setup_.lattice.nodes.candidate_rows);
  flow_.numbers = {{"dx_m", s.dx_m},
                   {"dt_s", s.dt_s},
                   {"tau", s.tau(c.fluid.viscosity_pa_s)},
                   {"cells", double(cells)},
                   {"steps", double(setup_.steps)},
                   {"mach", peak_velocity_m_s_ / s.velocity_m_s() * std::sqrt(3.0)},
                   {"max_density_deviation", max_drho_},
                   {"peak_velocity_m_s", peak_velocity_m_s_},
                   {"mlups", 1e-6 * double(cells) * double(setup_.steps) / seconds},
                   {"wall_time_s", seconds},
                   {"density_kg_m3", c.fluid.density_kg_m3},
                   {"viscosity_Pa_s", c.fluid.viscosity_pa_s},
                   {"initial_mass_kg", initial_mass_kg_},
                   {"lattice_compliance_m3_Pa", s.compliance_m3_pa(initial_mass_kg_ / s.density_kg_m3)},
                   {"wall_points_sampled", double(sampled_points_)},
                   {"wall_points_without_stress", double(unknown_points_)},
                   {"threads", double(threads())}};
  if (c.scalar.diffusivity_m2_s && c.scalar.growth == 0) flow_.numbers["scalar_inflow"] = c.scalar.inflow;
  if (gap_) flow_.numbers["residual_gap_stations_max"] = gap_->most;
  if (gap_ && gap_->first_s) flow_.numbers["residual_gap_first_s"] = *gap_->first_s;
  for (const Cap& cap : setup_.wall.caps())
    flow_.numbers["opening_diameter_" + cap.opening.name + "_m"] = 2 * cap.opening.radius_m;
  const auto spelling = [](const auto& names, auto value) {
    return std::string(names[static_cast<std::size_t>(value)]);
  };
  flow_.texts = {{"backend", spelling(backend_names, c.solver.backend)},
                 {"velocity_set", spelling(velocity_set_names, c.solver.velocity_set)},
                 {"rheology", spelling(rheology_names, c.fluid.rheology.model)},
                 {"collision", spelling(collision_names, c.solver.collision)},
                 {"precision", spelling(precision_names, c.solver.precision)}};
  if (volume_) flow_.volume_series = volume_->series().filename();
  if (vein_map_) flow_.vein_map = vein_map_->map();
  if (wall_) flow_.wall_series = wall_->series().filename();
  if (means_) means_->write(folder_, label_, setup_.wall.geometry().surface, wall_points_, flow_);
  return flow_;
}

}  // namespace soleus
