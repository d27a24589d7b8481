// Weights of a delta over the nodes that a point touches, of which only some are fluid.
#pragma once

#include <cstdint>

#include "pipeline/base/vec3.hpp"
#include "solver_cuda/physics/delta.hpp"
#include "solver_cuda/physics/four.hpp"

namespace soleus {

/// Solves M a = (1, 0, 0, 0), M the symmetric matrix of the moments of 1, x, y, z; false where it is
/// singular.
SOLEUS_HD inline bool first_row(double (&m)[4][4], double (&a)[4]) {
  double right[4] = {1, 0, 0, 0}, over_pivot[4];
  for (int k = 0; k < 4; ++k) {
    if (m[k][k] < 1e-3 * m[0][0] || m[k][k] <= 0) return false;
    over_pivot[k] = 1 / m[k][k];
    for (int r = k + 1; r < 4; ++r) {
      const double f = m[k][r] * over_pivot[k];  // symmetric
      for (int c = r; c < 4; ++c) m[r][c] -= f * m[k][c];
      right[r] -= f * right[k];
    }
  }
  for (int k = 3; k >= 0; --k) {
    a[k] = right[k];
    for (int c = k + 1; c < 4; ++c) a[k] -= m[k][c] * a[c];
    a[k] *= over_pivot[k];
  }
  return true;
}

/// One factor for each axis, and where its nodes are; zeros past the last.
template <int P, class Four>
struct DeltaFactors {
  Four of[3] = {}, from[3] = {};  // [axes], nodes; cells from the point

  SOLEUS_HD explicit DeltaFactors(const Vec3& from_first) {
    const double at[3] = {from_first.x, from_first.y, from_first.z};
    for (int axis = 0; axis < 3; ++axis) {
      double factor[P];
      deltas(at[axis], factor);
      for (int k = 0; k < P; ++k) of[axis][k] = factor[k], from[axis][k] = k - at[axis];
    }
  }
};

/// Moments of 1, x, y, z of the parts of a delta that lie on fluid nodes.
template <int P, class Four>
SOLEUS_HD inline void fluid_moments(double (&m)[4][4], const DeltaFactors<P, Four>& delta,
                                    std::uint64_t fluid) {
  Four sum[6] = {};  // of 1, y, z, y y, y z, z z over the rows, without the factor along x
  for (int k = 0; k < P; ++k) {
    Four of_plane[3] = {};  // of 1, y, y y
    for (int j = 0; j < P; ++j, fluid >>= P) {
      Four wet;
      ones_of(wet, fluid);
      const double f = delta.of[1][j], y = delta.from[1][j];
      of_plane[0] += wet * f, of_plane[1] += wet * (f * y), of_plane[2] += wet * (f * y * y);
    }
    const double f = delta.of[2][k], z = delta.from[2][k];
    sum[0] += of_plane[0] * f, sum[1] += of_plane[1] * f, sum[3] += of_plane[2] * f;
    sum[2] += of_plane[0] * (f * z), sum[4] += of_plane[1] * (f * z), sum[5] += of_plane[0] * (f * z * z);
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
template <int P, class Real, class Four>
SOLEUS_HD inline double weigh(Real* weights, const DeltaFactors<P, Four>& delta, std::uint64_t fluid,
                              const double (&a)[4]) {
  const Four along = delta.of[0] * (delta.from[0] * a[1] + a[0]);
  Four largest = {};
  for (int k = 0; k < P; ++k)
    for (int j = 0; j < P; ++j, fluid >>= P) {
      const double w = delta.of[1][j] * delta.of[2][k],
                   across = w * (a[2] * delta.from[1][j] + a[3] * delta.from[2][k]);
      Four wet;
      ones_of(wet, fluid);
      const Four of_row = (along * w + delta.of[0] * across) * wet;
      keep_larger_size(largest, of_row);
      for (int i = 0; i < P; ++i) weights[i + P * (j + P * k)] = static_cast<Real>(of_row[i]);
    }
  double most = 0;
  for (int i = 0; i < P; ++i) most = largest[i] > most ? largest[i] : most;
  return most;
}

/// Of a delta all of whose nodes are fluid.
template <int P, class Real, class Four>
SOLEUS_HD inline void whole_weights(Real* weights, const DeltaFactors<P, Four>& delta) {
  for (int row = 0; row < P * P; ++row) {
    const double w = delta.of[1][row % P] * delta.of[2][row / P];
    for (int k = 0; k < P; ++k) weights[P * row + k] = static_cast<Real>(w * delta.of[0][k]);
  }
}

/// weights[x + P (y + P z)], P the points along an axis; bit x + P (y + P z) of `fluid`: that node is fluid.
/// Where not all are, the rest is made to have the sum and the first moment that the whole has; where too few
/// are left for that, the sum alone; and none where hardly any is left.
template <int P, class Real, class Lanes = FourNumbers>
SOLEUS_HD inline void delta_weights(Real* weights, const Vec3& from_first, std::uint64_t fluid) {
  constexpr double least_sum = 1e-6, largest_weight = 1;
  constexpr std::uint64_t all = ~std::uint64_t(0) >> (64 - P * P * P);
  const DeltaFactors<P, Lanes> delta(from_first);
  if (fluid == all) {
    whole_weights<P, Real>(weights, delta);
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
