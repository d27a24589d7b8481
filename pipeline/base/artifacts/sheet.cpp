#include "pipeline/base/artifacts/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

constexpr std::array<std::string_view, 4> kind_names{"rectangle", "disc", "sphere", "tube"};
constexpr std::array<std::string_view, 3> held_names{"none", "border", "box"};

/// Equilateral triangles as nearly as the sides allow: every other row is moved by half an edge, which makes
/// halves at its ends.
Surface rectangle(const Vec3& u, const Vec3& v, double length_m, double width_m, double edge_m) {
  Surface s;
  const int along = std::max(1, static_cast<int>(std::lround(length_m / edge_m))),
            rows = std::max(1, static_cast<int>(std::lround(width_m / (edge_m * std::sqrt(0.75)))));
  std::vector<std::vector<int>> of_row;
  for (int r = 0; r <= rows; ++r) {
    std::vector<int>& row = of_row.emplace_back();
    const auto add = [&](double part) {
      row.push_back(static_cast<int>(s.points_m.size()));
      s.points_m.push_back(u * ((part - 0.5) * length_m) + v * ((double(r) / rows - 0.5) * width_m));
    };
    if (r % 2 == 1) add(0);
    for (int k = 0; k < along + (r % 2 == 0); ++k) add((k + 0.5 * (r % 2)) / along);
    if (r % 2 == 1) add(1);
  }
  for (int r = 0; r < rows; ++r) {  // the row with halves at its ends has one node more
    const bool below = r % 2 == 0;
    const std::vector<int>&few = of_row[std::size_t(r + !below)], &many = of_row[std::size_t(r + below)];
    const auto add = [&](int a, int b, int c) {
      s.triangles.push_back(below ? std::array{a, b, c} : std::array{a, c, b});
    };
    for (std::size_t k = 0; k + 1 < many.size(); ++k) {
      add(few[k], many[k + 1], many[k]);
      if (k + 1 < few.size()) add(few[k], few[k + 1], many[k + 1]);
    }
  }
  return s;
}

/// Rings about the centre, each of six nodes more than the one inside it.
Surface disc(const Vec3& u, const Vec3& v, double radius_m, double edge_m) {
  Surface s;
  const int rings = std::max(1, static_cast<int>(std::lround(radius_m / edge_m)));
  s.points_m.push_back({});
  const auto node = [](int ring, int k) {
    return ring == 0 ? 0 : 1 + 3 * ring * (ring - 1) + k % (6 * ring);
  };
  for (int ring = 1; ring <= rings; ++ring)
    for (int k = 0; k < 6 * ring; ++k) {
      const double angle = k * std::numbers::pi / (3 * ring);
      s.points_m.push_back((u * std::cos(angle) + v * std::sin(angle)) * (radius_m * ring / rings));
    }
  for (int ring = 1; ring <= rings; ++ring)
    for (int sector = 0; sector < 6; ++sector)
      for (int k = 0; k < ring; ++k) {
        const int inner = sector * (ring - 1) + k, outer = sector * ring + k;
        s.triangles.push_back({node(ring - 1, inner), node(ring, outer), node(ring, outer + 1)});
        if (k + 1 < ring)
          s.triangles.push_back({node(ring - 1, inner), node(ring, outer + 1), node(ring - 1, inner + 1)});
      }
  return s;
}

