// Raw moments of one cell's shifted populations, sum_i (f_i - w_i) cx^a cy^b cz^c, and back. There are as
// many as populations, named by their powers; both ways are sums over faces, edges and corners of the cube of
// directions and cost about as much as reading the populations.
#pragma once

#include "solver_cuda/physics/moments.hpp"

namespace soleus {

/// D3Q19 has no corners and therefore no moment with all three directions in it.
template <class L, class V>
struct RawMoments {
  V drho, x, y, z, xx, yy, zz, xy, xz, yz;  // x, y, z: momentum
  V xxy, xyy, xxz, xzz, yyz, yzz;
  V xxyy, xxzz, yyzz;
};

template <class V>
struct RawMoments<D3Q27, V> : RawMoments<D3Q19, V> {
  V xyz, xxyz, xyyz, xyzz, xxyyz, xxyzz, xyyzz, xxyyzz;
};

/// Sums over the four directions (1,1), (-1,-1), (1,-1), (-1,1) of a plane, f[first] ... f[first + 3].
template <class V>
struct PlaneMoments {
  V aabb, ab, abb, aab;
};

template <class V, int Q>
SOLEUS_HD inline PlaneMoments<V> plane_moments(const V (&f)[Q], int first) {
  const V even = f[first] + f[first + 1], odd = f[first] - f[first + 1];
  const V even_across = f[first + 2] + f[first + 3], odd_across = f[first + 2] - f[first + 3];
  return {even + even_across, even - even_across, odd + odd_across, odd - odd_across};
}

template <class V, int Q>
SOLEUS_HD inline void set_plane(V (&f)[Q], int first, const PlaneMoments<V>& m) {
  using R = typename Arithmetic<V>::scalar;
  const V even = m.aabb + m.ab, odd = m.abb + m.aab;
  const V even_across = m.aabb - m.ab, odd_across = m.abb - m.aab;
  f[first] = R(0.25) * (even + odd), f[first + 1] = R(0.25) * (even - odd);
  f[first + 2] = R(0.25) * (even_across + odd_across), f[first + 3] = R(0.25) * (even_across - odd_across);
}

/// Corners 19 ... 26: (1,1,1), (1,1,-1), (1,-1,1), (1,-1,-1), each followed by its opposite.
template <class V>
SOLEUS_HD inline void add_corners(const V (&f)[D3Q27::Q], RawMoments<D3Q27, V>& m) {
  const V a = f[19] + f[20], b = f[21] + f[22], c = f[23] + f[24], d = f[25] + f[26];
  m.xxyyzz = (a + b) + (c + d), m.xyzz = (a + b) - (c + d);
  m.xyyz = (a - b) + (c - d), m.xxyz = (a - b) - (c - d);
  const V e = f[19] - f[20], g = f[21] - f[22], h = f[23] - f[24], k = f[25] - f[26];
  m.xyyzz = (e + g) + (h + k), m.xxyzz = (e + g) - (h + k);
  m.xxyyz = (e - g) + (h - k), m.xyz = (e - g) - (h - k);
  m.xxyy += m.xxyyzz, m.xxzz += m.xxyyzz, m.yyzz += m.xxyyzz;
  m.xy += m.xyzz, m.xz += m.xyyz, m.yz += m.xxyz;
  m.xyy += m.xyyzz, m.xzz += m.xyyzz, m.xxy += m.xxyzz, m.yzz += m.xxyzz, m.xxz += m.xxyyz, m.yyz += m.xxyyz;
}

template <class V>
SOLEUS_HD inline void set_corners(V (&f)[D3Q27::Q], const RawMoments<D3Q27, V>& m) {
  using R = typename Arithmetic<V>::scalar;
  const V even_a = R(0.125) * (m.xxyyzz + m.xyzz), even_b = R(0.125) * (m.xyyz + m.xxyz);
  const V even_c = R(0.125) * (m.xxyyzz - m.xyzz), even_d = R(0.125) * (m.xyyz - m.xxyz);
  const V odd_a = R(0.125) * (m.xyyzz + m.xxyzz), odd_b = R(0.125) * (m.xxyyz + m.xyz);
  const V odd_c = R(0.125) * (m.xyyzz - m.xxyzz), odd_d = R(0.125) * (m.xxyyz - m.xyz);
  const auto pair = [&](int i, const V& even, const V& odd) { f[i] = even + odd, f[i + 1] = even - odd; };
  pair(19, even_a + even_b, odd_a + odd_b);
  pair(21, even_a - even_b, odd_a - odd_b);
  pair(23, even_c + even_d, odd_c + odd_d);
  pair(25, even_c - even_d, odd_c - odd_d);
}

template <class L, class V>
SOLEUS_HD inline RawMoments<L, V> raw_moments(const V (&f)[L::Q]) {
  const PlaneMoments<V> xy = plane_moments(f, 7), xz = plane_moments(f, 11), yz = plane_moments(f, 15);
  RawMoments<L, V> m;
  m.xy = xy.ab, m.xxyy = xy.aabb, m.xyy = xy.abb, m.xxy = xy.aab;
  m.xz = xz.ab, m.xxzz = xz.aabb, m.xzz = xz.abb, m.xxz = xz.aab;
  m.yz = yz.ab, m.yyzz = yz.aabb, m.yzz = yz.abb, m.yyz = yz.aab;
  const V ex = f[1] + f[2], ey = f[3] + f[4], ez = f[5] + f[6];
  m.drho = f[0] + ((ex + ey) + ez) + ((xy.aabb + xz.aabb) + yz.aabb);
  m.xx = ex + (xy.aabb + xz.aabb), m.x = (f[1] - f[2]) + (xy.abb + xz.abb);
  m.yy = ey + (xy.aabb + yz.aabb), m.y = (f[3] - f[4]) + (xy.aab + yz.abb);
  m.zz = ez + (xz.aabb + yz.aabb), m.z = (f[5] - f[6]) + (xz.aab + yz.aab);
  if constexpr (L::Q == D3Q27::Q) {
    add_corners(f, m);
    m.drho += m.xxyyzz, m.xx += m.xxyyzz, m.yy += m.xxyyzz, m.zz += m.xxyyzz;
    m.x += m.xyyzz, m.y += m.xxyzz, m.z += m.xxyyz;
  }
  return m;
}

template <class L, class V>
SOLEUS_HD inline void set_populations(V (&f)[L::Q], const RawMoments<L, V>& m) {
  using R = typename Arithmetic<V>::scalar;
  PlaneMoments<V> xy{m.xxyy, m.xy, m.xyy, m.xxy}, xz{m.xxzz, m.xz, m.xzz, m.xxz},
      yz{m.yyzz, m.yz, m.yzz, m.yyz};
  V ex = m.xx, ey = m.yy, ez = m.zz, rest = m.drho, x = m.x, y = m.y, z = m.z;
  if constexpr (L::Q == D3Q27::Q) {
    set_corners(f, m);
    xy.aabb -= m.xxyyzz, xz.aabb -= m.xxyyzz, yz.aabb -= m.xxyyzz;
    xy.ab -= m.xyzz, xz.ab -= m.xyyz, yz.ab -= m.xxyz;
    xy.abb -= m.xyyzz, xz.abb -= m.xyyzz, xy.aab -= m.xxyzz, yz.abb -= m.xxyzz;
    xz.aab -= m.xxyyz, yz.aab -= m.xxyyz;
    ex -= m.xxyyzz, ey -= m.xxyyzz, ez -= m.xxyyzz, rest -= m.xxyyzz;
    x -= m.xyyzz, y -= m.xxyzz, z -= m.xxyyz;
  }
  set_plane(f, 7, xy), set_plane(f, 11, xz), set_plane(f, 15, yz);
  ex -= xy.aabb + xz.aabb, ey -= xy.aabb + yz.aabb, ez -= xz.aabb + yz.aabb;
  x -= xy.abb + xz.abb, y -= xy.aab + yz.abb, z -= xz.aab + yz.aab;
  f[0] = rest - ((ex + ey) + ez) - ((xy.aabb + xz.aabb) + yz.aabb);
  f[1] = R(0.5) * (ex + x), f[2] = R(0.5) * (ex - x);
  f[3] = R(0.5) * (ey + y), f[4] = R(0.5) * (ey - y);
  f[5] = R(0.5) * (ez + z), f[6] = R(0.5) * (ez - z);
}

}  // namespace soleus
