// How the wall moves: the map from a point now to its place at rest, and the velocity of the wall.
//
// The lumen at time t is { x : phi0(X(x, t)) < 0 } with phi0 the signed distance at rest. For a contraction,
// X moves a point away from the centreline, perpendicular to it, by the inverse of what the cross-section
// does; near bifurcations the branches' displacements are blended.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"
#include "solver_cuda/config.hpp"
#include "solver_cuda/geometry/cross_section.hpp"
#include "solver_cuda/geometry/projection.hpp"
#include "solver_cuda/geometry/stations.hpp"

namespace soleus {

/// What of a motion depends on time alone, worked out once for all points (Motion::at).
struct MotionInstant {
  Vec3 translation_m{}, carried_m_s{};  // of a part that is carried along
  std::array<double, 3> drive{};        // of a squeeze, a moment before, now and a moment after
  // Of a tube law; the drive is then the time since `areas`. Without it the area ratio is drive[1]
  // everywhere.
  const StationAreas* areas = nullptr;
  FrameWeights frames{};  // of images
  // [stations] Of a tube law whose sections keep their perimeter, at those three moments.
  std::array<std::vector<SectionScale>, 3> sections{};
  // Of a squeeze that is the same everywhere: 1 / scale - 1, and the rate of the scale over the scale.
  double widening = 0, rate_1_s = 0;
  bool operator==(const MotionInstant&) const = default;
};

class Motion {
 public:
  Motion(const WallConfig& wall, const Geometry& geometry);

  bool still() const { return wall_.motion == MotionKind::rigid; }
  /// Sections are scaled about the centreline.
  bool squeezes() const {
    return wall_.motion == MotionKind::contraction || wall_.motion == MotionKind::tube_law;
  }
  bool imaged() const { return wall_.motion == MotionKind::imaging; }
  bool compliant() const { return wall_.motion == MotionKind::tube_law; }
  /// Of a tube law, and of veins whose sections flatten.
  const Stations& stations() const { return stations_; }
  /// The part is carried along as a rigid body.
  bool carried() const {
    return wall_.motion == MotionKind::translation || wall_.motion == MotionKind::oscillation;
  }
  /// Only the closed ends of an analytic shape move, as a piston.
  bool ends_only() const { return carried() && wall_.part == MovingPart::closed_ends; }
  /// Only the obstacles of a box move.
  bool obstacles_only() const { return carried() && wall_.part == MovingPart::obstacles; }
  /// The velocity() below is exact (not blended between branches), so no normal correction is needed.
  bool exact_velocity() const { return !squeezes() || geometry_.shape.has_value(); }

  /// `areas`: of a tube law's stations, which outlive the instant.
  MotionInstant at(double time_s, const StationAreas* areas = nullptr) const;
  CenterlineCoordinates coordinates(const Vec3& x) const;
  /// X(x, t) [m].
  Vec3 rest_position(const Vec3& x, const CenterlineCoordinates& s, const MotionInstant& now) const;
  /// Velocity of the wall material [m/s].
  Vec3 velocity(const CenterlineCoordinates& s, const MotionInstant& now) const;
  /// Velocity of the material at a place, of a wall that moves as images show.
  Vec3 imaged_velocity(const Vec3& x, const MotionInstant& now) const {
    return velocity_at(*wall_.imaged, now.frames, x);
  }
  /// Largest displacement of a node of the images [m].
  double imaged_reach_m() const;
  /// The same for an analytic shape.
  Vec3 rest_position(const Vec3& x, const MotionInstant& now) const {
    if (!squeezes()) return x - now.translation_m;
    const Vec3 d = x - center_m_;
    const double along = dot(d, axis_);
    return x + to_rest(at_axis(along, d - axis_ * along), now);
  }
  Vec3 velocity(const Vec3& x, const MotionInstant& now) const {
    if (!squeezes()) return now.carried_m_s;
    const Vec3 d = x - center_m_;
    const double along = dot(d, axis_);
    return speed(at_axis(along, d - axis_ * along), now);
  }
  /// Whether there is a time at which the map moves a point.
  bool moves(const CenterlineCoordinates& s) const {
    const bool windowed = wall_.motion == MotionKind::contraction &&
                          wall_.squeeze != SqueezeKind::travelling_wave &&
                          wall_.squeeze != SqueezeKind::steady_rate;
    return !windowed ||
           std::any_of(s.of.begin(), s.of.begin() + s.count, [](const auto& one) { return one.window > 0; });
  }
  /// By which a section becomes wider, at most, up to an area over that at rest.
  double widest(double area_ratio_max) const;
  /// Where a material point is that was at x0 at rest; `rest` are its coordinates there.
  Vec3 moved_position(const Vec3& x0, const CenterlineCoordinates& rest, const MotionInstant& now) const;
  /// Area of the cross-section over its area at rest.
  double area_ratio(int branch, double abscissa_m, const MotionInstant& now) const;
  Vec3 translation(double time_s) const;
  /// Smallest and largest translation of the whole lumen along each axis up to a time.
  std::array<Vec3, 2> travel(double end_time_s) const;
  /// Instants at which the lumen, with the lumen at rest, covers every place it ever reaches in a run up to
  /// end_time_s; none when it never leaves its place at rest.
  std::vector<MotionInstant> extremes(double end_time_s, double dx_m) const;
  /// Largest scale of a cross-section over its size at rest, at least 1.
  double growth(double end_time_s) const;
  /// Largest length at rest over what is left of it at an instant, at least 1.
  double shortening(const MotionInstant& now) const;
  /// Period of the drive [s], 0 if none.
  double period_s() const;

