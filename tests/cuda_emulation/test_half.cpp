// Half precision against the definition: the nearest of the numbers that sixteen bits hold, ties to the even
// one.
#include <cuda_fp16.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

float from_bits(unsigned bits) {
  return __half2float(__ushort_as_half(static_cast<unsigned short>(bits)));
}

unsigned to_bits(float value) {
  return __half_as_ushort(__float2half_rn(value));
}

/// Sign, exponent and significand by the definition.
double defined(unsigned bits) {
  const double sign = bits & 0x8000 ? -1 : 1;
  const int exponent = int(bits >> 10 & 31), significand = int(bits & 1023);
  if (exponent == 31) return significand ? std::numeric_limits<double>::quiet_NaN() : sign * INFINITY;
  return sign *
         (exponent == 0 ? std::ldexp(significand, -24) : std::ldexp(1024 + significand, exponent - 25));
}

TEST(Half, EveryValueIsWhatItsBitsSay) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const double expected = defined(bits);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(from_bits(bits)));
      EXPECT_EQ(to_bits(from_bits(bits)), 0x7fffu);
    } else {
      EXPECT_EQ(double(from_bits(bits)), expected) << bits;
      EXPECT_EQ(to_bits(from_bits(bits)), bits);  // also the sign of zero
    }
  }
}

TEST(Half, RoundsToTheNearestAndTiesToTheEven) {
  // Between each two neighbours: the middle, and the floats next to it.
  for (unsigned bits = 0; bits < 0x7bff; ++bits) {
    const float middle =
        float((defined(bits) + defined(bits + 1)) / 2);  // exact: one bit more than a half has
    const unsigned even = bits % 2 == 0 ? bits : bits + 1;
    for (const unsigned sign : {0u, 0x8000u}) {
      const float s = sign ? -1.f : 1.f;
      ASSERT_EQ(to_bits(s * middle), even | sign);
      ASSERT_EQ(to_bits(s * std::nextafter(middle, 0.f)), bits | sign);
      ASSERT_EQ(to_bits(s * std::nextafter(middle, 1e9f)), (bits + 1) | sign);
    }
  }
}

TEST(Half, LargeValuesBecomeInfinite) {
  EXPECT_EQ(to_bits(65504.f), 0x7bffu);
  EXPECT_EQ(to_bits(std::nextafter(65520.f, 0.f)), 0x7bffu);
  EXPECT_EQ(to_bits(65520.f), 0x7c00u);  // half a step beyond the largest
  EXPECT_EQ(to_bits(-65536.f), 0xfc00u);
  EXPECT_EQ(to_bits(-3e38f), 0xfc00u);
  EXPECT_EQ(to_bits(INFINITY), 0x7c00u);
  EXPECT_EQ(to_bits(NAN), 0x7fffu);
  EXPECT_EQ(to_bits(std::numeric_limits<float>::denorm_min()), 0u);
  EXPECT_EQ(to_bits(-std::numeric_limits<float>::min()), 0x8000u);
}

}  // namespace
