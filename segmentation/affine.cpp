// The affine part of a registration. The step is composed on the right, affine o (1 + step), as in the
// demons: both look at the same warped image and its gradient.
#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"
#include "segmentation/registration_level.hpp"
#include "segmentation/trilinear.hpp"

namespace soleus::segmentation {
namespace {

constexpr int kUnknowns = 12;  // a translation, and the three columns of a matrix

using Step = std::array<double, kUnknowns>;

/// Normal equations h step = g.
struct Normal {
  std::array<double, kUnknowns * kUnknowns> h{};
  Step g{};
  void add(const Step& slope, double difference) {
    for (int r = 0; r < kUnknowns; ++r) {
      g[r] += slope[r] * difference;
      for (int c = 0; c <= r; ++c) h[r * kUnknowns + c] += slope[r] * slope[c];
    }
  }
  Normal& operator+=(const Normal& o) {
    for (std::size_t i = 0; i < h.size(); ++i) h[i] += o.h[i];
    for (std::size_t i = 0; i < g.size(); ++i) g[i] += o.g[i];
    return *this;
  }
};

/// By Cholesky. The diagonal is raised a little: along a straight vein nothing says how far it moved, and it
/// must not move for noise.
Step step_of(const Normal& n) {
  constexpr double raise = 1e-2;  // of the mean diagonal
  std::array<double, kUnknowns * kUnknowns> l{};
  double mean = 0;
  for (int r = 0; r < kUnknowns; ++r) mean += n.h[r * kUnknowns + r] / kUnknowns;
  for (int r = 0; r < kUnknowns; ++r)
    for (int c = 0; c <= r; ++c) {
      double sum = n.h[r * kUnknowns + c] + (r == c ? raise * mean : 0);
      for (int k = 0; k < c; ++k) sum -= l[r * kUnknowns + k] * l[c * kUnknowns + k];
      l[r * kUnknowns + c] = r == c ? std::sqrt(std::max(sum, 1e-300)) : sum / l[c * kUnknowns + c];
    }
  Step x = n.g;
  for (int r = 0; r < kUnknowns; ++r) {
    for (int k = 0; k < r; ++k) x[r] -= l[r * kUnknowns + k] * x[k];
    x[r] /= l[r * kUnknowns + r];
  }
  for (int r = kUnknowns - 1; r >= 0; --r) {
    for (int k = r + 1; k < kUnknowns; ++k) x[r] -= l[k * kUnknowns + r] * x[k];
    x[r] /= l[r * kUnknowns + r];
  }
  return x;
}

/// Where p_ac of the step, its matrix part times `length`, stands among the unknowns.
int unknown(int a, int c) {
  return 3 + 3 * c + a;
}

/// Holds the map to a rigid one: adds w sum (E + sym(step))^2, E the Green strain of the map so far and w the
/// mean diagonal of the normal equations. A leg that lies elsewhere is not strained much, while a squeezed
/// part of a vein can pass for a vein stretched along its axis.
void hold_rigid(Normal& n, const Affine& affine, double length) {
  double w = 0;
  for (int r = 0; r < kUnknowns; ++r) w += n.h[r * kUnknowns + r] / kUnknowns;
  for (int a = 0; a < 3; ++a)
    for (int c = 0; c < 3; ++c) {
      const double strain = (dot(affine.columns[a], affine.columns[c]) - (a == c)) / 2 * length;
      const int r = unknown(a, c), t = unknown(c, a);
      n.g[r] -= w * strain;
      n.h[r * kUnknowns + r] += a == c ? w : w / 2;
      if (t < r) n.h[r * kUnknowns + t] += w / 2;
    }
}

Normal normal_equations(const ImagePair& pair, const Warped& warped, const Vec3& middle, double length) {
  const auto [nx, ny, nz] = pair.size;
  return parallel_sum(std::size_t(ny) * nz, Normal{}, [&](std::size_t row) {
    const int j = int(row % ny), k = int(row / ny);
    Normal sum;
    for (int i = 0; i < nx; ++i) {
      const std::size_t v = index(pair.size, i, j, k);
      Vec3 slope;
      if (!pair.mask[v] || !std::isfinite(warped.values[v]) || !mean_gradient(pair, warped, {i, j, k}, slope))
        continue;
      const Vec3 x = (Vec3{double(i), double(j), double(k)} - middle) / length;
      Step s{};
      for (int a = 0; a < 3; ++a)
        s[a] = slope[a], s[3 + a] = slope[a] * x.x, s[6 + a] = slope[a] * x.y, s[9 + a] = slope[a] * x.z;
      sum.add(s, pair.rest[v] - warped.values[v]);
    }
    return sum;
  });
}

/// affine o (1 + part of the step).
Affine composed(const Affine& affine, const Step& s, double part, const Vec3& middle, double length) {
  Affine step;
  for (int c = 0; c < 3; ++c)
    step.columns[c] += Vec3{s[unknown(0, c)], s[unknown(1, c)], s[unknown(2, c)]} * (part / length);
  step.offset = middle + Vec3{s[0], s[1], s[2]} * part - step.linear(middle);
  Affine out;
  for (int c = 0; c < 3; ++c) out.columns[c] = affine.linear(step.columns[c]);
  out.offset = affine(step.offset);
  return out;
}

}  // namespace

void fit_affine(const ImagePair& pair, RestToContracted& map, int iterations) {
  constexpr double settled = 1e-3, longest = 2;  // voxels
  constexpr double shortest = 1.0 / 16;          // of a step, when a whole one leads astray
  const Vec3 middle =
      Vec3{double(pair.size[0] - 1), double(pair.size[1] - 1), double(pair.size[2] - 1)} * 0.5;
  const double length = std::max({middle.x, middle.y, middle.z, 1.0});
  Warped warped = warp(pair, map);
  for (int n = 0; n < iterations; ++n) {
    Normal equations = normal_equations(pair, warped, middle, length);
    hold_rigid(equations, map.affine, length);
    const Step s = step_of(equations);
    double largest = 0;
    for (const double v : s) largest = std::max(largest, std::abs(v));
    if (!std::isfinite(largest) || largest < settled) return;
    bool better = false;
    for (double part = std::min(1.0, longest / largest); part >= shortest && !better; part /= 2) {
      RestToContracted next{.affine = composed(map.affine, s, part, middle, length), .field = map.field};
      Warped there = warp(pair, next);
      better = there.correlation > warped.correlation;
      if (better) map = std::move(next), warped = std::move(there);
    }
    if (!better) return;
  }
}

}  // namespace soleus::segmentation
