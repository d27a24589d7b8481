#include "meshing/lumen_voxels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/base/progress.hpp"

namespace soleus {
namespace {

// Twice the area of (a, b, (x, y)) in the xy plane. Evaluated in an order that depends on the corner numbers
// only, so that two triangles sharing an edge agree exactly on which side a column lies.
bool left_of(const Surface& s, int a, int b, double x, double y) {
  const bool swapped = a > b;
  if (swapped) std::swap(a, b);
  const Vec3 &p = s.points_m[a], &q = s.points_m[b];
  const bool left = (q.x - p.x) * (y - p.y) - (q.y - p.y) * (x - p.x) >= 0;
  return swapped ? !left : left;
}

}  // namespace

LumenVoxels::LumenVoxels(const Surface& s, double spacing_m) : spacing_m_(spacing_m) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  Vec3 low{infinite, infinite, infinite}, high{-infinite, -infinite, -infinite};
  for (const Vec3& p : s.points_m) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
  }
  const double h = spacing_m;
  // Off the round numbers that points of artificial surfaces lie on.
  origin_m_ = low - Vec3{0.517 * h, 0.531 * h, 0.543 * h};
  nx_ = int((high.x - origin_m_.x) / h) + 2;
  ny_ = int((high.y - origin_m_.y) / h) + 2;
  std::vector<std::vector<double>> crossings(std::size_t(nx_) * ny_);
  for (const auto& [a, b, c] : s.triangles) {
    const Vec3 &p = s.points_m[a], &q = s.points_m[b], &r = s.points_m[c];
    const auto first = [&](double v, double o) { return std::max(0, int(std::floor((v - o) / h))); };
    const int i1 = std::min(nx_ - 1, first(std::max({p.x, q.x, r.x}), origin_m_.x) + 1);
    const int j1 = std::min(ny_ - 1, first(std::max({p.y, q.y, r.y}), origin_m_.y) + 1);
    const Vec3 n = cross(q - p, r - p);
    if (n.z == 0) continue;
    for (int j = first(std::min({p.y, q.y, r.y}), origin_m_.y); j <= j1; ++j) {
      for (int i = first(std::min({p.x, q.x, r.x}), origin_m_.x); i <= i1; ++i) {
        const double x = origin_m_.x + i * h, y = origin_m_.y + j * h;
        const bool ab = left_of(s, a, b, x, y), bc = left_of(s, b, c, x, y), ca = left_of(s, c, a, x, y);
        if (ab != bc || bc != ca) continue;
        crossings[i + std::size_t(nx_) * j].push_back(p.z - (n.x * (x - p.x) + n.y * (y - p.y)) / n.z);
      }
    }
  }
  column_.push_back(0);
  for (int j = 0; j < ny_; ++j) {
    for (int i = 0; i < nx_; ++i) {
      auto& z = crossings[i + std::size_t(nx_) * j];
      std::sort(z.begin(), z.end());
      for (std::size_t m = 0; m + 1 < z.size(); m += 2) {
        const int k0 = int(std::ceil((z[m] - origin_m_.z) / h)),
                  k1 = int(std::ceil((z[m + 1] - origin_m_.z) / h));
        if (k0 >= k1) continue;
        spans_.push_back({k0, k1, int(cells_.size())});
        for (int k = k0; k < k1; ++k) cells_.push_back({i, j, k});
      }
      column_.push_back(int(spans_.size()));
    }
  }
}

Vec3 LumenVoxels::center(int v) const {
  const auto& [i, j, k] = cells_[v];
  return origin_m_ + spacing_m_ * Vec3{double(i), double(j), double(k)};
}

int LumenVoxels::at(int i, int j, int k) const {
  if (i < 0 || j < 0 || i >= nx_ || j >= ny_) return -1;
  const std::size_t c = i + std::size_t(nx_) * j;
  for (int m = column_[c]; m < column_[c + 1]; ++m) {
    if (k < spans_[m].low) return -1;
    if (k < spans_[m].high) return spans_[m].first + k - spans_[m].low;
  }
  return -1;
}

int LumenVoxels::neighbours(int v, std::array<int, 26>& out) const {
  const auto& [i, j, k] = cells_[v];
  int n = 0;
  for (int dj = -1; dj <= 1; ++dj) {
    for (int di = -1; di <= 1; ++di) {
      for (int dk = -1; dk <= 1; ++dk) {
        if (di == 0 && dj == 0 && dk == 0) continue;
        const int w = at(i + di, j + dj, k + dk);
        if (w >= 0) out[n++] = w;
      }
    }
  }
  return n;
}

std::vector<double> LumenVoxels::wall_distance(const Bvh& wall) const {
  std::vector<double> distance(count());
  Progress progress("mesh: wall distance", count(), "voxels");
  for (int v = 0; v < count(); ++v) {
    distance[v] = wall.closest(center(v)).distance_m;
    if (v % 4096 == 0) progress.update(v);
  }
  progress.update(count());
  return distance;
}

}  // namespace soleus
