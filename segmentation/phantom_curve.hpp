// Smooth curves with a radius, and how far a place is from the tube around one.
#pragma once

#include <span>
#include <vector>

#include "segmentation/phantom_spec.hpp"

namespace soleus::phantom {

/// A smooth curve as closely spaced points.
struct Curve {
  std::vector<Vec3> points_m;
  std::vector<double> radius_m;
  std::vector<double> abscissa_m;  // arc length from the first point
};

/// The centripetal Catmull-Rom curve through the tube's points, at most `step_m` between points.
Curve smooth_curve(const PhantomTube& tube, double step_m);
/// Dilates the curve where valve sinuses are.
void add_sinuses(Curve& curve, std::span<const PhantomSinus> sinuses);

/// A value at each of `points`: itself, or the one value there is.
inline double at(const std::vector<double>& values, std::size_t point) {
  return values.size() == 1 ? values[0] : values[point];
}

enum class TubeEnds { round, flat };

/// A curve made ready for many distance queries.
class Tube {
 public:
  Tube(const Curve& curve, TubeEnds ends);

  /// Distance at `center`, and the segments that can be the nearest one to a place within `reach_m` of it.
  struct Nearby {
    double distance_m;
    double change_m;  // the distance differs by at most this within the reach
    std::vector<int> segments;
  };
  Nearby nearby(const Vec3& center, double reach_m) const;
  /// Signed distance to the surface, negative inside; only `segments` are looked at. Exact for a straight
  /// cylinder.
  double distance(const Vec3& x, std::span<const int> segments) const;

 private:
  struct Segment {
    Vec3 start, along;
    double inverse_length2, radius, radius_change;
  };
  double distance(const Vec3& x, const Segment& s) const;
  double beyond_ends(const Vec3& x) const;

  std::vector<Segment> segments_;
  double steepest_ = 0;  // change of radius per length
  Vec3 first_, first_outward_, last_, last_outward_;
  TubeEnds ends_;
};

}  // namespace soleus::phantom
