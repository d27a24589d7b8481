#include "solver_cuda/geometry/stations.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soleus {
namespace {

constexpr double apart = 0.5;  // radii

/// Of circles of the sections' areas; a branch's stub end may be as thin as it likes.
double mean_radius_m(const Branch& b) {
  double sum = 0;
  for (const double area_m2 : b.area_m2) sum += std::sqrt(area_m2 / std::numbers::pi);
  return sum / static_cast<double>(b.area_m2.size());
}

/// Value of a branch's list at an abscissa.
template <class Value>
Value along(const Branch& b, const std::vector<Value>& values, double abscissa_m) {
  const auto after = std::ranges::upper_bound(b.abscissa_m, abscissa_m) - b.abscissa_m.begin();
  const auto k = static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(after - 1, 0, static_cast<std::ptrdiff_t>(b.abscissa_m.size()) - 2));
  const double t = std::clamp(
      (abscissa_m - b.abscissa_m[k]) / std::max(b.abscissa_m[k + 1] - b.abscissa_m[k], 1e-12), 0.0, 1.0);
  return values[k] * (1 - t) + values[k + 1] * t;
}

/// Appends a branch's stations; `place(abscissa)` adds one.
template <class Place>
void lay(Stations& s, int branch, double from_m, double to_m, double apart_m, const Place& place) {
  const int count = std::max(2, static_cast<int>(std::ceil((to_m - from_m) / apart_m)) + 1);
  const double spacing = (to_m - from_m) / (count - 1);
  s.branches.resize(std::max(s.branches.size(), static_cast<std::size_t>(branch) + 1));
  s.branches[static_cast<std::size_t>(branch)] = {static_cast<int>(s.count()), count, from_m, spacing};
  for (int k = 0; k < count; ++k) place(from_m + k * spacing);
}

}  // namespace

Stations::Place Stations::place(int station) const {
  const auto b = std::ranges::find_if(
      branches, [&](const OnBranch& on) { return station >= on.first && station < on.first + on.count; });
  return {static_cast<int>(b - branches.begin()), b->from_m + (station - b->first) * b->spacing_m};
}

Vec3 tangent(const Geometry& g, int branch, double abscissa_m) {
  if (g.shape) return normalized(g.shape->direction);
  const Branch& b = *std::ranges::find(g.centerlines.branches, branch, &Branch::id);
  const double reach_m = along(b, b.radius_m, abscissa_m);
  return normalized(along(b, b.points_m, abscissa_m + reach_m) - along(b, b.points_m, abscissa_m - reach_m));
}

std::vector<Vec3> tangents(const Geometry& g, const Stations& stations) {
  std::vector<Vec3> all;
  for (std::size_t k = 0; k < stations.count(); ++k) {
    const Stations::Place at = stations.place(static_cast<int>(k));
    all.push_back(tangent(g, at.branch, at.abscissa_m));
  }
  return all;
}

Stations make_stations(const Geometry& g) {
  Stations s;
  if (g.shape) {
    const Vec3 axis = normalized(g.shape->direction),
               start = g.shape->center_m - axis * (0.5 * g.shape->length_m);
    lay(s, 0, 0, g.shape->length_m, apart * g.shape->radius_m, [&](double x) {
      const bool tapers = g.shape->kind == ShapeKind::tapered_pipe;
      const double end = tapers ? g.shape->end_radius_m : g.shape->radius_m, t = x / g.shape->length_m;
      s.radius_m.push_back(g.shape->radius_m * (1 - t) + end * t);
      s.center_m.push_back(start + axis * x);
    });
    return s;
  }
  for (const Branch& b : g.centerlines.branches) {
    if (b.points_m.size() < 2) continue;
    lay(s, b.id, b.abscissa_m.front(), b.abscissa_m.back(), apart * mean_radius_m(b), [&](double x) {
      s.radius_m.push_back(std::sqrt(along(b, b.area_m2, x) / std::numbers::pi));
      s.center_m.push_back(along(b, b.points_m, x));
    });
  }
  return s;
}

}  // namespace soleus
