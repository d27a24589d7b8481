// Regularised delta functions of the immersed boundary method, one factor of their product over the axes; r
// in cells. Their sum over the nodes is one and their first moment nothing wherever they lie. REFERENCES:
// three points: Roma, Peskin & Berger, J. Comput. Phys. 153, 509 (1999), eq. 22; four: Peskin, Acta Numer.
// 11, 479 (2002), eq. 6.27.
#pragma once

#include <cmath>

#include "pipeline/base/hd.hpp"

namespace soleus {

enum class Delta { three_points, four_points };
SOLEUS_HD constexpr int points(Delta kind) {
  return kind == Delta::three_points ? 3 : 4;
}

SOLEUS_HD inline double delta(Delta kind, double r) {
  const double a = std::abs(r);
  if (kind == Delta::three_points) {
    if (a <= 0.5) return (1 + std::sqrt(1 - 3 * a * a)) / 3;
    return a < 1.5 ? (5 - 3 * a - std::sqrt(1 - 3 * (1 - a) * (1 - a))) / 6 : 0;
  }
  if (a <= 1) return (3 - 2 * a + std::sqrt(1 + 4 * a - 4 * a * a)) / 8;
  return a < 2 ? (5 - 2 * a - std::sqrt(-7 + 12 * a - 4 * a * a)) / 8 : 0;
}

/// Index of the first node that has a part of it about a place [cells].
SOLEUS_HD inline int first_node(Delta kind, double at) {
  return static_cast<int>(std::floor(kind == Delta::three_points ? at - 0.5 : at - 1));
}

/// Sum of its squares over the nodes, wherever it lies: a flat sheet moves one over this cells of fluid, per
/// cell of its area, in a moment.
SOLEUS_HD inline double squares(Delta kind) {
  return kind == Delta::three_points ? 0.5 : 0.375;
}

}  // namespace soleus
