#include "meshing/leaflets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "meshing/cusp_sheet.hpp"
#include "meshing/remesh.hpp"
#include "meshing/sections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"

namespace soleus {
namespace {

/// The sheet on a fine grid, onto which points of the mesh are brought.
constexpr int grid_u = 192, grid_v = 64;

struct FineSheet {
  Surface surface;
  std::vector<std::array<int, 2>> cell;  // [triangles] of the grid: along u, along v

  /// All of a column is one point at a commissure.
  static int number(int i, int j) { return i == 0 ? 0 : i == grid_u ? 1 : 2 + (i - 1) * (grid_v + 1) + j; }
  /// The grid's line along u through the middle of a cell: the fibres.
  Vec3 fibre(int triangle) const {
    const auto [i, j] = cell[triangle];
    const auto at = [&](int a, int b) { return surface.points_m[number(a, b)]; };
    return at(i + 1, j) + at(i + 1, j + 1) - at(i, j) - at(i, j + 1);
  }
};

FineSheet fine_sheet(const CuspSheet& sheet) {
  FineSheet f;
  f.surface.points_m = {sheet.point(-1, 0), sheet.point(1, 0)};
  for (int i = 1; i < grid_u; ++i)
    for (int j = 0; j <= grid_v; ++j)
      f.surface.points_m.push_back(sheet.point(2.0 * i / grid_u - 1, double(j) / grid_v));
  for (int i = 0; i < grid_u; ++i)
    for (int j = 0; j < grid_v; ++j) {
      const int a = f.number(i, j), b = f.number(i + 1, j), c = f.number(i + 1, j + 1),
                d = f.number(i, j + 1);
      for (const std::array<int, 3>& t : {std::array{a, b, c}, std::array{a, c, d}}) {
        if (t[0] == t[1] || t[1] == t[2] || t[2] == t[0]) continue;
        f.surface.triangles.push_back(t);
        f.cell.push_back({i, j});
      }
    }
  return f;
}

/// Values of u from -1 to 1 that divide a curve into equal lengths of about `edge_m`.
std::vector<double> equal_parts(const std::function<Vec3(double)>& curve, double edge_m) {
  constexpr int n = 600;
  std::vector<Vec3> points;
  for (int i = 0; i <= n; ++i) points.push_back(curve(2.0 * i / n - 1));
  const std::vector<double> arc = arc_lengths(points);
  const int parts = std::max(2, int(std::lround(arc.back() / edge_m)));
  std::vector<double> u{-1};
  for (int k = 1, i = 0; k < parts; ++k) {
    const double s = arc.back() * k / parts;
    while (arc[i + 1] < s) ++i;
    u.push_back(2 * (i + (s - arc[i]) / (arc[i + 1] - arc[i])) / n - 1);
  }
  u.push_back(1);
  return u;
}

/// Points in a row from commissure to commissure.
struct Row {
  std::vector<double> u;
  std::vector<int> point;
};

/// Triangles between two rows that share their ends.
void stitch(const Row& low, const Row& high, Surface& s) {
  std::size_t i = 0, k = 0;
  while (i + 1 < low.u.size() || k + 1 < high.u.size()) {
    const bool low_next = k + 1 == high.u.size() || (i + 1 < low.u.size() && low.u[i + 1] <= high.u[k + 1]);
    const int a = low.point[i], b = high.point[k], next = low_next ? low.point[++i] : high.point[++k];
    if (a != b && next != a && next != b) s.triangles.push_back({a, next, b});
  }
}

/// A first mesh of the sheet: rows along the fibres. Its border comes first and has equal edges.
struct FirstMesh {
  Surface surface;
  int held = 0;
  Row on_wall, on_edge;
};

FirstMesh first_mesh(const CuspSheet& sheet, double edge_m) {
  FirstMesh m;
  Surface& s = m.surface;
  const auto row = [&](double v) {
    const auto curve = [&](double u) { return v > 0 ? sheet.point(u, v) : sheet.attachment(u); };
    Row r{equal_parts(curve, edge_m), {}};
    if (v == 0) s.points_m = {curve(-1), curve(1)};
    r.point.push_back(0);
    for (std::size_t i = 1; i + 1 < r.u.size(); ++i) {
      r.point.push_back(int(s.points_m.size()));
      s.points_m.push_back(curve(r.u[i]));
    }
    r.point.push_back(1);
    return r;
  };
  m.on_wall = row(0);
  m.on_edge = row(1);
  m.held = int(s.points_m.size());
  double middle = 0;  // length of the sheet in its middle
  for (int j = 0; j < grid_v; ++j)
    middle += norm(sheet.point(0, double(j + 1) / grid_v) - sheet.point(0, double(j) / grid_v));
  const int rows = std::max(2, int(std::lround(middle / edge_m)));
  Row last = m.on_wall;
  for (int j = 1; j <= rows; ++j) {
    const Row next = j < rows ? row(double(j) / rows) : m.on_edge;
    stitch(last, next, s);
    last = next;
  }
  return m;
}

/// Refuses points off the wall's inner side: rays from the centreline through them must meet the wall behind.
void check_inside(const Cusp& cusp, const Bvh& lumen, const ValveFrame& f, const std::string& name) {
  for (std::size_t p = 0; p < cusp.surface.points_m.size(); ++p) {
    if (cusp.attached[p]) continue;
    const Vec3& x = cusp.surface.points_m[p];
    const ValvePlace at = place_of(f, x);
    const double r = std::hypot(at.x_m, at.y_m);
    const double wall = wall_radius(lumen, f, at.z_m, std::atan2(at.y_m, at.x_m), 2 * r + f.step_m);
    if (wall > 0 && wall < r * (1 - 1e-3))
      throw InputError(
          fmt::format("{}: a cusp would pass through the vein's wall near {}; the vein is too narrow or too "
                      "bent there, move "
                      "the valve or turn its commissures.",
                      name, place_text(x)));
  }
}

/// Distance of a point from a chain of points.
double distance_m(const Vec3& x, const std::vector<Vec3>& chain) {
  double least = 1e300;
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    const Vec3 step = chain[i + 1] - chain[i];
    const double w = std::clamp(dot(x - chain[i], step) / dot(step, step), 0.0, 1.0);
    least = std::min(least, norm(x - chain[i] - w * step));
  }
  return least;
}

Cusp mesh_cusp(const CuspSheet& sheet, const CuspShape& shape, double edge_m, const Vec3& pocket) {
  const FineSheet fine = fine_sheet(sheet);
  const Bvh exact(fine.surface);
  const FirstMesh first = first_mesh(sheet, edge_m);
  Cusp c;
  c.surface = first.surface;
  const auto onto_sheet = [&](const Vec3& x) { return WallPoint{exact.closest(x).point, edge_m}; };
  remesh_sheet(c.surface, first.held, onto_sheet, SheetBorder::free);
  Vec3 normal;
  for (int t = 0; t < int(c.surface.triangles.size()); ++t) normal += triangle_area_vector(c.surface, t);
  if (dot(normal, pocket) < 0) flip_orientation(c.surface);

  c.attached.assign(c.surface.points_m.size(), 0);
  c.into.assign(c.surface.points_m.size(), Vec3{});
  for (std::size_t i = 0; i < first.on_wall.u.size(); ++i) {
    const double u = first.on_wall.u[i];
    if (!sheet.attached(u)) continue;
    c.attached[first.on_wall.point[i]] = 1;
    c.into[first.on_wall.point[i]] = sheet.into(u);
  }
  c.free_edge = first.on_edge.point;
  if (sheet.first_commissure_is_last()) std::reverse(c.free_edge.begin(), c.free_edge.end());
  const double towards_first = sheet.first_commissure_is_last() ? 1 : -1;
  std::vector<Vec3> attachment;
  for (const int p : first.on_wall.point) attachment.push_back(c.surface.points_m[p]);
  for (int t = 0; t < int(c.surface.triangles.size()); ++t)
    c.thickness_m.push_back(thickness_m(shape, distance_m(triangle_center(c.surface, t), attachment)));
  for (int t = 0; t < int(c.surface.triangles.size()); ++t) {
    const Vec3 n = triangle_normal(c.surface, t),
               along = fine.fibre(exact.closest(triangle_center(c.surface, t)).triangle);
    c.fibre.push_back(towards_first * normalized(along - dot(along, n) * n));
  }
  return c;
}

}  // namespace

std::vector<Cusp> make_leaflets(const Bvh& lumen, const ValveFrame& f, const ValveShape& v, double edge_m,
                                const std::string& name) {
  std::vector<Cusp> cusps;
  for (std::size_t k = 0; k < v.cusps.size(); ++k) {
    const CuspSheet sheet(lumen, f, v, k, name);
    const double z = 0.5 * v.cusps[k].height_m;
    const Vec3 behind = point_of(f, {0, k == 0 ? 1.0 : -1.0, z}) - point_of(f, {0, 0, z});
    cusps.push_back(mesh_cusp(sheet, v.cusps[k], edge_m, behind));
    check_inside(cusps.back(), lumen, f, name);
  }
  return cusps;
}

}  // namespace soleus
