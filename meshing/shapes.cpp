#include "meshing/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "meshing/cut.hpp"
#include "meshing/polydata_vtk.hpp"
#include "meshing/remesh.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

// Signed distance to the surface that is meshed; for shapes whose ends are cut off later the ends are open.
using Distance = std::function<double(const Vec3&)>;

Distance wall_of(const Shape& s) {
  return [&s](const Vec3& x) { return signed_distance(s, x); };
}

// The same with flat ends.
Distance closed_wall_of(const Shape& s) {
  return [&s, tips = ends(s)](const Vec3& x) {
    double d = signed_distance(s, x);
    for (const ShapeEnd& tip : tips) d = std::max(d, dot(x - tip.center_m, tip.outward));
    return d;
  };
}

Vec3 gradient(const Shape& s, const Distance& wall, const Vec3& x) {
  const double h = 1e-5 * std::max({s.radius_m, s.height_m, 1e-6});
  return normalized(Vec3{wall(x + Vec3{h, 0, 0}) - wall(x - Vec3{h, 0, 0}),
                         wall(x + Vec3{0, h, 0}) - wall(x - Vec3{0, h, 0}),
                         wall(x + Vec3{0, 0, h}) - wall(x - Vec3{0, 0, h})});
}

Vec3 onto_wall(const Shape& s, const Distance& wall, Vec3 x) {
  for (int i = 0; i < 4; ++i) x -= wall(x) * gradient(s, wall, x);
  return x;
}

// Points on faces of the periodic cell stay there, so that the cell still closes on itself.
Vec3 onto_wall_in_cell(const Shape& s, const Distance& wall, Vec3 x) {
  std::array<bool, 3> on_face{};
  for (int a = 0; a < 3; ++a)
    on_face[a] = s.periodic[a] &&
                 std::abs(std::abs(x[a] - s.center_m[a]) - 0.5 * s.period_m[a]) < 1e-9 * s.period_m[a];
  for (int i = 0; i < 4; ++i) {
    Vec3 g = gradient(s, wall, x);
    for (int a = 0; a < 3; ++a)
      if (on_face[a]) g[a] = 0;
    if (dot(g, g) > 0.01) x -= wall(x) / dot(g, g) * g;
  }
  return x;
}

// Rectangles of a box or channel, split into right triangles; faces across periodic axes are left out.
Surface box_faces(const Vec3& center, const Vec3& size, const std::array<bool, 3>& open, double edge_m) {
  Surface s;
  std::array<int, 3> n{};
  for (int a = 0; a < 3; ++a) n[a] = std::max(1, int(std::lround(size[a] / edge_m)));
  for (int axis = 0; axis < 3; ++axis) {
    if (open[axis]) continue;
    const int u = (axis + 1) % 3, v = (axis + 2) % 3;
    for (int side : {-1, 1}) {
      const int first = int(s.points_m.size());
      for (int j = 0; j <= n[v]; ++j) {
        for (int i = 0; i <= n[u]; ++i) {
          Vec3 p = center;
          p[axis] += side * size[axis] / 2;
          p[u] += size[u] * (double(i) / n[u] - 0.5);
          p[v] += size[v] * (double(j) / n[v] - 0.5);
          s.points_m.push_back(p);
        }
      }
      for (int j = 0; j < n[v]; ++j) {
        for (int i = 0; i < n[u]; ++i) {
          const int a = first + i + j * (n[u] + 1), b = a + 1, c = a + n[u] + 1, d = c + 1;
          if (side > 0) s.triangles.insert(s.triangles.end(), {{a, b, d}, {a, d, c}});
          if (side < 0) s.triangles.insert(s.triangles.end(), {{a, d, b}, {a, c, d}});
        }
      }
    }
  }
  return s;
}

// Points at the same place become one.
void weld(Surface& s) {
  std::vector<int> order(s.points_m.size()), same(s.points_m.size());
  for (std::size_t v = 0; v < order.size(); ++v) order[v] = int(v);
  const auto key = [&](int v) { return std::array{s.points_m[v].x, s.points_m[v].y, s.points_m[v].z}; };
  std::sort(order.begin(), order.end(), [&](int a, int b) { return key(a) < key(b); });
  for (std::size_t i = 0; i < order.size(); ++i) {
    same[order[i]] = i > 0 && key(order[i]) == key(order[i - 1]) ? same[order[i - 1]] : order[i];
  }
  for (auto& t : s.triangles) {
    for (int& v : t) v = same[v];
  }
  s = keep_triangles(s, std::vector<char>(s.triangles.size(), 1));
}

