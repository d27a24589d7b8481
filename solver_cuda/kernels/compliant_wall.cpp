#include "solver_cuda/kernels/compliant_wall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr double residual_gap = 2;  // cells
constexpr double hair = 1e-9;       // of an area at the gap
constexpr int most_iterations = 50;

/// Solves a tridiagonal system; `x` holds the right side. Thomas' algorithm.
void solve_tridiagonal(const std::vector<double>& below, std::vector<double> diagonal,
                       const std::vector<double>& above, std::vector<double>& x) {
  const std::size_t n = x.size();
  for (std::size_t k = 1; k < n; ++k) {
    const double m = below[k] / diagonal[k - 1];
    diagonal[k] -= m * above[k - 1], x[k] -= m * x[k - 1];
  }
  x[n - 1] /= diagonal[n - 1];
  for (std::size_t k = n - 1; k-- > 0;) x[k] = (x[k] - above[k] * x[k + 1]) / diagonal[k];
}

/// Binomial filter of three values, mirrored at the ends, again and again.
void smooth(std::span<double> x, int passes) {
  const std::size_t n = x.size();
  std::vector<double> before(n);
  for (int pass = 0; pass < passes; ++pass) {
    std::ranges::copy(x, before.begin());
    for (std::size_t k = 0; k < n; ++k)
      x[k] = 0.5 * before[k] + 0.25 * (before[k > 0 ? k - 1 : 1] + before[k + 1 < n ? k + 1 : n - 2]);
  }
}

}  // namespace

CompliantWall::CompliantWall(const Wall& wall, const WallConfig& config, const Scales& scales,
                             double lumen_pa, const std::vector<Surface>& muscle_surfaces)
    : stations_(wall.motion().stations()),
      scales_(scales),
      outside_(external_pressure(config, stations_, scales.density_kg_m3, muscle_surfaces)),
      area_ratio_max_(config.law.area_ratio_max) {
  const auto branches = stations_.branches.size();
  for (const BranchLawConfig& b : config.law.branches)
    if (std::size_t(b.branch) >= branches || stations_.branches[std::size_t(b.branch)].count == 0)
      throw InputError(fmt::format(
          "wall.tube_law.branches: the vein has no branch {}; its branches are in mesh/centerlines.vtp.",
          b.branch));
  for (std::size_t b = 0; b < branches; ++b) {
    laws_.push_back(law_of(config.law, static_cast<int>(b)));
    imaged_.push_back(laws_.back().area_ratio(config.law.imaged_at_pa));
  }
  const SectionShape shape(config.cross_section);
  for (const double radius_m : stations_.radius_m)
    least_.push_back(shape.area_at(std::min(1.0, 0.5 * residual_gap * scales.dx_m / radius_m)));
  const std::vector<double> external_pa = outside_.at(0);
  areas_.ratio.resize(stations_.count());
  for (std::size_t b = 0; b < branches; ++b)
    for (int n = 0; n < stations_.branches[b].count; ++n) {
      const auto k = static_cast<std::size_t>(stations_.branches[b].first + n);
      const double area = laws_[b].area_ratio(lumen_pa - external_pa[k]) / imaged_[b];
      areas_.ratio[k] = std::clamp(area, least_[k], area_ratio_max_);
    }
  areas_.rate_1_s.assign(stations_.count(), 0);
  watch_gap(0, 0);
}

/// Newton's method in the areas at the end of the interval. The impedance is that of a plane wave that the
/// wall sends inwards, rho c_s dR/dt, and later that of a section that fills at once, rho c_s^2 T da/dt / a.
void CompliantWall::follow(std::size_t b, double interval_s, const std::vector<double>& load_pa) {
  const Stations::OnBranch& branch = stations_.branches[b];
  const TubeLaw& law = laws_[b];
  const auto n = static_cast<std::size_t>(branch.count), first = static_cast<std::size_t>(branch.first);
  const double c2 = scales_.pressure_pa() / 3, c = std::sqrt(c2 / scales_.density_kg_m3),
               tension = law.tension_n / (branch.spacing_m * branch.spacing_m), imaged = imaged_[b];
  std::vector<double> before(n), rate(n), impedance(n), below(n), diagonal(n), above(n), step(n);
  for (std::size_t k = 0; k < n; ++k) {
    before[k] = areas_.ratio[first + k] * imaged;
    rate[k] = areas_.rate_1_s[first + k] * imaged;
    impedance[k] = c2 * interval_s / before[k] + 0.5 * scales_.density_kg_m3 * c *
                                                     stations_.radius_m[first + k] /
                                                     std::sqrt(before[k] * imaged);
  }
  std::vector<double> a = before;
  for (std::size_t k = 0; k < n; ++k) a[k] = std::max(before[k] + interval_s * rate[k], 0.5 * before[k]);
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    double change = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const double left = a[k > 0 ? k - 1 : 1], right = a[k + 1 < n ? k + 1 : n - 2];  // mirrored at the ends
      const double found = (a[k] - before[k]) / interval_s;
      step[k] = load_pa[first + k] - law.pressure(a[k]) + tension * (left - 2 * a[k] + right) -
                law.viscosity_pa_s * found - impedance[k] * (found - rate[k]);
      diagonal[k] = (law.viscosity_pa_s + impedance[k]) / interval_s + law.stiffness(a[k]) + 2 * tension;
      below[k] = k + 1 == n ? -2 * tension : -tension;
      above[k] = k == 0 ? -2 * tension : -tension;
    }
    solve_tridiagonal(below, diagonal, above, step);
    for (std::size_t k = 0; k < n; ++k) {
      const double next = std::max(a[k] + step[k], 0.5 * a[k]);  // the law is steep near nothing
      change = std::max(change, std::abs(next - a[k]) / a[k]), a[k] = next;
    }
    if (change < 1e-10) break;
  }
  for (std::size_t k = 0; k < n; ++k) {
    const double held = std::max(a[k] / imaged, least_[first + k]);
    areas_.rate_1_s[first + k] = (held - areas_.ratio[first + k]) / interval_s;
  }
}

