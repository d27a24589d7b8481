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
};

class Wall {
 public:
  /// Openings of kind `closed`, and ends of an analytic shape that no opening names, are wall.
  Wall(const Geometry& geometry, const WallConfig& config, const std::vector<OpeningConfig>& conditions);

  const Motion& motion() const { return motion_; }
  const std::vector<Cap>& caps() const { return caps_; }
  const Geometry& geometry() const { return geometry_; }

  /// Signed distance to the wall at rest, exact, open caps not counted as wall: negative inside.
  double rest_distance(const Vec3& x) const;
  /// Signed distance at time t (in the rest configuration's length), negative inside. `rest` evaluates phi0.
  template <class RestDistance>
  double distance(const Vec3& x, const CenterlineCoordinates& s, double time_s,
                  const RestDistance& rest) const {
    if (motion_.ends_only())
      return std::max(lateral_distance(x), end_distance(x - motion_.translation(time_s)));
    return rest(motion_.rest_position(x, s, time_s));
  }
  Vec3 velocity(const Vec3& x, const CenterlineCoordinates& s, double time_s) const;
  /// Whether x lies behind both a moving end and the still wall that it slides along.
  bool behind_rim(const Vec3& x, double time_s) const;

  /// The cap that the segment from a (inside) to b passes through, -1 if none.
  int crossed_cap(const Vec3& a, const Vec3& b, double margin_m) const;

  /// Box of the lumen at rest.
  std::array<Vec3, 2> bounds() const;

 private:
  Geometry geometry_;
  Motion motion_;
  std::vector<Cap> caps_;
  std::vector<ShapeEnd> closed_ends_;
  std::unique_ptr<SurfaceDistance> surface_;

  double lateral_distance(const Vec3& x) const;
  double end_distance(const Vec3& x) const;  // to the closed ends of a shape
};

}  // namespace soleus