Surface iso_surface(const Shape& s, const Distance& wall, double spacing_m) {
  auto [low, high] = bounds(s);
  std::array<int, 3> n{};
  Vec3 origin, step;
  for (int a = 0; a < 3; ++a) {
    // A periodic axis is sampled exactly over the cell; others with a margin, off round numbers.
    const double margin = s.periodic[a] ? 0 : 4.0 * spacing_m + 0.0137 * spacing_m * (a + 1);
    const double length = high[a] - low[a] + 2 * margin;
    n[a] = std::max(2, int(std::ceil(length / spacing_m)) + 1);
    step[a] = length / (n[a] - 1);
    origin[a] = low[a] - margin;
  }
  std::vector<float> values;
  values.reserve(std::size_t(n[0]) * n[1] * n[2]);
  for (int k = 0; k < n[2]; ++k) {
    for (int j = 0; j < n[1]; ++j) {
      for (int i = 0; i < n[0]; ++i) {
        const double d = wall(origin + Vec3{i * step.x, j * step.y, k * step.z}) / spacing_m;
        values.push_back(std::abs(d) < 1e-4 ? 1e-4f : float(d));
      }
    }
  }
  Surface out = zero_surface(n, values);
  for (Vec3& p : out.points_m) {
    const Vec3 q = origin + Vec3{p.x * step.x, p.y * step.y, p.z * step.z};
    p = any_periodic(s) ? onto_wall_in_cell(s, wall, q) : onto_wall(s, wall, q);
  }
  if (!out.triangles.empty()) {
    const Vec3 c = triangle_center(out, 0);
    if (dot(triangle_normal(out, 0), gradient(s, wall, c)) < 0) flip_orientation(out);
  }
  return out;
}

Branch straight_branch(int id, int parent, const Vec3& from, const Vec3& to, double start_m, double step_m) {
  Branch b{id, parent, {}, {}, {}, {}};
  const double length = norm(to - from);
  const int n = std::max(2, int(std::ceil(length / step_m)) + 1);
  for (int i = 0; i < n; ++i) {
    b.points_m.push_back(from + (double(i) / (n - 1)) * (to - from));
    b.abscissa_m.push_back(start_m + length * i / (n - 1));
  }
  return b;
}

Branch bent_branch(const Shape& s, double step_m) {
  const Vec3 a = normalized(s.direction), n = normalized(s.normal - dot(s.normal, a) * a);
  const double length = s.bend_radius_m * s.bend_angle_rad;
  const int count = std::max(3, int(std::ceil(length / step_m)) + 1);
  Branch b;
  for (int i = 0; i < count; ++i) {
    const double angle = s.bend_angle_rad * (double(i) / (count - 1) - 0.5);
    b.points_m.push_back(s.center_m + s.bend_radius_m * ((1 - std::cos(angle)) * n + std::sin(angle) * a));
    b.abscissa_m.push_back(length * i / (count - 1));
  }
  return b;
}

// Of a periodic pipe: one cell long (from face to face along the axis through the centre).
double straight_length(const Shape& s, const Vec3& axis) {
  if (!any_periodic(s)) return s.length_m;
  double length = 1e300;
  for (int a = 0; a < 3; ++a) {
    if (s.periodic[a] && std::abs(axis[a]) > 1e-9)
      length = std::min(length, s.period_m[a] / std::abs(axis[a]));
  }
  return length < 1e300 ? length : s.length_m;
}

