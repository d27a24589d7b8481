#include "solver_cuda/kernels/stream_collide.hpp"

#include "pipeline/base/parallel.hpp"
#include "solver_cuda/backend/cpu_clones.hpp"
#include "solver_cuda/backend/cpu_pack.hpp"
#include "solver_cuda/physics/regularized.hpp"

namespace soleus {
namespace {

struct Trt {
  template <class V, class R>
  void operator()(V (&f)[d3q19::Q], const Relaxation<R>& p) const {
    collide_trt(f, p);
  }
};
struct Regularized {
  template <class V, class R>
  void operator()(V (&f)[d3q19::Q], const Relaxation<R>& p) const {
    collide_regularized(f, p);
  }
};

/// What the compiler must inline into each instruction-set clone.
template <class Real, class Collide>
inline void even_tile(Real* f, const std::uint8_t* rows, const Relaxation<Real>& rates, Collide collide) {
  for (int row = 0; row < 64; ++row) {
    if (rows[row] == 0) continue;
    Pack<Real> g[d3q19::Q];
    Real* at = f + row * tile_edge;
#pragma GCC unroll 19
    for (int i = 0; i < d3q19::Q; ++i) load(g[i], at + i * tile_nodes);
    collide(g, rates);
#pragma GCC unroll 19
    for (int i = 0; i < d3q19::Q; ++i) store(at + d3q19::opposite(i) * tile_nodes, g[i]);
  }
}

template <class Real, class Collide>
inline void odd_tile(Real* all, const std::array<std::int32_t, 27>& neighbours, const std::uint8_t* rows,
                     const Relaxation<Real>& rates, Collide collide) {
  constexpr std::size_t tile_size = std::size_t(d3q19::Q) * tile_nodes;
  for (int row = 0; row < 64; ++row) {
    if (rows[row] == 0) continue;
    Real *base[d3q19::Q], *side[d3q19::Q];
    Pack<Real> g[d3q19::Q];
#pragma GCC unroll 19
    for (int i = 0; i < d3q19::Q; ++i) {  // slot i of x + c_i holds what arrives along opposite(i)
      const int y = row % 8 + d3q19::cy(i), z = row / 8 + d3q19::cz(i);
      const int yz = 3 * (y < 0 ? 0 : y > 7 ? 2 : 1) + 9 * (z < 0 ? 0 : z > 7 ? 2 : 1);
      const std::size_t within = std::size_t(i) * tile_nodes + 8 * ((y & 7) + 8 * (z & 7));
      base[i] = all + neighbours[1 + yz] * tile_size + within;
      side[i] = all + neighbours[1 + d3q19::cx(i) + yz] * tile_size + within;
      load_shifted<Real>(g[d3q19::opposite(i)], base[i], side[i], d3q19::cx(i));
    }
    collide(g, rates);
#pragma GCC unroll 19
    for (int i = 0; i < d3q19::Q; ++i) store_shifted<Real>(base[i], side[i], g[i], d3q19::cx(i));
  }
}

template <class Real>
struct Range {
  Real* f;
  const Tiles* tiles;
  const LumenNodes* nodes;
  Relaxation<Real> rates;
  Parity parity;
};

template <class Real, class Collide>
inline void tiles_of_one_thread(const Range<Real>& r, std::size_t first, std::size_t last, Collide collide) {
  for (std::size_t k = first; k < last; ++k) {
    const int t = r.nodes->active_tiles[k];
    const std::uint8_t* rows = &r.nodes->fluid_rows[std::size_t(t) * 64];
    if (r.parity == Parity::even)
      even_tile(r.f + std::size_t(t) * d3q19::Q * tile_nodes, rows, r.rates, collide);
    else
      odd_tile(r.f, r.tiles->neighbours[t], rows, r.rates, collide);
  }
}

SOLEUS_CLONES void run_trt(const Range<float>& r, std::size_t a, std::size_t b) {
  tiles_of_one_thread(r, a, b, Trt{});
}
SOLEUS_CLONES void run_trt(const Range<double>& r, std::size_t a, std::size_t b) {
  tiles_of_one_thread(r, a, b, Trt{});
}
SOLEUS_CLONES void run_regularized(const Range<float>& r, std::size_t a, std::size_t b) {
  tiles_of_one_thread(r, a, b, Regularized{});
}
SOLEUS_CLONES void run_regularized(const Range<double>& r, std::size_t a, std::size_t b) {
  tiles_of_one_thread(r, a, b, Regularized{});
}

template <class Real>
void step(Populations<Real>& f, const Tiles& tiles, const LumenNodes& nodes, const Relaxation<Real>& rates,
          Collision collision) {
  const Range<Real> range{f.data(), &tiles, &nodes, rates, f.next};
  parallel_ranges(nodes.active_tiles.size(), 16, [&](std::size_t first, std::size_t last) {
    collision == Collision::trt ? run_trt(range, first, last) : run_regularized(range, first, last);
  });
  f.next = f.next == Parity::even ? Parity::odd : Parity::even;
}

}  // namespace

void stream_collide(Populations<float>& f, const Tiles& tiles, const LumenNodes& nodes,
                    const Relaxation<float>& rates, Collision collision) {
  step(f, tiles, nodes, rates, collision);
}
void stream_collide(Populations<double>& f, const Tiles& tiles, const LumenNodes& nodes,
                    const Relaxation<double>& rates, Collision collision) {
  step(f, tiles, nodes, rates, collision);
}

}  // namespace soleus
