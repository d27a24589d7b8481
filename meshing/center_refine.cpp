#include "meshing/center_refine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "meshing/cut.hpp"
#include "meshing/sections.hpp"
#include "pipeline/base/statistics.hpp"

namespace soleus {
namespace {

void relax(Line& line, int steps) {
  for (int step = 0; step < steps; ++step) {
    const Line old = line;
    for (std::size_t i = 1; i + 1 < line.size(); ++i)
      line[i] = 0.25 * old[i - 1] + 0.5 * old[i] + 0.25 * old[i + 1];
  }
}

// Centroid of the cross-section at every point minus the point, where the section is the vessel's own: not
// where a side branch opens, nor where its area exceeds what is usual nearby. Points before `first` are left
// out.
std::vector<std::optional<Vec3>> section_offsets(const Line& line, const Bvh& wall, int first) {
  constexpr double usual = 1.15, near_radii = 6;
  const int n = int(line.size());
  std::vector<Section> sections(n);
  std::vector<double> inscribed(n);
  const auto arc = arc_lengths(line);
  for (int i = first; i < n; ++i) {
    inscribed[i] = wall_distance(wall, line[i]);
    const Vec3 t = tangent_at(line, arc, arc[i], std::max(2 * arc.back() / (n - 1), 0.75 * inscribed[i]));
    sections[i] = cross_section(wall, line[i], t);
  }
  std::vector<std::optional<Vec3>> offsets(n);
  for (int i = first; i < n; ++i) {
    std::vector<double> areas;
    for (int j = first; j < n; ++j) {
      if (std::abs(arc[j] - arc[i]) <= near_radii * inscribed[i]) areas.push_back(sections[j].area_m2);
    }
    const Vec3 offset = sections[i].centroid_m - line[i];
    if (sections[i].clean && sections[i].area_m2 < usual * percentile(areas, 0.5) &&
        norm(offset) < 0.7 * inscribed[i]) {
      offsets[i] = offset;
    }
  }
  return offsets;
}

// Moves every point to the centroid of its cross-section; where there is no telling, neighbours decide.
// Points before `first` (inside the parent vessel) follow, the very first one of a side branch stays.
void recenter(Line& line, const Bvh& wall, int first, bool fixed_start) {
  const int n = int(line.size());
  if (n - first < 5) return;
  // The skeleton is off by a voxel and cuts bends; what wants to move farther is drawn into another vessel at
  // a fork.
  constexpr double farthest = 0.4;  // of the wall distance
  const Line start = line;
  std::vector<double> limit(n);
  for (int i = 0; i < n; ++i) limit[i] = farthest * wall_distance(wall, start[i]);
  for (int pass = 0; pass < 4; ++pass) {
    auto moves = section_offsets(line, wall, first);
    if (fixed_start) moves[0] = Vec3{};
    Line shift(n);
    for (int i = 0, before = -1; i < n; ++i) {
      if (moves[i]) before = i;
      int after = i;
      while (after < n && !moves[after]) ++after;
      if (before >= 0 && after < n && after > before) {
        const double part = double(i - before) / (after - before);
        shift[i] = (1 - part) * *moves[before] + part * *moves[after];
      } else if (before >= 0) {
        shift[i] = *moves[before];
      } else if (after < n) {
        shift[i] = *moves[after];
      }
    }
    relax(shift, 3);
    for (int i = 0; i < n; ++i) {
      const Vec3 moved = line[i] + shift[i] - start[i];
      line[i] = start[i] + moved * std::min(1.0, limit[i] / std::max(norm(moved), 1e-30));
    }
    relax(line, 2);
  }
}

// Radius of the vessel just before the tip at the line's end: at the farthest point whose sphere, doubled,
// holds the tip. (In a corner of a flat end the wall distance is 0.58 of the distance to the corner, so the
// corner itself says nothing.)
double radius_before_tip(const Line& line, const Bvh& wall, double typical_m) {
  const auto arc = arc_lengths(line);
  double radius = 0;
  for (std::size_t i = line.size(); i-- > 0;) {
    const double walked = arc.back() - arc[i];
    if (walked > 4 * typical_m || walked > 0.7 * arc.back()) break;
    const double d = wall_distance(wall, line[i]);
    if (norm(line[i] - line.back()) <= 2 * d) radius = d;
  }
  // A long taper: no sphere reaches the tip.
  if (radius == 0) {
    radius = wall_distance(wall, point_at(line, arc, arc.back() - std::min(typical_m, 0.5 * arc.back())));
  }
  return std::max(radius, 0.2 * typical_m);  // a voxel path may touch the wall
}

// A tip is what some plane across the vessel near the line's end cuts off; where two branches meet no plane
// does.
bool is_tip(const Line& line, double radius, const Bvh& wall, const Neighbours& neighbours) {
  const auto arc = arc_lengths(line);
  for (double back : {0.5, 1.0, 2.0, 3.0}) {
    const double s = arc.back() - back * radius;
    if (s <= 0) break;
    if (find_cut(wall, neighbours, point_at(line, arc, s), tangent_at(line, arc, s, 0.75 * radius),
                 (back + 5) * radius))
      return true;
  }
  return false;
}

// The skeleton turns into a corner of the tip: cuts the line back by two radii, and on to where it is central
// again: from a leaning end, sections across the line would meet the tip's flat face, and their centroids
// keep it leaning. Returns the vessel's radius there.
double cut_back_tip(Line& line, const Bvh& wall, double typical_m) {
  constexpr double central = 0.9;  // wall distance over radius
  const double radius = radius_before_tip(line, wall, typical_m);
  const double most = std::min(4 * radius, 0.4 * arc_lengths(line).back());
  const auto leans = [&](double walked) {
    return walked < 2 * radius || wall_distance(wall, line.back()) < central * radius;
  };
  for (double walked = 0; line.size() > 3 && walked < most && leans(walked);) {
    walked += norm(line.back() - line[line.size() - 2]);
    line.pop_back();
  }
  return radius;
}

// Drops the points before the line's end that the centring did not bring to the middle: sections there meet
// the tip's own face. What is left gives the direction in which the vessel ends.
void drop_uncentred_end(Line& line, const Bvh& wall, int first, double radius) {
  constexpr double central = 0.06;  // distance from the section's centroid over the vessel's radius
  const auto offsets = section_offsets(line, wall, first);
  const double most = std::min(3 * radius, 0.3 * arc_lengths(line).back());
  for (double walked = 0; line.size() > 5 && walked < most;) {
    const auto& off = offsets[line.size() - 1];
    if (off && norm(*off) < central * radius) return;
    walked += norm(line.back() - line[line.size() - 2]);
    line.pop_back();
  }
}

// Leads the line straight on to a quarter radius before the wall. Nothing, and the line stays, when this is
// no tip.
std::optional<LumenEnd> lead_to_tip(Line& line, double radius, const Bvh& wall,
                                    const Neighbours& neighbours) {
  const auto arc = arc_lengths(line);
  const Vec3 last = line.back(), outward = normalized(last - point_at(line, arc, arc.back() - 2 * radius));
  const auto hit = wall.first_hit(last, outward, 6 * radius);
  if (!hit || norm(outward) == 0) return std::nullopt;
  const double on = std::max(0.0, hit->distance_m - 0.25 * radius);
  const int steps = std::max(1, int(on / std::max(0.1 * radius, arc.back() / double(line.size() - 1))));
  Line longer = line;
  for (int i = 1; i <= steps; ++i) longer.push_back(last + (on * i / steps) * outward);
  if (!is_tip(longer, radius, wall, neighbours)) return std::nullopt;
  line = std::move(longer);
  return LumenEnd{0, false, hit->point, outward, radius};
}

std::size_t nearest_point(const Line& line, const Vec3& x) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (norm(line[i] - x) < norm(line[best] - x)) best = i;
  }
  return best;
}

