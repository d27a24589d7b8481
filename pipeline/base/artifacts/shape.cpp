#include "pipeline/base/artifacts/shape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace soleus {
namespace {

/// `normal` made perpendicular to the axis.
Vec3 side(const Shape& s) {
  const Vec3 a = axis(s), n = s.normal - a * dot(s.normal, a);
  return norm(n) > 1e-9 * norm(s.normal) ? normalized(n) : any_perpendicular(a);
}

/// Distance to the half line from the origin along `direction`.
double distance_to_ray(const Vec3& d, const Vec3& direction) {
  return norm(d - direction * std::max(0.0, dot(d, direction)));
}

/// A box that repeats along all axes has no wall: as far inside as the cell is large.
double box_hull_distance(const Shape& s, const Vec3& d) {
  std::array<bool, 3> endless = s.periodic;
  if (s.through != ThroughAxis::none) endless[static_cast<std::size_t>(s.through) - 1] = true;
  if (endless[0] && endless[1] && endless[2]) return -norm(s.period_m);
  return box_distance(d, s.size_m * 0.5, endless);
}

/// Distance from a turned line (stations, radii); inside where the radius at the place along is larger.
double revolved_distance(const Shape& s, const Vec3& d) {
  const double z = dot(d, axis(s)), r = distance_to_line(d, axis(s));
  const auto& zs = s.stations_m;
  const auto& rs = s.radii_m;
  if (z <= zs.front() || z >= zs.back()) return r - (z <= zs.front() ? rs.front() : rs.back());
  double nearest = std::min(std::hypot(std::max(0.0, z - zs.front()), r - rs.front()),
                            std::hypot(std::max(0.0, zs.back() - z), r - rs.back()));
  double radius = 0;
  for (std::size_t k = 0; k + 1 < zs.size(); ++k) {
    const double dz = zs[k + 1] - zs[k], dr = rs[k + 1] - rs[k];
    const double t = std::clamp(((z - zs[k]) * dz + (r - rs[k]) * dr) / (dz * dz + dr * dr), 0.0, 1.0);
    nearest = std::min(nearest, std::hypot(z - zs[k] - t * dz, r - rs[k] - t * dr));
    if (dz > 0 && z >= zs[k] && z <= zs[k + 1]) radius = rs[k] + dr * (z - zs[k]) / dz;
  }
  return r < radius ? -nearest : nearest;
}

/// The axis as a lattice vector of the periodic cell, in cells: (1, 2, 0) for a pipe that climbs two cells
/// over one.
std::array<int, 3> lattice_steps(const Shape& s) {
  constexpr int largest = 12;
  std::array<double, 3> cells{};
  double longest = 0;
  for (int a = 0; a < 3; ++a) {
    cells[a] = s.periodic[a] ? s.direction[a] / s.period_m[a] : 0;
    longest = std::max(longest, std::abs(cells[a]));
  }
  if (longest == 0) return {};
  for (int m = 1; m <= largest; ++m) {
    std::array<int, 3> steps{};
    double worst = 0;
    for (int a = 0; a < 3; ++a) {
      steps[a] = int(std::lround(m * cells[a] / longest));
      worst = std::max(worst, std::abs(m * cells[a] / longest - steps[a]));
    }
    if (worst < 1e-6) return steps;
  }
  return {};
}

/// Distance to the nearest periodic image of the axis. Any image can be moved along the axis by whole lattice
/// vectors, so only those within half a lattice vector (and one cell, for the offset from the axis) have to
/// be looked at.
double distance_to_images(const Shape& s, Vec3 d) {
  const Vec3 a = axis(s);
  const std::array<int, 3> steps = lattice_steps(s);
  std::array<int, 3> reach{};
  for (int i = 0; i < 3; ++i) {
    if (!s.periodic[i]) continue;
    d[i] -= s.period_m[i] * std::round(d[i] / s.period_m[i]);
    reach[i] = 1 + std::abs(steps[i]) / 2;
  }
  double nearest = distance_to_line(d, a);
  for (int i = -reach[0]; i <= reach[0]; ++i)
    for (int j = -reach[1]; j <= reach[1]; ++j)
      for (int k = -reach[2]; k <= reach[2]; ++k) {
        const Vec3 shift{i * s.period_m.x, j * s.period_m.y, k * s.period_m.z};
        nearest = std::min(nearest, distance_to_line(d - shift, a));
      }
  return nearest;
}

/// Distance to the cone through both end circles, continued beyond them.
double cone_distance(const Shape& s, const Vec3& d) {
  const double along = dot(d, axis(s)), slope = (s.end_radius_m - s.radius_m) / s.length_m;
  const double thinnest = 0.1 * std::min(s.radius_m, s.end_radius_m);  // keeps the apex away
  const double radius = std::max(thinnest, s.radius_m + slope * (along + s.length_m / 2));
  return (distance_to_line(d, axis(s)) - radius) / std::sqrt(1 + slope * slope);
}

/// Torus around center + bend_radius side, in the plane of axis and side.
double torus_distance(const Shape& s, const Vec3& d) {
  const Vec3 from_middle = d - side(s) * s.bend_radius_m, up = cross(axis(s), side(s));
  const double height = dot(from_middle, up), ring = norm(from_middle - up * height) - s.bend_radius_m;
  return std::hypot(ring, height) - s.radius_m;
}

Vec3 daughter(const Shape& s, double sign) {
  return axis(s) * std::cos(s.bend_angle_rad) + side(s) * (sign * std::sin(s.bend_angle_rad));
}

/// Polynomial smooth minimum: differs from min(a, b) only where they are within `blend` of each other.
double smooth_min(double a, double b, double blend) {
  const double h = std::max(blend - std::abs(a - b), 0.0) / blend;
  return std::min(a, b) - h * h * blend / 4;
}

double bifurcation_distance(const Shape& s, const Vec3& d) {
  const double blend = 0.2 * s.radius_m;
  const double parent = distance_to_ray(d, -axis(s)) - s.radius_m;
  const double left = distance_to_ray(d, daughter(s, 1)) - s.end_radius_m;
  const double right = distance_to_ray(d, daughter(s, -1)) - s.end_radius_m;
  return smooth_min(smooth_min(left, right, blend), parent, blend);
}

/// A branch of the tree and all that grows from it: visit(start, end, radius).
template <class Visit>
void visit_tree(const Shape& s, const Vec3& start, const Vec3& along, const Vec3& across, int generation,
                const Visit& visit) {
  constexpr int generations = 4;
  const double scale = std::pow(2.0, -generation / 3.0);
  const Vec3 end = start + along * (s.length_m * scale);
  visit(start, end, s.radius_m * scale);
  if (generation + 1 == generations) return;
  for (const double sign : {-1.0, 1.0})
    visit_tree(s, end, along * std::cos(s.bend_angle_rad) + across * (sign * std::sin(s.bend_angle_rad)),
               cross(along, across), generation + 1, visit);
}

double tree_distance(const Shape& s, const Vec3& d) {
  double nearest = 1e300;
  visit_tree(s, {}, axis(s), side(s), 0, [&](const Vec3& a, const Vec3& b, double radius) {
    const double t = std::clamp(dot(d - a, b - a) / dot(b - a, b - a), 0.0, 1.0);
    nearest = std::min(nearest, norm(d - a - (b - a) * t) - radius);
  });
  return nearest;
}

/// Point of the bent centreline at `angle` from its middle, and the direction there.
std::pair<Vec3, Vec3> bend_at(const Shape& s, double angle) {
  const Vec3 a = axis(s), n = side(s);
  const Vec3 point =
      s.center_m + n * s.bend_radius_m + (a * std::sin(angle) - n * std::cos(angle)) * s.bend_radius_m;
  return {point, a * std::cos(angle) + n * std::sin(angle)};
}

struct Box {
  Vec3 low, high;
  explicit Box(const Vec3& p) : low(p), high(p) {}
  void hold(const Vec3& p, const Vec3& half = {}) {
    for (int a = 0; a < 3; ++a) {
      low[a] = std::min(low[a], p[a] - half[a]);
      high[a] = std::max(high[a], p[a] + half[a]);
    }
  }
};

/// Takes from a rectangle across `through` what a block covers of it, where the block reaches from one side
/// to the other.
void cover(ShapeEnd& end, const Obstacle& o, int through) {
  const auto low = [](const Vec3& center, const Vec3& half, int a) { return center[a] - half[a]; };
  const auto high = [](const Vec3& center, const Vec3& half, int a) { return center[a] + half[a]; };
  const Vec3 half = o.size_m * 0.5;
  if (o.kind != ObstacleKind::block || std::abs(end.center_m[through] - o.center_m[through]) > half[through])
    return;
  for (int side = 1; side < 3; ++side) {
    const int a = (through + side) % 3, b = (through + 3 - side) % 3;  // may be cut along a, spans b
    if (low(o.center_m, half, b) > low(end.center_m, end.half_m, b) ||
        high(o.center_m, half, b) < high(end.center_m, end.half_m, b))
      continue;
    double from = low(end.center_m, end.half_m, a), to = high(end.center_m, end.half_m, a);
    if (low(o.center_m, half, a) <= from) from = std::max(from, high(o.center_m, half, a));
    if (high(o.center_m, half, a) >= to) to = std::min(to, low(o.center_m, half, a));
    end.center_m[a] = (from + to) / 2, end.half_m[a] = (to - from) / 2;
  }
}

std::vector<ShapeEnd> box_ends(const Shape& s) {
  if (s.through == ThroughAxis::none) return {};
  const int through = static_cast<int>(s.through) - 1, u = (through + 1) % 3, v = (through + 2) % 3;
  std::vector<ShapeEnd> both{{"start", s.center_m, {}, 0}, {"end", s.center_m, {}, 0}};
  for (const int side : {0, 1}) {
    ShapeEnd& end = both[static_cast<std::size_t>(side)];
    end.outward[through] = 2 * side - 1;
    end.center_m[through] += end.outward[through] * s.size_m[through] / 2;
    for (const int a : {u, v}) end.half_m[a] = (s.periodic[a] ? s.period_m[a] : s.size_m[a]) / 2;
    for (const Obstacle& o : s.obstacles) cover(end, o, through);
    end.radius_m = std::sqrt(4 * end.half_m[u] * end.half_m[v] / std::numbers::pi);
  }
  return both;
}

/// Half extents of a disc.
Vec3 disc(const Vec3& normal, double radius) {
  Vec3 half{};
  for (int a = 0; a < 3; ++a) half[a] = radius * std::sqrt(std::max(0.0, 1 - normal[a] * normal[a]));
  return half;
}

}  // namespace

