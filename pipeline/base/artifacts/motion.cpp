#include "pipeline/base/artifacts/motion.hpp"

#include <algorithm>
#include <cmath>

namespace soleus {
namespace {

using Matrix = std::vector<std::vector<double>>;

/// Solves a x = b for all columns of b at once, Gauss with pivots; the few knots of a cycle need no more.
Matrix solved(Matrix a, Matrix b) {
  const std::size_t n = a.size();
  for (std::size_t c = 0; c < n; ++c) {
    std::size_t pivot = c;
    for (std::size_t r = c + 1; r < n; ++r)
      if (std::abs(a[r][c]) > std::abs(a[pivot][c])) pivot = r;
    std::swap(a[c], a[pivot]), std::swap(b[c], b[pivot]);
    for (std::size_t r = 0; r < n; ++r) {
      if (r == c) continue;
      const double f = a[r][c] / a[c][c];
      for (std::size_t k = c; k < n; ++k) a[r][k] -= f * a[c][k];
      for (std::size_t k = 0; k < b[r].size(); ++k) b[r][k] -= f * b[c][k];
    }
  }
  for (std::size_t r = 0; r < n; ++r)
    for (double& v : b[r]) v /= a[r][r];
  return b;
}

/// Second derivatives at the knots of a periodic spline, [knot][value it comes from].
Matrix curvatures(const std::vector<double>& length) {
  const std::size_t n = length.size();
  Matrix a(n, std::vector<double>(n)), b = a;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t before = (i + n - 1) % n, after = (i + 1) % n;
    const double h0 = length[before], h1 = length[i];
    a[i][before] += h0, a[i][i] += 2 * (h0 + h1), a[i][after] += h1;
    b[i][after] += 6 / h1, b[i][i] -= 6 / h1 + 6 / h0, b[i][before] += 6 / h0;
  }
  return solved(a, b);
}

LocalMotion local_motion(const ImagedMotion& motion, VectorField DisplacementFrame::*field,
                         const FrameWeights& weights, const Vec3& x_m) {
  const TrilinearPlace place(motion.grid, x_m);
  LocalMotion local;
  for (std::size_t f = 0; f < motion.frames.size(); ++f)
    for (int n = 0; n < 8; ++n) {
      const Vec3 u = vector_of(motion.frames[f].*field, place.node[n]);
      local.displacement_m += u * (weights.value[f] * place.weight[n]);
      local.rate_m_s += u * (weights.rate_per_s[f] * place.weight[n]);
      for (int b = 0; b < 3; ++b) local.gradient[b] += u * (weights.value[f] * place.slope[n][b]);
    }
  return local;
}

}  // namespace

FrameWeights frame_weights(const ImagedMotion& motion, double time_s) {
  const std::size_t frames = motion.frames.size(), n = frames + 1;  // knots: rest, then the frames
  FrameWeights w{std::vector<double>(frames), std::vector<double>(frames)};
  if (frames == 0) return w;
  std::vector<double> knot{0}, length;
  for (const DisplacementFrame& f : motion.frames) knot.push_back(f.time_s);
  for (std::size_t i = 0; i < n; ++i) length.push_back((i + 1 < n ? knot[i + 1] : motion.period_s) - knot[i]);
  const double t = time_s - motion.period_s * std::floor(time_s / motion.period_s);
  const std::size_t i = std::upper_bound(knot.begin(), knot.end(), t) - knot.begin() - 1, j = (i + 1) % n;
  const double h = length[i], b = (t - knot[i]) / h, a = 1 - b;
  const Matrix m = curvatures(length);
  for (std::size_t k = 1; k < n; ++k) {
    w.value[k - 1] =
        a * (i == k) + b * (j == k) + h * h / 6 * ((a * a * a - a) * m[i][k] + (b * b * b - b) * m[j][k]);
    w.rate_per_s[k - 1] = (double(j == k) - double(i == k)) / h +
                          h / 6 * ((1 - 3 * a * a) * m[i][k] + (3 * b * b - 1) * m[j][k]);
  }
  return w;
}

LocalMotion backward_at(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& x_m) {
  return local_motion(motion, &DisplacementFrame::backward_m, weights, x_m);
}

LocalMotion forward_at(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& rest_m) {
  return local_motion(motion, &DisplacementFrame::forward_m, weights, rest_m);
}

Vec3 moved(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& rest_m) {
  constexpr int most_steps = 30;
  const Vec3& h = motion.grid.spacing_m;
  const double enough_m = 1e-5 * std::min({h.x, h.y, h.z});
  Vec3 x = rest_m + forward_at(motion, weights, rest_m).displacement_m;
  for (int step = 0; step < most_steps; ++step) {
    const LocalMotion back = backward_at(motion, weights, x);
    const Vec3 r = rest_m - x - back.displacement_m;
    if (norm(r) < enough_m) break;
    const Vec3 newton = solve(back.gradient, r);
    x += std::isfinite(norm(newton)) ? newton : r;
  }
  return x;
}

Vec3 velocity_at(const ImagedMotion& motion, const FrameWeights& weights, const Vec3& x_m) {
  const LocalMotion back = backward_at(motion, weights, x_m);
  return -solve(back.gradient, back.rate_m_s);
}

}  // namespace soleus
