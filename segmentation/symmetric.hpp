// Eigenvalues of symmetric 3x3 matrices (xx, yy, zz, xy, yz, zx): Hessians and structure tensors.
#pragma once

#include <array>

#include "pipeline/base/vec3.hpp"

namespace soleus::segmentation {

using Symmetric3 = std::array<double, 6>;

/// Ascending.
std::array<double, 3> eigenvalues(const Symmetric3& m);

/// Unit vector whose eigenvalue is `value`; zero if it is not the only one with that value.
Vec3 eigenvector(const Symmetric3& m, double value);

}  // namespace soleus::segmentation
