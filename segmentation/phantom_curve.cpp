// REFERENCES
//   Yuksel, Schaefer, Keyser: Parameterization and applications of Catmull-Rom curves. Computer-Aided Design
//   43 (2011) 747. Barry, Goldman: A recursive evaluation algorithm for a class of Catmull-Rom splines.
//   SIGGRAPH 22 (1988) 199.
#include "segmentation/phantom_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace soleus::phantom {

namespace {

struct Knot {
  Vec3 x;
  double radius;
};

Knot mix(const Knot& a, const Knot& b, double ta, double tb, double t) {
  const double w = (t - ta) / (tb - ta);
  return {a.x * (1 - w) + b.x * w, a.radius * (1 - w) + b.radius * w};
}

/// The curve between p[1] (t = 0) and p[2] (t = 1) by the pyramid of Barry & Goldman.
Knot catmull_rom(const std::array<Knot, 4>& p, double t) {
  std::array<double, 4> knot{};
  for (int i = 1; i < 4; ++i)  // centripetal: the square root of the chord
    knot[i] = knot[i - 1] + std::max(std::sqrt(norm(p[i].x - p[i - 1].x)), 1e-6);
  t = knot[1] + t * (knot[2] - knot[1]);
  const Knot a1 = mix(p[0], p[1], knot[0], knot[1], t);
  const Knot a2 = mix(p[1], p[2], knot[1], knot[2], t);
  const Knot a3 = mix(p[2], p[3], knot[2], knot[3], t);
  const Knot b1 = mix(a1, a2, knot[0], knot[2], t);
  const Knot b2 = mix(a2, a3, knot[1], knot[3], t);
  return mix(b1, b2, knot[1], knot[2], t);
}

}  // namespace

Curve smooth_curve(const PhantomTube& tube, double step_m) {
  const int n = int(tube.points_m.size());
  const auto knot = [&](int i) -> Knot {  // one more at each end, by reflection
    const auto given = [&](int j) { return Knot{tube.points_m[j], at(tube.diameters_m, j) / 2}; };
    if (i < 0) return {given(0).x * 2 - given(1).x, given(0).radius};
    if (i >= n) return {given(n - 1).x * 2 - given(n - 2).x, given(n - 1).radius};
    return given(i);
  };
  Curve curve;
  const auto append = [&](const Knot& k) {
    const double step = curve.points_m.empty() ? 0 : norm(k.x - curve.points_m.back());
    curve.abscissa_m.push_back(curve.abscissa_m.empty() ? 0 : curve.abscissa_m.back() + step);
    curve.points_m.push_back(k.x);
    curve.radius_m.push_back(std::max(k.radius, 1e-5));
  };
  append(knot(0));
  for (int i = 0; i + 1 < n; ++i) {
    const std::array<Knot, 4> p{knot(i - 1), knot(i), knot(i + 1), knot(i + 2)};
    const int steps = std::max(1, int(std::ceil(norm(p[2].x - p[1].x) / step_m)));
    for (int k = 1; k <= steps; ++k) append(catmull_rom(p, double(k) / steps));
  }
  return curve;
}

void add_sinuses(Curve& curve, std::span<const PhantomSinus> sinuses) {
  const std::vector<double> vein = curve.radius_m;
  for (const PhantomSinus& sinus : sinuses) {
    const auto middle = std::lower_bound(curve.abscissa_m.begin(), curve.abscissa_m.end(), sinus.distance_m);
    const std::size_t m = std::min<std::size_t>(middle - curve.abscissa_m.begin(), vein.size() - 1);
    const double length_m = sinus.length_ratio * 2 * vein[m];
    for (std::size_t i = 0; i < vein.size(); ++i) {
      const double s = (curve.abscissa_m[i] - sinus.distance_m) / length_m + 0.5;  // 0 to 1 along the sinus
      if (s <= 0 || s >= 1) continue;
      const double bulge = std::sin(std::numbers::pi * s);
      curve.radius_m[i] = vein[i] * (1 + (sinus.diameter_ratio - 1) * bulge * bulge);
    }
  }
}

Tube::Tube(const Curve& curve, TubeEnds ends) : ends_(ends) {
  const auto& p = curve.points_m;
  const std::size_t n = p.size();
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const Vec3 along = p[i + 1] - p[i];
    segments_.push_back({p[i], along, 1 / std::max(dot(along, along), 1e-18), curve.radius_m[i],
                         curve.radius_m[i + 1] - curve.radius_m[i]});
    steepest_ = std::max(steepest_, std::abs(segments_.back().radius_change) / std::max(norm(along), 1e-9));
  }
  first_ = p.front(), first_outward_ = normalized(p[0] - p[1]);
  last_ = p.back(), last_outward_ = normalized(p[n - 1] - p[n - 2]);
}

double Tube::distance(const Vec3& x, const Segment& s) const {
  const Vec3 from_start = x - s.start;
  const double t = std::clamp(dot(from_start, s.along) * s.inverse_length2, 0.0, 1.0);
  return norm(from_start - s.along * t) - (s.radius + t * s.radius_change);
}

double Tube::beyond_ends(const Vec3& x) const {
  if (ends_ == TubeEnds::round) return -std::numeric_limits<double>::infinity();
  return std::max(dot(x - first_, first_outward_), dot(x - last_, last_outward_));
}

double Tube::distance(const Vec3& x, std::span<const int> segments) const {
  double nearest = std::numeric_limits<double>::infinity();
  for (const int i : segments) nearest = std::min(nearest, distance(x, segments_[i]));
  return std::max(nearest, beyond_ends(x));
}

Tube::Nearby Tube::nearby(const Vec3& center, double reach_m) const {
  std::vector<double> d(segments_.size());
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = distance(center, segments_[i]);
  const double nearest = *std::min_element(d.begin(), d.end());
  Nearby result{std::max(nearest, beyond_ends(center)), (1 + steepest_) * reach_m, {}};
  for (std::size_t i = 0; i < d.size(); ++i)
    if (d[i] <= nearest + 2 * result.change_m) result.segments.push_back(int(i));
  return result;
}

}  // namespace soleus::phantom