// Where the straight line through x along `direction` comes nearest to the trunk within its arc lengths [low,
// high].
double nearest_arc(const Line& trunk, const std::vector<double>& arc, const Vec3& x, const Vec3& direction,
                   double low, double high) {
  double best = std::clamp(low, 0.0, arc.back()), nearest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < trunk.size(); ++i) {
    if (arc[i] < low || arc[i] > high) continue;
    const Vec3 d = trunk[i] - x;
    const double off = norm(d - dot(d, direction) * direction);
    if (off < nearest) nearest = off, best = arc[i];
  }
  return best;
}

// Starts a side branch on its refined trunk and leads it straight out to where it leaves the trunk, in the
// direction that it has there: inside the trunk the skeleton wanders. Returns the arc length on the trunk;
// `inside` becomes the length of the straight part.
double attach(Line& line, const Line& trunk, const Bvh& wall, double& inside) {
  const auto arc = arc_lengths(trunk), own = arc_lengths(line);
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    const std::size_t foot = nearest_point(trunk, line[i]);
    const double trunk_radius = wall_distance(wall, trunk[foot]), radius = wall_distance(wall, line[i]);
    if (norm(trunk[foot] - line[i]) <= trunk_radius) continue;
    const Vec3 direction = normalized(point_at(line, own, own[i] + 2 * radius) - line[i]);
    const double start =
        nearest_arc(trunk, arc, line[i], direction, arc[foot] - 3 * trunk_radius, arc[foot] + trunk_radius);
    Line out{point_at(trunk, arc, start)};
    inside = norm(line[i] - out[0]);
    out.insert(out.end(), line.begin() + std::ptrdiff_t(i), line.end());
    line = std::move(out);
    return start;
  }
  const std::size_t foot = nearest_point(trunk, line[0]);
  line[0] = trunk[foot];
  inside = 0;
  return arc[foot];
}

}  // namespace

