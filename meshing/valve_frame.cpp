#include "meshing/valve_frame.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "meshing/sections.hpp"

namespace soleus {
namespace {

struct Sample {
  Vec3 center, downstream, across, up;
};

Sample at(const ValveFrame& f, double z_m) {
  const double s = std::clamp((z_m - f.first_m) / f.step_m, 0.0, double(f.center_m.size() - 1));
  const std::size_t i = std::min(std::size_t(s), f.center_m.size() - 2);
  const double w = s - double(i);
  Sample a;
  a.center = (1 - w) * f.center_m[i] + w * f.center_m[i + 1];
  a.downstream = normalized((1 - w) * f.downstream[i] + w * f.downstream[i + 1]);
  const Vec3 x = (1 - w) * f.across[i] + w * f.across[i + 1];
  a.across = normalized(x - dot(x, a.downstream) * a.downstream);
  a.up = cross(a.downstream, a.across);
  return a;
}

/// The point at this arc length of a line that goes on straight beyond its ends.
Vec3 on_long_line(const std::vector<Vec3>& line, const std::vector<double>& arc, double s) {
  const double reach = 0.05 * arc.back();
  if (s < 0) return line.front() + s * tangent_at(line, arc, 0, reach);
  if (s > arc.back()) return line.back() + (s - arc.back()) * tangent_at(line, arc, arc.back(), reach);
  return point_at(line, arc, s);
}

Vec3 smoothed(const std::vector<Vec3>& line, const std::vector<double>& arc, double s, double sigma) {
  constexpr int parts = 8, half = 20;  // out to 2.5 standard deviations
  Vec3 sum;
  double weights = 0;
  for (int k = -half; k <= half; ++k) {
    const double d = double(k) / parts, w = std::exp(-0.5 * d * d);
    sum += w * on_long_line(line, arc, s + d * sigma);
    weights += w;
  }
  return sum / weights;
}

/// Parallel transport: every axis is the last one less what has turned along the line.
void carry_axis(ValveFrame& f, std::size_t from, const Vec3& axis) {
  f.across.assign(f.center_m.size(), axis);
  const auto carry = [&](std::size_t i, std::size_t last) {
    const Vec3& x = f.across[last];
    f.across[i] = normalized(x - dot(x, f.downstream[i]) * f.downstream[i]);
  };
  carry(from, from);
  for (std::size_t i = from + 1; i < f.across.size(); ++i) carry(i, i - 1);
  for (std::size_t i = from; i-- > 0;) carry(i, i + 1);
}

}  // namespace

Vec3 point_of(const ValveFrame& f, const ValvePlace& p) {
  const Sample a = at(f, p.z_m);
  return a.center + p.x_m * a.across + p.y_m * a.up;
}

ValvePlace place_of(const ValveFrame& f, const Vec3& x) {
  std::size_t nearest = 0;
  double least = 1e300;
  for (std::size_t i = 0; i < f.center_m.size(); ++i) {
    const Vec3 d = x - f.center_m[i];
    if (dot(d, d) < least) least = dot(d, d), nearest = i;
  }
  const auto ahead = [&](double z) {
    const Sample a = at(f, z);
    return dot(x - a.center, a.downstream);
  };
  double low = f.first_m + f.step_m * double(nearest > 2 ? nearest - 3 : 0),
         high = std::min(f.last_m(), f.first_m + f.step_m * double(nearest + 3));
  for (int i = 0; i < 48; ++i) (ahead(0.5 * (low + high)) > 0 ? low : high) = 0.5 * (low + high);
  const double z = 0.5 * (low + high);
  const Sample a = at(f, z);
  return {dot(x - a.center, a.across), dot(x - a.center, a.up), z};
}

ValvePlace polar(double radius_m, double angle_rad, double z_m) {
  return {radius_m * std::cos(angle_rad), radius_m * std::sin(angle_rad), z_m};
}

ValveFrame make_frame(const Branch& branch, const ValveStation& station) {
  std::vector<Vec3> line = branch.points_m;
  double s0 = station.abscissa_m - branch.abscissa_m.front();
  if (station.towards_root) {
    std::reverse(line.begin(), line.end());
    s0 = branch.abscissa_m.back() - station.abscissa_m;
  }
  const std::vector<double> arc = arc_lengths(line);
  constexpr int samples = 400;
  ValveFrame f;
  f.step_m = (station.to_m - station.from_m) / (samples - 1);
  const int before = int(std::ceil(-station.from_m / f.step_m));
  f.first_m = -before * f.step_m;
  // Smoothing takes from the length of bends: walk along the smooth line from the station in equal steps.
  std::vector<Vec3> fine;
  for (int i = 0; i < 2 * samples; ++i)
    fine.push_back(smoothed(line, arc, s0 + 1.1 * (i - 2 * before) * 0.5 * f.step_m, station.smoothing_m));
  const std::vector<double> along = arc_lengths(fine);
  const double here = along[std::min<std::size_t>(2 * before, fine.size() - 1)];
  for (int i = 0; i < samples; ++i)
    f.center_m.push_back(point_at(fine, along, here + f.first_m + i * f.step_m));
  for (int i = 0; i < samples; ++i)
    f.downstream.push_back(
        normalized(f.center_m[std::min(i + 1, samples - 1)] - f.center_m[std::max(i - 1, 0)]));
  const Vec3& t = f.downstream[before];
  carry_axis(f, before, std::abs(t.x) < 0.9 ? Vec3{1, 0, 0} : Vec3{0, 1, 0});
  return f;
}

void turn(ValveFrame& f, double angle_rad) {
  for (std::size_t i = 0; i < f.across.size(); ++i)
    f.across[i] =
        std::cos(angle_rad) * f.across[i] + std::sin(angle_rad) * cross(f.downstream[i], f.across[i]);
}

double wall_radius(const Bvh& lumen, const ValveFrame& f, double z_m, double angle_rad, double reach_m) {
  const Vec3 center = point_of(f, {0, 0, z_m}), out = point_of(f, polar(1, angle_rad, z_m)) - center;
  const auto hit = lumen.first_hit(center, normalized(out), reach_m);
  return hit ? hit->distance_m : -1;
}

RoundSection round_section(const Bvh& lumen, const ValveFrame& f, double z_m, double reach_m) {
  constexpr int rays = 72;
  RoundSection s;
  double squares = 0;
  std::complex<double> second;
  s.closed = true;
  for (int i = 0; i < rays; ++i) {
    const double angle = 2 * std::numbers::pi * (i + 0.5) / rays,
                 r = wall_radius(lumen, f, z_m, angle, reach_m);
    if (r <= 0) s.closed = false;
    squares += r * r;
    second += r * r * std::polar(1.0, 2 * angle);
    s.widest_m = std::max(s.widest_m, r);
  }
  s.diameter_m = 2 * std::sqrt(squares / rays);
  s.long_axis_rad = 0.5 * std::arg(second);
  s.flattening = std::abs(second) / squares;
  return s;
}

}  // namespace soleus
