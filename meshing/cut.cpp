#include "meshing/cut.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_set>

#include "meshing/topology.hpp"

namespace soleus {
namespace {

struct Plane {
  const Surface& s;
  Vec3 center, outward;
  // Never zero, so that a triangle is cut through two edges or not at all.
  double height(int v) const {
    const double d = dot(s.points_m[v] - center, outward);
    return d != 0 ? d : 1e-15;
  }
  bool beyond(int v) const { return height(v) > 0; }
};

// A triangle cut by the plane near the centre: where the nearest in-plane ray hits the wall.
int cut_triangle(const Bvh& wall, const Plane& plane, double reach_m) {
  const Vec3 u = any_perpendicular(plane.outward), v = cross(plane.outward, u);
  int best = -1;
  double nearest = reach_m;
  for (int i = 0; i < 24; ++i) {
    const double angle = 2 * std::numbers::pi * i / 24;
    const auto hit = wall.first_hit(plane.center, std::cos(angle) * u + std::sin(angle) * v, nearest);
    if (!hit) continue;
    const auto& t = wall.surface().triangles[hit->triangle];
    const int beyond = plane.beyond(t[0]) + plane.beyond(t[1]) + plane.beyond(t[2]);
    if (beyond == 0 || beyond == 3) continue;
    nearest = hit->distance_m;
    best = hit->triangle;
  }
  return best;
}

// Walks around the vessel with the kept side on the left. False when the walk leaves the mesh.
bool walk(const Plane& plane, const std::vector<std::array<int, 3>>& neighbours, int start, VesselCut& cut) {
  int t = start;
  do {
    const auto& corner = plane.s.triangles[t];
    int next = -1;
    for (int e = 0; e < 3; ++e) {
      const int a = corner[e], b = corner[(e + 1) % 3];
      if (plane.beyond(a) == plane.beyond(b)) continue;
      if (plane.beyond(b)) {  // the curve enters this triangle here
        const double ha = plane.height(a), hb = plane.height(b);
        cut.triangles.push_back(t);
        cut.edges.push_back({a, b});
        cut.curve_m.push_back(plane.s.points_m[a] +
                              (ha / (ha - hb)) * (plane.s.points_m[b] - plane.s.points_m[a]));
      } else {
        next = neighbours[t][e];
      }
    }
    if (next < 0 || cut.triangles.size() > plane.s.triangles.size()) return false;
    t = next;
  } while (t != start);
  return true;
}

// Collects the triangles beyond the curve. False when they are not a tip: they lead back, or go farther than
// reach_m.
bool collect_tip(const Plane& plane, const std::vector<std::array<int, 3>>& neighbours, double reach_m,
                 VesselCut& cut) {
  const std::unordered_set<int> on_curve(cut.triangles.begin(), cut.triangles.end());
  std::unordered_set<int> seen;
  std::vector<int> stack;
  const auto enter = [&](int from, int e) {
    const int t = neighbours[from][e];
    if (t < 0 || seen.contains(t)) return true;
    const int a = plane.s.triangles[from][e], b = plane.s.triangles[from][(e + 1) % 3];
    if (on_curve.contains(t)) return plane.beyond(a) && plane.beyond(b);
    if (norm(plane.s.points_m[a] - plane.center) > reach_m) return false;
    seen.insert(t);
    stack.push_back(t);
    return true;
  };
  for (int t : cut.triangles) {
    for (int e = 0; e < 3; ++e) {
      const int a = plane.s.triangles[t][e], b = plane.s.triangles[t][(e + 1) % 3];
      if (plane.beyond(a) && plane.beyond(b) && !enter(t, e)) return false;
    }
  }
  while (!stack.empty()) {
    const int t = stack.back();
    stack.pop_back();
    for (int e = 0; e < 3; ++e) {
      if (!enter(t, e)) return false;
    }
  }
  cut.tip.assign(seen.begin(), seen.end());
  return true;
}

bool encircles(const VesselCut& cut, const Vec3& center) {
  double turned = 0;
  for (std::size_t i = 0; i < cut.curve_m.size(); ++i) {
    const Vec3 a = cut.curve_m[i] - center, b = cut.curve_m[(i + 1) % cut.curve_m.size()] - center;
    turned += std::atan2(dot(cross(a, b), cut.outward), dot(a, b));
  }
  return std::abs(turned + 2 * std::numbers::pi) < 0.1;  // seen along outward the curve runs clockwise
}

// Triangles of the kept part of the cut ones.
void keep_near_side(const VesselCut& cut, int first_new, std::vector<std::array<int, 3>>& fresh) {
  const int n = int(cut.triangles.size());
  for (int i = 0; i < n; ++i) {
    const int in = first_new + i, out = first_new + (i + 1) % n;
    const int before = cut.edges[i][0];           // kept corner where the curve enters
    const int after = cut.edges[(i + 1) % n][0];  // and where it leaves
    if (before == after) {
      fresh.push_back({before, in, out});
    } else {
      fresh.push_back({after, before, in});
      fresh.push_back({after, in, out});
    }
  }
}

struct Ring {
  int first, count;
};

// Triangles between a curve and a ring that start at the same place and run the same way.
void zip(const Surface& s, const Ring& curve, const Ring& ring, std::vector<std::array<int, 3>>& fresh) {
  const auto fractions = [&](const Ring& r) {
    std::vector<double> f{0.0};
    for (int i = 0; i < r.count; ++i) {
      f.push_back(f.back() + norm(s.points_m[r.first + (i + 1) % r.count] - s.points_m[r.first + i]));
    }
    for (double& x : f) x /= f.back();
    return f;
  };
  const auto f = fractions(curve), g = fractions(ring);
  for (int i = 0, j = 0; i < curve.count || j < ring.count;) {
    const int a = curve.first + i % curve.count, b = ring.first + j % ring.count;
    if (j == ring.count || (i < curve.count && f[i + 1] <= g[j + 1])) {
      ++i;
      fresh.push_back({curve.first + i % curve.count, a, b});
    } else {
      ++j;
      fresh.push_back({b, ring.first + j % ring.count, a});
    }
  }
}

// Points of the ring at height z over the cut: the curve's own shape turning into a circle of the same area.
std::vector<Vec3> ring_points(const std::vector<Vec3>& shape, const Extension& e, double z) {
  const double radius = std::sqrt(e.cut.area_m2 / std::numbers::pi);
  const double t = std::min(1.0, z / std::min(e.length_m, 2 * radius)), weight = t * t * (3 - 2 * t);
  const Vec3 u = any_perpendicular(e.cut.outward), v = cross(e.cut.outward, u);
  const int n = int(shape.size());
  // The circle's points keep the order of the curve's, turned so that they are nearest on average.
  double sine = 0, cosine = 0;
  for (int i = 0; i < n; ++i) {
    const Vec3 d = shape[i] - e.cut.center_m;
    const double off = std::atan2(dot(d, v), dot(d, u)) + 2 * std::numbers::pi * i / n;
    sine += std::sin(off), cosine += std::cos(off);
  }
  const double start = std::atan2(sine, cosine);
  std::vector<Vec3> out(n);
  for (int i = 0; i < n; ++i) {
    const double angle = start - 2 * std::numbers::pi * i / n;
    const Vec3 round = e.cut.center_m + radius * (std::cos(angle) * u + std::sin(angle) * v);
    out[i] = (1 - weight) * shape[i] + weight * round + z * e.cut.outward;
  }
  return out;
}

std::vector<Vec3> circle(const Vec3& center, const Vec3& axis, double radius) {
  constexpr int corners = 720;
  const Vec3 u = any_perpendicular(axis), v = cross(axis, u);
  std::vector<Vec3> out;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners;
    out.push_back(center + radius * (std::cos(angle) * u + std::sin(angle) * v));
  }
  return out;
}

// Distance of the nearest points of two axes (Ericson, Real-Time Collision Detection, 2005, section 5.1.9,
// for unit directions).
double axis_distance(const Extension& a, const Extension& b) {
  constexpr double parallel = 1e-12;  // squared sine of the angle; below, its roundoff would decide
  const Vec3 between = a.cut.center_m - b.cut.center_m;
  const double cosine = dot(a.cut.outward, b.cut.outward), squared_sine = 1 - cosine * cosine;
  const double along_a = dot(a.cut.outward, between), along_b = dot(b.cut.outward, between);
  // On the lines first, then the one that leaves its segment is put on the end and the other drawn after it.
  double s =
      squared_sine > parallel ? std::clamp((cosine * along_b - along_a) / squared_sine, 0.0, a.length_m) : 0;
  const double t = std::clamp(cosine * s + along_b, 0.0, b.length_m);
  s = std::clamp(cosine * t - along_a, 0.0, a.length_m);
  return norm(between + s * a.cut.outward - t * b.cut.outward);
}

// Adds rings and cap on the curve whose points start at first_new; returns the rim.
std::vector<Vec3> add_extension(Surface& s, const Extension& e, int first_new,
                                std::vector<std::array<int, 3>>& wall, std::vector<std::array<int, 3>>& cap) {
  Ring last{first_new, int(e.cut.curve_m.size())};
  std::vector<Vec3> rim = e.cut.curve_m;
  if (e.length_m > 0) {
    const int around = std::max(12, int(std::lround(polygon_length(rim) / e.edge_m)));
    const auto shape = resample_polygon(rim, around);
    const int rings = std::max(1, int(std::lround(e.length_m / e.edge_m)));
    for (int k = 1; k <= rings; ++k) {
      const Ring ring{int(s.points_m.size()), around};
      const auto points = ring_points(shape, e, e.length_m * k / rings);
      s.points_m.insert(s.points_m.end(), points.begin(), points.end());
      zip(s, last, ring, wall);
      last = ring;
    }
    rim = circle(e.cut.center_m + e.length_m * e.cut.outward, e.cut.outward,
                 std::sqrt(e.cut.area_m2 / std::numbers::pi));
  }
  const int middle = int(s.points_m.size());
  s.points_m.push_back(e.cut.center_m + e.length_m * e.cut.outward);
  for (int i = 0; i < last.count; ++i)
    cap.push_back({last.first + (i + 1) % last.count, last.first + i, middle});
  return rim;
}

}  // namespace

