#include "solver_cuda/geometry/surface_distance.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace soleus {
namespace {

constexpr int leaf_size = 4;

Vec3 lower(const Vec3& a, const Vec3& b) {
  return {std::min(a.x, b.x), std::min(a.y, b.y), std::min(a.z, b.z)};
}
Vec3 upper(const Vec3& a, const Vec3& b) {
  return {std::max(a.x, b.x), std::max(a.y, b.y), std::max(a.z, b.z)};
}

double box_distance2(const Vec3& lo, const Vec3& hi, const Vec3& x) {
  double d2 = 0;
  for (int a = 0; a < 3; ++a) {
    const double d = std::max({lo[a] - x[a], 0.0, x[a] - hi[a]});
    d2 += d * d;
  }
  return d2;
}

}  // namespace

// Ericson, Real-Time Collision Detection (2005), section 5.1.5.
ClosestPoint closest_point_on_triangle(const Vec3& x, const Vec3& a, const Vec3& b, const Vec3& c) {
  const Vec3 ab = b - a, ac = c - a, ax = x - a;
  const double d1 = dot(ab, ax), d2 = dot(ac, ax);
  if (d1 <= 0 && d2 <= 0) return {a, 4};
  const Vec3 bx = x - b;
  const double d3 = dot(ab, bx), d4 = dot(ac, bx);
  if (d3 >= 0 && d4 <= d3) return {b, 5};
  const double vc = d1 * d4 - d3 * d2;
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return {a + ab * (d1 / (d1 - d3)), 1};
  const Vec3 cx = x - c;
  const double d5 = dot(ab, cx), d6 = dot(ac, cx);
  if (d6 >= 0 && d5 <= d6) return {c, 6};
  const double vb = d5 * d2 - d1 * d6;
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return {a + ac * (d2 / (d2 - d6)), 3};
  const double va = d3 * d6 - d5 * d4;
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0)
    return {b + (c - b) * ((d4 - d3) / ((d4 - d3) + (d5 - d6))), 2};
  const double scale = 1 / (va + vb + vc);
  return {a + ab * (vb * scale) + ac * (vc * scale), 0};
}

SurfaceDistance::SurfaceDistance(const std::vector<Vec3>& points_m, std::vector<std::array<int, 3>> triangles)
    : points_(points_m), triangles_(std::move(triangles)) {
  boxes_.reserve(triangles_.size());
  if (!triangles_.empty()) build(0, static_cast<int>(triangles_.size()));
  make_normals();
}

int SurfaceDistance::build(int first, int count) {
  const int self = static_cast<int>(boxes_.size());
  constexpr double inf = std::numeric_limits<double>::infinity();
  Box box{{inf, inf, inf}, {-inf, -inf, -inf}, first, count, 0};
  for (int t = first; t < first + count; ++t)
    for (int p : triangles_[t]) box.lo = lower(box.lo, points_[p]), box.hi = upper(box.hi, points_[p]);
  boxes_.push_back(box);
  if (count <= leaf_size) return self;

  const Vec3 size = box.hi - box.lo;
  const int axis = size.x > size.y ? (size.x > size.z ? 0 : 2) : (size.y > size.z ? 1 : 2);
  const auto middle = [&](const std::array<int, 3>& t) {
    return points_[t[0]][axis] + points_[t[1]][axis] + points_[t[2]][axis];
  };
  const int half = count / 2;
  std::nth_element(triangles_.begin() + first, triangles_.begin() + first + half,
                   triangles_.begin() + first + count,
                   [&](const auto& s, const auto& t) { return middle(s) < middle(t); });
  build(first, half);
  const int right = build(first + half, count - half);
  boxes_[self].right = right;
  boxes_[self].count = 0;
  return self;
}

void SurfaceDistance::make_normals() {
  point_normals_.assign(points_.size(), Vec3{});
  std::map<std::pair<int, int>, Vec3> edges;
  for (const auto& t : triangles_) {
    const Vec3 n = normalized(cross(points_[t[1]] - points_[t[0]], points_[t[2]] - points_[t[0]]));
    face_normals_.push_back(n);
    for (int k = 0; k < 3; ++k) {
      const Vec3 u = normalized(points_[t[(k + 1) % 3]] - points_[t[k]]),
                 v = normalized(points_[t[(k + 2) % 3]] - points_[t[k]]);
      point_normals_[t[k]] += n * std::acos(std::clamp(dot(u, v), -1.0, 1.0));
      edges[std::minmax(t[k], t[(k + 1) % 3])] += n;
    }
  }
  for (const auto& t : triangles_) {
    std::array<Vec3, 3> n;
    for (int k = 0; k < 3; ++k) n[k] = edges[std::minmax(t[k], t[(k + 1) % 3])];
    edge_normals_.push_back(n);
  }
}

double SurfaceDistance::signed_distance(const Vec3& x) const {
  double best2 = std::numeric_limits<double>::infinity();
  ClosestPoint best{};
  int best_triangle = -1;
  int stack[64], depth = 0;
  if (!boxes_.empty()) stack[depth++] = 0;
  while (depth > 0) {
    const int self = stack[--depth];
    const Box& box = boxes_[self];
    if (box_distance2(box.lo, box.hi, x) >= best2) continue;
    if (box.count > 0) {
      for (int t = box.first; t < box.first + box.count; ++t) {
        const auto& v = triangles_[t];
        const ClosestPoint c = closest_point_on_triangle(x, points_[v[0]], points_[v[1]], points_[v[2]]);
        const Vec3 d = x - c.point;
        if (dot(d, d) < best2) best2 = dot(d, d), best = c, best_triangle = t;
      }
      continue;
    }
    const int left = self + 1, right = box.right;
    const bool left_first = box_distance2(boxes_[left].lo, boxes_[left].hi, x) <
                            box_distance2(boxes_[right].lo, boxes_[right].hi, x);
    stack[depth++] = left_first ? right : left;
    stack[depth++] = left_first ? left : right;
  }
  if (best_triangle < 0) return std::numeric_limits<double>::infinity();
  const Vec3 n = best.feature == 0   ? face_normals_[best_triangle]
                 : best.feature <= 3 ? edge_normals_[best_triangle][best.feature - 1]
                                     : point_normals_[triangles_[best_triangle][best.feature - 4]];
  return std::copysign(std::sqrt(best2), dot(x - best.point, n));
}

}  // namespace soleus