Centerlines shape_centerlines(const Shape& s) {
  const Vec3 a = normalized(s.direction);
  Centerlines out;
  const double step = 0.2 * (s.kind == ShapeKind::channel ? s.height_m / 2
                             : s.end_radius_m > 0         ? std::min(s.radius_m, s.end_radius_m)
                                                          : s.radius_m);
  const auto along = [&](const Vec3& axis, double length) {
    out.branches.push_back(
        straight_branch(0, -1, s.center_m - 0.5 * length * axis, s.center_m + 0.5 * length * axis, 0, step));
  };
  switch (s.kind) {
    case ShapeKind::box:
      return out;
    case ShapeKind::channel:
      along({1, 0, 0}, s.size_m.x);
      break;
    case ShapeKind::sphere:
      along(a, 1.8 * s.radius_m);
      break;
    case ShapeKind::pipe:
    case ShapeKind::tapered_pipe:
      along(a, straight_length(s, a));
      break;
    case ShapeKind::revolved:
      out.branches.push_back(straight_branch(0, -1, s.center_m + s.stations_m.front() * a,
                                             s.center_m + s.stations_m.back() * a, 0,
                                             0.2 * std::ranges::min(s.radii_m)));
      break;
    case ShapeKind::bent_pipe:
      out.branches.push_back(bent_branch(s, step));
      break;
    case ShapeKind::bifurcation: {
      const auto tips = ends(s);
      out.branches.push_back(straight_branch(0, -1, tips[0].center_m, s.center_m, 0, step));
      for (int k : {1, 2})
        out.branches.push_back(straight_branch(k, 0, s.center_m, tips[k].center_m, s.length_m, step));
      break;
    }
    case ShapeKind::vein_tree:
      for (const TreeBranch& b : tree_branches(s)) {
        const double from = b.parent < 0 ? 0 : out.branches[b.parent].abscissa_m.back();
        out.branches.push_back(
            straight_branch(int(out.branches.size()), b.parent, b.start_m, b.end_m, from, 0.2 * b.radius_m));
      }
      break;
  }
  for (Branch& b : out.branches) {
    for (const Vec3& p : b.points_m) {
      const double r = -signed_distance(s, p);
      b.radius_m.push_back(r);
      b.area_m2.push_back(s.kind == ShapeKind::channel ? s.height_m * s.size_m.z : std::numbers::pi * r * r);
    }
  }
  return out;
}

// cap_of[end]: number of the opening, -1: wall.
std::vector<int> match_ends(const GeometryConfig& config, const std::vector<OpeningConfig>& openings,
                            const std::vector<ShapeEnd>& tips, std::vector<Opening>& out) {
  std::string list;
  for (const ShapeEnd& tip : tips)
    list += fmt::format("{}'{}' at {}", list.empty() ? "" : ", ", tip.name, place_text(tip.center_m));
  if (list.empty()) list = "none";
  std::vector<int> entry(tips.size(), -1), cap(tips.size(), -1);
  std::vector<std::string> messages;
  for (int o = 0; o < int(openings.size()); ++o) {
    const OpeningConfig& c = openings[o];
    int match = -1;
    for (int e = 0; e < int(tips.size()); ++e) {
      if (!c.end.empty() ? c.end == tips[e].name
                         : c.near_m && (match < 0 || norm(tips[e].center_m - *c.near_m) <
                                                         norm(tips[match].center_m - *c.near_m))) {
        match = e;
      }
    }
    if (match < 0) {
      messages.push_back(fmt::format(
          "openings: '{}' matches no end of the shape; set `end` (or `near`). Its ends: {}.", c.name, list));
    } else if (entry[match] >= 0) {
      messages.push_back(fmt::format("openings: '{}' and '{}' both name the end '{}'.",
                                     openings[entry[match]].name, c.name, tips[match].name));
    } else {
      entry[match] = o;
    }
  }
  for (std::size_t e = 0; e < tips.size(); ++e) {
    if (entry[e] >= 0 || config.close_unnamed || !messages.empty()) continue;
    messages.push_back(fmt::format(
        "openings: the end '{}' of the shape at {} is named by no opening; add an entry with `end: {}` "
        "(`kind: closed` for a wall), or set geometry.close_unnamed: true.",
        tips[e].name, place_text(tips[e].center_m), tips[e].name));
  }
  if (!messages.empty()) throw InputError(messages);
  for (int o = 0; o < int(openings.size()); ++o) {
    const auto e = std::find(entry.begin(), entry.end(), o) - entry.begin();
    if (e == std::ptrdiff_t(entry.size()) || openings[o].kind == OpeningKind::closed) continue;
    cap[e] = int(out.size());
    const ShapeEnd& tip = tips[e];
    out.push_back({openings[o].name, tip.center_m, tip.outward,
                   std::numbers::pi * tip.radius_m * tip.radius_m, tip.radius_m});
  }
  return cap;
}

