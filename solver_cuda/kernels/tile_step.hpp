// A time step of one tile on the CPU, row by row of eight nodes. Included by stream_collide.cpp only, so that
// it is compiled into each of its instruction-set clones.
#pragma once

#include <bit>

#include "solver_cuda/backend/cpu_pack.hpp"
#include "solver_cuda/kernels/stream_collide.hpp"

namespace soleus {

/// Where the populations of a tile and of its neighbours lie.
template <class L, class Real>
struct TileSlots {
  Real* own;
  Real* of[27];  // at (dx+1) + 3 (dy+1) + 9 (dz+1)

  TileSlots(Real* all, const Tiles& tiles, int tile) {
    for (int s = 0; s < 27; ++s)
      of[s] = all + std::size_t(tiles.neighbours[tile][s]) * (std::size_t(L::Q) * tile_nodes);
    own = of[13];
  }
};

/// The row of slots i of the nodes x + c_i, x in a row of the tile: `base` where x stays in the tile, `side`
/// beyond its end.
template <class Real>
struct ShiftedRow {
  Real *base, *side;
};
template <class L, class Real>
inline ShiftedRow<Real> shifted_row(const TileSlots<L, Real>& t, int row, int i) {
  const int y = row % 8 + L::cy(i), z = row / 8 + L::cz(i);
  const int yz = 3 * (y < 0 ? 0 : y > 7 ? 2 : 1) + 9 * (z < 0 ? 0 : z > 7 ? 2 : 1);
  const int within = i * tile_nodes + 8 * ((y & 7) + 8 * (z & 7));
  return {t.of[1 + yz] + within, t.of[1 + L::cx(i) + yz] + within};
}

template <class L, class Real, class Operator>
inline void even_row(Real* at, const Relaxation<Real>& rates, Operator op) {
  Pack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(g[i], at + i * tile_nodes);
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store(at + L::opposite(i) * tile_nodes, g[i]);
}

template <class L, class Real, class Operator>
inline void odd_row(const TileSlots<L, Real>& t, int row, const Relaxation<Real>& rates, Operator op) {
  ShiftedRow<Real> to[L::Q];
  Pack<Real> g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {  // slot i of x + c_i holds what arrives along opposite(i)
    to[i] = shifted_row(t, row, i);
    load_shifted<Real>(g[L::opposite(i)], to[i].base, to[i].side, L::cx(i));
  }
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) store_shifted<Real>(to[i].base, to[i].side, g[i], L::cx(i));
}

/// The links of a boundary row, and what their wall lets through.
template <class L, class Real>
struct RowLinks {
  const BoundaryRow<L>* row;
  std::uint32_t end_link;
  const LinkPlace* places;
  const Real *shares, *push;  // push: null at a still wall
};

/// Sends back what meets the wall: into the nodes' own slots, where it waits for the next step. Returns the
/// mass gained.
template <class L, class Real>
inline double reflect_row(Real* at, const RowLinks<L, Real>& links, const Pack<Real> (&arrived)[L::Q],
                          const Pack<Real> (&left)[L::Q], const Real (&force)[3]) {
  Pack<Real> jx = Pack<Real>{} + Real(0.5) * force[0], jy = Pack<Real>{} + Real(0.5) * force[1],
             jz = Pack<Real>{} + Real(0.5) * force[2];
#pragma GCC unroll 27
  for (int i = 1; i < L::Q; ++i) {
    if (L::cx(i) != 0) jx += Real(L::cx(i)) * arrived[i];
    if (L::cy(i) != 0) jy += Real(L::cy(i)) * arrived[i];
    if (L::cz(i) != 0) jz += Real(L::cz(i)) * arrived[i];
  }
  double gain = 0;
  for (std::uint32_t k = links.row->first_link; k < links.end_link; ++k) {
    const int i = links.places[k] >> 3, x = links.places[k] & 7, o = L::opposite(i);
    const Real odd = Real(3) * Real(L::weight(i)) *
                     (Real(L::cx(i)) * jx[x] + Real(L::cy(i)) * jy[x] + Real(L::cz(i)) * jz[x]);
    const Real back = reflect(WallLink<Real>{links.shares[k], links.push ? links.push[k] : Real(0)},
                              AtLink<Real>{arrived[i][x], left[o][x], odd});
    at[i * tile_nodes + x] = back;
    gain += double(back) - double(left[o][x]);
  }
  return gain;
}

