#include "meshing/valve_wall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "meshing/intersections.hpp"
#include "meshing/topology.hpp"
#include "pipeline/base/errors.hpp"
#include "pipeline/base/smooth_step.hpp"

namespace soleus {
namespace {

/// Side branches and bends are moved in full up to `near`, not at all beyond `far` [radii of the vein]. So
/// long a way that no two points exchange their order for factors up to 1.6.
constexpr double near = 1.6, far = 4.0;

double fading(double ratio) {
  return 1 - smooth_step((ratio - near) / (far - near));
}

struct Mover {
  const ValveFrame& frame;
  const ValveShape& shape;

  double moved(double r, double factor) const {
    return r * (1 + (factor - 1) * fading(r / (0.5 * shape.diameter_m)));
  }
  Vec3 outwards(const Vec3& x) const {
    const ValvePlace p = place_of(frame, x);
    const double r = std::hypot(p.x_m, p.y_m), factor = wall_factor(shape, p.z_m, std::atan2(p.y_m, p.x_m));
    return r > 0 && factor != 1 ? x + (moved(r, factor) / r - 1) * (x - point_of(frame, {0, 0, p.z_m})) : x;
  }
  Vec3 back(const Vec3& x) const {
    const ValvePlace p = place_of(frame, x);
    const double r = std::hypot(p.x_m, p.y_m), factor = wall_factor(shape, p.z_m, std::atan2(p.y_m, p.x_m));
    if (!(r > 0) || factor == 1) return x;
    double low = 0, high = 3 * r;
    for (int i = 0; i < 40; ++i) (moved(0.5 * (low + high), factor) < r ? low : high) = 0.5 * (low + high);
    return x + (low / r - 1) * (x - point_of(frame, {0, 0, p.z_m}));
  }
};

/// Points of the wall that belong to the vein around the frame: connected over points that lie in the changed
/// heights and near enough.
std::vector<char> touched_points(const PatchedSurface& lumen, const ValveFrame& f, const ValveShape& v) {
  const Surface& s = lumen.surface;
  const HeightRange range = changed_heights(v);
  const double reach = far * 0.5 * v.diameter_m;
  std::vector<char> near_by(s.points_m.size(), 0), touched(s.points_m.size(), 0);
  for (std::size_t p = 0; p < near_by.size(); ++p) {
    const ValvePlace at = place_of(f, s.points_m[p]);
    near_by[p] = at.z_m > range.from_m && at.z_m < range.to_m && std::hypot(at.x_m, at.y_m) < reach;
  }
  for (std::size_t t = 0; t < s.triangles.size(); ++t)
    if (lumen.cap[t] >= 0)
      for (const int p : s.triangles[t]) near_by[p] = 0;
  const Bvh wall(s);
  const Vec3 center = point_of(f, {0, 0, 0.5 * (range.from_m + range.to_m)});
  const auto hit = wall.first_hit(
      center, normalized(point_of(f, {1, 0, 0.5 * (range.from_m + range.to_m)}) - center), reach);
  if (!hit) return touched;
  const auto neighbours = triangle_neighbours(s);
  std::vector<char> seen(s.triangles.size(), 0);
  std::vector<int> stack{hit->triangle};
  while (!stack.empty()) {
    const int t = stack.back();
    stack.pop_back();
    if (t < 0 || seen[t]) continue;
    seen[t] = 1;
    bool any = false;
    for (const int p : s.triangles[t])
      if (near_by[p]) any = true, touched[p] = 1;
    if (any) stack.insert(stack.end(), neighbours[t].begin(), neighbours[t].end());
  }
  return touched;
}

/// The triangles at touched points as a sheet of its own: first its border, which stays, then the touched
/// points.
struct Region {
  Surface sheet;
  int border = 0;
  std::vector<int> point_of;    // [sheet points] in the lumen
  std::vector<char> in_region;  // [lumen triangles]
};
Region region_of(const PatchedSurface& lumen, const std::vector<char>& touched) {
  const Surface& s = lumen.surface;
  Region r;
  r.in_region.assign(s.triangles.size(), 0);
  for (std::size_t t = 0; t < s.triangles.size(); ++t)
    r.in_region[t] = std::ranges::any_of(s.triangles[t], [&](int p) { return touched[p]; });
  std::vector<int> number(s.points_m.size(), -1);
  for (const bool moves : {false, true}) {
    for (std::size_t t = 0; t < s.triangles.size(); ++t)
      for (const int p : s.triangles[t])
        if (r.in_region[t] && number[p] < 0 && bool(touched[p]) == moves) {
          number[p] = int(r.point_of.size());
          r.point_of.push_back(p);
        }
    if (!moves) r.border = int(r.point_of.size());
  }
  for (const int p : r.point_of) r.sheet.points_m.push_back(s.points_m[p]);
  for (std::size_t t = 0; t < s.triangles.size(); ++t)
    if (r.in_region[t])
      r.sheet.triangles.push_back(
          {number[s.triangles[t][0]], number[s.triangles[t][1]], number[s.triangles[t][2]]});
  return r;
}

double mean_edge(const Surface& s) {
  double sum = 0;
  for (const auto& [a, b, c] : s.triangles)
    sum += norm(s.points_m[a] - s.points_m[b]) + norm(s.points_m[b] - s.points_m[c]) +
           norm(s.points_m[c] - s.points_m[a]);
  return s.triangles.empty() ? 0 : sum / (3.0 * double(s.triangles.size()));
}

/// The lumen with its region replaced.
PatchedSurface sewn(const PatchedSurface& lumen, const Region& region, const Surface& sheet) {
  PatchedSurface out;
  out.rims = lumen.rims;
  std::vector<int> number(lumen.surface.points_m.size(), -1);
  const auto keep = [&](int p) {
    if (number[p] < 0) {
      number[p] = int(out.surface.points_m.size());
      out.surface.points_m.push_back(lumen.surface.points_m[p]);
    }
    return number[p];
  };
  for (std::size_t t = 0; t < lumen.cap.size(); ++t) {
    if (region.in_region[t]) continue;
    const auto& [a, b, c] = lumen.surface.triangles[t];
    const int i = keep(a), j = keep(b), k = keep(c);
    out.surface.triangles.push_back({i, j, k});
    out.cap.push_back(lumen.cap[t]);
  }
  std::vector<int> of_sheet;
  for (int p = 0; p < int(sheet.points_m.size()); ++p) {
    if (p < region.border) {
      of_sheet.push_back(keep(region.point_of[p]));
    } else {
      of_sheet.push_back(int(out.surface.points_m.size()));
      out.surface.points_m.push_back(sheet.points_m[p]);
    }
  }
  for (const auto& [a, b, c] : sheet.triangles) {
    out.surface.triangles.push_back({of_sheet[a], of_sheet[b], of_sheet[c]});
    out.cap.push_back(-1);
  }
  return out;
}

}  // namespace

double wall_factor(const ValveShape& v, double z_m, double angle_rad) {
  double factor = calibre(v, z_m);
  if (v.sinus_in_lumen || z_m <= 0 || z_m >= v.sinus_length_m) return factor;
  const double along = std::sin(std::numbers::pi * z_m / v.sinus_length_m);
  const double lobe = v.sinus_lobes == 1 ? std::max(0.0, std::sin(angle_rad)) : std::sin(angle_rad);
  return factor * (1 + (v.sinus_ratio - 1) * along * along * lobe * lobe);
}

HeightRange changed_heights(const ValveShape& v) {
  HeightRange r{0, v.sinus_length_m};
  const double fade = 0.5 * v.diameter_m;
  for (const CalibreChange& c : v.calibre)
    r = {std::min(r.from_m, c.from_m - fade), std::max(r.to_m, c.to_m + fade)};
  return r;
}

PatchedSurface shape_wall(const PatchedSurface& lumen, const ValveFrame& f, const ValveShape& v,
                          const std::string& name) {
  if (v.sinus_in_lumen && v.calibre.empty()) return lumen;
  Region region = region_of(lumen, touched_points(lumen, f, v));
  if (region.sheet.triangles.empty()) return lumen;
  const double edge = mean_edge(region.sheet);
  const Bvh before(region.sheet);
  const Mover mover{f, v};
  for (std::size_t p = std::size_t(region.border); p < region.sheet.points_m.size(); ++p)
    region.sheet.points_m[p] = mover.outwards(region.sheet.points_m[p]);
  const auto onto_wall = [&](const Vec3& x) {
    return WallPoint{mover.outwards(before.closest(mover.back(x)).point), edge};
  };
  remesh_sheet(region.sheet, region.border, onto_wall, SheetBorder::sewn);
  PatchedSurface out = sewn(lumen, region, region.sheet);
  const auto crossing = self_intersections(Bvh(out.surface), 1);
  if (!crossing.empty())
    throw InputError(fmt::format(
        "{}: the wall around the valve would run into another vein or itself near {}; make the sinus smaller "
        "(sinus.diameter), or move the valve.",
        name, place_text(triangle_center(out.surface, crossing[0].first))));
  return out;
}

}  // namespace soleus