bool runs_along_cell(const Shape& s) {
  return lattice_steps(s) != std::array<int, 3>{};
}

double formed_hull_distance(const Shape& s, const Vec3& d) {
  switch (s.kind) {
    case ShapeKind::box:
      return box_hull_distance(s, d);
    case ShapeKind::channel:
      return std::abs(d.y) - s.height_m / 2;
    case ShapeKind::pipe:
      return distance_to_images(s, d) - s.radius_m;
    case ShapeKind::tapered_pipe:
      return cone_distance(s, d);
    case ShapeKind::bent_pipe:
      return torus_distance(s, d);
    case ShapeKind::bifurcation:
      return bifurcation_distance(s, d);
    case ShapeKind::vein_tree:
      return tree_distance(s, d);
    case ShapeKind::revolved:
      return revolved_distance(s, d);
    case ShapeKind::sphere:
      break;
  }
  return norm(d) - s.radius_m;
}

double obstacle_distance(const Shape& s, const Vec3& x) {
  double nearest = std::numeric_limits<double>::infinity();
  for (const Obstacle& o : s.obstacles) {
    Vec3 image = x;
    for (int a = 0; a < 3; ++a)
      if (s.periodic[a]) image[a] -= s.period_m[a] * std::round((x[a] - o.center_m[a]) / s.period_m[a]);
    nearest = std::min(nearest, signed_distance(o, image));
  }
  return nearest;
}

