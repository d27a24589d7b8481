// Lanes of a pack chosen by the bits of a mask. Included by cpu_sweep.cpp once per instruction set, inside
// its namespace. AVX-512 has all of it in single instructions; without masked stores the nodes at the walls
// of a vein take twice as long.

/// Nodes that are stepped at once: a register of AVX-512, else eight.
template <class Real>
inline constexpr int step_lanes = SOLEUS_X86_64_LEVEL >= 4 ? 64 / int(sizeof(Real)) : tile_edge;
template <class Real>
using StepPack = Pack<Real, step_lanes<Real>>;
static_assert(pack_nodes % step_lanes<float> == 0 && pack_nodes % step_lanes<double> == 0);

using Lanes = std::uint32_t;  // bit x: lane x
template <class Real>
inline constexpr Lanes all_lanes = Lanes((std::uint64_t(1) << step_lanes<Real>)-1);

/// All bits of lane x set where bit x of `lanes` is; for packs of eight.
template <class Real>
inline void lane_mask(LaneBits<Real>& mask, Lanes lanes) {
  constexpr LaneBits<Real> bit{1, 2, 4, 8, 16, 32, 64, 128};
  mask = ((LaneBits<Real>{} + static_cast<std::uint8_t>(lanes)) & bit) != 0;
}

/// Takes the lanes of `from` whose bit is set in `lanes`.
template <class Real, class V>
inline void take_lanes(V& v, Lanes lanes, const V& from) {
#if SOLEUS_X86_64_LEVEL >= 4
  if constexpr (sizeof v == 32)
    v = (V)_mm256_mask_mov_ps((__m256)v, static_cast<__mmask8>(lanes), (__m256)from);
  else if constexpr (sizeof(Real) == 4)
    v = (V)_mm512_mask_mov_ps((__m512)v, static_cast<__mmask16>(lanes), (__m512)from);
  else
    v = (V)_mm512_mask_mov_pd((__m512d)v, static_cast<__mmask8>(lanes), (__m512d)from);
#else
  LaneBits<Real> mask;
  lane_mask<Real>(mask, lanes);
  v = mask != 0 ? from : v;
#endif
}

/// Reads the lanes whose bit is set.
template <class Real, class V>
inline void load_lanes(V& v, const Real* row, Lanes lanes) {
#if SOLEUS_X86_64_LEVEL >= 4
  if constexpr (sizeof v == 32)
    v = (V)_mm256_mask_loadu_ps((__m256)v, static_cast<__mmask8>(lanes), row);
  else if constexpr (sizeof(Real) == 4)
    v = (V)_mm512_mask_loadu_ps((__m512)v, static_cast<__mmask16>(lanes), row);
  else
    v = (V)_mm512_mask_loadu_pd((__m512d)v, static_cast<__mmask8>(lanes), row);
#else
  if (lanes == 0) return;
  V from;
  load(from, row);
  take_lanes<Real>(v, lanes, from);
#endif
}

/// Writes the lanes whose bit is set, and touches no others: they may belong to nodes of another thread.
template <class Real, class V>
inline void store_lanes(Real* row, const V& v, Lanes lanes) {
#if SOLEUS_X86_64_LEVEL >= 4
  if constexpr (sizeof v == 32)
    _mm256_mask_storeu_ps(row, static_cast<__mmask8>(lanes), (__m256)v);
  else if constexpr (sizeof(Real) == 4)
    _mm512_mask_storeu_ps(row, static_cast<__mmask16>(lanes), (__m512)v);
  else
    _mm512_mask_storeu_pd(row, static_cast<__mmask8>(lanes), (__m512d)v);
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
  for (Lanes left = lanes; left != 0; left &= left - 1)
    row[std::countr_zero(left)] = v[std::countr_zero(left)];
#endif
}

/// The same where all lanes belong to one thread, so that the others may be written back as they were: masked
/// stores of AVX2 are microcode on AMD's processors.
template <class Real, class V>
inline void store_own_lanes(Real* row, const V& v, Lanes lanes) {
#if SOLEUS_X86_64_LEVEL >= 4
  store_lanes(row, v, lanes);
#else
  V all;
  load(all, row);
  take_lanes<Real>(all, lanes, v);
  store(row, all);
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

#if SOLEUS_X86_64_LEVEL == 3
/// [lanes][x] How many of the bits are set below x. Of a table: the instruction that would spread the bits
/// (pdep) is microcode on AMD's processors before Zen 3.
struct Ranks {
  std::uint8_t of[256][8];
  const std::uint8_t* operator[](Lanes lanes) const { return of[lanes]; }
};
constexpr Ranks ranks = [] {
  Ranks all{};
  for (unsigned lanes = 0; lanes < 256; ++lanes)
    for (unsigned x = 0; x < 8; ++x)
      all.of[lanes][x] = static_cast<std::uint8_t>(std::popcount(lanes & ((1u << x) - 1)));
  return all;
}();
#endif

/// Deals the values that follow each other out to the lanes whose bit is set; the others become zero. May
/// read as many values as there are lanes.
template <class Real, class V>
inline void expand(V& v, const Real* values, Lanes lanes) {
#if SOLEUS_X86_64_LEVEL >= 4
  load(v, values);  // first: expanding from memory is microcode on some processors
  if constexpr (sizeof v == 32)
    v = (V)_mm256_maskz_expand_ps(static_cast<__mmask8>(lanes), (__m256)v);
  else if constexpr (sizeof(Real) == 4)
    v = (V)_mm512_maskz_expand_ps(static_cast<__mmask16>(lanes), (__m512)v);
  else
    v = (V)_mm512_maskz_expand_pd(static_cast<__mmask8>(lanes), (__m512d)v);
#else
#if SOLEUS_X86_64_LEVEL >= 3
  if constexpr (sizeof(Real) == 4) {
    const __m256i lane =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(ranks[lanes])));
    V dealt{};
    take_lanes<Real>(dealt, lanes, (V)_mm256_permutevar8x32_ps(_mm256_loadu_ps(values), lane));
    v = dealt;
    return;
  }
#endif
  v = V{};
  for (Lanes left = lanes; left != 0; left &= left - 1) v[std::countr_zero(left)] = *values++;
#endif
}
