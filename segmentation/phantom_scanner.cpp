#include "segmentation/phantom_scanner.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "segmentation/parallel_slices.hpp"

namespace soleus {

namespace {

/// Weights of a normalised Gaussian on voxels, [2 n + 1], cut at 4 standard deviations.
std::vector<float> gaussian(double sigma_voxels) {
  const int n = int(std::ceil(4 * sigma_voxels));
  std::vector<float> w(2 * n + 1, 1.0F);
  if (n == 0) return w;
  for (int i = -n; i <= n; ++i) w[i + n] = float(std::exp(-0.5 * i * i / (sigma_voxels * sigma_voxels)));
  const float sum = std::accumulate(w.begin(), w.end(), 0.0F);
  for (float& x : w) x /= sum;
  return w;
}

/// Convolves the line of `n` values `stride` apart that starts at `line`; the border repeats.
void convolve(float* line, int n, std::size_t stride, const std::vector<float>& w,
              std::vector<float>& padded) {
  const int half = int(w.size()) / 2;
  padded.resize(n + 2 * half);
  for (int i = 0; i < n + 2 * half; ++i) padded[i] = line[std::clamp(i - half, 0, n - 1) * stride];
  for (int i = 0; i < n; ++i)
    line[i * stride] = std::inner_product(w.begin(), w.end(), padded.begin() + i, 0.0F);
}

void white_noise(float* slice, std::size_t n, std::seed_seq seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::generate(slice, slice + n, [&] { return normal(random); });
}

}  // namespace

void blur(Image& image, double fwhm_m, Progress& progress, double done_before) {
  const double sigma_m = fwhm_m / std::sqrt(8 * std::numbers::ln2);
  const auto [nx, ny, nz] = image.grid.size;
  for (int axis = 0; axis < 3; ++axis) {
    const std::vector<float> w = gaussian(sigma_m / image.grid.spacing_m[axis]);
    // Lines along x or y lie in a slice of constant z; lines along z in one of constant y.
    const int slices = axis == 2 ? ny : nz;
    const int lines = axis == 0 ? ny : nx;
    const std::size_t row = nx, slice = std::size_t(nx) * ny;
    const std::size_t stride = axis == 0 ? 1 : axis == 1 ? row : slice;
    parallel_for(slices, progress, done_before + axis * nz, [&](int s) {
      std::vector<float> padded;
      float* start = image.values.data() + s * (axis == 2 ? row : slice);
      for (int l = 0; l < lines; ++l)
        convolve(start + l * (axis == 0 ? row : 1), image.grid.size[axis], stride, w, padded);
    });
  }
}

void add_noise(Image& image, const PhantomScanner& scanner, Progress& progress, double done_before) {
  const int nz = image.grid.size[2];
  const std::size_t slice = std::size_t(image.grid.size[0]) * image.grid.size[1];
  Image noise{image.grid, std::vector<float>(image.values.size())};
  parallel_for(nz, progress, done_before,
               [&](int k) {  // each slice has its own seed: the same on any number of cores
                 white_noise(noise.values.data() + k * slice, slice, std::seed_seq{scanner.seed, k});
               });
  blur(noise, scanner.noise_grain_m, progress, done_before + nz);
  double square_sum = 0;
  for (const float x : noise.values) square_sum += double(x) * x;
  const float scale = float(scanner.noise_hu / std::sqrt(square_sum / double(noise.values.size())));
  constexpr float kLowest = -1024;  // CT numbers are stored as 12 bits
  for (std::size_t i = 0; i < noise.values.size(); ++i)
    image.values[i] = std::max(std::round(image.values[i] + scale * noise.values[i]), kLowest);
}

}  // namespace soleus