unsigned faces_at(const Shape& s, const Vec3& x, double margin_m) {
  if (s.kind != ShapeKind::box) return 0;
  const Vec3 d = x - s.center_m;
  std::array<double, 3> beyond{};
  double nearest = -obstacle_distance(s, x);
  for (int a = 0; a < 3; ++a) {
    const bool open = s.periodic[a] || a + 1 == static_cast<int>(s.through);
    beyond[a] = open ? -std::numeric_limits<double>::infinity() : std::abs(d[a]) - s.size_m[a] / 2;
    nearest = std::max(nearest, beyond[a]);
  }
  unsigned faces = 0;
  for (int a = 0; a < 3; ++a)
    if (beyond[a] >= nearest - margin_m) faces |= 1u << (2 * a + (d[a] > 0));
  return faces;
}

std::vector<ShapeEnd> ends(const Shape& s) {
  const Vec3 a = axis(s), half = a * (s.length_m / 2);
  if (s.kind == ShapeKind::box) return box_ends(s);
  if (any_periodic(s)) return {};
  switch (s.kind) {
    case ShapeKind::revolved:
      return {{"start", s.center_m + a * s.stations_m.front(), -a, s.radii_m.front()},
              {"end", s.center_m + a * s.stations_m.back(), a, s.radii_m.back()}};
    case ShapeKind::pipe:
      return {{"start", s.center_m - half, -a, s.radius_m}, {"end", s.center_m + half, a, s.radius_m}};
    case ShapeKind::tapered_pipe:
      return {{"start", s.center_m - half, -a, s.radius_m}, {"end", s.center_m + half, a, s.end_radius_m}};
    case ShapeKind::bent_pipe: {
      const auto [first, first_tangent] = bend_at(s, -s.bend_angle_rad / 2);
      const auto [last, last_tangent] = bend_at(s, s.bend_angle_rad / 2);
      return {{"start", first, -first_tangent, s.radius_m}, {"end", last, last_tangent, s.radius_m}};
    }
    case ShapeKind::bifurcation: {
      const Vec3 left = daughter(s, 1), right = daughter(s, -1);
      return {{"start", s.center_m - a * s.length_m, -a, s.radius_m},
              {"left", s.center_m + left * s.length_m, left, s.end_radius_m},
              {"right", s.center_m + right * s.length_m, right, s.end_radius_m}};
    }
    case ShapeKind::box:
    case ShapeKind::channel:
    case ShapeKind::vein_tree:
    case ShapeKind::sphere:
      break;
  }
  return {};
}

