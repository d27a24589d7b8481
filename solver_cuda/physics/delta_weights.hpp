// Weights of a delta over the nodes that a point touches, of which only some are fluid.
#pragma once

#include <cstdint>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/delta.hpp"

namespace soleus {

/// Solves M a = (1, 0, 0, 0), M the symmetric matrix of the moments of 1, x, y, z; false where it is
/// singular.
SOLEUS_HD inline bool first_row(double (&m)[4][4], double (&a)[4]) {
  double right[4] = {1, 0, 0, 0};
  for (int k = 0; k < 4; ++k) {
    if (m[k][k] < 1e-3 * m[0][0] || m[k][k] <= 0) return false;
    for (int r = k + 1; r < 4; ++r) {
      const double f = m[r][k] / m[k][k];
      for (int c = k; c < 4; ++c) m[r][c] -= f * m[k][c];
      right[r] -= f * right[k];
    }
  }
  for (int k = 3; k >= 0; --k) {
    a[k] = right[k];
    for (int c = k + 1; c < 4; ++c) a[k] -= m[k][c] * a[c];
    a[k] /= m[k][k];
  }
  return true;
}

/// One factor for each axis, and where its nodes are.
template <int P>
struct DeltaFactors {
  double of[3][P], from[3][P];  // [axes][nodes]; cells from the point

  SOLEUS_HD explicit DeltaFactors(const Vec3& from_first) {
    const double at[3] = {from_first.x, from_first.y, from_first.z};
    for (int axis = 0; axis < 3; ++axis) {
      deltas(at[axis], of[axis]);
      for (int k = 0; k < P; ++k) from[axis][k] = k - at[axis];
    }
  }
};

/// Moments of 1, x, y, z of the parts of a delta that lie on fluid nodes.
template <int P>
SOLEUS_HD inline void fluid_moments(double (&m)[4][4], const DeltaFactors<P>& delta, std::uint64_t fluid) {
  double sum[10] = {};
  for (int row = 0; row < P * P; ++row, fluid >>= P) {
    double along[3] = {};  // of 1, x, x x
    for (int k = 0; k < P; ++k) {
      const double part = fluid >> k & 1 ? delta.of[0][k] : 0, x = delta.from[0][k];
      along[0] += part, along[1] += part * x, along[2] += part * x * x;
    }
    const double w = delta.of[1][row % P] * delta.of[2][row / P], y = delta.from[1][row % P],
                 z = delta.from[2][row / P];
    const double one = w * along[0], x = w * along[1];
    sum[0] += one, sum[1] += x, sum[2] += one * y, sum[3] += one * z, sum[4] += w * along[2];
    sum[5] += x * y, sum[6] += x * z, sum[7] += one * y * y, sum[8] += one * y * z, sum[9] += one * z * z;
  }
  int next = 0;
  for (int k = 0; k < 4; ++k)
    for (int l = k; l < 4; ++l) m[k][l] = m[l][k] = sum[next++];
}

/// The parts of a delta on fluid nodes times a linear function a of where they are. Returns the largest.
template <int P, class Real>
SOLEUS_HD inline double weigh(Real* weights, const DeltaFactors<P>& delta, std::uint64_t fluid,
                              const double (&a)[4]) {
  double largest = 0;
  for (int row = 0; row < P * P; ++row, fluid >>= P) {
    const double w = delta.of[1][row % P] * delta.of[2][row / P],
                 across = a[0] + a[2] * delta.from[1][row % P] + a[3] * delta.from[2][row / P];
    for (int k = 0; k < P; ++k) {
      const double of_node = fluid >> k & 1 ? w * delta.of[0][k] * (across + a[1] * delta.from[0][k]) : 0.0;
      weights[P * row + k] = static_cast<Real>(of_node);
      const double size = of_node < 0 ? -of_node : of_node;
      largest = size > largest ? size : largest;
    }
  }
  return largest;
}

/// Of a delta all of whose nodes are fluid.
template <int P, class Real>
SOLEUS_HD inline void whole_weights(Real* weights, const DeltaFactors<P>& delta) {
  for (int row = 0; row < P * P; ++row) {
    const double w = delta.of[1][row % P] * delta.of[2][row / P];
    for (int k = 0; k < P; ++k) weights[P * row + k] = static_cast<Real>(w * delta.of[0][k]);
  }
}

/// weights[x + P (y + P z)], P the points along an axis; bit x + P (y + P z) of `fluid`: that node is fluid.
/// Where not all are, the rest is made to have the sum and the first moment that the whole has; where too few
/// are left for that, the sum alone; and none where hardly any is left.
template <int P, class Real>
SOLEUS_HD inline void delta_weights(Real* weights, const Vec3& from_first, std::uint64_t fluid) {
  constexpr double least_sum = 1e-6, largest_weight = 1;
  constexpr std::uint64_t all = ~std::uint64_t(0) >> (64 - P * P * P);
  const DeltaFactors<P> delta(from_first);
  if (fluid == all) {
    whole_weights<P>(weights, delta);
    return;
  }
  double m[4][4], a[4];
  fluid_moments<P>(m, delta, fluid);
  const double sum = m[0][0];
  if (sum < least_sum)
    weigh<P>(weights, delta, 0, {});
  else if (!first_row(m, a) || !(weigh<P>(weights, delta, fluid, a) < largest_weight))
    weigh<P>(weights, delta, fluid, {1 / sum, 0, 0, 0});
}

}  // namespace soleus
