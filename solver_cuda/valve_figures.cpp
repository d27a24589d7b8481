#include "solver_cuda/valve_figures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

namespace soleus {
namespace {

constexpr double unseen = std::numeric_limits<double>::infinity();
constexpr double closed = 1.6;  // rest gaps, each a cell

/// x from the centreline to the first commissure, y to the first cusp, z along the vein.
struct ValveAxes {
  Vec3 origin, x, y, z;
  /// y on the side of a cusp.
  Vec3 place(const Vec3& p, std::size_t cusp) const {
    return {dot(p - origin, x), (cusp == 0 ? 1 : -1) * dot(p - origin, y), dot(p - origin, z)};
  }
};
ValveAxes axes_of(const ValveFigures& f) {
  return {f.center_m, f.first_commissure, cross(f.downstream, f.first_commissure), f.downstream};
}

/// Cells of the plane between the cusps, and how far a cusp is from it in each, at least.
struct Relief {
  double cell_m, x0_m, z0_m;
  int columns, rows;
  std::vector<double> distance_m = std::vector<double>(std::size_t(columns) * std::size_t(rows), unseen);

  double x(int i) const { return x0_m + (i + 0.5) * cell_m; }
  double z(int k) const { return z0_m + (k + 0.5) * cell_m; }
  double& at(int i, int k) { return distance_m[std::size_t(i) * std::size_t(rows) + std::size_t(k)]; }
  double at(int i, int k) const { return distance_m[std::size_t(i) * std::size_t(rows) + std::size_t(k)]; }
  double nearest(int i) const {
    const auto column = distance_m.begin() + std::ptrdiff_t(i) * rows;
    return *std::min_element(column, column + rows);
  }
};

/// Within a triangle, y as a linear function of x and z; nothing where (x, z) is outside.
std::optional<double> height_over(const std::array<Vec3, 3>& p, double x, double z) {
  const double det = (p[1].x - p[0].x) * (p[2].z - p[0].z) - (p[2].x - p[0].x) * (p[1].z - p[0].z);
  if (det == 0) return {};
  const double b = ((x - p[0].x) * (p[2].z - p[0].z) - (p[2].x - p[0].x) * (z - p[0].z)) / det;
  const double c = ((p[1].x - p[0].x) * (z - p[0].z) - (x - p[0].x) * (p[1].z - p[0].z)) / det;
  if (b < 0 || c < 0 || b + c > 1) return {};
  return p[0].y + b * (p[1].y - p[0].y) + c * (p[2].y - p[0].y);
}

void draw(Relief& r, const std::array<Vec3, 3>& p) {
  const auto [left, right] = std::minmax({p[0].x, p[1].x, p[2].x});
  const auto [low, high] = std::minmax({p[0].z, p[1].z, p[2].z});
  const auto cell = [&](double from, double value, int most) {
    return std::clamp(int(std::floor((value - from) / r.cell_m)), 0, most - 1);
  };
  for (int i = cell(r.x0_m, left, r.columns); i <= cell(r.x0_m, right, r.columns); ++i)
    for (int k = cell(r.z0_m, low, r.rows); k <= cell(r.z0_m, high, r.rows); ++k)
      if (const auto y = height_over(p, r.x(i), r.z(k))) r.at(i, k) = std::min(r.at(i, k), *y);
}

Relief empty_relief(const ValveFigures& f) {
  const double radius = 0.5 * f.diameter_m, reach = 1.6 * radius, cell = 0.5 * f.rest_gap_m,
               top = *std::ranges::max_element(f.height_m) + f.diameter_m;
  return {cell, -reach, -radius, int(2 * reach / cell), int((top + radius) / cell)};
}

/// [cusps]
std::vector<Relief> reliefs_of(const Valve& valve, const std::vector<const std::vector<Vec3>*>& x_m) {
  const ValveAxes axes = axes_of(valve.figures);
  std::vector<Relief> reliefs;
  for (std::size_t c = 0; c < valve.cusps.size(); ++c) {
    const auto place = [&](int n) { return axes.place((*x_m[c])[std::size_t(n)], c); };
    Relief& relief = reliefs.emplace_back(empty_relief(valve.figures));
    for (const auto& t : valve.cusps[c].surface.triangles)
      draw(relief, {place(t[0]), place(t[1]), place(t[2])});
  }
  return reliefs;
}

/// What cusps leave free of a gap between them: nothing of one that closed cusps keep, all of one twice as
/// wide. To take away what closed cusps keep from every gap would make an open valve narrower by a cell or
/// two.
double free_width_m(double gap_m, double kept_m) {
  return std::max(0.0, std::min(gap_m, 2 * (gap_m - kept_m)));
}

}  // namespace

double vein_area_m2(const ValveFigures& f) {
  return 0.25 * std::numbers::pi * f.diameter_m * f.diameter_m;
}

ValveOpening opening_of(const Valve& valve, const std::vector<const std::vector<Vec3>*>& x_m) {
  const ValveFigures& f = valve.figures;
  const double radius = 0.5 * f.diameter_m, cell = 0.5 * f.rest_gap_m;
  const ValveAxes axes = axes_of(f);
  std::vector<Relief> reliefs = reliefs_of(valve, x_m);
  ValveOpening opening;
  opening.least_gap_m = f.diameter_m;
  for (std::size_t c = 0; c < valve.cusps.size(); ++c) {
    const std::vector<int>& edge = valve.cusps[c].free_edge;
    opening.free_edge_m.push_back(axes.place((*x_m[c])[std::size_t(edge[edge.size() / 2])], c).y);
  }
  if (reliefs.size() == 1) {  // the wall
    Relief& wall = reliefs.emplace_back(empty_relief(f));
    for (int i = 0; i < wall.columns; ++i)
      for (int k = 0; k < wall.rows; ++k)
        wall.at(i, k) = std::sqrt(std::max(0.0, radius * radius - wall.x(i) * wall.x(i)));
  }
  for (int i = 0; i < reliefs[0].columns; ++i) {
    const double gap = reliefs[0].nearest(i) + reliefs[1].nearest(i);
    if (gap < unseen) opening.orifice_m2 += cell * free_width_m(gap, closed * f.rest_gap_m);
    int rows = 0;
    for (int k = 0; k < reliefs[0].rows; ++k) {
      const double between = reliefs[0].at(i, k) + reliefs[1].at(i, k);
      rows += between < closed * f.rest_gap_m;
      opening.least_gap_m = std::min(opening.least_gap_m, between);
    }
    opening.coaptation_area_m2 += rows * cell * cell;
    if (3 * std::abs(reliefs[0].x(i)) < radius)
      opening.coaptation_height_m = std::max(opening.coaptation_height_m, rows * cell);
  }
  return opening;
}

std::vector<char> in_pockets(const Valve& valve, const std::vector<const std::vector<Vec3>*>& x_m,
                             const std::vector<Vec3>& places_m) {
  const ValveAxes axes = axes_of(valve.figures);
  const std::vector<Relief> reliefs = reliefs_of(valve, x_m);
  std::vector<char> inside(places_m.size(), 0);
  for (std::size_t n = 0; n < places_m.size(); ++n)
    for (std::size_t c = 0; c < reliefs.size(); ++c) {
      const Vec3 p = axes.place(places_m[n], c);
      const Relief& r = reliefs[c];
      const int i = int(std::floor((p.x - r.x0_m) / r.cell_m)),
                k = int(std::floor((p.z - r.z0_m) / r.cell_m));
      if (i < 0 || i >= r.columns || k < 0 || k >= r.rows || p.z > valve.figures.height_m[c]) continue;
      if (p.y > r.at(i, k)) inside[n] = 1;
    }
  return inside;
}

}  // namespace soleus
