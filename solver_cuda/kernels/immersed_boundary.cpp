#include "solver_cuda/kernels/immersed_boundary.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/base/parallel.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 64;

/// Of the first node of a marker within its tile.
int along(Node first, unsigned axis) {
  return first % tile_nodes >> 3 * axis & 7;
}
bool nowhere(Node first) {
  return first < tile_nodes;
}

/// visit(node, x, y, z, count) for the nodes of a marker in runs along x within a row of a tile: `node` is
/// its node (x, y, z), and count - 1 more come after it.
template <class Visit>
void for_each_run(Node first, int points, const Tiles& tiles, const Visit& visit) {
  const int in_tile = std::min(points, 8 - along(first, 0));
  const int y_in_tile = 8 - along(first, 1), z_in_tile = 8 - along(first, 2);
  for (int z = 0; z < points; ++z)
    for (int y = 0; y < points; ++y) {
      const bool here = y < y_in_tile && z < z_in_tile;
      visit(here ? first + 8 * y + 64 * z : tiles.neighbour(first, 0, y, z), 0, y, z, in_tile);
      if (in_tile < points) visit(tiles.neighbour(first, in_tile, y, z), in_tile, y, z, points - in_tile);
    }
}

/// Solves M a = (1, 0, 0, 0), M the symmetric matrix of the moments 1, x, y, z; false where it is singular.
bool first_row(double (&m)[4][4], double (&a)[4]) {
  double right[4] = {1, 0, 0, 0};
  for (int k = 0; k < 4; ++k) {
    if (m[k][k] < 1e-3 * m[0][0] || m[k][k] <= 0) return false;
    for (int r = k + 1; r < 4; ++r) {
      const double f = m[r][k] / m[k][k];
      for (int c = k; c < 4; ++c) m[r][c] -= f * m[k][c];
      right[r] -= f * right[k];
    }
  }
  for (int k = 3; k >= 0; --k) {
    a[k] = right[k];
    for (int c = k + 1; c < 4; ++c) a[k] -= m[k][c] * a[c];
    a[k] /= m[k][k];
  }
  return true;
}

/// The weights of a delta at `from_first` cells from its first node, of which only some nodes are fluid.
template <class Real>
void make_good(Real* weights, int points, const Vec3& from_first) {
  double m[4][4] = {}, a[4];
  const auto each = [&](auto&& visit) {
    for (int n = 0; n < points * points * points; ++n) {
      const double r[4] = {1, n % points - from_first.x, n / points % points - from_first.y,
                           n / (points * points) - from_first.z};
      visit(n, r);
    }
  };
  each([&](int n, const double(&r)[4]) {
    for (int k = 0; k < 4; ++k)
      for (int l = 0; l < 4; ++l) m[k][l] += double(weights[n]) * r[k] * r[l];
  });
  const double sum = m[0][0];
  if (sum < 1e-6) return std::fill(weights, weights + points * points * points, Real(0));
  const bool linear = first_row(m, a);
  double largest = 0;
  if (linear)
    each([&](int n, const double(&r)[4]) {
      const double of_node = a[0] + a[1] * r[1] + a[2] * r[2] + a[3] * r[3];
      largest = std::max(largest, std::abs(double(weights[n]) * of_node));
    });
  const bool usable = linear && largest < 1;
  each([&](int n, const double(&r)[4]) {
    const double of_node = usable ? a[0] + a[1] * r[1] + a[2] * r[2] + a[3] * r[3] : 1 / sum;
    weights[n] = static_cast<Real>(double(weights[n]) * of_node);
  });
}

template <class Real>
void touch_one(Node& node, Real* weights, Delta kind, const Vec3& x_m, const Lattice& lattice) {
  const Tiles& tiles = lattice.tiles;
  const int points = soleus::points(kind);
  const Vec3 at = (x_m - tiles.origin_m) / tiles.dx_m;
  const LatticeIndex first{first_node(kind, at.x), first_node(kind, at.y), first_node(kind, at.z)};
  node = tiles.node(first);
  std::fill(weights, weights + points * points * points, Real(0));
  if (nowhere(node)) return;
  const Vec3 from_first = at - Vec3{double(first.i), double(first.j), double(first.k)};
  double parts[3][4];
  for (int a = 0; a < 3; ++a)
    for (int k = 0; k < points; ++k) parts[a][k] = delta(kind, k - from_first[a]);
  bool whole = true;
  for_each_run(node, points, tiles, [&](Node n, int x, int y, int z, int count) {
    const unsigned fluid = unsigned(lattice.nodes.fluid_rows[std::size_t(n >> 3)]) >> (n & 7);
    for (int k = 0; k < count; ++k) {
      const bool has = fluid >> k & 1;
      whole = whole && has;
      if (has)
        weights[x + k + points * (y + points * z)] =
            static_cast<Real>(parts[0][x + k] * parts[1][y] * parts[2][z]);
    }
  });
  if (!whole) make_good(weights, points, from_first);
}

