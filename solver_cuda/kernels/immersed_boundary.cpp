#include "solver_cuda/kernels/immersed_boundary.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <type_traits>

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_clones.hpp"
#include "solver_cuda/backend/cpu_pack.hpp"
#include "solver_cuda/physics/delta_weights.hpp"

namespace soleus {
namespace {

constexpr std::size_t grain = 64;

bool nowhere(Node first) {
  return first < tile_nodes;
}

/// The rows of eight nodes, by their first one, that a marker touches: row k of it, of points^2, and what
/// comes after it in the next tile.
struct RowsOfMarker {
  const std::array<std::int32_t, 27>& around;
  int y, z;

  RowsOfMarker(Node first, const Tiles& tiles)
      : around(tiles.neighbours[std::size_t(first / tile_nodes)]),
        y(place_along(first, 1)),
        z(place_along(first, 2)) {}
  template <int P>
  Node row(int k, int after) const {
    const int at_y = y + k % P, at_z = z + k / P;
    const int tile = around[std::size_t(13 + after + 3 * (at_y >> 3) + 9 * (at_z >> 3))];
    return tile * tile_nodes + 8 * (at_y & 7) + 64 * (at_z & 7);
  }
};

/// Bit x + P (y + P z): that node of a marker is fluid.
template <int P>
std::uint64_t fluid_of(Node first, const Lattice& lattice) {
  const RowsOfMarker rows(first, lattice.tiles);
  const std::vector<std::uint8_t>& fluid = lattice.nodes.fluid_rows;
  const int x = place_along(first, 0);
  std::uint64_t all = 0;
  for (int k = 0; k < P * P; ++k) {
    unsigned of_row = unsigned(fluid[std::size_t(rows.row<P>(k, 0) >> 3)]) >> x;
    if (x + P > 8) of_row |= unsigned(fluid[std::size_t(rows.row<P>(k, 1) >> 3)]) << (8 - x);
    all |= std::uint64_t(of_row & ((1U << P) - 1)) << P * k;
  }
  return all;
}

/// Of a marker at a node, where it has gone to another or the lumen has changed.
template <int P, class Real>
void touch_nodes(Markers<Real>& m, std::size_t k, Node first, const Lattice& lattice, const RowOrder& order) {
  m.first[k] = first, m.fluid[k] = nowhere(first) ? 0 : fluid_of<P>(first, lattice);
  const RowsOfMarker rows(first, lattice.tiles);
  const int x = place_along(first, 0), here = std::min(P, tile_edge - x);
  std::uint64_t fluid = m.fluid[k];
  for (int row = 0; row < P * P; ++row, fluid >>= P) {
    const unsigned of_row = unsigned(fluid) & ((1U << P) - 1);
    std::int32_t* place = &m.rows[2 * (k * P * P + std::size_t(row))];
    if (of_row & ((1U << here) - 1)) place[0] = std::int32_t(order.place(rows.row<P>(row, 0) + x));
    if (of_row >> here) place[1] = std::int32_t(order.place(rows.row<P>(row, 1)));
  }
}

/// Whether it touches other nodes than before.
template <int P, class Real>
bool touch_one(Markers<Real>& m, std::size_t k, const Vec3& x_m, const Lattice& lattice,
               const RowOrder& order) {
  const Vec3 at = (x_m - lattice.tiles.origin_m) / lattice.tiles.dx_m;
  const LatticeIndex low{first_node(m.delta, at.x), first_node(m.delta, at.y), first_node(m.delta, at.z)};
  const Node first = lattice.tiles.node(low);
  const bool anew = first != m.first[k] || m.lumen_changed;
  if (anew) touch_nodes<P>(m, k, first, lattice, order);
  delta_weights<P, Real, Pack<double, 4>>(&m.weights[k * P * P * P],
                                          at - Vec3{double(low.i), double(low.j), double(low.k)}, m.fluid[k]);
  return anew;
}

/// work(std::integral_constant) with the points of a delta along an axis.
template <class Work>
void with_points(Delta kind, const Work& work) {
  if (kind == Delta::three_points)
    work(std::integral_constant<int, 3>{});
  else
    work(std::integral_constant<int, 4>{});
}
/// work(std::integral_constant) with a count from 1 to 4: loops of a known length are done at once.
template <class Work>
void with_count(int count, const Work& work) {
  if (count == 4)
    work(std::integral_constant<int, 4>{});
  else if (count == 3)
    work(std::integral_constant<int, 3>{});
  else if (count == 2)
    work(std::integral_constant<int, 2>{});
  else
    work(std::integral_constant<int, 1>{});
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
template <int P>
Part part_along(Node node, int axis, unsigned after) {
  const int first = place_along(node, axis);
  return after >> axis & 1 ? Part{0, first + P - 8, 8 - first} : Part{first, std::min(8, first + P), 0};
}

/// Adds what a marker gives to the nodes that it touches of a tile with the places `rows`, N along x; nothing
/// to those that are never fluid, whose place is another's.
template <int P, int N, class Real>
void give(std::array<Real*, 3> to, const std::int32_t* rows, Node first, unsigned after, std::uint64_t fluid,
          const Real* weights, const Vec3& push) {
  constexpr unsigned run = (1U << N) - 1;
  const Real given[3] = {static_cast<Real>(push.x), static_cast<Real>(push.y), static_cast<Real>(push.z)};
  const Part x = part_along<P>(first, 0, after), y = part_along<P>(first, 1, after),
             z = part_along<P>(first, 2, after);
  for (int c = z.from; c < z.to; ++c)
    for (int b = y.from; b < y.to; ++b) {
      const int weight = x.of_marker + P * (y.of_marker + b - y.from + P * (z.of_marker + c - z.from));
      const unsigned of_run = unsigned(fluid >> weight) & run;
      if (of_run == 0) continue;  // nothing may be stored
      const Real* w = weights + weight;
      const std::int32_t place = rows[b + 8 * c] + x.from;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        Real* of_axis = to[axis] + place;
        if (of_run != run) {
          for (int a = 0; a < N; ++a)
            if (of_run >> a & 1) of_axis[a] += w[a] * given[axis];
          continue;
        }
        Real sum[N];
        for (int a = 0; a < N; ++a) sum[a] = of_axis[a] + w[a] * given[axis];
        for (int a = 0; a < N; ++a) of_axis[a] = sum[a];
      }
    }
}

/// Adds weights times velocity of N nodes along x, of which bit a of `of_run` says whether a is fluid: the
/// place of a node that never is is another's.
template <int N, class Real>
void add_run(Real (&sum)[3][N], const Real* w, unsigned of_run, const ImmersedFields<Real>& fields,
             std::size_t place) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const Real* u = &fields.velocity[axis][place];
    if (of_run == (1U << N) - 1)
      for (int c = 0; c < N; ++c) sum[axis][c] += w[c] * u[c];
    else
      for (int c = 0; c < N; ++c)
        if (of_run >> c & 1) sum[axis][c] += w[c] * u[c];
  }
}
template <int N, class Real>
Vec3 of_runs(const Real (&sum)[3][N]) {
  Vec3 u;
  for (int axis = 0; axis < 3; ++axis)
    for (int c = 0; c < N; ++c) u[axis] += double(sum[axis][c]);
  return u;
}

