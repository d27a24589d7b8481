// A pair of images at one resolution, compared near the veins. Positions and displacements are in voxels of
// the rest image's box: registration knows neither metres nor patient axes.
#pragma once

#include "pipeline/base/artifacts/vector_field.hpp"
#include "segmentation/volume.hpp"

namespace soleus::segmentation {

using Size = std::array<int, 3>;

/// x -> linear x + offset.
struct Affine {
  std::array<Vec3, 3> columns{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  Vec3 offset{};
  Vec3 linear(const Vec3& x) const { return columns[0] * x.x + columns[1] * x.y + columns[2] * x.z; }
  Vec3 operator()(const Vec3& x) const { return linear(x) + offset; }
};

/// From rest to contracted: affine(x + field(x)).
struct RestToContracted {
  Affine affine;
  VectorField field;  // 3 * voxels of the box
};

struct ImagePair {
  Size size{};       // of the box
  Field rest;        // grey values in the box
  Mask mask;         // where the images are compared
  Size pad{};        // voxels of the contracted image before the first one of the box, on each axis
  Size seen_size{};  // of the contracted image, which reaches farther: what it shows may come from there
  Field contracted;
  Mask seen;  // where the contracted image is known
};

/// Every `step`-th voxel of the smoothed pair.
ImagePair coarser(const ImagePair& pair, int step);
/// The same map in voxels `ratio` times smaller, on a box of `size`; `from` is the size of its own box.
RestToContracted finer(const RestToContracted& map, const Size& from, const Size& size, double ratio);

/// Gaussian of `sigma` voxels on `components` values a voxel; the border repeats.
void smooth(std::vector<float>& values, const Size& size, int components, double sigma);

/// The contracted image at affine(x + field(x)) for each x of the box, brought to the rest image's mean and
/// standard deviation (contrast medium is diluted from one scan to the next); NaN where it is not known.
struct Warped {
  Field values;
  double residual = 0;     // root mean square of the difference to the rest image within the mask
  double correlation = 0;  // of the two there
  double spread = 0;       // standard deviation of both there
  double noise = 0;        // standard deviation of most differences: 1.48 times the median of their size
  std::size_t voxels = 0;  // compared
};
Warped warp(const ImagePair& pair, const RestToContracted& map);

/// Mean gradient of rest and warped image at a voxel [grey value per voxel], as the second-order scheme of
/// Vercauteren et al. has it; false where a neighbour is not known.
bool mean_gradient(const ImagePair& pair, const Warped& warped, const Size& at, Vec3& gradient);

/// Fits the map's affine part: Gauss-Newton steps for the mean square difference.
void fit_affine(const ImagePair& pair, RestToContracted& map, int iterations);

struct DemonsOptions {
  int iterations = 50;
  double update_sigma = 1.4;  // voxels: of each step
  double field_sigma = 0.5;   // voxels: of the displacement after each step
  double relaxation = 0.1;    // part of the displacement that a step takes back where nothing supports it
};

/// Where and in which directions grey values around a voxel support no displacement: symmetric matrices
/// (xx, yy, zz, xy, xz, yz) with eigenvalues from 0, supported, to 1.
std::vector<float> unsupported(const ImagePair& pair, const RestToContracted& map);

/// One step of diffeomorphic demons; returns its root mean square in the mask [voxels].
double demons_step(const ImagePair& pair, RestToContracted& map, const std::vector<float>& unsupported,
                   const DemonsOptions& options);

/// Improves the map's field. `step_done` is called after every step.
inline void demons(const ImagePair& pair, RestToContracted& map, const DemonsOptions& options,
                   auto&& step_done) {
  constexpr double settled = 2e-3;  // voxels
  const std::vector<float> free = unsupported(pair, map);
  for (int n = 0; n < options.iterations; ++n) {
    const double change = demons_step(pair, map, free, options);
    step_done(n + 1);
    if (change < settled) return;
  }
}

}  // namespace soleus::segmentation
