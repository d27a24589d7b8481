// The velocity sets as types: a descriptor L is the first template argument of whatever depends on it.
// Direction 0 rests; directions come in opposite pairs (1,2), (3,4), ... so that opposite() is a flip, and
// the first 19 of D3Q27 are those of D3Q19, so that what only asks where a direction leads needs no L.
// Functions instead of tables: nvcc cannot index static constexpr arrays in device code.
// REFERENCE: Qian, d'Humieres & Lallemand, Europhys. Lett. 17, 479 (1992).
#pragma once

#include "pipeline/base/vec3.hpp"

namespace soleus {

/// Lattice speed of sound squared, of both sets.
inline constexpr double cs2 = 1.0 / 3;

/// Where directions lead [cells per step]: rest, 6 along the axes, 12 along face diagonals, 8 along corners.
struct Directions {
  SOLEUS_HD static constexpr int opposite(int i) { return i == 0 ? 0 : ((i - 1) ^ 1) + 1; }

  SOLEUS_HD static constexpr int cx(int i) {
    constexpr signed char v[27] = {0,  1, -1, 0, 0, 0, 0,  1, -1, 1, -1, 1, -1, 1,
                                   -1, 0, 0,  0, 0, 1, -1, 1, -1, 1, -1, 1, -1};
    return v[i];
  }
  SOLEUS_HD static constexpr int cy(int i) {
    constexpr signed char v[27] = {0, 0, 0,  1, -1, 0, 0,  1, -1, -1, 1, 0,  0, 0,
                                   0, 1, -1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1};
    return v[i];
  }
  SOLEUS_HD static constexpr int cz(int i) {
    constexpr signed char v[27] = {0, 0, 0,  0,  0, 1, -1, 0,  0, 0, 0,  1,  -1, -1,
                                   1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1};
    return v[i];
  }
  SOLEUS_HD static constexpr Vec3 c(int i) { return {double(cx(i)), double(cy(i)), double(cz(i))}; }
};

struct D3Q19 : Directions {
  static constexpr int Q = 19;
  SOLEUS_HD static constexpr double weight(int i) { return i == 0 ? 1.0 / 3 : i < 7 ? 1.0 / 18 : 1.0 / 36; }
};

struct D3Q27 : Directions {
  static constexpr int Q = 27;
  SOLEUS_HD static constexpr double weight(int i) {
    return i == 0 ? 8.0 / 27 : i < 7 ? 2.0 / 27 : i < 19 ? 1.0 / 54 : 1.0 / 216;
  }
};

}  // namespace soleus
