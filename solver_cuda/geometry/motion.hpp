// How the wall moves: the map from a point now to its place at rest, and the velocity of the wall.
//
// The lumen at time t is { x : phi0(X(x, t)) < 0 } with phi0 the signed distance at rest. For a contraction,
// X moves a point away from the centreline, perpendicular to it, by the inverse of the cross-section's scale;
// near bifurcations the branches' displacements are blended.
#pragma once

#include <array>
#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"
#include "solver_cuda/config.hpp"

namespace soleus {

/// Where a point lies along the branches; constant over time, so it is computed once per node.
struct CenterlineCoordinates {
  struct One {
    float weight = 0;
    int branch = -1;
    double abscissa_m = 0;
    Vec3 offset_m{};  // from the centreline, perpendicular to it
  };
  std::array<One, 3> of{};  // largest weight first, weights add up to one
  int count = 0;
};

class Motion {
 public:
  Motion(const WallConfig& wall, const Geometry& geometry);

  bool still() const { return wall_.motion == MotionKind::rigid; }
  /// The part is carried along as a rigid body.
  bool carried() const {
    return wall_.motion == MotionKind::translation || wall_.motion == MotionKind::oscillation;
  }
  /// Only the closed ends of an analytic shape move, as a piston.
  bool ends_only() const { return carried() && wall_.part == MovingPart::closed_ends; }
  /// Only the obstacles of a box move.
  bool obstacles_only() const { return carried() && wall_.part == MovingPart::obstacles; }
  /// The velocity() below is exact (not blended between branches), so no normal correction is needed.
  bool exact_velocity() const {
    return wall_.motion != MotionKind::contraction || geometry_.shape.has_value();
  }

  CenterlineCoordinates coordinates(const Vec3& x) const;
  /// X(x, t) [m].
  Vec3 rest_position(const Vec3& x, const CenterlineCoordinates& s, double time_s) const;
  /// Velocity of the wall material at x [m/s].
  Vec3 velocity(const Vec3& x, const CenterlineCoordinates& s, double time_s) const;
  /// Where a material point is that was at x0 at rest; `rest` are its coordinates there.
  Vec3 moved_position(const Vec3& x0, const CenterlineCoordinates& rest, double time_s) const;
  /// The coordinates of that point where it is now.
  CenterlineCoordinates moved_coordinates(CenterlineCoordinates rest, double time_s) const;
  /// Area of the cross-section over its area at rest.
  double area_ratio(int branch, double abscissa_m, double time_s) const;
  Vec3 translation(double time_s) const;
  /// Smallest and largest translation of the whole lumen along each axis up to a time.
  std::array<Vec3, 2> travel(double end_time_s) const;
  /// Instants at which the lumen, with the lumen at rest, covers every place it ever reaches in a run up to
  /// end_time_s; none when it never leaves its place at rest.
  std::vector<double> extremes(double end_time_s, double dx_m) const;
  /// Largest scale of a cross-section over its size at rest, at least 1.
  double growth(double end_time_s) const;
  /// Period of the drive [s], 0 if none.
  double period_s() const;

 private:
  WallConfig wall_;
  Geometry geometry_;
  Waveform table_;  // area ratio over time

  double driven_time(double time_s) const;
  double ramp(double time_s) const;
  Vec3 carried_velocity(double time_s) const;
  double pulse(double time_s) const;
  double scale(const CenterlineCoordinates::One& s, double time_s) const;
  double scale_rate(const CenterlineCoordinates::One& s, double time_s) const;
  double window(int branch, double abscissa_m) const;
  Vec3 across(const CenterlineCoordinates::One& s) const;
};

}  // namespace soleus
