// The keys of an analytic shape, and what each kind needs.
#include <algorithm>
#include <numbers>

#include "pipeline/base/artifacts/shape.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 9> kind_names{
    "box", "channel", "pipe", "tapered_pipe", "bent_pipe", "bifurcation", "vein_tree", "sphere", "revolved"};
constexpr std::array<std::string_view, 4> through_names{"none", "x", "y", "z"};

void check_box(Fields& f, const Shape& s) {
  if (s.kind != ShapeKind::box && !s.obstacles.empty())
    f.fault("obstacles", "only a box can hold obstacles.");
  if (s.kind != ShapeKind::box && s.through != ThroughAxis::none)
    f.fault("through", "only a box is opened so; other shapes have their ends.");
  if (s.through != ThroughAxis::none && s.periodic[static_cast<std::size_t>(s.through) - 1])
    f.fault("through", "a box cannot be open along an axis that is periodic.");
}

void check_revolved(Fields& f, const Shape& s) {
  if (s.stations_m.size() < 2 || s.stations_m.size() != s.radii_m.size())
    return f.fault("stations", "a revolved shape needs two or more stations and as many radii.");
  if (!std::ranges::is_sorted(s.stations_m) || s.stations_m[0] == s.stations_m[1] ||
      s.stations_m.back() == s.stations_m[s.stations_m.size() - 2])
    f.fault("stations", "stations must not decrease, and the first and last two must differ.");
  if (any_periodic(s)) f.fault("periodic", "a revolved shape has two ends and cannot repeat.");
}

void check(Fields& f, const Shape& s) {
  check_box(f, s);
  if (s.kind == ShapeKind::revolved) check_revolved(f, s);
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
  if (s.kind == ShapeKind::pipe && any_periodic(s) && !runs_along_cell(s))
    f.fault(
        "direction",
        "a periodic pipe must run along a lattice vector of the cell, for example 1 1 0 in a cubic cell.");
}

}  // namespace

void describe(Fields& f, Shape& s) {
  f.choice({"shape",
            "box, channel (two planes), pipe, tapered_pipe, bent_pipe, bifurcation, vein_tree, sphere or "
            "revolved (a line turned about an axis)."},
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
  f.choice({"through", "Box: axis along which it is open, at its ends start (low) and end; none: closed."},
           s.through, through_names);
  f.list({"obstacles", "Box: solid bodies inside; they repeat along periodic axes."}, s.obstacles);
  f.quantities({"stations", "Revolved: places along the axis from center, ascending; two alike make a step."},
               s.stations_m, Dimension::length);
  f.quantities({"radii", "Revolved: radius at each station."}, s.radii_m, Dimension::length, {.above = 0});
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

}  // namespace soleus
