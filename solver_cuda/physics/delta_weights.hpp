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

/// Nodes of a row are worked on four at a time, also where three are touched: one vector, without branches.
inline constexpr int row_lanes = 4;

/// One factor for each axis, and where its nodes are; zeros past the last.
template <int P>
struct DeltaFactors {
  double of[3][row_lanes] = {}, from[3][row_lanes] = {};  // [axes][nodes]; cells from the point

  SOLEUS_HD explicit DeltaFactors(const Vec3& from_first) {
    const double at[3] = {from_first.x, from_first.y, from_first.z};
    for (int axis = 0; axis < 3; ++axis) {
      double factor[P];
      deltas(at[axis], factor);
      for (int k = 0; k < P; ++k) of[axis][k] = factor[k], from[axis][k] = k - at[axis];
    }
  }
};

/// One for each of the next nodes that is fluid.
SOLEUS_HD inline void wet_lanes(double (&wet)[row_lanes], std::uint64_t fluid) {
  for (int k = 0; k < row_lanes; ++k) wet[k] = double(static_cast<std::int32_t>(fluid >> k & 1));
}

/// Moments of 1, x, y, z of the parts of a delta that lie on fluid nodes.
template <int P>
SOLEUS_HD inline void fluid_moments(double (&m)[4][4], const DeltaFactors<P>& delta, std::uint64_t fluid) {
  double sum[6][row_lanes] = {};  // of 1, y, z, y y, y z, z z over the rows, without the factor along x
  for (int row = 0; row < P * P; ++row, fluid >>= P) {
    double wet[row_lanes];
    wet_lanes(wet, fluid);
    const double w = delta.of[1][row % P] * delta.of[2][row / P], y = delta.from[1][row % P],
                 z = delta.from[2][row / P];
    const double times[6] = {w, w * y, w * z, w * y * y, w * y * z, w * z * z};
    for (int q = 0; q < 6; ++q)
      for (int k = 0; k < row_lanes; ++k) sum[q][k] += times[q] * wet[k];
  }
  double of[6] = {}, of_x[3] = {}, of_xx = 0;
  for (int k = 0; k < P; ++k) {
    const double f = delta.of[0][k], x = delta.from[0][k];
    for (int q = 0; q < 6; ++q) of[q] += sum[q][k] * f;
    for (int q = 0; q < 3; ++q) of_x[q] += sum[q][k] * f * x;
    of_xx += sum[0][k] * f * x * x;
  }
  const double upper[10] = {of[0], of_x[0], of[1], of[2], of_xx, of_x[1], of_x[2], of[3], of[4], of[5]};
  int next = 0;
  for (int k = 0; k < 4; ++k)
    for (int l = k; l < 4; ++l) m[k][l] = m[l][k] = upper[next++];
}

/// The parts of a delta on fluid nodes times a linear function a of where they are. Returns the largest.
template <int P, class Real>
SOLEUS_HD inline double weigh(Real* weights, const DeltaFactors<P>& delta, std::uint64_t fluid,
                              const double (&a)[4]) {
  double along[row_lanes], largest[row_lanes] = {};
  for (int k = 0; k < row_lanes; ++k) along[k] = a[1] * delta.from[0][k];
  for (int row = 0; row < P * P; ++row, fluid >>= P) {
    double wet[row_lanes], of_node[row_lanes];
    wet_lanes(wet, fluid);
    const double w = delta.of[1][row % P] * delta.of[2][row / P],
                 across = a[0] + a[2] * delta.from[1][row % P] + a[3] * delta.from[2][row / P];
    for (int k = 0; k < row_lanes; ++k) {
      of_node[k] = wet[k] * w * delta.of[0][k] * (across + along[k]);
      const double size = of_node[k] < 0 ? -of_node[k] : of_node[k];
      largest[k] = size > largest[k] ? size : largest[k];
    }
    for (int k = 0; k < P; ++k) weights[P * row + k] = static_cast<Real>(of_node[k]);
  }
  double most = 0;
  for (int k = 0; k < row_lanes; ++k) most = largest[k] > most ? largest[k] : most;
  return most;
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
