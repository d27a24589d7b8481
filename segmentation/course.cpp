// REFERENCES
//   J. Weickert, Anisotropic Diffusion in Image Processing, Teubner 1998, ch. 2: structure tensor, coherence
//   B. Cabral, L. Leedom, SIGGRAPH 1993, 263: means along the streamlines of a vector field
#include "segmentation/course.hpp"

#include <algorithm>
#include <cmath>

#include "segmentation/parallel_slices.hpp"
#include "segmentation/symmetric.hpp"

namespace soleus::segmentation {
namespace {

/// Central differences per voxel along one axis; zero at the border of the volume.
Field difference(const Grid& grid, const Field& f, int axis) {
  const std::array<std::size_t, 3> strides{1, std::size_t(grid.size[0]),
                                           std::size_t(grid.size[0]) * grid.size[1]};
  const std::size_t stride = strides[axis];
  Field d(f.size(), 0);
  std::size_t v = 0;
  for (int k = 0; k < grid.size[2]; ++k)
    for (int j = 0; j < grid.size[1]; ++j)
      for (int i = 0; i < grid.size[0]; ++i, ++v) {
        const int at = axis == 0 ? i : axis == 1 ? j : k;
        if (at > 0 && at + 1 < grid.size[axis]) d[v] = 0.5f * (f[v + stride] - f[v - stride]);
      }
  return d;
}

/// The structure tensor, each component a field: gradients of `f` times each other, mean over `scale_m`.
std::array<Field, 6> structure_tensor(const Grid& grid, const Field& f, double scale_m) {
  const std::array<Field, 3> d{difference(grid, f, 0), difference(grid, f, 1), difference(grid, f, 2)};
  constexpr std::array<std::array<int, 2>, 6> components{{{0, 0}, {1, 1}, {2, 2}, {0, 1}, {1, 2}, {2, 0}}};
  std::array<Field, 6> tensor;
  for (std::size_t c = 0; c < components.size(); ++c) {
    const auto [a, b] = components[c];
    Field product(f.size());
    for (std::size_t v = 0; v < f.size(); ++v) product[v] = d[a][v] * d[b][v];
    tensor[c] = gaussian(grid, product, scale_m);
  }
  return tensor;
}

Vec3 direction(const Course& course, std::size_t v) {
  return {course[v][0], course[v][1], course[v][2]};
}

/// Sums of field and weight of the eight voxels around a position [voxels], which must lie in the volume.
struct Sample {
  double sum = 0, weight = 0;
};
Sample trilinear(const Grid& grid, const Field& field, const Mask& counted, const Vec3& at) {
  const int i = int(at.x), j = int(at.y), k = int(at.z);
  const double u = at.x - i, v = at.y - j, w = at.z - k;
  Sample s;
  for (int c = 0; c < 8; ++c) {
    const int di = c & 1, dj = c >> 1 & 1, dk = c >> 2;
    const double share = (di ? u : 1 - u) * (dj ? v : 1 - v) * (dk ? w : 1 - w);
    if (share <= 0) continue;
    const std::size_t n = grid.index(i + di, j + dj, k + dk);
    if (counted[n]) s.sum += share * field[n], s.weight += share;
  }
  return s;
}

struct Walk {
  const Grid& grid;
  const Field& field;
  const Mask& counted;
  const Course& course;
  double length_voxels;

  bool inside(const Vec3& x) const {
    return x.x >= 0 && x.y >= 0 && x.z >= 0 && x.x <= grid.size[0] - 1 && x.y <= grid.size[1] - 1 &&
           x.z <= grid.size[2] - 1;
  }

  /// From voxel `start` one way along the course, a voxel at a time.
  Sample one_way(std::size_t start, double sense) const {
    constexpr double cut = 2.5;  // standard deviations
    const Vec3 known = direction(course, start);
    const double length = length_voxels * norm(known);
    const auto [i, j, k] = voxel_of(grid, start);
    Vec3 x{double(i), double(j), double(k)}, step = sense * normalized(known);
    Sample all;
    for (int n = 1; n <= cut * length; ++n) {
      x += step;
      if (!inside(x)) break;
      const double near = std::exp(-0.5 * n * n / (length * length));
      const Sample s = trilinear(grid, field, counted, x);
      all.sum += near * s.sum, all.weight += near * s.weight;
      const Vec3 next =
          direction(course, grid.index(int(std::lround(x.x)), int(std::lround(x.y)), int(std::lround(x.z))));
      if (dot(next, next) > 0) step = normalized(dot(next, step) < 0 ? -next : next);
    }
    return all;
  }
};

}  // namespace

Course vessel_course(const Grid& grid, const Mask& lumen, const Mask& where, double scale_m) {
  const std::array<Field, 6> tensor = structure_tensor(grid, gaussian(grid, lumen, scale_m), 2 * scale_m);
  Course course(lumen.size());
  Progress progress("course of the vessels", grid.size[2], "slices");
  parallel_for(grid.size[2], progress, 0, [&](int k) {
    const std::size_t slice = grid.index(0, 0, 1), end = slice * (k + 1);
    for (std::size_t v = slice * k; v < end; ++v) {
      if (!where[v]) continue;
      Symmetric3 m{};
      for (std::size_t c = 0; c < m.size(); ++c) m[c] = tensor[c][v];
      const auto [along, least_across, most_across] = eigenvalues(m);
      const double lowest = std::max(along, 0.0);  // rounding makes it negative
      if (least_across <= lowest) continue;
      const Vec3 d = eigenvector(m, along) * ((least_across - lowest) / (least_across + lowest));
      course[v] = {float(d.x), float(d.y), float(d.z)};
    }
  });
  return course;
}

Field mean_along(const Grid& grid, const Field& field, const Mask& counted, const Course& course,
                 double length_m) {
  const Walk walk{grid, field, counted, course, length_m / grid.spacing_m.x};
  Field mean = field;
  Progress progress("means along the vessels", grid.size[2], "slices");
  parallel_for(grid.size[2], progress, 0, [&](int k) {
    const std::size_t slice = grid.index(0, 0, 1), end = slice * (k + 1);
    for (std::size_t v = slice * k; v < end; ++v) {
      if (course[v] == std::array<float, 3>{}) continue;
      const Sample up = walk.one_way(v, 1), down = walk.one_way(v, -1);
      const double own = counted[v] ? 1 : 0, weight = own + up.weight + down.weight;
      if (weight > 0) mean[v] = float((own * field[v] + up.sum + down.sum) / weight);
    }
  });
  return mean;
}

}  // namespace soleus::segmentation
