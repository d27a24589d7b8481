// D11 of the benchmarks: what the walls and forces put in is stored or dissipated.
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "tests/verification/equivalence.hpp"

namespace soleus::verification {
namespace {

using Index = std::array<int, 3>;

/// Velocity gradients on the nodes of one field, by second-order differences; along a periodic axis they go
/// on at the other end.
class Gradients {
 public:
  Gradients(const VolumeField& field, double dx_m, int periodic_x_cells = 0)
      : field_(field), dx_m_(dx_m), period_(periodic_x_cells) {
    for (std::size_t n = 0; n < field.x_m.size(); ++n) nodes_[index(field.x_m[n])] = n;
  }

  /// du/dx_a at a node; one-sided next to a wall.
  Vec3 along(std::size_t n, int a) const {
    const Index at = index(field_.x_m[n]);
    const auto u = [&](int step) -> const Vec3* {
      Index i = at;
      i[a] += step;
      const auto node = nodes_.find(wrapped(i));
      return node == nodes_.end() ? nullptr : &field_.u_m_s[node->second];
    };
    const Vec3 &here = field_.u_m_s[n], *below = u(-1), *above = u(1);
    if (below != nullptr && above != nullptr) return (*above - *below) / (2 * dx_m_);
    const double sign = above != nullptr ? 1 : -1;
    const Vec3 *next = above != nullptr ? above : below, *second = above != nullptr ? u(2) : u(-2);
    if (next == nullptr) return {};
    if (second == nullptr) return (*next - here) * (sign / dx_m_);
    return (*next * 4.0 - *second - here * 3.0) * (sign / (2 * dx_m_));
  }

  /// 2 D, twice the strain rate, as rows.
  std::array<Vec3, 3> twice_strain(std::size_t n) const {
    const std::array<Vec3, 3> g{along(n, 0), along(n, 1), along(n, 2)};  // g[a][c] = du_c/dx_a
    std::array<Vec3, 3> d{};
    for (int a = 0; a < 3; ++a)
      for (int c = 0; c < 3; ++c) d[a][c] = g[a][c] + g[c][a];
    return d;
  }

 private:
  const VolumeField& field_;
  double dx_m_;
  int period_;
  std::map<Index, std::size_t> nodes_;

