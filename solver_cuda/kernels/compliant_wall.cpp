#include "solver_cuda/kernels/compliant_wall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "pipeline/base/errors.hpp"
#include "pipeline/base/parallel.hpp"
#include "solver_cuda/state/cells.hpp"
#include "solver_cuda/state/populations.hpp"

namespace soleus {
namespace {

constexpr double residual_gap = 2;  // cells
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

/// Over one.
template <template <class, class> class Store, class L, class Real>
double density_at(const Store<L, Real>& f, const Lattice& lattice, Node n) {
  Real g[L::Q];
  gather(f, lattice.tiles, lattice.nodes, n, g);
  return std::accumulate(std::begin(g), std::end(g), 0.0);
}

}  // namespace

CompliantWall::CompliantWall(const Wall& wall, const WallConfig& config, const Scales& scales,
                             double lumen_pa, const std::vector<Surface>& muscle_surfaces)
    : stations_(wall.motion().stations()),
      law_(config.law),
      scales_(scales),
      outside_(external_pressure(config, stations_, scales.density_kg_m3, muscle_surfaces)),
      area_ratio_max_(config.law.area_ratio_max),
      imaged_(law_.area_ratio(config.law.imaged_at_pa)) {
  const double power = config.cross_section == CrossSection::circle ? 2 : 1;
  for (const double radius_m : stations_.radius_m)
    least_.push_back(std::pow(0.5 * residual_gap * scales.dx_m / radius_m, power));
  const std::vector<double> external_pa = outside_.at(0);
  for (std::size_t k = 0; k < least_.size(); ++k)
    areas_.ratio.push_back(
        std::clamp(law_.area_ratio(lumen_pa - external_pa[k]) / imaged_, least_[k], area_ratio_max_));
  areas_.rate_1_s.assign(stations_.count(), 0);
  watch_gap(0, 0);
}

/// Newton's method in the areas at the end of the interval. The impedance is that of a plane wave that the
/// wall sends inwards, rho c_s dR/dt, and later that of a section that fills at once, rho c_s^2 T da/dt / a.
void CompliantWall::follow(const Stations::OnBranch& branch, double interval_s,
                           const std::vector<double>& load_pa) {
  const auto n = static_cast<std::size_t>(branch.count), first = static_cast<std::size_t>(branch.first);
  const double c2 = scales_.pressure_pa() / 3, c = std::sqrt(c2 / scales_.density_kg_m3),
               tension = law_.tension_n / (branch.spacing_m * branch.spacing_m);
  std::vector<double> before(n), rate(n), impedance(n), below(n), diagonal(n), above(n), step(n);
  for (std::size_t k = 0; k < n; ++k) {
    before[k] = areas_.ratio[first + k] * imaged_;
    rate[k] = areas_.rate_1_s[first + k] * imaged_;
    impedance[k] = c2 * interval_s / before[k] + 0.5 * scales_.density_kg_m3 * c *
                                                     stations_.radius_m[first + k] /
                                                     std::sqrt(before[k] * imaged_);
  }
  std::vector<double> a = before;
  for (std::size_t k = 0; k < n; ++k) a[k] = std::max(before[k] + interval_s * rate[k], 0.5 * before[k]);
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    double change = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const double left = a[k > 0 ? k - 1 : 1], right = a[k + 1 < n ? k + 1 : n - 2];  // mirrored at the ends
      const double found = (a[k] - before[k]) / interval_s;
      step[k] = load_pa[first + k] - law_.pressure(a[k]) + tension * (left - 2 * a[k] + right) -
                law_.viscosity_pa_s * found - impedance[k] * (found - rate[k]);
      diagonal[k] = (law_.viscosity_pa_s + impedance[k]) / interval_s + law_.stiffness(a[k]) + 2 * tension;
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
    const double held = std::max(a[k] / imaged_, least_[first + k]);
    areas_.rate_1_s[first + k] = (held - areas_.ratio[first + k]) / interval_s;
  }
}