/// An icosahedron with its faces divided, their nodes put on the sphere.
Surface sphere(double radius_m, double edge_m) {
  const double g = std::numbers::phi;
  const std::array<Vec3, 12> corners{{{-1, g, 0},
                                      {1, g, 0},
                                      {-1, -g, 0},
                                      {1, -g, 0},
                                      {0, -1, g},
                                      {0, 1, g},
                                      {0, -1, -g},
                                      {0, 1, -g},
                                      {g, 0, -1},
                                      {g, 0, 1},
                                      {-g, 0, -1},
                                      {-g, 0, 1}}};
  constexpr int faces[20][3] = {{0, 11, 5}, {0, 5, 1},  {0, 1, 7},   {0, 7, 10}, {0, 10, 11},
                                {1, 5, 9},  {5, 11, 4}, {11, 10, 2}, {10, 7, 6}, {7, 1, 8},
                                {3, 9, 4},  {3, 4, 2},  {3, 2, 6},   {3, 6, 8},  {3, 8, 9},
                                {4, 9, 5},  {2, 4, 11}, {6, 2, 10},  {8, 6, 7},  {9, 8, 1}};
  // Of equilateral triangles of that edge the sphere would have 16 pi r^2 / (sqrt 3 a^2).
  const double wanted = 16 * std::numbers::pi * radius_m * radius_m / (std::sqrt(3.0) * edge_m * edge_m);
  const int n = std::max(1, static_cast<int>(std::lround(std::sqrt(wanted / 20))));
  Surface s;
  std::map<std::array<long, 3>, int> known;
  const auto node = [&](const Vec3& x) {
    const Vec3 p = normalized(x) * radius_m;
    const double unit = 1e-6 * radius_m;
    const std::array key{std::lround(p.x / unit), std::lround(p.y / unit), std::lround(p.z / unit)};
    const auto [at, fresh] = known.try_emplace(key, static_cast<int>(s.points_m.size()));
    if (fresh) s.points_m.push_back(p);
    return at->second;
  };
  for (const auto& f : faces) {
    const Vec3 &a = corners[std::size_t(f[0])], &b = corners[std::size_t(f[1])],
               &c = corners[std::size_t(f[2])];
    const auto at = [&](int i, int j) {
      return node(a + (b - a) * (double(i) / n) + (c - a) * (double(j) / n));
    };
    for (int i = 0; i < n; ++i)
      for (int j = 0; i + j < n; ++j) {
        s.triangles.push_back({at(i, j), at(i + 1, j), at(i, j + 1)});
        if (i + j + 1 < n) s.triangles.push_back({at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)});
      }
  }
  return s;
}

/// Rings about `axis`, every other one turned by half an edge; `v` and `w` across it.
Surface tube(const Vec3& axis, const Vec3& v, const Vec3& w, double radius_m, double length_m,
             double edge_m) {
  Surface s;
  const int around = std::max(3, static_cast<int>(std::lround(2 * std::numbers::pi * radius_m / edge_m))),
            rows = std::max(1, static_cast<int>(std::lround(length_m / (edge_m * std::sqrt(0.75)))));
  const auto node = [&](int row, int k) { return row * around + k % around; };
  for (int r = 0; r <= rows; ++r)
    for (int k = 0; k < around; ++k) {
      const double angle = 2 * std::numbers::pi * (k + 0.5 * (r % 2)) / around;
      s.points_m.push_back((v * std::cos(angle) + w * std::sin(angle)) * radius_m +
                           axis * ((double(r) / rows - 0.5) * length_m));
    }
  for (int r = 0; r < rows; ++r)
    for (int k = 0; k < around; ++k) {
      const int ahead = k + r % 2;  // of the next row, between k and k + 1
      s.triangles.push_back({node(r, k), node(r, k + 1), node(r + 1, ahead)});
      s.triangles.push_back({node(r, k + 1), node(r + 1, ahead + 1), node(r + 1, ahead)});
    }
  return s;
}

std::vector<int> border(const Surface& s) {
  std::vector<int> nodes;
  for (const BorderEdge& e : border_edges(s)) nodes.push_back(e.a), nodes.push_back(e.b);
  std::ranges::sort(nodes);
  const auto [from, to] = std::ranges::unique(nodes);
  nodes.erase(from, to);
  return nodes;
}

}  // namespace

void describe(Fields& f, SheetBulge& c) {
  f.number({"height", "Largest widening over its radius; 0: none."}, c.height, {.above = -1});
  f.quantity({"at", "Where that is, along its axis from its centre."}, c.at_m, Dimension::length);
  f.quantity({"length", "Distance over which it falls by the factor e."}, c.length_m, Dimension::length,
             {.min = 0});
  if (c.height != 0 && c.length_m <= 0)
    f.fault("length", "a bulge needs it: write a value above zero, for example 5 mm.");
}

