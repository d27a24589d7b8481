#include "pipeline/base/artifacts/vector_field.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

std::array<Vec3, 3> columns(const std::array<Vec3, 3>& gradient) {
  return {Vec3{1, 0, 0} + gradient[0], Vec3{0, 1, 0} + gradient[1], Vec3{0, 0, 1} + gradient[2]};
}

double smallest_spacing(const Grid& grid) {
  return std::min({grid.spacing_m.x, grid.spacing_m.y, grid.spacing_m.z});
}

}  // namespace

TrilinearPlace::TrilinearPlace(const Grid& grid, const Vec3& x_m) {
  const Vec3 c = grid.continuous_index(x_m);
  std::array<int, 3> first{}, step{};
  std::array<std::array<double, 2>, 3> w{}, dw{};
  for (int a = 0; a < 3; ++a) {
    const int last = grid.size[a] - 1;
    const double inside = std::clamp(c[a], 0.0, double(last));
    first[a] = std::clamp(int(inside), 0, std::max(last - 1, 0));
    step[a] = last > 0 ? 1 : 0;
    const double f = inside - first[a], rate = inside == c[a] && last > 0 ? 1 / grid.spacing_m[a] : 0;
    w[a] = {1 - f, f}, dw[a] = {-rate, rate};
  }
  for (int n = 0; n < 8; ++n) {
    const int i = n & 1, j = n >> 1 & 1, k = n >> 2;
    node[n] = grid.index(first[0] + i * step[0], first[1] + j * step[1], first[2] + k * step[2]);
    weight[n] = w[0][i] * w[1][j] * w[2][k];
    slope[n] = grid.axes[0] * (dw[0][i] * w[1][j] * w[2][k]) + grid.axes[1] * (w[0][i] * dw[1][j] * w[2][k]) +
               grid.axes[2] * (w[0][i] * w[1][j] * dw[2][k]);
  }
}

LocalMap displacement_at(const Grid& grid, const VectorField& field, const Vec3& x_m) {
  const TrilinearPlace place(grid, x_m);
  LocalMap map;
  for (int n = 0; n < 8; ++n) {
    const Vec3 u = vector_of(field, place.node[n]);
    map.displacement_m += u * place.weight[n];
    for (int b = 0; b < 3; ++b) map.gradient[b] += u * place.slope[n][b];
  }
  return map;
}

double determinant(const std::array<Vec3, 3>& gradient) {
  const auto c = columns(gradient);
  return dot(cross(c[0], c[1]), c[2]);
}

Vec3 solve(const std::array<Vec3, 3>& gradient, const Vec3& r) {
  const auto c = columns(gradient);  // Cramer's rule
  const Vec3 y{dot(cross(r, c[1]), c[2]), dot(cross(c[0], r), c[2]), dot(cross(c[0], c[1]), r)};
  return y / determinant(gradient);
}

std::array<Vec3, 3> gradient_at_node(const Grid& grid, const VectorField& field, std::array<int, 3> node) {
  std::array<Vec3, 3> gradient{};
  for (int a = 0; a < 3; ++a) {
    std::array<int, 3> below = node, above = node;
    below[a] = std::max(node[a] - 1, 0), above[a] = std::min(node[a] + 1, grid.size[a] - 1);
    if (above[a] == below[a]) continue;
    const Vec3 change = (vector_of(field, grid.index(above[0], above[1], above[2])) -
                         vector_of(field, grid.index(below[0], below[1], below[2]))) /
                        ((above[a] - below[a]) * grid.spacing_m[a]);
    for (int b = 0; b < 3; ++b) gradient[b] += change * grid.axes[a][b];
  }
  return gradient;
}

Preimage preimage(const Grid& grid, const VectorField& field, const Vec3& x_m, const Vec3& guess_m) {
  constexpr int most_steps = 40;
  constexpr double least_damping = 1.0 / 64;
  const double enough_m = 1e-4 * smallest_spacing(grid);
  Vec3 y = guess_m;
  LocalMap map = displacement_at(grid, field, y);
  Vec3 r = x_m - y - map.displacement_m;
  for (int step = 0; step < most_steps && norm(r) > enough_m; ++step) {
    Vec3 newton = solve(map.gradient, r);
    if (!std::isfinite(norm(newton)) || determinant(map.gradient) <= 0) newton = r;  // fixed-point iteration
    bool better = false;
    for (double damping = 1; damping >= least_damping && !better; damping /= 2) {
      const LocalMap there = displacement_at(grid, field, y + newton * damping);
      const Vec3 left = x_m - y - newton * damping - there.displacement_m;
      better = norm(left) < norm(r);
      if (better) y += newton * damping, map = there, r = left;
    }
    if (!better) break;
  }
  return {y, norm(r)};
}

VectorField inverse(const Grid& grid, const VectorField& field) {
  VectorField out(field.size());
  const auto [nx, ny, nz] = grid.size;
  parallel_for(std::size_t(ny) * nz, 16, [&](std::size_t row) {
    const int j = int(row % ny), k = int(row / ny);
    Vec3 last{};
    for (int i = 0; i < nx; ++i) {
      const Vec3 x = grid.point(i, j, k);
      const Vec3 here = vector_of(field, grid.index(i, j, k));
      const Preimage along = preimage(grid, field, x, i ? x + last : x - here);
      const double enough_m = 1e-4 * smallest_spacing(grid);
      const Preimage other =
          along.residual_m > enough_m ? preimage(grid, field, x, x - here) : along;  // another way there
      last = (other.residual_m < along.residual_m ? other : along).point_m - x;
      set_vector(out, grid.index(i, j, k), last);
    }
  });
  return out;
}

}  // namespace soleus