/// Velocity at a marker of which N nodes along x lie in the tile of its first.
template <int P, int N, class Real>
Vec3 velocity_at(std::uint64_t fluid, const std::int32_t* rows, const Real* weights,
                 const ImmersedFields<Real>& fields) {
  constexpr int next = N < P ? P - N : 1;  // in the tile after it; 1 where none is
  Real here[3][N] = {}, there[3][next] = {};
  for (int k = 0; k < P * P; ++k, fluid >>= P) {
    const unsigned of_row = unsigned(fluid) & ((1U << P) - 1), of_here = of_row & ((1U << N) - 1);
    if (of_here != 0) add_run(here, weights + P * k, of_here, fields, std::size_t(rows[2 * k]));
    if constexpr (N < P)
      if (of_row >> N) add_run(there, weights + P * k + N, of_row >> N, fields, std::size_t(rows[2 * k + 1]));
  }
  return of_runs(here) + of_runs(there);
}

// What follows is the whole work on a range of markers or tiles, so that each has clones (cpu_clones.hpp),
// which a template cannot have.

template <class Real>
inline bool touch_all(Markers<Real>& m, const std::vector<Vec3>& x_m, const Lattice& lattice,
                      const RowOrder& order, std::size_t first, std::size_t last) {
  bool anew = false;
  with_points(m.delta, [&](auto points) {
    for (std::size_t k = first; k < last; ++k) anew |= touch_one<points()>(m, k, x_m[k], lattice, order);
  });
  return anew;
}
SOLEUS_CLONES bool touch_range(Markers<float>& m, const std::vector<Vec3>& x_m, const Lattice& lattice,
                               const RowOrder& order, std::size_t first, std::size_t last) {
  return touch_all(m, x_m, lattice, order, first, last);
}
SOLEUS_CLONES bool touch_range(Markers<double>& m, const std::vector<Vec3>& x_m, const Lattice& lattice,
                               const RowOrder& order, std::size_t first, std::size_t last) {
  return touch_all(m, x_m, lattice, order, first, last);
}

