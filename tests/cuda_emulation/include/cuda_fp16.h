// Half precision as storage: conversion from and to float with the rounding of IEEE 754 (to nearest, ties to
// even), and the bits. Arithmetic on __half is not offered.
#pragma once

#include <bit>
#include <cstdint>

#include "cuda_emulation/keywords.hpp"

struct __half_raw {
  unsigned short x;
};

struct __half {
  __half() = default;
  constexpr __half(const __half_raw& raw) : bits(raw.x) {}  // NOLINT(google-explicit-constructor): as in CUDA
  constexpr operator __half_raw() const { return {bits}; }  // NOLINT(google-explicit-constructor)

 private:
  unsigned short bits;
};
using half = __half;

constexpr unsigned short __half_as_ushort(__half h) {
  return static_cast<__half_raw>(h).x;
}
constexpr __half __ushort_as_half(unsigned short bits) {
  return __half_raw{bits};
}

/// Significand of 11 bits, exponents from -14 to 15; beyond 65504 + half a step infinity, every NaN becomes
/// 0x7fff as on a GPU.
constexpr __half __float2half_rn(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return __ushort_as_half(0x7fff);
  if (magnitude >= 0x47800000)
    return __ushort_as_half(static_cast<unsigned short>(sign | 0x7c00));  // >= 2^16
  const int exponent = static_cast<int>(magnitude >> 23) - 127;
  if (exponent < -25)
    return __ushort_as_half(static_cast<unsigned short>(sign));  // below half of the smallest
  // The significand's bits below the last one kept; subnormal results keep fewer.
  const int dropped = exponent < -14 ? 13 + (-14 - exponent) : 13;
  const std::uint32_t significand = (magnitude & 0x7fffff) | 0x800000;
  const std::uint32_t kept = significand >> dropped, rest = significand & ((1u << dropped) - 1);
  const std::uint32_t middle = 1u << (dropped - 1);
  const std::uint32_t up = rest > middle || (rest == middle && (kept & 1)) ? 1 : 0;
  // The leading bit of a normal significand adds one to the exponent's field, and so does a carry out of the
  // rounding.
  const std::uint32_t field = exponent < -14 ? 0 : static_cast<std::uint32_t>(exponent + 14) << 10;
  return __ushort_as_half(static_cast<unsigned short>(sign | (field + kept + up)));
}
constexpr __half __float2half(float value) {
  return __float2half_rn(value);
}

constexpr float __half2float(__half h) {
  const std::uint32_t bits = __half_as_ushort(h), sign = (bits & 0x8000) << 16;
  const std::uint32_t exponent = bits >> 10 & 0x1f, significand = bits & 0x3ff;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000 | significand << 13);
  if (exponent == 0) {
    const float magnitude = static_cast<float>(significand) * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | significand << 13);
}