std::vector<TreeBranch> tree_branches(const Shape& s) {
  std::vector<TreeBranch> branches;
  visit_tree(s, s.center_m, axis(s), side(s), 0, [&](const Vec3& a, const Vec3& b, double radius) {
    const auto parent = std::ranges::find(branches, a, &TreeBranch::end_m);
    branches.push_back({a, b, radius, parent == branches.end() ? -1 : int(parent - branches.begin())});
  });
  return branches;
}

std::array<Vec3, 2> bounds(const Shape& s) {
  Box box(s.center_m);
  if (s.kind == ShapeKind::box) {
    Vec3 half{};
    for (int a = 0; a < 3; ++a) half[a] = (s.periodic[a] ? s.period_m[a] : s.size_m[a]) / 2;
    box.hold(s.center_m, half);
  } else if (s.kind == ShapeKind::channel) {
    box.hold(s.center_m, Vec3{s.size_m.x, s.height_m, s.size_m.z} * 0.5);
  } else if (s.kind == ShapeKind::vein_tree) {
    visit_tree(s, s.center_m, axis(s), side(s), 0, [&](const Vec3& a, const Vec3& b, double radius) {
      box.hold(a, Vec3{1, 1, 1} * radius), box.hold(b, Vec3{1, 1, 1} * radius);
    });
  } else if (s.kind == ShapeKind::sphere) {
    box.hold(s.center_m, Vec3{1, 1, 1} * s.radius_m);
  } else if (s.kind == ShapeKind::revolved) {
    for (std::size_t k = 0; k < s.stations_m.size(); ++k)
      box.hold(s.center_m + axis(s) * s.stations_m[k], disc(axis(s), s.radii_m[k]));
  } else if (s.kind == ShapeKind::bent_pipe) {
    constexpr int samples =
        180;  // a degree or less apart: a disc in between sticks out by less than 1e-4 of the bend
    const Vec3 margin = Vec3{1, 1, 1} * (1e-4 * (s.bend_radius_m + s.radius_m));
    for (int i = 0; i <= samples; ++i) {
      const auto [point, tangent] = bend_at(s, s.bend_angle_rad * (double(i) / samples - 0.5));
      box.hold(point, disc(tangent, s.radius_m) + margin);
    }
  } else {
    if (s.kind ==
        ShapeKind::bifurcation)  // the branches are round where they meet; the blend adds at most a tenth
      box.hold(s.center_m, Vec3{1, 1, 1} * (1.1 * std::max(s.radius_m, s.end_radius_m)));
    for (const ShapeEnd& end : ends(s)) box.hold(end.center_m, disc(end.outward, end.radius_m));
    // A periodic cell may cut the pipe anywhere: axes that repeat span the cell, the others the pipe.
    for (int a = 0; a < 3 && any_periodic(s); ++a) {
      const double half = s.periodic[a] ? s.period_m[a] / 2 : s.radius_m;
      box.low[a] = s.center_m[a] - half;
      box.high[a] = s.center_m[a] + half;
    }
  }
  return {box.low, box.high};
}

}  // namespace soleus
