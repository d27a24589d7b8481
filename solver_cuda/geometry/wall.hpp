// The wall as the lattice sees it: a signed distance over space and time, and the velocity of the wall.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "pipeline/base/artifacts/geometry.hpp"
#include "solver_cuda/geometry/motion.hpp"
#include "solver_cuda/geometry/surface_distance.hpp"

namespace soleus {

/// A flat cap where blood passes.
struct Cap {
  Opening opening;
  OpeningConfig condition;
  double reach_m = 0;  // distance of its farthest rim point from the centre
  Vec3 half_m{};       // half sides of a rectangle between walls that hold the fluid; zero along other axes
  bool round = true;
};

class Wall {
 public:
  /// Openings of kind `closed`, and ends of an analytic shape that no opening names, are wall.
  Wall(const Geometry& geometry, const WallConfig& config, const std::vector<OpeningConfig>& conditions);

  const Motion& motion() const { return motion_; }
  const std::vector<Cap>& caps() const { return caps_; }
  const Geometry& geometry() const { return geometry_; }

  /// Signed distance to the wall at rest, exact, open caps not counted as wall: negative inside.
  double rest_distance(const Vec3& x) const {
    return closed_ends_.empty() ? lateral_distance(x) : std::max(lateral_distance(x), end_distance(x));
  }
  /// Signed distance at an instant (in the rest configuration's length), exact, of an analytic shape or a
  /// still wall. That of a moving surface is a rest distance at Motion::rest_position.
  double distance(const Vec3& x, const MotionInstant& now) const {
    if (motion_.ends_only() || motion_.obstacles_only()) return distance_of_parts(x, now);
    return rest_distance(motion_.rest_position(x, now));
  }
  /// Of an analytic shape.
  Vec3 velocity(const Vec3& x, const MotionInstant& now) const {
    return carries(x, now) ? motion_.velocity(x, now) : Vec3{};
  }
  /// Whether x lies behind both a moving end and the still wall that it slides along.
  bool behind_rim(const Vec3& x, const MotionInstant& now) const;

  /// What the case says of the face of a box that a point on the wall lies on; null for ordinary wall, and on
  /// edges. Edges that slid with their face made the flow in a driven cavity 10 % slower (32 cells, Re 400).
  const FaceConfig* face(const Vec3& x, double margin_m) const;
  bool has_faces() const { return !faces_.empty(); }
  /// Whether a point on the wall lies on an obstacle of a box.
  bool on_obstacle(const Vec3& x, const MotionInstant& now) const;

  /// The cap that the segment from a (inside) to b passes through, -1 if none.
  int crossed_cap(const Vec3& a, const Vec3& b, double margin_m) const;

  /// Box of the lumen at rest.
  std::array<Vec3, 2> bounds() const;

 private:
  Geometry geometry_;
  Motion motion_;
  std::vector<Cap> caps_;
  std::vector<ShapeEnd> closed_ends_;
  std::vector<FaceConfig> faces_;
  std::unique_ptr<SurfaceDistance> surface_;

  double lateral_distance(const Vec3& x) const {
    return surface_ ? surface_->signed_distance(x) : signed_distance(*geometry_.shape, x);
  }
  double distance_of_parts(const Vec3& x, const MotionInstant& now) const;
  /// Whether x belongs to what moves.
  bool carries(const Vec3& x, const MotionInstant& now) const;
  double end_distance(const Vec3& x) const;    // to the closed ends of a shape
  double still_distance(const Vec3& x) const;  // of a shape, without its obstacles
  void use_shape_ends();
  void shape_rectangle(Cap& cap, const ShapeEnd& end) const;
};

}  // namespace soleus
