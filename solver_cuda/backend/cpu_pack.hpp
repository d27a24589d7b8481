// Eight neighbouring values of a tile row as one arithmetic value (GNU vector extension: g++ and clang lower
// it to the widest registers the target has).
#pragma once

#include <bit>
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

template <class Real>
inline void load(Pack<Real>& v, const Real* row) {
  std::memcpy(&v, row, sizeof v);
}
template <class Real>
inline void store(Real* row, const Pack<Real>& v) {
  std::memcpy(row, &v, sizeof v);
}

/// Lane x from position x + shift (-1, 0, 1) of the row; the lane beyond its end from the row `side` of the
/// next tile.
template <class Real>
inline void load_shifted(Pack<Real>& v, const Real* row, const Real* side, int shift) {
  load(v, row + shift);
  if (shift > 0) v[tile_edge - 1] = side[0];
  if (shift < 0) v[0] = side[tile_edge - 1];
}

template <class Real>
inline void store_shifted(Real* row, Real* side, const Pack<Real>& v, int shift) {
  constexpr std::size_t seven = (tile_edge - 1) * sizeof(Real);
  const Real* lanes = reinterpret_cast<const Real*>(&v);
  if (shift == 0) store(row, v);
  if (shift > 0) std::memcpy(row + 1, lanes, seven), side[0] = v[tile_edge - 1];
  if (shift < 0) std::memcpy(row, lanes + 1, seven), side[tile_edge - 1] = v[0];
}

/// Only the lanes whose bit is set in `lanes`.
template <class Real>
inline void store_some_shifted(Real* row, Real* side, const Pack<Real>& v, int shift, std::uint8_t lanes) {
  for (unsigned left = lanes; left != 0; left &= left - 1) {
    const int x = std::countr_zero(left), to = x + shift;
    if (to < 0)
      side[tile_edge - 1] = v[x];
    else if (to >= tile_edge)
      side[0] = v[x];
    else
      row[to] = v[x];
  }
}

/// Takes the lanes of `from` whose bit is set in `lanes`.
template <class Real>
inline void take_lanes(Pack<Real>& v, std::uint8_t lanes, const Pack<Real>& from) {
  typedef std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t> Int;
  typedef Int Bits __attribute__((vector_size(tile_edge * sizeof(Real))));
  constexpr Bits bit{1, 2, 4, 8, 16, 32, 64, 128};
  v = ((Bits{} + lanes) & bit) != 0 ? from : v;
}

}  // namespace soleus
