#include "segmentation/registration_level.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/base/parallel.hpp"
#include "pipeline/base/statistics.hpp"
#include "segmentation/trilinear.hpp"

namespace soleus::segmentation {
namespace {

std::vector<float> gaussian_kernel(double sigma) {
  const int n = std::max(1, int(std::ceil(3 * sigma)));
  std::vector<float> w(2 * n + 1);
  float sum = 0;
  for (int i = -n; i <= n; ++i) sum += w[i + n] = float(std::exp(-0.5 * i * i / (sigma * sigma)));
  for (float& x : w) x /= sum;
  return w;
}

template <class T>
std::vector<T> every(const std::vector<T>& values, const Size& size, int step, const Size& out) {
  std::vector<T> picked;
  picked.reserve(count(out));
  for (int k = 0; k < out[2]; ++k)
    for (int j = 0; j < out[1]; ++j)
      for (int i = 0; i < out[0]; ++i) picked.push_back(values[index(size, i * step, j * step, k * step)]);
  return picked;
}

Size coarse(const Size& size, int step) {
  return {(size[0] - 1) / step + 1, (size[1] - 1) / step + 1, (size[2] - 1) / step + 1};
}

struct Moments {
  double n = 0, f = 0, w = 0, ff = 0, ww = 0, fw = 0;
  void add(double rest, double warped) {
    n += 1, f += rest, w += warped, ff += rest * rest, ww += warped * warped, fw += rest * warped;
  }
  Moments& operator+=(const Moments& o) {
    n += o.n, f += o.f, w += o.w, ff += o.ff, ww += o.ww, fw += o.fw;
    return *this;
  }
};

/// Gain and offset that give the warped image the rest image's mean and standard deviation. A regression
/// would take noise for lack of contrast.
void match(const ImagePair& pair, Warped& warped) {
  const std::size_t row = pair.size[0];
  const double middle = pair.rest[pair.rest.size() / 2];  // sums of squares about zero would cancel
  const Moments m = parallel_sum(pair.rest.size() / row, Moments{}, [&](std::size_t r) {
    Moments sum;
    for (std::size_t v = r * row; v < (r + 1) * row; ++v)
      if (pair.mask[v] && std::isfinite(warped.values[v]))
        sum.add(pair.rest[v] - middle, warped.values[v] - middle);
    return sum;
  });
  warped.voxels = std::size_t(m.n);
  const double vf = m.ff / m.n - m.f * m.f / (m.n * m.n), vw = m.ww / m.n - m.w * m.w / (m.n * m.n);
  const double covariance = m.fw / m.n - m.f * m.w / (m.n * m.n);
  warped.correlation = covariance / std::sqrt(vf * vw);
  const double gain = std::sqrt(vf / vw), offset = m.f / m.n + middle - gain * (m.w / m.n + middle);
  warped.spread = std::sqrt(vf);
  warped.residual = std::sqrt(std::max(0.0, 2 * vf * (1 - warped.correlation)));
  for (float& v : warped.values) v = float(gain * v + offset);
}

double typical_difference(const ImagePair& pair, const Field& warped) {
  std::vector<float> size;
  for (std::size_t v = 0; v < warped.size(); ++v)
    if (pair.mask[v] && std::isfinite(warped[v])) size.push_back(std::abs(pair.rest[v] - warped[v]));
  return size.empty() ? 0 : 1.4826 * median(size);
}

}  // namespace

void smooth(std::vector<float>& values, const Size& size, int components, double sigma) {
  if (sigma <= 0) return;
  const std::vector<float> w = gaussian_kernel(sigma);
  const int half = int(w.size()) / 2;
  for (int axis = 0; axis < 3; ++axis) {
    const int n = size[axis], lines_a = axis == 0 ? size[1] : size[0],
              lines_b = axis == 2 ? size[1] : size[2];
    const std::size_t step = axis == 0 ? 1 : axis == 1 ? size[0] : std::size_t(size[0]) * size[1];
    parallel_ranges(std::size_t(lines_b), 1, [&](std::size_t first, std::size_t last) {
      std::vector<float> line(std::size_t(n + 2 * half) * components);
      for (std::size_t b = first; b < last; ++b)
        for (int a = 0; a < lines_a; ++a) {
          const std::size_t start = axis == 0   ? index(size, 0, a, int(b))
                                    : axis == 1 ? index(size, a, 0, int(b))
                                                : index(size, a, int(b), 0);
          for (int i = 0; i < n + 2 * half; ++i)
            for (int c = 0; c < components; ++c)
              line[i * components + c] =
                  values[(start + std::clamp(i - half, 0, n - 1) * step) * components + c];
          for (int i = 0; i < n; ++i)
            for (int c = 0; c < components; ++c) {
              float sum = 0;
              for (int t = 0; t <= 2 * half; ++t) sum += w[t] * line[(i + t) * components + c];
              values[(start + i * step) * components + c] = sum;
            }
        }
    });
  }
}

ImagePair coarser(const ImagePair& pair, int step) {
  if (step == 1) return pair;
  ImagePair out = pair;
  const double sigma = 0.5 * step;  // of the pixel that stands for step^3 others
  smooth(out.rest, pair.size, 1, sigma);
  smooth(out.contracted, pair.seen_size, 1, sigma);
  out.size = coarse(pair.size, step);
  // A multiple of the step lies before the box, so that coarse voxels of the two images coincide.
  out.pad = {pair.pad[0] / step, pair.pad[1] / step, pair.pad[2] / step};
  out.seen_size = coarse(pair.seen_size, step);
  out.rest = every(out.rest, pair.size, step, out.size);
  out.mask = every(pair.mask, pair.size, step, out.size);
  out.contracted = every(out.contracted, pair.seen_size, step, out.seen_size);
  out.seen = every(pair.seen, pair.seen_size, step, out.seen_size);
  return out;
}

RestToContracted finer(const RestToContracted& map, const Size& from, const Size& size, double ratio) {
  RestToContracted out{.affine = map.affine, .field = VectorField(3 * count(size))};
  out.affine.offset *= ratio;
  parallel_for(std::size_t(size[2]), 1, [&](std::size_t k) {
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const Trilinear place(from, Vec3{double(i), double(j), double(k)} / ratio);
        set_vector(out.field, index(size, i, j, int(k)), place.vector(map.field) * ratio);
      }
  });
  return out;
}

