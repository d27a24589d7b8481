// Lanes of a pack chosen by the bits of a mask, and packs shifted along a row of tiles. Included by
// cpu_sweep.cpp once per instruction set, inside its namespace. AVX-512 has all of it in single instructions;
// without masked stores the boundary rows of a vein take twice as long.

/// All bits of lane x set where bit x of `lanes` is.
template <class Real>
inline void lane_mask(LaneBits<Real>& mask, std::uint8_t lanes) {
  constexpr LaneBits<Real> bit{1, 2, 4, 8, 16, 32, 64, 128};
  mask = ((LaneBits<Real>{} + lanes) & bit) != 0;
}

/// Takes the lanes of `from` whose bit is set in `lanes`.
template <class Real>
inline void take_lanes(Pack<Real>& v, std::uint8_t lanes, const Pack<Real>& from) {
#if SOLEUS_X86_64_LEVEL >= 4
  if constexpr (sizeof(Real) == 4)
    v = (Pack<Real>)_mm256_mask_mov_ps((__m256)v, lanes, (__m256)from);
  else
    v = (Pack<Real>)_mm512_mask_mov_pd((__m512d)v, lanes, (__m512d)from);
#else
  LaneBits<Real> mask;
  lane_mask<Real>(mask, lanes);
  v = mask != 0 ? from : v;
#endif
}

/// Reads the lanes whose bit is set.
template <class Real>
inline void load_lanes(Pack<Real>& v, const Real* row, std::uint8_t lanes) {
#if SOLEUS_X86_64_LEVEL >= 4
  if constexpr (sizeof(Real) == 4)
    v = (Pack<Real>)_mm256_mask_loadu_ps((__m256)v, lanes, row);
  else
    v = (Pack<Real>)_mm512_mask_loadu_pd((__m512d)v, lanes, row);
#else
  if (lanes == 0) return;
  Pack<Real> from;
  load(from, row);
  take_lanes<Real>(v, lanes, from);
#endif
}

/// Writes the lanes whose bit is set, and touches no others: they may belong to nodes of another thread.
template <class Real>
inline void store_lanes(Real* row, const Pack<Real>& v, std::uint8_t lanes) {
#if SOLEUS_X86_64_LEVEL >= 4
  if constexpr (sizeof(Real) == 4)
    _mm256_mask_storeu_ps(row, lanes, (__m256)v);
  else
    _mm512_mask_storeu_pd(row, lanes, (__m512d)v);
#elif SOLEUS_X86_64_LEVEL >= 3
  LaneBits<Real> mask;
  lane_mask<Real>(mask, lanes);
  if constexpr (sizeof(Real) == 4) {
    _mm256_maskstore_ps(row, (__m256i)mask, (__m256)v);
  } else {
    for (int half = 0; half < 2; ++half) {
      __m256d values;
      __m256i bits;
      std::memcpy(&values, reinterpret_cast<const char*>(&v) + half * sizeof values, sizeof values);
      std::memcpy(&bits, reinterpret_cast<const char*>(&mask) + half * sizeof bits, sizeof bits);
      _mm256_maskstore_pd(row + half * 4, bits, values);
    }
  }
#else
  for (unsigned left = lanes; left != 0; left &= left - 1)
    row[std::countr_zero(left)] = v[std::countr_zero(left)];
#endif
}

/// Lane x from lane x + shift (-1 or 1), the lane beyond the end from `side`.
template <class Real>
inline void shift_lanes(Pack<Real>& v, const Pack<Real>& side, int shift) {
  if (shift > 0)
    v = __builtin_shufflevector(v, side, 1, 2, 3, 4, 5, 6, 7, 8);
  else
    v = __builtin_shufflevector(side, v, 7, 8, 9, 10, 11, 12, 13, 14);
}

/// Lane x from position x + shift (-1, 0, 1) of the row; the lane beyond its end from the row `side` of the
/// next tile. Both rows are read whole: every other row shifted by one would lie in two cache lines.
template <class Real>
inline void load_shifted(Pack<Real>& v, const Real* row, const Real* side, int shift) {
  load(v, row);
  if (shift == 0) return;
  Pack<Real> beyond;
  load(beyond, side);
  shift_lanes<Real>(v, beyond, shift);
}

/// The reverse of load_shifted, for the lanes whose bit is set.
template <class Real>
inline void store_shifted(Real* row, Real* side, const Pack<Real>& v, int shift, std::uint8_t lanes) {
  if (shift == 0) {
    store_lanes<Real>(row, v, lanes);
  } else if (shift > 0) {
    const Pack<Real> turned = __builtin_shufflevector(v, v, 7, 0, 1, 2, 3, 4, 5, 6);
    store_lanes<Real>(row, turned, static_cast<std::uint8_t>(lanes << 1));
    store_lanes<Real>(side, turned, lanes >> 7);
  } else {
    const Pack<Real> turned = __builtin_shufflevector(v, v, 1, 2, 3, 4, 5, 6, 7, 0);
    store_lanes<Real>(row, turned, lanes >> 1);
    store_lanes<Real>(side, turned, static_cast<std::uint8_t>(lanes << 7));
  }
}

/// The same for all lanes.
template <class Real>
inline void store_shifted(Real* row, Real* side, const Pack<Real>& v, int shift) {
#if SOLEUS_X86_64_LEVEL >= 4
  if (shift == 0)
    store(row, v);
  else
    store_shifted<Real>(row, side, v, shift, 0xff);
#else
  constexpr std::size_t seven = (tile_edge - 1) * sizeof(Real);
  const Real* lanes = reinterpret_cast<const Real*>(&v);
  if (shift == 0) store(row, v);
  if (shift > 0) std::memcpy(row + 1, lanes, seven), side[0] = v[tile_edge - 1];
  if (shift < 0) std::memcpy(row, lanes + 1, seven), side[tile_edge - 1] = v[0];
#endif
}

/// Deals the values that follow each other out to the lanes whose bit is set; the others become zero. May
/// read eight values.
template <class Real>
inline void expand(Pack<Real>& v, const Real* values, std::uint8_t lanes) {
#if SOLEUS_X86_64_LEVEL >= 4
  load(v, values);  // first: expanding from memory is microcode on some processors
  if constexpr (sizeof(Real) == 4)
    v = (Pack<Real>)_mm256_maskz_expand_ps(lanes, (__m256)v);
  else
    v = (Pack<Real>)_mm512_maskz_expand_pd(lanes, (__m512d)v);
#else
#if SOLEUS_X86_64_LEVEL >= 3
  if constexpr (sizeof(Real) == 4) {
    // Byte x of the ranks: how many bits are set below x.
    const std::uint64_t ones = _pdep_u64(lanes, 0x0101010101010101u),
                        ranks = (ones * 0x0101010101010101u) - ones;
    const __m256i lane = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(ranks)));
    Pack<Real> dealt{};
    take_lanes<Real>(dealt, lanes, (Pack<Real>)_mm256_permutevar8x32_ps(_mm256_loadu_ps(values), lane));
    v = dealt;
    return;
  }
#endif
  v = Pack<Real>{};
  for (unsigned left = lanes; left != 0; left &= left - 1) v[std::countr_zero(left)] = *values++;
#endif
}
