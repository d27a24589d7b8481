// Three doubles in LPS patient space (metres unless a name says otherwise); usable in host and device code.
#pragma once

#include <array>
#include <cmath>

#include "pipeline/base/hd.hpp"

namespace soleus {

struct Vec3 {
  double x = 0, y = 0, z = 0;

  SOLEUS_HD constexpr double operator[](int axis) const { return axis == 0 ? x : axis == 1 ? y : z; }
  SOLEUS_HD constexpr double& operator[](int axis) { return axis == 0 ? x : axis == 1 ? y : z; }
  SOLEUS_HD constexpr Vec3& operator+=(const Vec3& b) { return x += b.x, y += b.y, z += b.z, *this; }
  SOLEUS_HD constexpr Vec3& operator-=(const Vec3& b) { return x -= b.x, y -= b.y, z -= b.z, *this; }
  SOLEUS_HD constexpr Vec3& operator*=(double s) { return x *= s, y *= s, z *= s, *this; }
  friend constexpr bool operator==(const Vec3&, const Vec3&) = default;
};

SOLEUS_HD constexpr Vec3 operator+(Vec3 a, const Vec3& b) {
  return a += b;
}
SOLEUS_HD constexpr Vec3 operator-(Vec3 a, const Vec3& b) {
  return a -= b;
}
SOLEUS_HD constexpr Vec3 operator-(const Vec3& a) {
  return {-a.x, -a.y, -a.z};
}
SOLEUS_HD constexpr Vec3 operator*(Vec3 a, double s) {
  return a *= s;
}
SOLEUS_HD constexpr Vec3 operator*(double s, Vec3 a) {
  return a *= s;
}
SOLEUS_HD constexpr Vec3 operator/(Vec3 a, double s) {
  return a *= 1.0 / s;
}
SOLEUS_HD constexpr double dot(const Vec3& a, const Vec3& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
SOLEUS_HD constexpr Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
SOLEUS_HD inline double norm(const Vec3& a) {
  return std::sqrt(dot(a, a));
}
/// Unit vector along a; the zero vector stays zero.
SOLEUS_HD inline Vec3 normalized(const Vec3& a) {
  const double n = norm(a);
  return n > 0 ? a / n : a;
}
/// Some unit vector perpendicular to the unit vector n.
SOLEUS_HD inline Vec3 any_perpendicular(const Vec3& n) {
  const Vec3 helper = std::abs(n.x) < 0.9 ? Vec3{1, 0, 0} : Vec3{0, 1, 0};
  return normalized(cross(n, helper));
}

}  // namespace soleus