std::optional<VesselCut> find_cut(const Bvh& wall, const std::vector<std::array<int, 3>>& neighbours,
                                  const Vec3& center, const Vec3& outward, double reach_m) {
  const Plane plane{wall.surface(), center, outward};
  const int start = cut_triangle(wall, plane, reach_m);
  if (start < 0) return std::nullopt;
  VesselCut cut;
  cut.outward = outward;
  if (!walk(plane, neighbours, start, cut) || !collect_tip(plane, neighbours, reach_m, cut))
    return std::nullopt;
  if (!encircles(cut, center)) return std::nullopt;
  cut.area_m2 = -dot(polygon_area_vector(cut.curve_m), outward);
  cut.center_m = polygon_centroid(cut.curve_m);
  return cut.area_m2 > 0 ? std::optional(cut) : std::nullopt;
}

double diameter(const Extension& e) {
  return 2 * std::sqrt(e.cut.area_m2 / std::numbers::pi);
}

std::vector<char> crowded_extensions(const std::vector<Extension>& extensions) {
  std::vector<char> crowded(extensions.size(), 0);
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Extension &a = extensions[i], &b = extensions[j];
      const double room = 0.5 * (diameter(a) + diameter(b)) + 2 * std::max(a.edge_m, b.edge_m);
      const double nearest = axis_distance(a, b), at_cuts = norm(a.cut.center_m - b.cut.center_m);
      if (nearest < std::min(room, at_cuts * (1 - 1e-9))) crowded[i] = crowded[j] = 1;
    }
  }
  return crowded;
}

