#include "solver_cuda/geometry/wall_points.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <numeric>

#include "pipeline/base/parallel.hpp"

namespace soleus {

std::vector<int> points_off_caps(const Geometry& geometry) {
  std::vector<char> on_wall(geometry.surface.points_m.size(), 0), on_cap(on_wall);
  for (std::size_t t = 0; t < geometry.surface.triangles.size(); ++t)
    for (int p : geometry.surface.triangles[t]) (geometry.cap[t] < 0 ? on_wall : on_cap)[p] = 1;
  std::vector<int> points;
  for (std::size_t p = 0; p < on_wall.size(); ++p)
    if (on_wall[p] && !on_cap[p]) points.push_back(static_cast<int>(p));
  return points;
}

namespace {

/// Normals from the triangles around a point, each weighted with e1 x e2 / (|e1|^2 |e2|^2) of its edges at
/// the point: exact when they lie on a sphere, however uneven they are. Weighted by area, slivers turn the
/// normal by up to 6 degrees. REFERENCE: Max, J. Graph. Tools 4 (2), 1 (1999).
std::vector<Vec3> point_normals(const Surface& s) {
  std::vector<Vec3> sum(s.points_m.size());
  for (const auto& t : s.triangles)
    for (int k = 0; k < 3; ++k) {
      const Vec3 a = s.points_m[t[(k + 1) % 3]] - s.points_m[t[k]],
                 b = s.points_m[t[(k + 2) % 3]] - s.points_m[t[k]];
      const double weight = dot(a, a) * dot(b, b);
      if (weight > 0) sum[t[k]] += cross(a, b) / weight;
    }
  for (Vec3& n : sum) n = normalized(n);
  return sum;
}

/// Points that share an edge with each point.
class Neighbours {
 public:
  explicit Neighbours(const Surface& s) : first_(s.points_m.size() + 1), all_(6 * s.triangles.size()) {
    for (const auto& t : s.triangles)
      for (const int p : t) first_[std::size_t(p) + 1] += 2;
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (const auto& t : s.triangles)
      for (int k = 0; k < 3; ++k)
        for (const int other : {t[(k + 1) % 3], t[(k + 2) % 3]}) all_[next[std::size_t(t[k])]++] = other;
  }
  /// The neighbours of a point and theirs, without the point; ascending.
  std::vector<int> two_rings(int p) const {
    std::vector<int> found;
    const auto add = [&](int of) {
      found.insert(found.end(), all_.begin() + std::ptrdiff_t(first_[of]),
                   all_.begin() + std::ptrdiff_t(first_[of + 1]));
    };
    const auto unite = [&] {
      std::ranges::sort(found);
      found.erase(std::unique(found.begin(), found.end()), found.end());
    };
    add(p), unite();
    const std::vector<int> ring = found;
    for (const int q : ring) add(q);
    unite();
    std::erase(found, p);
    return found;
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<int> all_;
};

/// Normal of the paraboloid through a point p that fits the points around it best, in height over the plane
/// that `normal` gives: exact to the second order in the edge length where triangles are uneven too, on which
/// the means of their normals are of first order. Points whose own normal is turned by more than 60 degrees
/// lie beyond an edge. REFERENCE: Cazals & Pouget, Comput. Aided Geom. Des. 22, 121 (2005).
Vec3 fitted_normal(const Surface& s, const std::vector<Vec3>& normal, int p, const std::vector<int>& around) {
  constexpr int terms = 5;  // x y xx xy yy
  const Vec3 n = normal[p], a = normalized(cross(n, std::abs(n.x) < 0.6 ? Vec3{1, 0, 0} : Vec3{0, 1, 0})),
             b = cross(n, a);
  Eigen::Matrix<double, terms, terms> A = Eigen::Matrix<double, terms, terms>::Zero();
  Eigen::Matrix<double, terms, 1> rhs = Eigen::Matrix<double, terms, 1>::Zero();
  double scale = 0;
  for (const int q : around) scale = std::max(scale, norm(s.points_m[q] - s.points_m[p]));
  int points = 0;
  for (const int q : around) {
    if (dot(normal[q], n) < 0.5) continue;
    const Vec3 d = (s.points_m[q] - s.points_m[p]) / scale;
    const double x = dot(d, a), y = dot(d, b);
    const Eigen::Matrix<double, terms, 1> t{x, y, x * x, x * y, y * y};
    A += t * t.transpose(), rhs += t * dot(d, n);
    ++points;
  }
  const Eigen::LDLT<Eigen::Matrix<double, terms, terms>> solver(A);
  if (points < terms + 1 || solver.rcond() < 1e-8) return n;
  const auto slope = solver.solve(rhs).eval();
  return normalized(n - a * slope[0] - b * slope[1]);
}

}  // namespace

WallSamples wall_samples(const Surface& moved, const std::vector<int>& points) {
  const std::vector<Vec3> area = point_area_vectors(moved), normal = point_normals(moved);
  const Neighbours neighbours(moved);
  WallSamples w{std::vector<Vec3>(points.size()), std::vector<Vec3>(points.size()),
                std::vector<double>(points.size())};
  parallel_for(points.size(), 64, [&](std::size_t k) {
    const int p = points[k];
    w.points_m[k] = moved.points_m[p];
    w.outward[k] = fitted_normal(moved, normal, p, neighbours.two_rings(p));
    w.area_m2[k] = norm(area[p]) / 3;
  });
  return w;
}

}  // namespace soleus