void mesh_shape(const Shape& s, double edge_m, const std::vector<int>& cap_of, Geometry& g) {
  const double narrow = s.end_radius_m > 0 ? std::min(s.radius_m, s.end_radius_m) : s.radius_m;
  const double edge = std::min(edge_m, 0.5 * narrow);
  const Distance lateral = wall_of(s);
  Surface raw = iso_surface(s, lateral, edge);
  const auto tips = ends(s);
  const Bvh wall(raw);
  const auto neighbours = triangle_neighbours(raw);
  std::vector<Extension> cuts;
  // Every end gets a patch of its own, so that its rim stays sharp; those that are wall lose their number
  // below.
  for (int e = 0; e < int(tips.size()); ++e) {
    auto cut = find_cut(wall, neighbours, tips[e].center_m, tips[e].outward, 1e300);
    if (!cut)
      throw InputError(fmt::format(
          "geometry.analytic: the end '{}' of the shape cannot be cut off flat; its branches overlap there.",
          tips[e].name));
    cuts.push_back({*cut, 0, edge, e});
  }
  OpenedSurface opened = open_ends(raw, cuts, int(tips.size()));
  if (euler_characteristic(opened.patched.surface) != 2 ||
      !edge_faults(opened.patched.surface).boundary.empty()) {
    throw InputError(
        "geometry.analytic: the shape does not give one closed surface; check that its parts do not "
        "overlap.");
  }
  remesh(opened.patched, [&](const Vec3& x) { return WallPoint{onto_wall(s, lateral, x), edge}; });
  g.surface = std::move(opened.patched.surface);
  g.cap = std::move(opened.patched.cap);
  for (int& c : g.cap) c = c >= 0 ? cap_of[c] : -1;
}

// Shapes with edges: the level set as it is, since remeshing would round them. A cap is what lies in the
// plane of its end.
void mesh_with_edges(const Shape& s, double edge_m, const std::vector<int>& cap_of, Geometry& g) {
  const auto tips = ends(s);
  const double narrow = s.radii_m.empty() ? edge_m : 0.5 * std::ranges::min(s.radii_m);
  g.surface = iso_surface(s, closed_wall_of(s), std::min(edge_m, narrow));
  for (const auto& triangle : g.surface.triangles) {
    int cap = -1;
    for (std::size_t e = 0; e < tips.size(); ++e)
      if (std::ranges::all_of(triangle, [&](int p) {
            const double above = dot(g.surface.points_m[p] - tips[e].center_m, tips[e].outward);
            return std::abs(above) < 1e-6 * edge_m;
          }))
        cap = cap_of[e];
    g.cap.push_back(cap);
  }
}

}  // namespace

Geometry shape_geometry(const GeometryConfig& config, const std::vector<OpeningConfig>& openings) {
  const Shape& s = *config.shape;
  Geometry g;
  g.shape = s;
  const auto cap_of = match_ends(config, openings, ends(s), g.openings);
  g.centerlines = shape_centerlines(s);
  if (s.kind == ShapeKind::revolved || s.through != ThroughAxis::none || !s.obstacles.empty()) {
    mesh_with_edges(s, config.edge_length_m, cap_of, g);
  } else if (s.kind == ShapeKind::box || s.kind == ShapeKind::channel) {
    const Vec3 size = s.kind == ShapeKind::channel ? Vec3{s.size_m.x, s.height_m, s.size_m.z} : s.size_m;
    const auto open = s.kind == ShapeKind::channel ? std::array{true, false, true} : s.periodic;
    Vec3 sides = size;
    for (int a = 0; a < 3; ++a) {
      if (open[a] && s.kind == ShapeKind::box) sides[a] = s.period_m[a];
    }
    g.surface = box_faces(s.center_m, sides, open, config.edge_length_m);
    weld(g.surface);
    g.cap.assign(g.surface.triangles.size(), -1);
  } else if (any_periodic(s)) {
    g.surface = iso_surface(s, wall_of(s), std::min(config.edge_length_m, 0.5 * s.radius_m));
    g.cap.assign(g.surface.triangles.size(), -1);
  } else {
    mesh_shape(s, config.edge_length_m, cap_of, g);
  }
  return g;
}

}  // namespace soleus
