#include "pipeline/base/artifacts/shape.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soleus {
namespace {

constexpr std::array<std::string_view, 8> kind_names{"box",       "channel",     "pipe",      "tapered_pipe",
                                                     "bent_pipe", "bifurcation", "vein_tree", "sphere"};

Vec3 axis(const Shape& s) {
  return normalized(s.direction);
}

/// `normal` made perpendicular to the axis.
Vec3 side(const Shape& s) {
  const Vec3 a = axis(s), n = s.normal - a * dot(s.normal, a);
  return norm(n) > 1e-9 * norm(s.normal) ? normalized(n) : any_perpendicular(a);
}

double distance_to_line(const Vec3& d, const Vec3& direction) {
  return norm(d - direction * dot(d, direction));
}

/// Distance to the half line from the origin along `direction`.
double distance_to_ray(const Vec3& d, const Vec3& direction) {
  return norm(d - direction * std::max(0.0, dot(d, direction)));
}

double box_distance(const Shape& s, const Vec3& d) {
  Vec3 beyond{};
  double inside = -norm(s.periodic[0] && s.periodic[1] && s.periodic[2] ? s.period_m : s.size_m);
  for (int a = 0; a < 3; ++a) {
    if (s.periodic[a]) continue;
    const double q = std::abs(d[a]) - s.size_m[a] / 2;
    inside = std::max(inside, q);
    beyond[a] = std::max(q, 0.0);
  }
  return norm(beyond) + std::min(inside, 0.0);
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

bool any_periodic(const Shape& s) {
  return s.periodic[0] || s.periodic[1] || s.periodic[2];
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

/// Half extents of a disc.
Vec3 disc(const Vec3& normal, double radius) {
  Vec3 half{};
  for (int a = 0; a < 3; ++a) half[a] = radius * std::sqrt(std::max(0.0, 1 - normal[a] * normal[a]));
  return half;
}

void check(Fields& f, const Shape& s) {
  const auto need = [&](const char* key, bool given) {
    if (!given) f.fault(key, "this shape needs it: write a value above zero, for example 8 mm.");
  };
  const bool tree = s.kind == ShapeKind::vein_tree;
  const bool tube = s.kind == ShapeKind::pipe || s.kind == ShapeKind::tapered_pipe ||
                    s.kind == ShapeKind::bent_pipe || s.kind == ShapeKind::bifurcation || tree;
  if (tube || s.kind == ShapeKind::sphere) need("radius", s.radius_m > 0);
  if ((tube && s.kind != ShapeKind::bent_pipe && !any_periodic(s))) need("length", s.length_m > 0);
  if (s.kind == ShapeKind::tapered_pipe || s.kind == ShapeKind::bifurcation)
    need("end_radius", s.end_radius_m > 0);
  if (s.kind == ShapeKind::channel) need("height", s.height_m > 0);
  if (s.kind == ShapeKind::bent_pipe && s.bend_radius_m <= s.radius_m)
    f.fault("bend_radius", "it must be larger than the radius of the pipe.");
  if ((s.kind == ShapeKind::bent_pipe || s.kind == ShapeKind::bifurcation || tree) &&
      (s.bend_angle_rad <= 0 || s.bend_angle_rad > std::numbers::pi))
    f.fault("bend_angle", "this shape needs an angle above 0 deg and at most 180 deg, for example 60 deg.");
  if (norm(s.direction) == 0) f.fault("direction", "a direction cannot be 0 0 0; write for example 1 0 0.");
  for (int a = 0; a < 3; ++a) {
    const bool channel_side = s.kind == ShapeKind::channel && a != 1,
               box_side = s.kind == ShapeKind::box && !s.periodic[a];
    if ((channel_side || box_side) && s.size_m[a] <= 0) {
      f.fault("size", "this shape needs its extents, all above zero, for example 20 20 20 mm.");
      break;
    }
  }
  for (int a = 0; a < 3; ++a)
    if (s.periodic[a] && s.period_m[a] <= 0) {
      f.fault("period", "a periodic axis needs the length of the cell along it, for example 20 20 20 mm.");
      return;
    }
  if (s.kind == ShapeKind::pipe && any_periodic(s) && lattice_steps(s) == std::array<int, 3>{})
    f.fault(
        "direction",
        "a periodic pipe must run along a lattice vector of the cell, for example 1 1 0 in a cubic cell.");
}

}  // namespace

void describe(Fields& f, Shape& s) {
  f.choice({"shape",
            "box, channel (two planes), pipe, tapered_pipe, bent_pipe, bifurcation, vein_tree or sphere."},
           s.kind, kind_names);
  f.vector({"center",
            "Centre of the shape; of a bifurcation the point where the branches meet, of a tree its root."},
           s.center_m, Dimension::length);
  f.vector({"direction", "Along the axis; of a bent pipe at the middle of the bend."}, s.direction,
           Dimension::number);
  f.vector({"normal", "Side to which a bent pipe bends; with direction the plane of a bifurcation."},
           s.normal, Dimension::number);
  f.vector({"size", "Box: sides along x, y, z. Channel: extents along x and z."}, s.size_m,
           Dimension::length);
  f.quantity({"radius", "Radius of the pipe (at the start), of the parent branch, of the sphere."},
             s.radius_m, Dimension::length, {.min = 0});
  f.quantity({"end_radius", "Tapered pipe: radius at the end. Bifurcation: radius of the daughters."},
             s.end_radius_m, Dimension::length, {.min = 0});
  f.quantity({"length", "Length of the pipe, of each branch of a bifurcation, of the trunk of a tree."},
             s.length_m, Dimension::length, {.min = 0});
  f.quantity({"height", "Channel: distance between the planes, whose normal is y."}, s.height_m,
             Dimension::length, {.min = 0});
  f.quantity({"bend_radius", "Bent pipe: radius of the centreline's arc."}, s.bend_radius_m,
             Dimension::length, {.min = 0});
  f.quantity({"bend_angle",
              "Bent pipe: angle of the arc. Bifurcation, tree: angle between parent axis and daughter."},
             s.bend_angle_rad, Dimension::angle, {.min = 0});
  std::vector<std::string> periodic;
  for (int a = 0; a < 3; ++a)
    if (s.periodic[a]) periodic.push_back(std::string(1, "xyz"[a]));
  f.texts(
      {"periodic", "Axes along which the flow repeats, for example [x, z]. A channel repeats along x and z."},
      periodic);
  for (const std::string& name : periodic)
    if (name == "x" || name == "y" || name == "z")
      s.periodic[std::size_t(name[0] - 'x')] = true;
    else
      f.fault("periodic", "'" + name + "' is not an axis; write a list of x, y and z.");
  f.vector({"period", "Sides of the periodic cell, centred at `center`; of a channel its size."}, s.period_m,
           Dimension::length);
  if (s.kind == ShapeKind::channel) {
    s.periodic = {true, false, true};
    s.period_m = {s.size_m.x, s.height_m, s.size_m.z};
  }
  check(f, s);
}

double signed_distance(const Shape& s, const Vec3& x) {
  const Vec3 d = x - s.center_m;
  switch (s.kind) {
    case ShapeKind::box:
      return box_distance(s, d);
    case ShapeKind::channel:
      return std::abs(d.y) - s.height_m / 2;
    case ShapeKind::pipe:
      return (any_periodic(s) ? distance_to_images(s, d) : distance_to_line(d, axis(s))) - s.radius_m;
    case ShapeKind::tapered_pipe:
      return cone_distance(s, d);
    case ShapeKind::bent_pipe:
      return torus_distance(s, d);
    case ShapeKind::bifurcation:
      return bifurcation_distance(s, d);
    case ShapeKind::vein_tree:
      return tree_distance(s, d);
    case ShapeKind::sphere:
      break;
  }
  return norm(d) - s.radius_m;
}

std::vector<ShapeEnd> ends(const Shape& s) {
  const Vec3 a = axis(s), half = a * (s.length_m / 2);
  if (any_periodic(s)) return {};
  switch (s.kind) {
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
