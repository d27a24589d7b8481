#include "pipeline/app/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "pipeline/base/errors.hpp"
#include "solver_cuda/backend/cpu_bandwidth.hpp"
#include "solver_cuda/backend/cpu_sweep.hpp"

namespace soleus {
namespace {

constexpr double dx_m = 1e-3;

/// Lattice velocity 0.05 at 0.3 m/s: dt = 167 us.
FlowCase base_case(const BenchSettings& s) {
  FlowCase c;
  c.fluid.density_kg_m3 = 1000, c.fluid.viscosity_pa_s = 3.5e-3;
  c.fluid.body_force_pa_m = {10, 5, 3};
  c.solver.dx_m = dx_m, c.solver.lattice_velocity = 0.05, c.solver.max_velocity_m_s = 0.3;
  c.solver.end_time_s = 1;
  c.solver.backend = s.backend;
  return c;
}

Shape pipe_of(double across, double length) {
  return {
      .kind = ShapeKind::pipe, .radius_m = 0.5 * across, .end_radius_m = 0.5 * across, .length_m = length};
}

/// Geometry of a lumen; what else its case needs goes to `c`.
Geometry lumen(const std::string& name, double shrink, FlowCase& c) {
  const double cell = dx_m / shrink;
  const auto whole_tiles = [&](double cells) {
    return 8 * dx_m * std::max(1.0, std::round(cells / 8 / shrink));
  };
  Geometry g;
  if (name == "box") {
    const double side = whole_tiles(128);
    g.shape = Shape{.kind = ShapeKind::box, .periodic = {true, true, true}, .period_m = {side, side, side}};
  } else if (name == "pipe") {
    g.shape = pipe_of(62 * cell, whole_tiles(512));
    g.shape->periodic = {true, false, false};
    g.shape->period_m = {g.shape->length_m, 0, 0};
  } else if (name == "tree") {
    g.shape = Shape{.kind = ShapeKind::vein_tree,
                    .center_m = {0.1 * dx_m, 0.3 * dx_m, 0.7 * dx_m},
                    .direction = {0, 0, 1},
                    .normal = {1, 1, 0},
                    .radius_m = 32.3 * cell,
                    .length_m = 240 * cell,
                    .bend_angle_rad = 0.35};
  } else {
    g.shape = pipe_of(62 * cell, 256 * cell);
    const double area = std::numbers::pi * g.shape->radius_m * g.shape->radius_m;
    for (const ShapeEnd& e : ends(*g.shape)) {
      g.openings.push_back({e.name, e.center_m, e.outward, area, e.radius_m});
      OpeningConfig& o = c.openings.emplace_back();
      o.name = e.name, o.kind = OpeningKind::pressure;
    }
    if (name == "moving") {
      const double wall_m_s = 0.00125 * dx_m / (c.solver.lattice_velocity * dx_m / c.solver.max_velocity_m_s);
      c.wall.motion = MotionKind::contraction;
      c.wall.squeeze = SqueezeKind::steady_rate;
      c.wall.area_rate_m2_s = -2 * g.shape->radius_m * wall_m_s;  // d(R^2)/dt
    }
    if (name == "compliant") {
      c.wall.motion = MotionKind::tube_law;
      c.wall.law.area_ratio_max = 1.2;
      c.wall.external_pa = 2e3;
      c.wall.external_waveform.kind = WaveformKind::sine;
      c.wall.external_waveform.period_s = 0.25;
      c.solver.dt_s = dx_m / (12 * std::numbers::sqrt3);  // sound at 12 m/s, four times a vein's waves
    }
  }
  return g;
}

std::string name_of(auto value, const auto& names) {
  return std::string(names[static_cast<std::size_t>(value)]);
}

BenchRow measure(const std::string& name, const FlowCase& c, const Geometry& g, const BenchSettings& s,
                 int threads) {
  Simulation simulation(c, g, threads, s.device);
  const bool on_cpu = c.solver.backend == BackendKind::cpu;
  const double before = on_cpu ? memory_bandwidth_bytes_s() : 0;
  const Speed speed = simulation.measure(s.steps);
  const double bandwidth = on_cpu ? std::max(before, memory_bandwidth_bytes_s()) : 0;
  BenchRow r;
  r.lumen = name;
  r.velocity_set = name_of(c.solver.velocity_set, velocity_set_names);
  r.collision = name_of(c.solver.collision, collision_names);
  r.precision = name_of(c.solver.precision, precision_names);
  r.backend = name_of(c.solver.backend, backend_names);
  r.processor = on_cpu ? soleus::name(best_instruction_set()) : "cuda";
  r.threads = threads, r.steps = s.steps;
  r.cells = speed.fluid_cells, r.fill = simulation.fill_of_box();
  const double cells = static_cast<double>(r.cells);
  r.mlups = cells / speed.seconds_per_step * 1e-6;
  const int directions = c.solver.velocity_set == VelocitySet::d3q19 ? 19 : 27;
  r.bytes = 2.0 * directions *
            (c.solver.precision == Precision::double_        ? 8
             : c.solver.precision == Precision::half_storage ? 2
                                                             : 4);
  r.limit_mlups = bandwidth / r.bytes * 1e-6;
  r.populations = speed.populations_bytes / cells;
  r.memory =
      (speed.populations_bytes + speed.boundary_bytes + speed.lattice_bytes + speed.near_wall_bytes) / cells;
  return r;
}

}  // namespace

std::string BenchRow::key() const {
  return fmt::format("{} {} {} {} {} {} {}", lumen, velocity_set, collision, precision, backend, threads,
                     cells);
}

std::vector<BenchRow> run_bench(const BenchSettings& s, void (*row_done)(const BenchRow&)) {
  std::vector<BenchRow> rows;
  for (const std::string_view name : bench_lumens) {
    if (!s.lumens.empty() && std::ranges::find(s.lumens, name) == s.lumens.end()) continue;
    for (const VelocitySet set : s.velocity_sets)
      for (const Collision collision : s.collisions)
        for (const Precision precision : s.precisions)
          for (const int threads : s.threads) {
            if (collision == Collision::cumulant && set != VelocitySet::d3q27) continue;
            FlowCase c = base_case(s);
            c.solver.velocity_set = set, c.solver.collision = collision, c.solver.precision = precision;
            const Geometry g = lumen(std::string(name), s.shrink, c);
            rows.push_back(measure(std::string(name), c, g, s, threads));
            if (row_done) row_done(rows.back());
          }
  }
  return rows;
}

std::string bench_json(const std::vector<BenchRow>& rows) {
  nlohmann::ordered_json all;
  for (const BenchRow& r : rows)
    all["rows"].push_back({{"lumen", r.lumen},
                           {"velocity_set", r.velocity_set},
                           {"collision", r.collision},
                           {"precision", r.precision},
                           {"backend", r.backend},
                           {"processor", r.processor},
                           {"threads", r.threads},
                           {"steps", r.steps},
                           {"fluid_cells", r.cells},
                           {"fill_of_box", r.fill},
                           {"mlups", r.mlups},
                           {"bytes_moved_per_cell", r.bytes},
                           {"limit_mlups", r.limit_mlups},
                           {"fraction_of_limit", r.fraction()},
                           {"memory_bytes_per_cell", r.memory},
                           {"populations_bytes_per_cell", r.populations}});
  return all.dump(2) + "\n";
}

std::vector<BenchRow> read_bench(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw InputError(fmt::format("--vs: {} cannot be read.", file.string()));
  std::vector<BenchRow> rows;
  try {
    const nlohmann::json all = nlohmann::json::parse(in);
    for (const auto& j : all.at("rows")) {
      BenchRow& r = rows.emplace_back();
      r.lumen = j.at("lumen"), r.velocity_set = j.at("velocity_set"), r.collision = j.at("collision");
      r.precision = j.at("precision"), r.backend = j.at("backend"), r.processor = j.at("processor");
      r.threads = j.at("threads"), r.steps = j.at("steps"), r.cells = j.at("fluid_cells");
      r.fill = j.at("fill_of_box"), r.mlups = j.at("mlups"), r.bytes = j.at("bytes_moved_per_cell");
      r.limit_mlups = j.at("limit_mlups"), r.memory = j.at("memory_bytes_per_cell");
      r.populations = j.at("populations_bytes_per_cell");
    }
  } catch (const nlohmann::json::exception& e) {
    throw InputError(
        fmt::format("--vs: {} is no result of 'soleus bench --output': {}.", file.string(), e.what()));
  }
  return rows;
}

}  // namespace soleus
