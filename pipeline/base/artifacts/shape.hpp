// Analytic lumens for verification and first cases: exact signed distance, no triangulation error.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "pipeline/base/artifacts/obstacle.hpp"
#include "pipeline/base/fields.hpp"
#include "pipeline/base/vec3.hpp"

namespace soleus {

enum class ShapeKind {
  box,
  channel,
  pipe,
  tapered_pipe,
  bent_pipe,
  bifurcation,
  vein_tree,
  sphere,
  revolved
};

/// Axis along which a box is open at both ends.
enum class ThroughAxis { none, x, y, z };

/// Faces of a box.
enum class Face { x_min, x_max, y_min, y_max, z_min, z_max };
inline constexpr std::array<std::string_view, 6> face_names{"x_min", "x_max", "y_min",
                                                            "y_max", "z_min", "z_max"};
constexpr int axis_of(Face face) {
  return static_cast<int>(face) / 2;
}

/// Shapes are centred at `center_m`, their axis along `direction`, unless said otherwise. Lengths in metres.
///   box           sides `size_m` along x, y, z; `direction` is not used. Open at both ends along `through`;
///                 less its `obstacles`, which repeat along periodic axes
///   channel       two planes `height_m` apart, normal y; `size_m`: extent along x and z, both periodic
///   pipe          circular cylinder of `radius_m` and `length_m`
///   tapered_pipe  cone frustum from `radius_m` at the start to `end_radius_m`
///   bent_pipe     torus segment of `radius_m`; its centreline has `bend_radius_m` and `bend_angle_rad`
///   bifurcation   a parent pipe (`radius_m`, `length_m`) parts into two daughters (`end_radius_m`,
///                 `length_m`) at +-`bend_angle_rad` in the plane of `direction` and `normal`; smooth union
///                 that blends over 0.2 `radius_m`
///   vein_tree     closed and round at its ends: a trunk (`radius_m`, `length_m`) from the centre parts into
///   two at
///                 +-`bend_angle_rad`, and its daughters again, three times, every time in the plane
///                 perpendicular to the last; daughters are thinner and shorter than their parent by 2^(-1/3)
///                 (Murray, PNAS 12, 207 (1926))
///   sphere        `radius_m`
///   revolved      a line of radius `radii_m` over the place `stations_m` along the axis, turned about it;
///   two
///                 stations at the same place make a step. Flat ends at the first and last station
struct Shape {
  ShapeKind kind = ShapeKind::pipe;
  Vec3 center_m{};
  Vec3 direction{1, 0, 0};
  Vec3 normal{0, 1, 0};
  Vec3 size_m{};
  double radius_m = 0;
  double end_radius_m = 0;
  double length_m = 0;
  double height_m = 0;
  double bend_radius_m = 0;
  double bend_angle_rad = 0;
  ThroughAxis through = ThroughAxis::none;
  std::vector<Obstacle> obstacles{};
  std::vector<double> stations_m{}, radii_m{};
  /// Periodic axes x, y, z. The periodic cell is the box of sides `period_m` centred at center_m. A pipe in a
  /// cell that is periodic along all axes is infinite along `direction`, which must then be a lattice vector
  /// of the cell.
  std::array<bool, 3> periodic{};
  Vec3 period_m{};
};

/// Flat end of a shape, where an opening can be: a disc, or of a box a rectangle.
struct ShapeEnd {
  const char* name;  // "start", "end"; of a bifurcation "start", "left", "right"
  Vec3 center_m;
  Vec3 outward;     // unit normal pointing out of the lumen
  double radius_m;  // of a rectangle that of a disc of the same area
  Vec3 half_m{};    // half sides of a rectangle, zero of a disc
};

void describe(Fields& f, Shape& s);
inline bool any_periodic(const Shape& s) {
  return s.periodic[0] || s.periodic[1] || s.periodic[2];
}
/// Whether `direction` is a lattice vector of the periodic cell, up to twelve cells long.
bool runs_along_cell(const Shape& s);

/// Distance to the nearest obstacle, positive outside it: infinite where there is none.
double obstacle_distance(const Shape& s, const Vec3& x);
/// The distance below, of all shapes but a pipe that is not periodic.
double formed_hull_distance(const Shape& s, const Vec3& from_center_m);
/// Distance to a line through the origin along the unit vector.
inline double distance_to_line(const Vec3& d, const Vec3& direction) {
  return norm(d - direction * dot(d, direction));
}
inline Vec3 axis(const Shape& s) {
  return dot(s.direction, s.direction) == 1 ? s.direction : normalized(s.direction);
}
/// Signed distance to the lateral wall without the obstacles, the flat ends excluded (as if the vessel went
/// on): negative inside the lumen. Exact for box, channel, pipe, bent_pipe, vein_tree (outside), sphere and
/// revolved; exact near the wall for tapered_pipe; a smooth approximation for bifurcation.
inline double hull_distance(const Shape& s, const Vec3& x) {
  const Vec3 d = x - s.center_m;
  const bool plain_pipe = s.kind == ShapeKind::pipe && !any_periodic(s);
  return plain_pipe ? distance_to_line(d, axis(s)) - s.radius_m : formed_hull_distance(s, d);
}
/// The same with the obstacles of a box: to the nearer wall.
inline double signed_distance(const Shape& s, const Vec3& x) {
  const double hull = hull_distance(s, x);
  return s.obstacles.empty() ? hull : std::max(hull, -obstacle_distance(s, x));
}

/// The faces of a box that a point on its wall lies on within `margin_m`, as bits 1 << Face: several at an
/// edge, none on an obstacle.
unsigned faces_at(const Shape& s, const Vec3& x, double margin_m);

/// The flat ends, none for closed or periodic shapes.
std::vector<ShapeEnd> ends(const Shape& s);

/// The branches of a vein_tree, parents first.
struct TreeBranch {
  Vec3 start_m, end_m;
  double radius_m;
  int parent;  // index, -1 for the trunk
};
std::vector<TreeBranch> tree_branches(const Shape& s);

/// Corners of a box that holds the lumen, flat ends included.
std::array<Vec3, 2> bounds(const Shape& s);

}  // namespace soleus