void CompliantWall::advance(double time_s, double interval_s, const std::vector<double>& lumen_pa) {
  const std::vector<double> external_pa = outside_.at(time_s + interval_s);
  std::vector<double> load_pa = along_the_vein(lumen_pa, interval_s);
  for (std::size_t k = 0; k < stations_.count(); ++k) {
    areas_.ratio[k] += areas_.rate_1_s[k] * (time_s - areas_.time_s);
    load_pa[k] -= external_pa[k];
    if (areas_.ratio[k] <= area_ratio_max_) continue;
    const Vec3 x = stations_.center_m[k] * 1e3;
    throw NumericalError(fmt::format(
        "the vein near ({:.1f}, {:.1f}, {:.1f}) mm has {:.2f} times its area in the geometry at "
        "t = {:.4g} s, under {:.3g} kPa; the lattice has room for wall.tube_law.area_ratio_max = {:.3g}. Use "
        "a larger one.",
        x.x, x.y, x.z, areas_.ratio[k], time_s, 1e-3 * load_pa[k], area_ratio_max_));
  }
  areas_.time_s = time_s;
  for (std::size_t b = 0; b < stations_.branches.size(); ++b)
    if (stations_.branches[b].count > 0) follow(b, interval_s, load_pa);
  watch_gap(time_s, interval_s);
}

/// Sound of which half a period is an interval would grow if the wall answered it. M passes over stations h
/// apart leave F = exp(-M k^2 h^2 / 4) of what has the wave number k. What they took is smoothed again and
/// given back, which leaves F (2 - F): of that sound, k = pi / (c_s T), a tenth with these, and of what
/// changes over more than two radii nearly all (smoothed once, a Starling resistor lost 7 % of its flow).
/// Linear theory (tubes of 4 to 20 cells, waves of 1/6 and 2/5 of the speed of sound, intervals of 4 to 20
/// steps) has nothing that grows. The wall's own pressure is not smoothed: areas that differ from station to
/// station have to come back.
std::vector<double> CompliantWall::along_the_vein(const std::vector<double>& lumen_pa,
                                                  double interval_s) const {
  const double steps = interval_s / scales_.dt_s;
  std::vector<double> smooth_pa = lumen_pa, taken_pa = lumen_pa;
  const auto smooth_all = [&](std::vector<double>& values) {
    for (const Stations::OnBranch& b : stations_.branches) {
      if (b.count == 0) continue;
      const int passes =
          std::max(2, static_cast<int>(std::ceil(0.4 * std::pow(steps * scales_.dx_m / b.spacing_m, 2))));
      smooth(std::span(values).subspan(std::size_t(b.first), std::size_t(b.count)), passes);
    }
  };
  smooth_all(smooth_pa);
  for (std::size_t k = 0; k < taken_pa.size(); ++k) taken_pa[k] -= smooth_pa[k];
  smooth_all(taken_pa);
  for (std::size_t k = 0; k < taken_pa.size(); ++k) smooth_pa[k] += taken_pa[k];
  return smooth_pa;
}

std::int64_t CompliantWall::most_steps() const {
  double spacings_m = 0;
  for (const Stations::OnBranch& b : stations_.branches) spacings_m += b.count * b.spacing_m;
  const double cells = spacings_m / static_cast<double>(stations_.count()) / scales_.dx_m;
  return 2 * std::clamp<std::int64_t>(static_cast<std::int64_t>(1.8 * cells), 1, 10);
}

void CompliantWall::watch_gap(double time_s, double interval_s) {
  ResidualGap& gap = areas_.gap;
  gap.stations = 0;
  for (std::size_t k = 0; k < least_.size(); ++k) {
    const double later = areas_.ratio[k] + areas_.rate_1_s[k] * interval_s;
    if (std::max(areas_.ratio[k], later) > least_[k] * (1 + hair)) continue;
    if (!gap.first_s) gap.first_s = time_s, gap.first_station = static_cast<int>(k);
    ++gap.stations;
  }
  gap.most = std::max(gap.most, gap.stations);
}

}  // namespace soleus