/// Bit a: a marker touches the next tile along axis a too.
unsigned tiles_after(Node first, int points) {
  unsigned after = 0;
  for (unsigned a = 0; a < 3; ++a) after |= unsigned(along(first, a) + points > 8) << a;
  return after;
}
int side_after(unsigned after) {
  return 13 + int(after & 1) + 3 * int(after >> 1 & 1) + 9 * int(after >> 2 & 1);
}

/// visit(tile, which) for each tile that a marker touches.
template <class Visit>
void for_each_tile(Node first, int points, const Tiles& tiles, const Visit& visit) {
  if (nowhere(first)) return;
  const unsigned all = tiles_after(first, points);
  for (unsigned after = 0; after < 8; ++after) {
    if ((after & ~all) != 0) continue;
    const std::int32_t tile = tiles.populated_neighbour(first / tile_nodes, side_after(after));
    if (tile > 0) visit(tile, after);
  }
}

template <class Real>
void sort_by_tile(Markers<Real>& m, const Tiles& tiles) {
  std::vector<std::int32_t> count(std::size_t(tiles.populated) + 1, 0);
  for (const Node first : m.first)
    for_each_tile(first, points(m.delta), tiles,
                  [&](std::int32_t tile, unsigned) { ++count[std::size_t(tile)]; });
  m.tiles.clear(), m.first_of_tile.clear();
  std::int32_t sum = 0;
  for (std::size_t tile = 0; tile < count.size(); ++tile) {
    if (count[tile] == 0) continue;
    m.tiles.push_back(static_cast<std::int32_t>(tile)), m.first_of_tile.push_back(sum);
    sum += std::exchange(count[tile], sum);
  }
  m.first_of_tile.push_back(sum);
  m.of_tile.resize(std::size_t(sum));
  for (std::size_t k = 0; k < m.first.size(); ++k)
    for_each_tile(m.first[k], points(m.delta), tiles, [&](std::int32_t tile, unsigned after) {
      m.of_tile[std::size_t(count[std::size_t(tile)]++)] = {static_cast<std::int32_t>(k),
                                                            static_cast<std::uint8_t>(after)};
    });
}

/// What a marker touches of a tile along an axis: the tile's nodes from `from` to `to`, the first of which is
/// its node `of_marker`.
struct Part {
  int from, to, of_marker;
};
Part part_along(Node node, unsigned axis, unsigned after, int points) {
  const int first = along(node, axis);
  return after >> axis & 1 ? Part{0, first + points - 8, 8 - first}
                           : Part{first, std::min(8, first + points), 0};
}

}  // namespace

template <class Real>
void touch(Markers<Real>& m, const std::vector<Vec3>& x_m, const Lattice& lattice) {
  const auto support = std::size_t(m.support());
  m.first.resize(x_m.size()), m.weights.resize(x_m.size() * support);
  parallel_for(x_m.size(), grain, [&](std::size_t k) {
    touch_one(m.first[k], &m.weights[k * support], m.delta, x_m[k], lattice);
  });
  sort_by_tile(m, lattice.tiles);
}

template <class Real>
void choose_packs(ImmersedFields<Real>& fields, const Markers<Real>& m, const Lattice& lattice,
                  const RowOrder& order) {
  fields.beside.clear();
  const int points = soleus::points(m.delta);
  for (const Node first : m.first) {
    if (nowhere(first)) continue;
    for (int z = -1; z <= points; ++z)
      for (int y = -1; y <= points; ++y)
        for (int x = -1; x <= points; ++x)
          if (const Node n = lattice.tiles.neighbour(first, x, y, z); lattice.nodes.candidate(n))
            fields.beside.insert(std::size_t(order.place(n)) / pack_nodes);
  }
  fields.beside.count();
}