Refined refine(const RawPath& raw, const std::vector<CenterPath>& done, const Bvh& wall,
               const Neighbours& neighbours, double spacing_m) {
  Refined out;
  out.path.parent = raw.parent;
  Line line = raw.line;
  std::vector<double> radii;
  for (const Vec3& p : line) radii.push_back(wall_distance(wall, p));
  const double typical = std::max(percentile(radii, 0.5), spacing_m);
  const double step = std::max(0.25 * typical, 0.4 * spacing_m);
  double inside = 0;
  if (raw.parent >= 0) out.path.parent_arc_m = attach(line, done[raw.parent].points_m, wall, inside);
  // A little smoothing first: in a vein two voxels wide the voxel path runs along the wall.
  line = resample_line(line, spacing_m);
  relax(line, 6);
  const bool root = raw.parent < 0;
  double end_radius = cut_back_tip(line, wall, typical), start_radius = 0;
  if (root) {
    std::reverse(line.begin(), line.end());
    start_radius = cut_back_tip(line, wall, typical);
    std::reverse(line.begin(), line.end());
  }
  line = resample_line(line, step);
  relax(line, 16);
  recenter(line, wall, int(inside / step), !root);
  drop_uncentred_end(line, wall, int(inside / step), end_radius);
  if (root) {
    std::reverse(line.begin(), line.end());
    drop_uncentred_end(line, wall, 0, start_radius);
    std::reverse(line.begin(), line.end());
  }
  relax(line, 10);  // half a radius wide: the sections next to a fork are not to be trusted in detail
  out.end = lead_to_tip(line, end_radius, wall, neighbours);
  if (root) {
    std::reverse(line.begin(), line.end());
    out.start = lead_to_tip(line, start_radius, wall, neighbours);
    std::reverse(line.begin(), line.end());
  }
  out.path.points_m = resample_line(line, std::max(0.2 * percentile(radii, 0.2), 0.2 * spacing_m));
  return out;
}

}  // namespace soleus
