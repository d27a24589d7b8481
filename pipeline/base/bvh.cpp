#include "pipeline/base/bvh.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace soleus {
namespace {

constexpr int leaf_size = 4;
constexpr double infinite = std::numeric_limits<double>::infinity();

void grow(Vec3& low, Vec3& high, const Vec3& p) {
  low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
  high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
}

// Moeller & Trumbore (1997).
std::optional<double> ray_triangle(const Vec3& x, const Vec3& d, const Vec3& a, const Vec3& b,
                                   const Vec3& c) {
  const Vec3 e1 = b - a, e2 = c - a, p = cross(d, e2);
  const double det = dot(e1, p);
  if (det == 0) return std::nullopt;
  const Vec3 t = x - a, q = cross(t, e1);
  const double u = dot(t, p) / det, v = dot(d, q) / det, s = dot(e2, q) / det;
  constexpr double slack = 1e-9;  // lets no ray slip through a shared edge
  if (u < -slack || v < -slack || u + v > 1 + slack || s < 0) return std::nullopt;
  return s;
}

}  // namespace

Bvh::Bvh(Surface surface) : surface_(std::move(surface)), order_(surface_.triangles.size()) {
  std::iota(order_.begin(), order_.end(), 0);
  std::vector<Vec3> centers;
  for (const auto& [a, b, c] : surface_.triangles) {
    centers.push_back((surface_.points_m[a] + surface_.points_m[b] + surface_.points_m[c]) / 3);
  }
  nodes_.push_back({box_of(0, int(order_.size())), 0, int(order_.size())});
  split(0, 0, centers);
  for (int t : order_) {
    const auto& [a, b, c] = surface_.triangles[t];
    corners_.push_back({surface_.points_m[a], surface_.points_m[b], surface_.points_m[c]});
  }
}

Bvh::Box Bvh::box_of(int first, int last) const {
  Box box{{infinite, infinite, infinite}, {-infinite, -infinite, -infinite}};
  for (int i = first; i < last; ++i) {
    for (int v : surface_.triangles[order_[i]]) grow(box.low, box.high, surface_.points_m[v]);
  }
  return box;
}

void Bvh::split(int node, int depth, const std::vector<Vec3>& centers) {
  const int first = nodes_[node].first, count = nodes_[node].count;
  if (count <= leaf_size || depth > 60) return;
  const Vec3 size = nodes_[node].box.high - nodes_[node].box.low;
  const int axis = size.x >= size.y && size.x >= size.z ? 0 : size.y >= size.z ? 1 : 2;
  const int middle = first + count / 2;
  std::nth_element(order_.begin() + first, order_.begin() + middle, order_.begin() + first + count,
                   [&](int s, int t) { return centers[s][axis] < centers[t][axis]; });
  const int child = int(nodes_.size());
  nodes_.push_back({box_of(first, middle), first, middle - first});
  nodes_.push_back({box_of(middle, first + count), middle, first + count - middle});
  nodes_[node].first = child;
  nodes_[node].count = 0;
  split(child, depth + 1, centers);
  split(child + 1, depth + 1, centers);
}

double Bvh::distance2(const Box& box, const Vec3& x) {
  const Vec3 d{std::max({box.low.x - x.x, 0.0, x.x - box.high.x}),
               std::max({box.low.y - x.y, 0.0, x.y - box.high.y}),
               std::max({box.low.z - x.z, 0.0, x.z - box.high.z})};
  return dot(d, d);
}