 private:
  WallConfig wall_;
  Geometry geometry_;
  std::vector<std::vector<SegmentRun>> segment_runs_;  // [branches]
  Stations stations_;
  Waveform table_;            // area ratio over time
  Vec3 center_m_{}, axis_{};  // of an analytic shape
  Vec3 flat_axis_{0, 1, 0};
  std::vector<Vec3> flat_axes_;  // [stations] of veins whose sections flatten
  SectionShape shape_;
  bool keeps_perimeter_;
  bool same_everywhere_;  // a squeeze without regions or waves
  double moment_s_ = 0;   // half the distance in time of central differences

  double driven_time(double time_s) const;
  double ramp(double time_s) const;
  Vec3 carried_velocity(double time_s) const;
  double pulse(double time_s) const;
  /// What the area ratio takes from the time: an area ratio or its share, a driven time, a time.
  double drive(double time_s) const;
  double area_ratio(const CenterlineCoordinates::One& s, double drive, const StationAreas* areas) const {
    if (!compliant()) return driven_area_ratio(s, drive);
    return areas ? areas->at(between(s), drive) : drive;
  }
  double driven_area_ratio(const CenterlineCoordinates::One& s, double drive) const;
  /// At the k-th of the instant's three moments.
  SectionScale section(const CenterlineCoordinates::One& s, const MotionInstant& now, std::size_t k) const {
    if (!now.sections[k].empty()) {
      const auto first = static_cast<std::size_t>(s.station);
      return mixed(now.sections[k][first], now.sections[k][first + 1], double(s.towards));
    }
    return shape_.at(area_ratio(s, now.drive[k], now.areas));
  }
  double scale(const CenterlineCoordinates::One& s, const MotionInstant& now, std::size_t k) const {
    return section(s, now, k).closing;
  }
  double widening(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
    return same_everywhere_ ? now.widening : 1 / scale(s, now, 1) - 1;
  }
  double scale_rate(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
    return (scale(s, now, 2) - scale(s, now, 0)) / (2 * moment_s_);
  }
  double rate(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
    if (compliant() && now.areas) {
      const Stations::Between b = between(s);
      const double of_area = b.of(now.areas->rate_1_s) / now.areas->at(b, now.drive[1]);
      return wall_.cross_section == CrossSection::circle ? 0.5 * of_area : of_area;
    }
    return same_everywhere_ ? now.rate_1_s : scale_rate(s, now) / scale(s, now, 1);
  }
  /// From a place in a section to where it is at rest.
  Vec3 to_rest(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
    return keeps_perimeter_ ? to_rest_of_ring(s, now) : giving_way(s) * widening(s, now);
  }
  Vec3 to_rest_of_ring(const CenterlineCoordinates::One& s, const MotionInstant& now) const;
  /// Of the material there.
  Vec3 speed(const CenterlineCoordinates::One& s, const MotionInstant& now) const {
    return keeps_perimeter_ ? speed_of_ring(s, now) : giving_way(s) * rate(s, now);
  }
  Vec3 from_rest_of_ring(const CenterlineCoordinates::One& s, const MotionInstant& now) const;
  Vec3 speed_of_ring(const CenterlineCoordinates::One& s, const MotionInstant& now) const;
  double window(int branch, double abscissa_m) const {
    return wall_.regions.empty() ? 1 : share(wall_.regions, branch, abscissa_m);
  }
  /// Of straight shapes, `along` the axis from the centre.
  CenterlineCoordinates::One at_axis(double along_m, const Vec3& offset_m) const {
    const double abscissa_m = along_m + 0.5 * geometry_.shape->length_m;
    CenterlineCoordinates::One s{1,
                                 0,
                                 abscissa_m,
                                 offset_m,
                                 window(0, abscissa_m),
                                 {float(flat_axis_.x), float(flat_axis_.y), float(flat_axis_.z)},
                                 float(geometry_.shape->radius_m)};
    find_station(s);
    return s;
  }
  void find_station(CenterlineCoordinates::One& s) const {
    if (stations_.count() == 0) return;
    const Stations::Between at = stations_.at(s.branch, s.abscissa_m);
    s.station = at.first, s.towards = static_cast<float>(at.t);
  }
  static Stations::Between between(const CenterlineCoordinates::One& s) {
    return {s.station, s.station + 1, double(s.towards)};
  }
  /// The part of the offset that a circle or a flat section scales.
  Vec3 giving_way(const CenterlineCoordinates::One& s) const {
    if (wall_.cross_section == CrossSection::circle) return s.offset_m;
    const Vec3 flat = geometry_.shape || wall_.flat_axis ? flat_axis_ : flat_of(s);
    return flat * dot(flat, s.offset_m);
  }
  static Vec3 flat_of(const CenterlineCoordinates::One& s) {
    return {double(s.flat[0]), double(s.flat[1]), double(s.flat[2])};
  }
  std::vector<Vec3> find_flat_axes() const;
};

}  // namespace soleus
