// REFERENCES
//   Vercauteren, Pennec, Perchant, Ayache: Diffeomorphic demons: efficient non-parametric image registration.
//   NeuroImage 45 (2009) S61. Thirion: Image matching as a diffusion process. Med. Image Anal. 2 (1998) 243.
//
// ITK's filter has no mask, and its force weighs a voxel by its own difference: within a vein, where grey
// values say nothing, noise alone then moves it. Here the weight is the noise of the whole image, and what no
// grey values around support goes back to the affine map: on a coarse level a squeezed part of a vein pulls
// along the vein, and on finer ones nothing would undo that.
#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"
#include "segmentation/registration_level.hpp"
#include "segmentation/trilinear.hpp"

namespace soleus::segmentation {
namespace {

constexpr double kLeastNoise = 5e-3;  // of the grey values' spread, in images without any

/// a o (1 + b): b(x) + a(x + b(x)).
VectorField composed(const VectorField& a, const VectorField& b, const Size& size) {
  VectorField out(b.size());
  parallel_for(std::size_t(size[2]), 1, [&](std::size_t k) {
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const std::size_t v = index(size, i, j, int(k));
        const Vec3 step = vector_of(b, v);
        const Trilinear place(size, Vec3{double(i), double(j), double(k)} + step);
        set_vector(out, v, step + place.vector(a));
      }
  });
  return out;
}

/// Exponential of a velocity of at most half a voxel, by scaling and squaring.
VectorField exponential(VectorField velocity, const Size& size) {
  constexpr int squarings = 2;
  for (float& v : velocity) v /= 1 << squarings;
  for (int n = 0; n < squarings; ++n) velocity = composed(velocity, velocity, size);
  return velocity;
}

/// Vercauteren et al., eq. (6): difference * J / (|J|^2 + noise^2 / step^2), with the second-order gradient
/// J.
VectorField forces(const ImagePair& pair, const Warped& warped) {
  constexpr double step = 0.3;     // voxels: how far noise alone may move a voxel, about
  constexpr double longest = 0.5;  // voxels
  const double noise = std::max(warped.noise, kLeastNoise * warped.spread),
               weight = noise * noise / (step * step);
  VectorField force(3 * pair.rest.size());
  parallel_for(std::size_t(pair.size[2]), 1, [&](std::size_t k) {
    for (int j = 0; j < pair.size[1]; ++j)
      for (int i = 0; i < pair.size[0]; ++i) {
        const std::size_t v = index(pair.size, i, j, int(k));
        Vec3 slope;
        if (!pair.mask[v] || !std::isfinite(warped.values[v]) ||
            !mean_gradient(pair, warped, {i, j, int(k)}, slope))
          continue;
        const double whole = dot(slope, slope) + weight;
        if (whole <= 0) continue;
        const Vec3 u = slope * ((pair.rest[v] - warped.values[v]) / whole);
        set_vector(force, v, u * std::min(1.0, longest / std::max(norm(u), 1e-12)));
      }
  });
  return force;
}

using Symmetric = std::array<double, 6>;  // xx, yy, zz, xy, xz, yz

Vec3 times(const float* m, const Vec3& d) {
  return {m[0] * d.x + m[3] * d.y + m[4] * d.z, m[3] * d.x + m[1] * d.y + m[5] * d.z,
          m[4] * d.x + m[5] * d.y + m[2] * d.z};
}

/// (w (m + w)^-1)^2.
Symmetric free_part(const float* m, double w) {
  const double a = m[0] + w, b = m[1] + w, c = m[2] + w, d = m[3], e = m[4], f = m[5];
  const double det = a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e);
  Symmetric i{b * c - f * f, a * c - e * e, a * b - d * d, e * f - d * c, d * f - b * e, d * e - a * f};
  for (double& v : i) v *= w / det;
  return {i[0] * i[0] + i[3] * i[3] + i[4] * i[4], i[3] * i[3] + i[1] * i[1] + i[5] * i[5],
          i[4] * i[4] + i[5] * i[5] + i[2] * i[2], i[0] * i[3] + i[3] * i[1] + i[4] * i[5],
          i[0] * i[4] + i[3] * i[5] + i[4] * i[2], i[3] * i[4] + i[1] * i[5] + i[5] * i[2]};
}

}  // namespace

std::vector<float> unsupported(const ImagePair& pair, const RestToContracted& map) {
  constexpr double around = 3;  // voxels: a wall supports the blood within
  const Warped warped = warp(pair, map);
  std::vector<float> m(6 * pair.rest.size());
  for (std::size_t v = 0; v < pair.rest.size(); ++v) {
    Vec3 j;
    if (!pair.mask[v] || !mean_gradient(pair, warped, voxel_at(pair.size, v), j)) continue;
    const Symmetric jj{j.x * j.x, j.y * j.y, j.z * j.z, j.x * j.y, j.x * j.z, j.y * j.z};
    for (int n = 0; n < 6; ++n) m[6 * v + n] = float(jj[n]);
  }
  smooth(m, pair.size, 6, around);
  const double noise = std::max(warped.noise, kLeastNoise * warped.spread),
               w = std::max(noise * noise, 1e-12);
  for (std::size_t v = 0; v < pair.rest.size(); ++v) {
    const Symmetric free = free_part(&m[6 * v], w);
    for (int n = 0; n < 6; ++n) m[6 * v + n] = float(free[n]);
  }
  return m;
}

double demons_step(const ImagePair& pair, RestToContracted& map, const std::vector<float>& unsupported,
                   const DemonsOptions& options) {
  VectorField update = forces(pair, warp(pair, map));
  for (std::size_t v = 0; v < pair.rest.size(); ++v)
    set_vector(
        update, v,
        vector_of(update, v) - times(&unsupported[6 * v], vector_of(map.field, v)) * options.relaxation);
  smooth(update, pair.size, 3, options.update_sigma);
  map.field = composed(map.field, exponential(update, pair.size), pair.size);
  smooth(map.field, pair.size, 3, options.field_sigma);
  double sum = 0, voxels = 0;
  for (std::size_t v = 0; v < pair.mask.size(); ++v)
    if (pair.mask[v]) sum += dot(vector_of(update, v), vector_of(update, v)), voxels += 1;
  return std::sqrt(sum / std::max(voxels, 1.0));
}

}  // namespace soleus::segmentation
