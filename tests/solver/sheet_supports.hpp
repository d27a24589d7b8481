// Which nodes and edges of a sheet are held, told by where they lie.
#pragma once

#include <functional>
#include <map>

#include "solver_cuda/geometry/make_shell.hpp"

namespace soleus::test {

/// A node that may not move along an axis.
struct HeldAxis {
  int node, axis;
};

using Where = std::function<bool(const Vec3&)>;

inline Where on_plane(int axis, double at_m) {
  return [=](const Vec3& x) { return std::abs(x[axis] - at_m) < 1e-6; };
}

class Supports {
 public:
  explicit Supports(const Surface& mesh) : mesh_(mesh) {}

  Supports& hold(const Where& there) {
    for (std::size_t n = 0; n < mesh_.points_m.size(); ++n)
      if (there(mesh_.points_m[n])) nodes.held.push_back(int(n));
    return *this;
  }
  Supports& hold_axis(const Where& there, int axis) {
    for (std::size_t n = 0; n < mesh_.points_m.size(); ++n)
      if (there(mesh_.points_m[n])) axes.push_back({int(n), axis});
    return *this;
  }
  /// Edges of the border there keep the directions across them. `across`: of the sheet, at the middle of an
  /// edge.
  Supports& clamp(const Where& there, const std::function<Vec3(const Vec3&)>& across) {
    std::map<std::pair<int, int>, int> triangles;
    for (const auto& t : mesh_.triangles)
      for (std::size_t k = 0; k < 3; ++k) ++triangles[std::minmax(t[k], t[(k + 1) % 3])];
    for (const auto& [edge, count] : triangles) {
      const Vec3 &a = mesh_.points_m[std::size_t(edge.first)], &b = mesh_.points_m[std::size_t(edge.second)];
      if (count == 1 && there(a) && there(b))
        nodes.clamped.push_back({{edge.first, edge.second}, across((a + b) / 2)});
    }
    return *this;
  }
  /// A plane of symmetry across an axis.
  Supports& mirror(int axis, double at_m = 0) {
    Vec3 across;
    across[axis] = 1;
    return hold_axis(on_plane(axis, at_m), axis).clamp(on_plane(axis, at_m), [=](const Vec3&) {
      return across;
    });
  }

  ShellSupport nodes;
  std::vector<HeldAxis> axes;

 private:
  const Surface& mesh_;
};

inline int nearest_node(const Surface& mesh, const Vec3& to) {
  const auto closest =
      std::ranges::min_element(mesh.points_m, {}, [&](const Vec3& x) { return norm(x - to); });
  return int(closest - mesh.points_m.begin());
}

}  // namespace soleus::test