template <class L, class Real, class Operator>
inline double even_boundary_row(Real* at, const RowLinks<L, Real>& links, const Relaxation<Real>& rates,
                                Operator op) {
  Pack<Real> arrived[L::Q], g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) load(g[i], at + i * tile_nodes), arrived[i] = g[i];
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i)
    store(at + L::opposite(i) * tile_nodes, g[i]);  // solid nodes' slots hold nothing
  return reflect_row<L, Real>(at, links, arrived, g, rates.force);
}

template <class L, class Real, class Operator>
inline double odd_boundary_row(const TileSlots<L, Real>& t, int row, std::uint8_t fluid,
                               const RowLinks<L, Real>& links, const Relaxation<Real>& rates, Operator op) {
  Real* at = t.own + row * tile_edge;
  ShiftedRow<Real> to[L::Q];
  Pack<Real> arrived[L::Q], g[L::Q];
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {
    const int from = L::opposite(i);
    to[i] = shifted_row(t, row, i);
    load_shifted<Real>(g[from], to[i].base, to[i].side, L::cx(i));
    if (const std::uint8_t cut = links.row->cut[from]) {
      Pack<Real> waiting;
      load(waiting, at + from * tile_nodes);
      take_lanes<Real>(g[from], cut, waiting);
    }
    arrived[from] = g[from];
  }
  op.template collide<L>(g, rates);
#pragma GCC unroll 27
  for (int i = 0; i < L::Q; ++i) {
    // Only into fluid nodes: the others' slots may belong to tiles that are not there.
    const std::uint8_t into = fluid & ~links.row->cut[L::opposite(i)];
    if (into == 0xff)
      store_shifted<Real>(to[i].base, to[i].side, g[i], L::cx(i));
    else
      store_some_shifted<Real>(to[i].base, to[i].side, g[i], L::cx(i), into);
  }
  return reflect_row<L, Real>(at, links, arrived, g, rates.force);
}

/// Takes what the tile gained beyond what the moving wall displaces from the populations at rest beside the
/// wall.
template <class L, class Real>
inline void keep_mass(Real* own, const BoundaryTile& tile, const BoundaryRow<L>* rows, double gain) {
  if (tile.wall_nodes == 0) return;
  const Pack<Real> each = Pack<Real>{} + static_cast<Real>((gain - tile.mass_per_step) / tile.wall_nodes);
  for (std::uint64_t left = tile.rows; left != 0; left &= left - 1, ++rows) {
    Real* at = own + std::countr_zero(left) * tile_edge;
    Pack<Real> rest, less;
    load(rest, at);
    less = rest - each;
    take_lanes<Real>(rest, rows->at_wall, less);
    store(at, rest);
  }
}

/// All rows of a tile. `fluid`: bits of its 64 rows.
template <class L, class Real, class Operator>
inline void step_tile(const TileSlots<L, Real>& t, Parity parity, const std::uint8_t* fluid,
                      const BoundaryTile& tile, const Boundary<L, Real>& boundary,
                      const Relaxation<Real>& rates, Operator op) {
  const BoundaryRow<L>* next = boundary.rows.data() + tile.first_row;
  const Real* push = boundary.push.empty() ? nullptr : boundary.push.data();
  double gain = 0;
  for (int row = 0; row < 64; ++row) {
    if (fluid[row] == 0) continue;
    Real* at = t.own + row * tile_edge;
    if (tile.rows >> row & 1) {
      const RowLinks<L, Real> links{next, next[1].first_link, boundary.places.data(), boundary.shares.data(),
                                    push};
      gain += parity == Parity::even ? even_boundary_row<L>(at, links, rates, op)
                                     : odd_boundary_row(t, row, fluid[row], links, rates, op);
      ++next;
    } else if (parity == Parity::even) {
      even_row<L>(at, rates, op);
    } else {
      odd_row(t, row, rates, op);
    }
  }
  keep_mass<L, Real>(t.own, tile, boundary.rows.data() + tile.first_row, gain);
}

}  // namespace soleus
