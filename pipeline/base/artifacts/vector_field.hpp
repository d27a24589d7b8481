// Displacement fields on a grid: reading between the nodes, Jacobians, inversion.
#pragma once

#include <vector>

#include "pipeline/base/artifacts/grid.hpp"

namespace soleus {

/// Vectors [m], LPS components x, y, z of each node of a grid (i fastest): 3 * grid.voxels() values.
using VectorField = std::vector<float>;

inline Vec3 vector_of(const VectorField& field, std::size_t node) {
  const float* v = field.data() + 3 * node;
  return {v[0], v[1], v[2]};
}
inline void set_vector(VectorField& field, std::size_t node, const Vec3& v) {
  for (int c = 0; c < 3; ++c) field[3 * node + c] = float(v[c]);
}

/// The eight nodes around a place and their trilinear weights. A place outside of the grid is taken to the
/// nearest one on its border: fields go on as constants.
struct TrilinearPlace {
  TrilinearPlace(const Grid& grid, const Vec3& x_m);
  std::array<std::size_t, 8> node{};
  std::array<double, 8> weight{};
  std::array<Vec3, 8> slope{};  // gradient of each weight [1/m]; zero across a border that was met
};

/// A displacement and its derivatives: gradient[b] = d(displacement)/d(x_b).
struct LocalMap {
  Vec3 displacement_m{};
  std::array<Vec3, 3> gradient{};
};

/// The field at a place, trilinear.
LocalMap displacement_at(const Grid& grid, const VectorField& field, const Vec3& x_m);

/// Determinant of I + gradient: local volume of x + u(x) over that of x.
double determinant(const std::array<Vec3, 3>& gradient);
/// The y with (I + gradient) y = r; NaN where that is singular.
Vec3 solve(const std::array<Vec3, 3>& gradient, const Vec3& r);

/// The gradient at a node, by central differences (one-sided at the border of the grid).
std::array<Vec3, 3> gradient_at_node(const Grid& grid, const VectorField& field, std::array<int, 3> node);

/// The y with y + u(y) = x, u trilinear: Newton's method from `guess_m`, damped; `residual_m` is what is
/// left.
struct Preimage {
  Vec3 point_m{};
  double residual_m = 0;
};
Preimage preimage(const Grid& grid, const VectorField& field, const Vec3& x_m, const Vec3& guess_m);

/// The displacement of the inverse of x + u(x) at the nodes of the same grid, to 1e-4 of a spacing. Where
/// x + u(x) folds there is none; what stands there then is the best that was found.
VectorField inverse(const Grid& grid, const VectorField& field);

}  // namespace soleus
