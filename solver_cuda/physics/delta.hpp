// Regularised delta functions of the immersed boundary method, one factor of their product over the axes.
// Their sum over the nodes is one and their first moment nothing wherever they lie. REFERENCES:
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

/// Of the nodes that a point touches, `from_first` cells after the first of them.
SOLEUS_HD inline void deltas(double from_first, double (&of_node)[3]) {
  const double c = from_first - 1, root = std::sqrt(1 - 3 * c * c);
  of_node[0] = (2 - 3 * c - root) / 6, of_node[1] = (1 + root) / 3, of_node[2] = (2 + 3 * c - root) / 6;
}
SOLEUS_HD inline void deltas(double from_first, double (&of_node)[4]) {
  const double r = from_first - 1, root = std::sqrt(1 + 4 * r - 4 * r * r);
  of_node[0] = (3 - 2 * r - root) / 8, of_node[1] = (3 - 2 * r + root) / 8;
  of_node[2] = (1 + 2 * r + root) / 8, of_node[3] = (1 + 2 * r - root) / 8;
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
