#include "segmentation/symmetric.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace soleus::segmentation {

/// Trigonometric solution of the cubic; Smith 1961.
std::array<double, 3> eigenvalues(const Symmetric3& m) {
  const auto [xx, yy, zz, xy, yz, zx] = m;
  const double mean = (xx + yy + zz) / 3;
  const double a = xx - mean, b = yy - mean, c = zz - mean;
  const double p2 = (a * a + b * b + c * c + 2 * (xy * xy + yz * yz + zx * zx)) / 6;
  if (p2 <= 0) return {mean, mean, mean};
  const double p = std::sqrt(p2);
  const double det = a * (b * c - yz * yz) - xy * (xy * c - yz * zx) + zx * (xy * yz - b * zx);
  const double angle = std::acos(std::clamp(det / (2 * p * p2), -1.0, 1.0)) / 3;
  const double high = mean + 2 * p * std::cos(angle);
  const double low = mean + 2 * p * std::cos(angle + 2 * std::numbers::pi / 3);
  return {low, 3 * mean - high - low, high};
}

Vec3 eigenvector(const Symmetric3& m, double value) {
  const auto [xx, yy, zz, xy, yz, zx] = m;
  const std::array<Vec3, 3> row{{{xx - value, xy, zx}, {xy, yy - value, yz}, {zx, yz, zz - value}}};
  Vec3 longest;  // all rows are perpendicular to the eigenvector; the longest product is the least rounded
  for (int r = 0; r < 3; ++r) {
    const Vec3 across = cross(row[r], row[(r + 1) % 3]);
    if (dot(across, across) > dot(longest, longest)) longest = across;
  }
  return normalized(longest);
}

}  // namespace soleus::segmentation
