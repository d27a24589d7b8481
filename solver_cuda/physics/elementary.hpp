// log2, exp2, the square root and the angle of a direction for any arithmetic type; packs have none of their
// own. Branch-free and good to 1e-7 in single and 1e-11 in double precision. Results come by reference: a
// pack as a return value would depend on the instruction set.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "solver_cuda/physics/moments.hpp"

namespace soleus {

/// Signed integers as wide as the lanes of V.
template <class V>
struct BitsOf {
  using type = decltype(std::declval<V>() < std::declval<V>());
};
template <>
struct BitsOf<float> {
  using type = std::int32_t;
};
template <>
struct BitsOf<double> {
  using type = std::int64_t;
};

template <class R>
struct FloatFormat;
template <>
struct FloatFormat<float> {
  using bits = std::int32_t;
  static constexpr bits mantissa = 23, root_half = 0x3f3504f3;  // bits of sqrt(1/2)
  static constexpr float integers = 12582912.0f;                // 1.5 * 2^23: its last bits count integers
};
template <>
struct FloatFormat<double> {
  using bits = std::int64_t;
  static constexpr bits mantissa = 52, root_half = 0x3fe6a09e667f3bcd;
  static constexpr double integers = 6755399441055744.0;  // 1.5 * 2^52
};

/// y = log2(x) for normal x > 0: x = 2^e m with m in [sqrt(1/2), sqrt(2)), log m by the series of artanh.
template <class V>
SOLEUS_HD inline void log2_of(const V& x, V& y) {
  using R = typename Arithmetic<V>::scalar;
  using Format = FloatFormat<R>;
  typename BitsOf<V>::type bits, integers;
  std::memcpy(&bits, &x, sizeof x);
  const auto exponent = (bits - Format::root_half) >> Format::mantissa;
  bits -= exponent << Format::mantissa;
  V m, e;
  std::memcpy(&m, &bits, sizeof m);
  e = V{} + Format::integers;
  std::memcpy(&integers, &e, sizeof e);
  integers += exponent;
  std::memcpy(&e, &integers, sizeof e);
  const V s = (m - R(1)) / (m + R(1)), s2 = s * s;
  V sum = s2 * R(1.0 / 13) + R(1.0 / 11);
  sum = sum * s2 + R(1.0 / 9);
  sum = sum * s2 + R(1.0 / 7);
  sum = sum * s2 + R(1.0 / 5);
  sum = sum * s2 + R(1.0 / 3);
  sum = sum * s2 + R(1);
  y = (e - Format::integers) + s * sum * R(2.88539008177792681);  // 2 / ln 2
}

/// y = 2^x for results that are normal numbers: 2^n by the exponent, the rest by the series of exp.
template <class V>
SOLEUS_HD inline void exp2_of(const V& x, V& y) {
  using R = typename Arithmetic<V>::scalar;
  using Format = FloatFormat<R>;
  const V shifted = x + Format::integers;
  const V z = (x - (shifted - Format::integers)) * R(0.693147180559945309);
  typename BitsOf<V>::type n, bits, zero;
  const V integers = V{} + Format::integers;
  std::memcpy(&n, &shifted, sizeof n);
  std::memcpy(&zero, &integers, sizeof zero);
  V sum = z * R(1.0 / 3628800) + R(1.0 / 362880);
  sum = sum * z + R(1.0 / 40320);
  sum = sum * z + R(1.0 / 5040);
  sum = sum * z + R(1.0 / 720);
  sum = sum * z + R(1.0 / 120);
  sum = sum * z + R(1.0 / 24);
  sum = sum * z + R(1.0 / 6);
  sum = sum * z + R(0.5);
  sum = sum * z + R(1);
  sum = sum * z + R(1);
  std::memcpy(&bits, &sum, sizeof bits);
  bits += (n - zero) << Format::mantissa;
  std::memcpy(&y, &bits, sizeof y);
}

/// y = sqrt(x), lane by lane.
template <class V>
SOLEUS_HD inline void root_of(const V& x, V& y) {
  if constexpr (std::is_arithmetic_v<V>) {
    y = std::sqrt(x);
  } else {
    y = x;
    for (std::size_t lane = 0; lane < sizeof(V) / sizeof(x[0]); ++lane) y[lane] = std::sqrt(y[lane]);
  }
}

/// Angle of the direction (cosine, sine), of any length but none, from -pi to pi: three times halved, then by
/// the series of the arc tangent; good to 1e-15 in double precision.
template <class V>
SOLEUS_HD inline void angle_of(const V& sine, const V& cosine, V& angle) {
  using R = typename Arithmetic<V>::scalar;
  constexpr R pi = R(3.14159265358979323846);
  V length, root;
  root_of(V(sine * sine + cosine * cosine), length);
  V t = sine / (length + (cosine < 0 ? -cosine : cosine));  // tangent of a half of that to the nearer axis
  for (int k = 0; k < 2; ++k) {
    root_of(V(t * t + R(1)), root);
    t = t / (root + R(1));
  }
  const V t2 = t * t;
  V sum = t2 * R(-1.0 / 19) + R(1.0 / 17);
  sum = sum * t2 - R(1.0 / 15);
  sum = sum * t2 + R(1.0 / 13);
  sum = sum * t2 - R(1.0 / 11);
  sum = sum * t2 + R(1.0 / 9);
  sum = sum * t2 - R(1.0 / 7);
  sum = sum * t2 + R(1.0 / 5);
  sum = sum * t2 - R(1.0 / 3);
  sum = sum * t2 + R(1);
  const V near = t * sum * R(8), half_turn = V{} + pi;
  angle = cosine < 0 ? (sine < 0 ? -half_turn : half_turn) - near : near;
}

}  // namespace soleus