template <class Real>
void spread(ImmersedFields<Real>& fields, const Markers<Real>& m, const std::vector<Vec3>& push,
            const RowOrder& order) {
  const PackSet& beside = fields.beside;
  parallel_for(beside.which.size(), 64, [&](std::size_t word) {
    for (std::uint64_t left = beside.which[word]; left != 0; left &= left - 1)
      for (auto& stream : fields.push)
        std::fill_n(&stream[(word * 64 + std::size_t(std::countr_zero(left))) * pack_nodes], pack_nodes,
                    Real(0));
  });
  const int points = soleus::points(m.delta);
  parallel_for(m.tiles.size(), 1, [&](std::size_t k) {
    const std::int32_t* rows = &order.row[std::size_t(m.tiles[k]) * 64];
    for (std::int32_t e = m.first_of_tile[k]; e < m.first_of_tile[k + 1]; ++e) {
      const TouchOfTile& entry = m.of_tile[std::size_t(e)];
      const auto marker = std::size_t(entry.marker);
      const Node first = m.first[marker];
      const Real* weights = &m.weights[marker * std::size_t(m.support())];
      const Real given[3] = {static_cast<Real>(push[marker].x), static_cast<Real>(push[marker].y),
                             static_cast<Real>(push[marker].z)};
      const Part x = part_along(first, 0, entry.after, points), y = part_along(first, 1, entry.after, points),
                 z = part_along(first, 2, entry.after, points);
      for (int c = z.from; c < z.to; ++c)
        for (int b = y.from; b < y.to; ++b) {
          const Real* w = weights + x.of_marker +
                          points * (y.of_marker + b - y.from + points * (z.of_marker + c - z.from));
          const std::int32_t place = rows[b + 8 * c];
          for (int a = x.from; a < x.to; ++a) {
            const Real of_node = w[a - x.from];
            if (of_node == 0) continue;
            for (std::size_t axis = 0; axis < 3; ++axis)
              fields.push[axis][std::size_t(place + a)] += of_node * given[axis];
          }
        }
    }
  });
}

template <class Real>
void interpolate(std::vector<Vec3>& velocity, const Markers<Real>& m, const ImmersedFields<Real>& fields,
                 const Tiles& tiles, const RowOrder& order) {
  velocity.resize(m.first.size());
  const int points = soleus::points(m.delta);
  parallel_for(m.first.size(), grain, [&](std::size_t k) {
    const Real* weights = &m.weights[k * std::size_t(m.support())];
    Real sum[3] = {};
    if (!nowhere(m.first[k]))
      for_each_run(m.first[k], points, tiles, [&](Node n, int x, int y, int z, int count) {
        const Real* w = weights + x + points * (y + points * z);
        if (std::all_of(w, w + count, [](Real part) { return part == 0; })) return;  // nothing may be stored
        const auto place = std::size_t(order.place(n));
        for (int c = 0; c < count; ++c)
          for (std::size_t axis = 0; axis < 3; ++axis)
            if (w[c] != 0) sum[axis] += w[c] * fields.velocity[axis][place + std::size_t(c)];
      });
    velocity[k] = {double(sum[0]), double(sum[1]), double(sum[2])};
  });
}

template void touch(Markers<float>&, const std::vector<Vec3>&, const Lattice&);
template void touch(Markers<double>&, const std::vector<Vec3>&, const Lattice&);
template void choose_packs(ImmersedFields<float>&, const Markers<float>&, const Lattice&, const RowOrder&);
template void choose_packs(ImmersedFields<double>&, const Markers<double>&, const Lattice&, const RowOrder&);
template void spread(ImmersedFields<float>&, const Markers<float>&, const std::vector<Vec3>&,
                     const RowOrder&);
template void spread(ImmersedFields<double>&, const Markers<double>&, const std::vector<Vec3>&,
                     const RowOrder&);
template void interpolate(std::vector<Vec3>&, const Markers<float>&, const ImmersedFields<float>&,
                          const Tiles&, const RowOrder&);
template void interpolate(std::vector<Vec3>&, const Markers<double>&, const ImmersedFields<double>&,
                          const Tiles&, const RowOrder&);

}  // namespace soleus
