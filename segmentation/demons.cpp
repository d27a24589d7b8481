// REFERENCES
//   Vercauteren, Pennec, Perchant, Ayache: Diffeomorphic demons: efficient non-parametric image registration.
//   NeuroImage 45 (2009) S61. Thirion: Image matching as a diffusion process. Med. Image Anal. 2 (1998) 243.
//
// ITK's filter has no mask, and its force weighs a voxel by its own difference: within a vein, where grey
// values say nothing, noise alone then moves it. Here the weight is the noise of the whole image.
#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"
#include "segmentation/registration_level.hpp"
#include "segmentation/trilinear.hpp"

namespace soleus::segmentation {
namespace {

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
  constexpr double least = 5e-3;   // of the grey values' spread, in an image without noise
  const double spread = warped.residual / std::sqrt(std::max(2 * (1 - warped.correlation), 1e-12));
  const double noise = std::max(warped.noise, least * spread), weight = noise * noise / (step * step);
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

}  // namespace

double demons_step(const ImagePair& pair, RestToContracted& map, const DemonsOptions& options) {
  VectorField update = forces(pair, warp(pair, map));
  smooth(update, pair.size, 3, options.update_sigma);
  map.field = composed(map.field, exponential(update, pair.size), pair.size);
  smooth(map.field, pair.size, 3, options.field_sigma);
  double sum = 0, voxels = 0;
  for (std::size_t v = 0; v < pair.mask.size(); ++v)
    if (pair.mask[v]) sum += dot(vector_of(update, v), vector_of(update, v)), voxels += 1;
  return std::sqrt(sum / std::max(voxels, 1.0));
}

}  // namespace soleus::segmentation
