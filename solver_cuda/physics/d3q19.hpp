// The D3Q19 velocity set. Direction 0 rests; directions come in opposite pairs (1,2), (3,4), ... so that
// opposite() is a flip. Functions instead of tables: nvcc cannot index static constexpr arrays in device
// code.
#pragma once

#include "pipeline/base/vec3.hpp"

namespace soleus::d3q19 {

inline constexpr int Q = 19;

SOLEUS_HD constexpr int opposite(int i) {
  return i == 0 ? 0 : ((i - 1) ^ 1) + 1;
}

SOLEUS_HD constexpr int cx(int i) {
  constexpr signed char v[Q] = {0, 1, -1, 0, 0, 0, 0, 1, -1, 1, -1, 1, -1, 1, -1, 0, 0, 0, 0};
  return v[i];
}
SOLEUS_HD constexpr int cy(int i) {
  constexpr signed char v[Q] = {0, 0, 0, 1, -1, 0, 0, 1, -1, -1, 1, 0, 0, 0, 0, 1, -1, 1, -1};
  return v[i];
}
SOLEUS_HD constexpr int cz(int i) {
  constexpr signed char v[Q] = {0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0, 1, -1, -1, 1, 1, -1, -1, 1};
  return v[i];
}
SOLEUS_HD constexpr double weight(int i) {
  return i == 0 ? 1.0 / 3 : i < 7 ? 1.0 / 18 : 1.0 / 36;
}

/// c_i [cells per step].
SOLEUS_HD constexpr Vec3 c(int i) {
  return {double(cx(i)), double(cy(i)), double(cz(i))};
}

/// c_i . v for any vector type with x, y, z.
template <class V3>
SOLEUS_HD constexpr auto c_dot(int i, const V3& v) {
  return cx(i) * v.x + cy(i) * v.y + cz(i) * v.z;
}

/// Lattice speed of sound squared.
inline constexpr double cs2 = 1.0 / 3;

}  // namespace soleus::d3q19