void CompliantWall::advance(double time_s, double interval_s, const std::vector<double>& lumen_pa) {
  const std::vector<double> external_pa = outside_.at(time_s + interval_s);
  std::vector<double> load_pa(lumen_pa);
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
  for (const Stations::OnBranch& branch : stations_.branches)
    if (branch.count > 0) follow(branch, interval_s, load_pa);
  watch_gap(time_s, interval_s);
}

void CompliantWall::watch_gap(double time_s, double interval_s) {
  constexpr double hair = 1e-9;
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

template <class L, class Store>
std::vector<double> station_densities(const Store& f, const std::vector<Node>& at_wall, const NearWall& near,
                                      const Lattice& lattice, const Stations& stations) {
  std::vector<double> density(at_wall.size());
  std::vector<CenterlineCoordinates> places(at_wall.size());
  parallel_for(at_wall.size(), 256, [&](std::size_t k) {
    density[k] = density_at(f, lattice, at_wall[k]), places[k] = near.coordinates(at_wall[k]);
  });
  std::vector<double> sum(stations.count()), weight(stations.count());
  for (std::size_t k = 0; k < at_wall.size(); ++k)
    for (int j = 0; j < places[k].count; ++j) {
      const CenterlineCoordinates::One& one = places[k].of[static_cast<std::size_t>(j)];
      const Stations::Between b = stations.at(one.branch, one.abscissa_m);
      for (const auto& [station, part] : {std::pair{b.first, 1 - b.t}, std::pair{b.second, b.t}})
        sum[std::size_t(station)] += one.weight * part * density[k],
            weight[std::size_t(station)] += one.weight * part;
    }
  for (const Stations::OnBranch& b : stations.branches)
    for (int k = b.first; k < b.first + b.count; ++k) {
      int from = k;  // the nearest that has nodes
      for (int away = 0; away < b.count && weight[std::size_t(from)] <= 0; ++away)
        from = std::clamp(away % 2 ? k - (away + 1) / 2 : k + away / 2, b.first, b.first + b.count - 1);
      if (from != k && weight[std::size_t(from)] > 0)
        sum[std::size_t(k)] = sum[std::size_t(from)] / weight[std::size_t(from)];
    }
  for (std::size_t k = 0; k < sum.size(); ++k)
    if (weight[k] > 0) sum[k] /= weight[k];
  return sum;
}

template std::vector<double> station_densities<D3Q19>(const Populations<D3Q19, float>&,
                                                      const std::vector<Node>&, const NearWall&,
                                                      const Lattice&, const Stations&);
template std::vector<double> station_densities<D3Q19>(const Populations<D3Q19, double>&,
                                                      const std::vector<Node>&, const NearWall&,
                                                      const Lattice&, const Stations&);
template std::vector<double> station_densities<D3Q27>(const Populations<D3Q27, float>&,
                                                      const std::vector<Node>&, const NearWall&,
                                                      const Lattice&, const Stations&);
template std::vector<double> station_densities<D3Q27>(const Populations<D3Q27, double>&,
                                                      const std::vector<Node>&, const NearWall&,
                                                      const Lattice&, const Stations&);
template std::vector<double> station_densities<D3Q19>(const Cells<D3Q19, float>&, const std::vector<Node>&,
                                                      const NearWall&, const Lattice&, const Stations&);
template std::vector<double> station_densities<D3Q19>(const Cells<D3Q19, double>&, const std::vector<Node>&,
                                                      const NearWall&, const Lattice&, const Stations&);
template std::vector<double> station_densities<D3Q27>(const Cells<D3Q27, float>&, const std::vector<Node>&,
                                                      const NearWall&, const Lattice&, const Stations&);
template std::vector<double> station_densities<D3Q27>(const Cells<D3Q27, double>&, const std::vector<Node>&,
                                                      const NearWall&, const Lattice&, const Stations&);

}  // namespace soleus
