// Neighbouring values of a stream as one arithmetic value (GNU vector extension: g++ and clang lower it to
// the widest registers the target has).
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "solver_cuda/state/tiles.hpp"

namespace soleus {

template <class Real, int lanes>
struct PackOf {
  typedef Real type __attribute__((vector_size(lanes * sizeof(Real))));
};
template <class Real, int lanes = tile_edge>
using Pack = typename PackOf<Real, lanes>::type;

/// Integers of the same size, as comparisons of packs of eight give them.
template <class Real>
struct LaneBitsOf {
  typedef std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t> Int;
  typedef Int type __attribute__((vector_size(tile_edge * sizeof(Real))));
};
template <class Real>
using LaneBits = typename LaneBitsOf<Real>::type;

template <class V, class Real>
inline void load(V& v, const Real* row) {
  std::memcpy(&v, row, sizeof v);
}
template <class Real, class V>
inline void store(Real* row, const V& v) {
  std::memcpy(row, &v, sizeof v);
}

}  // namespace soleus