void describe(Fields& f, SheetForm& c) {
  f.choice({"kind", "rectangle, disc, sphere or tube.", true}, c.kind, kind_names);
  f.vector({"center", "Its centre (LPS)."}, c.center_m, Dimension::length);
  f.vector({"normal", "Rectangle and disc: across them."}, c.normal, Dimension::number);
  f.vector({"along", "Rectangle: direction of its first side. Tube: its axis."}, c.along, Dimension::number);
  f.vector(
      {"size", "Rectangle: its two sides (and 0), along `along` and across it. Tube: its length (and 0 0)."},
      c.size_m, Dimension::length);
  f.quantity({"radius", "Disc, sphere and tube."}, c.radius_m, Dimension::length, {.min = 0});
  f.quantity({"edge_length", "Wanted edge length of its triangles: about solver.dx.", true}, c.edge_length_m,
             Dimension::length, {.above = 0});
  f.vector({"stretch", "Factors of x, y, z about the centre, from its rest to where it lies at the start."},
           c.stretch, Dimension::number);
  f.quantity({"swing",
              "Angle by which it is turned at the start, out of its rest, about the line across "
              "`along` where it begins."},
             c.swing_rad, Dimension::angle);
  f.section({"bulge", "Tube: how it is widened at the start."}, c.bulge);
  f.choice({"held", "Which of its points keep their place: none, border, or those in a box."}, c.held,
           held_names);
  f.vector({"held_min", "Held in a box: its lowest corner."}, c.held_min_m, Dimension::length);
  f.vector({"held_max", "Held in a box: its highest corner."}, c.held_max_m, Dimension::length);
  f.flag({"clamped", "Held edges keep their direction as well."}, c.clamped);
  if (c.kind != SheetKind::rectangle && c.radius_m <= 0)
    f.fault("radius", "a disc, sphere or tube needs it: write a value above zero, for example 8 mm.");
  if (c.kind == SheetKind::rectangle && (c.size_m.x <= 0 || c.size_m.y <= 0))
    f.fault("size", "a rectangle needs its two sides, above zero, for example 20 10 0 mm.");
  if (c.kind == SheetKind::tube && c.size_m.x <= 0)
    f.fault("size", "a tube needs its length, above zero, for example 40 0 0 mm.");
  if (norm(cross(c.normal, c.along)) == 0)
    f.fault("along", "it must not be parallel to `normal`, and neither may be 0 0 0.");
  if (c.held == SheetHeld::box && !(c.held_min_m && c.held_max_m))
    f.fault("held", "held: box needs held_min and held_max.");
}

Sheet make_sheet(const std::string& name, const SheetForm& form) {
  const Vec3 normal = normalized(form.normal), u = normalized(form.along - normal * dot(form.along, normal)),
             v = cross(normal, u);
  Sheet sheet{.name = name, .clamped = form.clamped};
  if (form.kind == SheetKind::rectangle)
    sheet.rest = rectangle(u, v, form.size_m.x, form.size_m.y, form.edge_length_m);
  if (form.kind == SheetKind::disc) sheet.rest = disc(u, v, form.radius_m, form.edge_length_m);
  if (form.kind == SheetKind::sphere) sheet.rest = sphere(form.radius_m, form.edge_length_m);
  if (form.kind == SheetKind::tube)
    sheet.rest = tube(u, v, normal, form.radius_m, form.size_m.x, form.edge_length_m);
  const auto widened = [&](const Vec3& x) {
    if (form.kind != SheetKind::tube || form.bulge.height == 0) return x;
    const double at = (dot(x, u) - form.bulge.at_m) / form.bulge.length_m;
    return x + (x - u * dot(x, u)) * (form.bulge.height * std::exp(-at * at));
  };
  const Vec3 hinge = u * (-0.5 * form.size_m.x);
  for (Vec3& x : sheet.rest.points_m) {
    const Vec3 y = widened(x);
    const Vec3 from = Vec3{y.x * form.stretch.x, y.y * form.stretch.y, y.z * form.stretch.z} - hinge;
    const double c = std::cos(form.swing_rad), s = std::sin(form.swing_rad);
    const Vec3 turned = from * c + cross(v, from) * s + v * (dot(v, from) * (1 - c));
    sheet.start_m.push_back(form.center_m + hinge + turned);
    x += form.center_m;
  }
  if (form.held == SheetHeld::border) sheet.held = border(sheet.rest);
  if (form.held == SheetHeld::box)
    for (std::size_t n = 0; n < sheet.start_m.size(); ++n) {
      const Vec3 &x = sheet.start_m[n], &lo = *form.held_min_m, &hi = *form.held_max_m;
      if (x.x >= lo.x && x.x <= hi.x && x.y >= lo.y && x.y <= hi.y && x.z >= lo.z && x.z <= hi.z)
        sheet.held.push_back(static_cast<int>(n));
    }
  if (form.held != SheetHeld::none && sheet.held.empty())
    throw InputError(fmt::format("sheets: '{}' is to be held at its {}, where it has no points.", name,
                                 held_names[std::size_t(form.held)]));
  return sheet;
}

}  // namespace soleus