Bvh::Hit Bvh::closest(const Vec3& x) const {
  Hit best;
  double best2 = infinite;
  std::pair<int, double> stack[128];
  int top = 0;
  stack[top++] = {0, 0.0};
  while (top > 0) {
    const auto [index, near2] = stack[--top];
    if (near2 >= best2) continue;
    const Node& node = nodes_[index];
    if (node.count > 0) {
      for (int i = node.first; i < node.first + node.count; ++i) {
        const auto& [a, b, c] = corners_[i];
        const ClosestPoint p = closest_point_on_triangle(x, a, b, c);
        const double d2 = dot(p.point - x, p.point - x);
        if (d2 < best2) best2 = d2, best = {p.point, 0, order_[i], p.feature};
      }
    } else if (node.first > 0) {
      std::pair<int, double> left{node.first, distance2(nodes_[node.first].box, x)};
      std::pair<int, double> right{node.first + 1, distance2(nodes_[node.first + 1].box, x)};
      if (left.second < right.second) std::swap(left, right);
      stack[top++] = left;
      stack[top++] = right;  // the nearer child is popped first
    }
  }
  best.distance_m = std::sqrt(best2);
  return best;
}

std::optional<Bvh::Hit> Bvh::first_hit(const Vec3& x, const Vec3& direction, double reach_m) const {
  Hit best{{}, reach_m, -1, 0};
  std::vector<int> stack{0};
  while (!stack.empty()) {
    const Node& node = nodes_[stack.back()];
    stack.pop_back();
    double enter = 0, leave = best.distance_m;
    for (int axis = 0; axis < 3 && enter <= leave; ++axis) {
      if (direction[axis] == 0) {
        if (x[axis] < node.box.low[axis] || x[axis] > node.box.high[axis]) leave = -1;
        continue;
      }
      double s0 = (node.box.low[axis] - x[axis]) / direction[axis];
      double s1 = (node.box.high[axis] - x[axis]) / direction[axis];
      if (s0 > s1) std::swap(s0, s1);
      enter = std::max(enter, s0);
      leave = std::min(leave, s1);
    }
    if (enter > leave * (1 + 1e-12) + 1e-15) continue;
    if (node.count == 0) {
      if (node.first > 0) stack.push_back(node.first), stack.push_back(node.first + 1);
      continue;
    }
    for (int i = node.first; i < node.first + node.count; ++i) {
      const auto& [a, b, c] = corners_[i];
      const auto s = ray_triangle(x, direction, a, b, c);
      if (s && *s < best.distance_m) best = {x + *s * direction, *s, order_[i], 0};
    }
  }
  if (best.triangle < 0) return std::nullopt;
  return best;
}

void Bvh::overlapping_pairs(const std::function<void(int, int)>& visit) const {
  const auto overlap = [](const Box& a, const Box& b) {
    return a.low.x <= b.high.x && b.low.x <= a.high.x && a.low.y <= b.high.y && b.low.y <= a.high.y &&
           a.low.z <= b.high.z && b.low.z <= a.high.z;
  };
  std::vector<Box> boxes(surface_.triangles.size());
  for (int i = 0; i < int(order_.size()); ++i) boxes[order_[i]] = box_of(i, i + 1);
  std::vector<std::pair<int, int>> stack{{0, 0}};
  while (!stack.empty()) {
    const auto [m, n] = stack.back();
    stack.pop_back();
    const Node &a = nodes_[m], &b = nodes_[n];
    if (m != n && !overlap(a.box, b.box)) continue;
    if (a.count > 0 && b.count > 0) {
      for (int i = a.first; i < a.first + a.count; ++i) {
        for (int j = m == n ? i + 1 : b.first; j < b.first + b.count; ++j) {
          const int s = std::min(order_[i], order_[j]), t = std::max(order_[i], order_[j]);
          if (overlap(boxes[s], boxes[t])) visit(s, t);
        }
      }
    } else if (m == n) {
      stack.insert(stack.end(), {{a.first, a.first}, {a.first + 1, a.first + 1}, {a.first, a.first + 1}});
    } else if (a.count > 0) {
      stack.insert(stack.end(), {{m, b.first}, {m, b.first + 1}});
    } else {
      stack.insert(stack.end(), {{a.first, n}, {a.first + 1, n}});
    }
  }
}

}  // namespace soleus