template <class Real>
inline void spread_all(ImmersedFields<Real>& fields, const Markers<Real>& m, const std::vector<Vec3>& push,
                       const RowOrder& order, std::size_t first, std::size_t last) {
  const auto support = std::size_t(m.support());
  const std::array<Real*, 3> to{fields.push[0].data(), fields.push[1].data(), fields.push[2].data()};
  with_points(m.delta, [&](auto points) {
    for (std::size_t k = first; k < last; ++k) {
      const std::int32_t* rows = &order.row[std::size_t(m.tiles[k]) * 64];
      for (std::int32_t e = m.first_of_tile[k]; e < m.first_of_tile[k + 1]; ++e) {
        const TouchOfTile& entry = m.of_tile[std::size_t(e)];
        const auto marker = std::size_t(entry.marker);
        const Part x = part_along<points()>(m.first[marker], 0, entry.after);
        with_count(x.to - x.from, [&](auto count) {
          if constexpr (count() <= points())
            give<points(), count()>(to, rows, m.first[marker], entry.after, m.fluid[marker],
                                    &m.weights[marker * support], push[marker]);
        });
      }
    }
  });
}
SOLEUS_CLONES void spread_range(ImmersedFields<float>& fields, const Markers<float>& m,
                                const std::vector<Vec3>& push, const RowOrder& order, std::size_t first,
                                std::size_t last) {
  spread_all(fields, m, push, order, first, last);
}
SOLEUS_CLONES void spread_range(ImmersedFields<double>& fields, const Markers<double>& m,
                                const std::vector<Vec3>& push, const RowOrder& order, std::size_t first,
                                std::size_t last) {
  spread_all(fields, m, push, order, first, last);
}

template <class Real>
inline void interpolate_all(std::vector<Vec3>& velocity, const Markers<Real>& m,
                            const ImmersedFields<Real>& fields, std::size_t first, std::size_t last) {
  const auto support = std::size_t(m.support());
  with_points(m.delta, [&](auto points) {
    for (std::size_t k = first; k < last; ++k)
      with_count(std::min(int(points()), 8 - place_along(m.first[k], 0)), [&](auto count) {
        if constexpr (count() <= points())
          velocity[k] = velocity_at<points(), count()>(m.fluid[k], &m.rows[2 * k * points() * points()],
                                                       &m.weights[k * support], fields);
      });
  });
}
SOLEUS_CLONES void interpolate_range(std::vector<Vec3>& velocity, const Markers<float>& m,
                                     const ImmersedFields<float>& fields, std::size_t first,
                                     std::size_t last) {
  interpolate_all(velocity, m, fields, first, last);
}
SOLEUS_CLONES void interpolate_range(std::vector<Vec3>& velocity, const Markers<double>& m,
                                     const ImmersedFields<double>& fields, std::size_t first,
                                     std::size_t last) {
  interpolate_all(velocity, m, fields, first, last);
}

}  // namespace

template <class Real>
void touch(Markers<Real>& m, const std::vector<Vec3>& x_m, const Lattice& lattice, const RowOrder& order) {
  const std::size_t rows = 2 * std::size_t(points(m.delta) * points(m.delta));
  std::atomic<bool> anew = m.first.size() != x_m.size();
  m.first.resize(x_m.size()), m.fluid.resize(x_m.size()), m.rows.resize(x_m.size() * rows);
  m.weights.resize(x_m.size() * std::size_t(m.support()));
  parallel_ranges(x_m.size(), grain, [&](std::size_t first, std::size_t last) {
    if (touch_range(m, x_m, lattice, order, first, last)) anew = true;
  });
  m.lumen_changed = false;
  if (anew) sort_by_tile(m, lattice.tiles);
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
  parallel_ranges(m.tiles.size(), 1, [&](std::size_t first, std::size_t last) {
    spread_range(fields, m, push, order, first, last);
  });
}

template <class Real>
void interpolate(std::vector<Vec3>& velocity, const Markers<Real>& m, const ImmersedFields<Real>& fields) {
  velocity.resize(m.first.size());
  parallel_ranges(m.first.size(), grain, [&](std::size_t first, std::size_t last) {
    interpolate_range(velocity, m, fields, first, last);
  });
}

template void touch(Markers<float>&, const std::vector<Vec3>&, const Lattice&, const RowOrder&);
template void touch(Markers<double>&, const std::vector<Vec3>&, const Lattice&, const RowOrder&);
template void choose_packs(ImmersedFields<float>&, const Markers<float>&, const Lattice&, const RowOrder&);
template void choose_packs(ImmersedFields<double>&, const Markers<double>&, const Lattice&, const RowOrder&);
template void spread(ImmersedFields<float>&, const Markers<float>&, const std::vector<Vec3>&,
                     const RowOrder&);
template void spread(ImmersedFields<double>&, const Markers<double>&, const std::vector<Vec3>&,
                     const RowOrder&);
template void interpolate(std::vector<Vec3>&, const Markers<float>&, const ImmersedFields<float>&);
template void interpolate(std::vector<Vec3>&, const Markers<double>&, const ImmersedFields<double>&);

}  // namespace soleus
