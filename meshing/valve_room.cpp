#include "meshing/valve_room.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soleus {
namespace {

constexpr double turn_rad = 2 * std::numbers::pi;

double height_of(const ValveRoom& r, int i) {
  return r.range.from_m + (i + 0.5) / ValveRoom::heights * (r.range.to_m - r.range.from_m);
}

bool takes(const ValveRoom& r, const Vec3& x, double gap_m) {
  const ValvePlace p = place_of(r.frame, x);
  const double across = std::hypot(p.x_m, p.y_m);
  if (across > r.largest_m + gap_m || p.z_m <= r.range.from_m - gap_m || p.z_m >= r.range.to_m + gap_m)
    return false;
  // Beyond the frame's ends places are clamped: not on the section.
  if (norm(point_of(r.frame, p) - x) > 1e-3 * r.largest_m) return false;
  const double part = (p.z_m - r.range.from_m) / (r.range.to_m - r.range.from_m),
               angle = std::atan2(p.y_m, p.x_m) / turn_rad;
  const int i = std::clamp(int(part * ValveRoom::heights), 0, ValveRoom::heights - 1),
            k = int((angle < 0 ? angle + 1 : angle) * ValveRoom::angles) % ValveRoom::angles;
  return across < gap_m + r.radius_m[std::size_t(i * ValveRoom::angles + k)];
}

std::optional<Vec3> place_within(const ValveRoom& a, const ValveRoom& b, double gap_m) {
  for (int i = 0; i < ValveRoom::heights; ++i) {
    const Vec3 center = point_of(a.frame, {0, 0, height_of(a, i)});
    if (takes(b, center, gap_m)) return center;
    for (int k = 0; k < ValveRoom::angles; ++k)
      for (const double part : {0.5, 1.0}) {
        const double r = part * a.radius_m[std::size_t(i * ValveRoom::angles + k)];
        const Vec3 x = point_of(a.frame, polar(r, (k + 0.5) * turn_rad / ValveRoom::angles, height_of(a, i)));
        if (takes(b, x, gap_m)) return x;
      }
  }
  return std::nullopt;
}

/// Of a ball around it.
double far_away(const ValveRoom& a, const ValveRoom& b) {
  const auto middle = [](const ValveRoom& r) {
    return point_of(r.frame, {0, 0, 0.5 * (r.range.from_m + r.range.to_m)});
  };
  const auto size = [](const ValveRoom& r) { return r.largest_m + 0.5 * (r.range.to_m - r.range.from_m); };
  return norm(middle(a) - middle(b)) - size(a) - size(b);
}

}  // namespace

ValveRoom make_room(const Bvh& lumen, const ValveFrame& f, const ValveShape& v, const HeightRange& range) {
  constexpr double widest = 0.8;  // of the diameter: rays that go further look into a side vein
  ValveRoom r{f, range, 0, {}};
  for (int i = 0; i < ValveRoom::heights; ++i)
    for (int k = 0; k < ValveRoom::angles; ++k) {
      const double angle = (k + 0.5) * turn_rad / ValveRoom::angles, z = height_of(r, i),
                   reach = widest * std::max(v.diameter_m, v.span_m),
                   wall = wall_radius(lumen, f, z, angle, reach);
      r.radius_m.push_back((wall > 0 ? wall : 0.5 * v.diameter_m) * wall_factor(v, z, angle));
      r.largest_m = std::max(r.largest_m, r.radius_m.back());
    }
  return r;
}

std::optional<Vec3> common_place(const ValveRoom& a, const ValveRoom& b, double gap_m) {
  if (far_away(a, b) > gap_m) return std::nullopt;
  const auto place = place_within(a, b, gap_m);
  return place ? place : place_within(b, a, gap_m);
}

}  // namespace soleus
