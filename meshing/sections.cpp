#include "meshing/sections.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "pipeline/base/statistics.hpp"

namespace soleus {

Section cross_section(const Bvh& wall, const Vec3& center, const Vec3& direction) {
  constexpr int rays = 64;
  constexpr double reach_scale = 5;  // of the distance to the wall; a flat vein of 1:4 is still seen whole
  constexpr double jump = 1.4;       // ratio of neighbouring rays at the mouth of a side branch
  constexpr double trim = 1.5;       // of the median ray, where a side branch opens
  const Vec3 u = any_perpendicular(direction), v = cross(direction, u);
  const double reach = reach_scale * wall.closest(center).distance_m;
  Section out{center, 0, 0, true};
  if (reach <= 0) return {center, 0, 0, false};
  std::array<double, rays> r{};
  std::array<Vec3, rays> ray{};
  for (int i = 0; i < rays; ++i) {
    const double angle = 2 * std::numbers::pi * i / rays;
    ray[i] = std::cos(angle) * u + std::sin(angle) * v;
    const auto hit = wall.first_hit(center, ray[i], reach);
    r[i] = hit ? hit->distance_m : reach;
    if (!hit) out.clean = false;
  }
  for (int i = 0; i < rays; ++i) {
    const double a = r[i], b = r[(i + 1) % rays];
    if (std::max(a, b) > jump * std::min(a, b)) out.clean = false;
  }
  if (!out.clean) {
    const double usual = median(std::vector<double>(r.begin(), r.end()));
    for (double& a : r) a = std::min(a, trim * usual);
  }
  out.reach_m = *std::max_element(r.begin(), r.end());
  Vec3 moment;
  for (int i = 0; i < rays; ++i) {
    const Vec3 a = r[i] * ray[i], b = r[(i + 1) % rays] * ray[(i + 1) % rays];
    const double part = 0.5 * r[i] * r[(i + 1) % rays] * std::sin(2 * std::numbers::pi / rays);
    moment += (part / 3) * (a + b);
    out.area_m2 += part;
  }
  // The polygon of 64 corners lies inside a round wall.
  const double polygon = rays / (2 * std::numbers::pi) * std::sin(2 * std::numbers::pi / rays);
  if (out.area_m2 > 0) out.centroid_m = center + moment / out.area_m2;
  out.area_m2 /= polygon;
  return out;
}

std::vector<double> arc_lengths(const std::vector<Vec3>& line) {
  std::vector<double> arc(line.size(), 0.0);
  for (std::size_t i = 1; i < line.size(); ++i) arc[i] = arc[i - 1] + norm(line[i] - line[i - 1]);
  return arc;
}

Vec3 point_at(const std::vector<Vec3>& line, const std::vector<double>& arc, double s) {
  return s <= 0 ? line.front() : interpolate(arc, line, s);
}

std::vector<Vec3> resample_line(const std::vector<Vec3>& line, double step) {
  const auto arc = arc_lengths(line);
  const int n = std::max(2, int(std::ceil(arc.back() / step)) + 1);
  std::vector<Vec3> out;
  out.reserve(n);
  for (int i = 0; i < n; ++i) out.push_back(point_at(line, arc, arc.back() * i / (n - 1)));
  return out;
}

Vec3 tangent_at(const std::vector<Vec3>& line, const std::vector<double>& arc, double s, double reach) {
  return normalized(point_at(line, arc, s + reach) - point_at(line, arc, s - reach));
}

}  // namespace soleus