Warped warp(const ImagePair& pair, const RestToContracted& map) {
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  Warped out;
  out.values.resize(count(pair.size));
  const Vec3 pad{double(pair.pad[0]), double(pair.pad[1]), double(pair.pad[2])};
  parallel_for(std::size_t(pair.size[2]), 1, [&](std::size_t k) {
    for (int j = 0; j < pair.size[1]; ++j)
      for (int i = 0; i < pair.size[0]; ++i) {
        const std::size_t v = index(pair.size, i, j, int(k));
        const Vec3 x{double(i), double(j), double(k)};
        const Vec3 y = map.affine(x + vector_of(map.field, v)) + pad;
        const Trilinear place(pair.seen_size, y);
        out.values[v] = place.inside && pair.seen[place.nearest] ? place.value(pair.contracted) : unknown;
      }
  });
  match(pair, out);
  out.noise = typical_difference(pair, out.values);
  return out;
}

bool mean_gradient(const ImagePair& pair, const Warped& warped, const Size& at, Vec3& gradient) {
  for (int a = 0; a < 3; ++a) {
    Size below = at, above = at;
    below[a] = std::max(at[a] - 1, 0), above[a] = std::min(at[a] + 1, pair.size[a] - 1);
    const std::size_t lo = index(pair.size, below[0], below[1], below[2]),
                      hi = index(pair.size, above[0], above[1], above[2]);
    const int steps = std::max(above[a] - below[a], 1);
    gradient[a] = 0.5 * (pair.rest[hi] - pair.rest[lo] + warped.values[hi] - warped.values[lo]) / steps;
  }
  return std::isfinite(gradient.x + gradient.y + gradient.z);
}

}  // namespace soleus::segmentation