  Index index(const Vec3& x) const {
    const Vec3 from = x - field_.x_m.front();
    return wrapped({int(std::lround(from.x / dx_m_)), int(std::lround(from.y / dx_m_)),
                    int(std::lround(from.z / dx_m_))});
  }
  Index wrapped(Index i) const {
    if (period_ > 0) i[0] = (i[0] % period_ + period_) % period_;
    return i;
  }
};

/// 2 mu D:D of a node [W/m3].
double dissipated(const std::array<Vec3, 3>& twice_strain, double viscosity_pa_s) {
  double square = 0;
  for (const Vec3& row : twice_strain) square += dot(row, row);
  return 0.5 * viscosity_pa_s * square;
}

}  // namespace

EnergyBudget pulsating_pipe_budget() {
  constexpr double viscosity_m2_s = 3.5e-6, viscosity_pa_s = 3.5e-3, density_kg_m3 = 1000, radius_m = 4e-3,
                   dx = 0.4e-3, gradient_pa_m = 17.5;
  constexpr int frames = 16, samples = 8;  // per period; per frame
  const double omega = 25 * viscosity_m2_s / (radius_m * radius_m), period = 2 * std::numbers::pi / omega;
  const double dt = period / (2 * frames * samples);  // tau = 0.8 and a whole number of steps per sample
  const Run run("womersley", Settings{}
                                 .set("solver.dx", dx, "m")
                                 .set("solver.dt", dt, "s")
                                 .set("solver.end_time", 3 * period, "s")
                                 .set("fluid.body_force_waveform.period", period, "s")
                                 .set("output.volume", "true")
                                 .set("output.fields", "[velocity]")
                                 .set("output.interval", period / frames, "s")
                                 .set("output.series_interval", period / (frames * samples), "s"));
  const std::vector<double>&time = run.time_s(), &energy = run.column("kinetic_energy_J"),
        &momentum = run.column("momentum_x_kg_m_s");
  EnergyBudget worst{};
  double worst_gap = 0, largest = 0;
  for (const VolumeField& field : run.volumes(2 * period)) {
    const auto sample = std::ranges::lower_bound(time, field.time_s - 0.5 * dt) - time.begin();
    if (sample + 1 >= std::ptrdiff_t(time.size())) continue;
    const Gradients gradients(field, dx, 8);
    EnergyBudget now{};
    now.rate_w = (energy[sample + 1] - energy[sample - 1]) / (time[sample + 1] - time[sample - 1]);
    now.power_w = gradient_pa_m * std::cos(omega * field.time_s) * momentum[sample] / density_kg_m3;
    for (std::size_t n = 0; n < field.x_m.size(); ++n)
      now.dissipation_w += dissipated(gradients.twice_strain(n), viscosity_pa_s) * dx * dx * dx;
    largest = std::max(largest, std::abs(now.power_w));
    const double gap = std::abs(now.rate_w - now.power_w + now.dissipation_w);
    if (gap >= worst_gap) worst_gap = gap, worst = now;
  }
  // Relative to the largest power of the period, the balance of one instant may be between small terms.
  return {worst.rate_w / largest, worst.power_w / largest, worst.dissipation_w / largest};
}

namespace {

constexpr double tube_radius_m = 10e-3, tube_viscosity_m2_s = 1e-4, tube_density_kg_m3 = 1000,
                 tube_alpha = -1, tube_ramp_s = 70e-3, within_m = 20e-3;  // the middle half

double tube_radius(double time_s) {
  return std::sqrt(tube_radius_m * tube_radius_m +
                   2 * tube_alpha * tube_viscosity_m2_s * (time_s - tube_ramp_s / 2));
}

/// Power of the wall over |x| < within_m: minus traction times velocity. The traction's normal part is fitted
/// by a + b x^2; the wall moves radially.
double wall_power(const WallField& wall) {
  double n = 0, x2 = 0, x4 = 0, t = 0, tx2 = 0;
  for (std::size_t k = 0; k < wall.x_m.size(); ++k) {
    const Vec3& x = wall.x_m[k];
    const double r = std::hypot(x.y, x.z), xx = x.x * x.x;
    const double normal = (wall.traction_pa[k].y * x.y + wall.traction_pa[k].z * x.z) / r;
    if (std::abs(x.x) > within_m || !std::isfinite(normal)) continue;
    n += 1, x2 += xx, x4 += xx * xx, t += normal, tx2 += normal * xx;
  }
  const double det = n * x4 - x2 * x2, a = (t * x4 - tx2 * x2) / det, b = (n * tx2 - x2 * t) / det;
  const double R = tube_radius(wall.time_s), speed = tube_alpha * tube_viscosity_m2_s / R;
  return -2 * std::numbers::pi * R * speed *
         (2 * a * within_m + 2.0 / 3 * b * within_m * within_m * within_m);
}

struct FluidPowers {
  double kinetic_j = 0, dissipation_w = 0, ends_w = 0;
};

/// Of the nodes with |x| < within_m; power through the planes there: what pressure, viscous stress and
/// the flow's own energy bring in. A plane lies between two layers of nodes, whose mean is taken.
FluidPowers fluid_powers(const VolumeField& field, double dx) {
  const double mu = tube_viscosity_m2_s * tube_density_kg_m3;
  const Gradients gradients(field, dx);
  FluidPowers p;
  for (std::size_t n = 0; n < field.x_m.size(); ++n) {
    const Vec3& u = field.u_m_s[n];
    const double x = field.x_m[n].x, kinetic = 0.5 * tube_density_kg_m3 * dot(u, u);
    const std::array<Vec3, 3> d = gradients.twice_strain(n);
    if (std::abs(x) < within_m) {
      p.kinetic_j += kinetic * dx * dx * dx;
      p.dissipation_w += dissipated(d, mu) * dx * dx * dx;
    }
    if (std::abs(std::abs(x) - within_m) < 0.6 * dx) {
      const double outward = x > 0 ? 1 : -1;
      p.ends_w -= 0.5 * dx * dx * outward * ((field.p_pa[n] + kinetic) * u.x - mu * dot(d[0], u));
    }
  }
  return p;
}

}  // namespace

EnergyBudget contracting_tube_budget() {
  constexpr int cells = 10;
  const double dx = tube_radius_m / cells;
  const Run run("contracting-tube", Settings{}.grid(dx, 0.0125, tube_viscosity_m2_s));
  const double half_s = run.time_s().back() / 2;
  const std::vector<VolumeField> fields = run.volumes(half_s);
  const std::vector<WallField> walls = run.walls(half_s);
  EnergyBudget mean{};
  double first_j = 0, last_j = 0;
  for (std::size_t k = 0; k < fields.size(); ++k) {
    const FluidPowers p = fluid_powers(fields[k], dx);
    const double weight = (k == 0 || k + 1 == fields.size() ? 0.5 : 1.0) / double(fields.size() - 1);
    mean.power_w += weight * (wall_power(walls[k]) + p.ends_w);
    mean.dissipation_w += weight * p.dissipation_w;
    (k == 0 ? first_j : last_j) = p.kinetic_j;
  }
  mean.rate_w = (last_j - first_j) / (fields.back().time_s - fields.front().time_s);
  return mean;
}

}  // namespace soleus::verification