bool overlap(const VesselCut& a, const VesselCut& b) {
  std::unordered_set<int> changed(a.triangles.begin(), a.triangles.end());
  changed.insert(a.tip.begin(), a.tip.end());
  const auto hit = [&](int t) { return changed.contains(t); };
  return std::any_of(b.triangles.begin(), b.triangles.end(), hit) ||
         std::any_of(b.tip.begin(), b.tip.end(), hit);
}

OpenedSurface open_ends(const Surface& closed, const std::vector<Extension>& extensions, int caps) {
  Surface s = closed;
  std::vector<char> keep(s.triangles.size(), 1);
  std::vector<int> cap(s.triangles.size(), -1), part(s.triangles.size(), -1);
  OpenedSurface out;
  out.patched.rims.resize(caps);
  for (int k = 0; k < int(extensions.size()); ++k) {
    const Extension& e = extensions[k];
    const int first_new = int(s.points_m.size());
    s.points_m.insert(s.points_m.end(), e.cut.curve_m.begin(), e.cut.curve_m.end());
    for (int t : e.cut.triangles) keep[t] = 0;
    for (int t : e.cut.tip) keep[t] = 0;
    std::vector<std::array<int, 3>> near_side, tube, lid;
    keep_near_side(e.cut, first_new, near_side);
    const auto rim = add_extension(s, e, first_new, tube, lid);
    if (e.cap >= 0) out.patched.rims[e.cap] = rim;
    const auto append = [&](const std::vector<std::array<int, 3>>& fresh, int its_cap, int its_part) {
      s.triangles.insert(s.triangles.end(), fresh.begin(), fresh.end());
      cap.resize(s.triangles.size(), its_cap);
      part.resize(s.triangles.size(), its_part);
    };
    append(near_side, -1, -1);
    append(tube, -1, k);
    append(lid, e.cap, k);
  }
  keep.resize(s.triangles.size(), 1);
  out.patched.cap = cap;
  out.part = part;
  keep_triangles(s, keep, &out.part);
  out.patched.surface = keep_triangles(s, keep, &out.patched.cap);
  return out;
}

void close_with_fan(Surface& s, const std::vector<int>& loop) {
  std::vector<Vec3> corners;
  corners.reserve(loop.size());
  for (int v : loop) corners.push_back(s.points_m[v]);
  const int middle = int(s.points_m.size());
  s.points_m.push_back(polygon_centroid(corners));
  for (std::size_t i = 0; i < loop.size(); ++i)
    s.triangles.push_back({loop[(i + 1) % loop.size()], loop[i], middle});
}

}  // namespace soleus
