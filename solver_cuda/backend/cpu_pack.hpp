// Eight neighbouring values of a tile row as one arithmetic value (GNU vector extension: g++ and clang lower
// it to the widest registers the target has).
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "solver_cuda/state/tiles.hpp"

namespace soleus {

template <class Real>
struct PackOf {
  typedef Real type __attribute__((vector_size(tile_edge * sizeof(Real))));
};
template <class Real>
using Pack = typename PackOf<Real>::type;

/// Integers of the same size, as comparisons of packs give them.
template <class Real>
struct LaneBitsOf {
  typedef std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t> Int;
  typedef Int type __attribute__((vector_size(tile_edge * sizeof(Real))));
};
template <class Real>
using LaneBits = typename LaneBitsOf<Real>::type;

template <class Real>
inline void load(Pack<Real>& v, const Real* row) {
  std::memcpy(&v, row, sizeof v);
}
template <class Real>
inline void store(Real* row, const Pack<Real>& v) {
  std::memcpy(row, &v, sizeof v);
}

}  // namespace soleus
